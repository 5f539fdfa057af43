"""Tokens kept, attempts shared, pauses between reads, and the rate window."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from escalator_tui.services.backoff import BUDGET, Backoff
from escalator_tui.services.errors import PermanentError, RetryableError
from escalator_tui.services.rate_window import RateWindow
from escalator_tui.services.single_flight import SingleFlight
from escalator_tui.services.tokens import TokenCache
from tests.services.fakes import Clock


def headers(remaining: int, reset: float, limit: int = 83) -> dict[str, str]:
    return {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(remaining), "X-RateLimit-Reset": str(int(reset))}


class Source:
    """Gives a new token each time."""

    def __init__(self, lifetime: float | None) -> None:
        self.lifetime, self.reads, self.clock = lifetime, 0, Clock()

    def __call__(self) -> tuple[str, float | None]:
        self.reads += 1
        return f"t{self.reads}", None if self.lifetime is None else self.clock.now + self.lifetime


def test_a_token_is_kept_until_five_minutes_before_it_expires() -> None:
    source = Source(3600)
    cache = TokenCache(source.clock)
    assert [cache.get(source), cache.get(source)] == ["t1", "t1"]
    source.clock.now += 3299
    assert cache.get(source) == "t1"
    source.clock.now += 2
    assert cache.get(source) == "t2"


def test_a_token_about_to_expire_is_not_read_for_every_call() -> None:
    source = Source(120)
    cache = TokenCache(source.clock)
    assert [cache.get(source) for _ in range(5)] == ["t1"] * 5


def test_a_refused_token_is_renewed_once_for_all_threads() -> None:
    source = Source(None)
    cache = TokenCache(source.clock)
    refused = cache.get(source)
    with ThreadPoolExecutor(8) as pool:
        renewed = set(pool.map(lambda _: cache.get(source, refused), range(8)))
    assert (renewed, source.reads) == ({"t2"}, 2)


def test_waiting_threads_share_the_result_and_the_failure() -> None:
    flight: SingleFlight[int] = SingleFlight()
    begun, release = threading.Event(), threading.Event()
    attempts: list[int] = []

    def work() -> int:
        attempts.append(1)
        begun.set()
        release.wait(10)
        raise PermanentError("no", service="scalekit")

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(flight.run, work)
        begun.wait(10)
        others = [pool.submit(flight.run, lambda: 5) for _ in range(3)]
        while any(not each.running() and not each.done() for each in others):
            pass
        threading.Timer(0.05, release.set).start()
        assert isinstance(first.exception(), PermanentError)
        outcomes = [each.exception() or each.result() for each in others]
    assert all(isinstance(each, PermanentError) or each == 5 for each in outcomes)
    assert len(attempts) == 1
    assert flight.run(lambda: 7) == 7


def test_pauses_grow_and_are_capped_and_jittered() -> None:
    clock = Clock()
    backoff = Backoff(clock, clock.sleep, random.Random(3))

    def fail() -> None:
        raise RetryableError("later", service="intercom")

    with pytest.raises(RetryableError):
        backoff.repeat(fail)
    assert len(clock.slept) == 3
    assert all(0 <= pause <= cap for pause, cap in zip(clock.slept, (1.0, 2.0, 4.0), strict=True))
    assert len(set(clock.slept)) == 3


def test_no_attempt_begins_when_the_time_is_up() -> None:
    clock = Clock()
    tried: list[float] = []

    def slow() -> None:
        tried.append(clock.now)
        clock.now += BUDGET / 2
        raise RetryableError("later", service="intercom", retry_after=1.0)

    with pytest.raises(RetryableError):
        Backoff(clock, clock.sleep, random.Random(3)).repeat(slow)
    assert len(tried) == 2


def test_the_window_counts_calls_on_their_way() -> None:
    clock = Clock()
    window = RateWindow(clock, random.Random(1))
    window.learn(headers(5, clock.now + 10))
    assert [window.take(write=False) > 0 for _ in range(4)] == [False, False, False, True]
    assert window.take(write=True) == 0.0
    window.learn(headers(4, clock.now + 10))
    assert window.take(write=False) >= 10


def test_writes_may_use_what_reads_leave() -> None:
    clock = Clock()
    window = RateWindow(clock, random.Random(1))
    window.learn(headers(1, clock.now + 10))
    assert (window.take(write=False) > 0, window.take(write=True), window.take(write=True) > 0) == (True, 0.0, True)


def test_a_tiny_limit_does_not_stop_reads_for_ever() -> None:
    clock = Clock()
    window = RateWindow(clock, random.Random(1))
    window.learn(headers(2, clock.now + 10, limit=2))
    assert window.take(write=False) == 0.0


def test_a_straggler_does_not_reopen_the_window_and_time_does() -> None:
    clock = Clock()
    window = RateWindow(clock, random.Random(1))
    window.learn(headers(0, clock.now + 10))
    window.learn(headers(80, clock.now - 1))
    assert window.take(write=True) > 0
    clock.now += 10
    assert window.take(write=True) == 0.0


@pytest.mark.parametrize("value", ["", "soon", "-1", "9" * 40, "٣"])
def test_odd_headers_are_ignored(value: str) -> None:
    window = RateWindow(Clock(), random.Random(1))
    window.learn({"X-RateLimit-Remaining": value, "X-RateLimit-Reset": value})
    assert window.take(write=False) == 0.0
