"""Reading what was hinted at: together, again when it failed, and no longer than asked for."""

from __future__ import annotations

import io
import json
import random
import threading
from collections.abc import Iterable
from typing import cast

import pytest

from escalator_tui.agent.cycle import Agent
from escalator_tui.agent.watch import Look
from escalator_tui.model.errors import LedgerDownError
from escalator_tui.webhook.hints import Hints, Reader
from tests.agent.bench import Bench


class Reading:
    """A reader in a thread, and what it says."""

    def __init__(self, agent: Agent, rng: random.Random | None = None) -> None:
        self.hints, self.out, self.err = Hints(), io.StringIO(), io.StringIO()
        self.stop = threading.Event()
        rng = rng or random.Random(1)
        self._reader = Reader(agent, self.hints, as_json=True, stop=self.stop, out=self.out, err=self.err, rng=rng)
        self._thread = threading.Thread(target=self._reader.run)

    def __enter__(self) -> Reading:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.hints.end()
        self._thread.join(10)
        assert not self._thread.is_alive()

    def lines(self, number: int) -> list[dict[str, object]]:
        """Wait for so many lines of output."""
        for _ in range(500):
            if self.out.getvalue().count("\n") >= number:
                break
            threading.Event().wait(0.02)
        return [json.loads(line) for line in self.out.getvalue().splitlines()]


def test_many_hints_on_one_conversation_are_one_reading(bench: Bench) -> None:
    one = bench.add(body="<p>This is unacceptable, I want to speak to a manager.</p>")
    bench.calls()
    reading = Reading(bench.agent())
    reading.hints.add([one, one])
    reading.hints.add([one])
    with reading:
        (line,) = reading.lines(1)
    assert (line["event"], line["id"], line["escalate"], line["state"]) == ("read", one, True, "needs decision")
    assert bench.calls().count(f"GET /conversations/{one}") == 1


def test_what_cannot_be_read_is_read_later_and_said(bench: Bench) -> None:
    one, other = bench.add(), bench.add(email="b@x.example")
    refused = {"kind": "http", "status": 400, "service": "intercom", "operation": f"GET /conversations/{one}", "count": 1}
    bench.ask("POST", "faults", refused)
    with Reading(bench.agent()) as reading:
        reading.hints.add([one, other])
        lines = reading.lines(2)
    assert [line["id"] for line in lines] == [other, one]
    assert f"conversation {one} could not be read and will be tried again" in reading.err.getvalue()


def test_a_conversation_that_is_gone_is_not_told_of_and_not_asked_for_again(bench: Bench) -> None:
    one = bench.add()
    bench.look()
    bench.ask("POST", "world", {"do": "delete", "id": one})
    other = bench.add(email="b@x.example")
    with Reading(bench.agent()) as reading:
        reading.hints.add([one, other])
        lines = reading.lines(1)
    assert [line["id"] for line in lines] == [other]
    assert reading.err.getvalue() == ""
    assert [each.conversation.id for each in bench.ledger.open_records()] == [other]


class _DownAtFirst:
    """An agent whose ledger does not answer the first two times."""

    def __init__(self) -> None:
        self.asked: list[set[str]] = []
        self.third = threading.Event()

    def read(self, ids: Iterable[str]) -> object:
        self.asked.append(set(ids))
        if len(self.asked) == 3:
            self.third.set()
        raise LedgerDownError("The ledger does not answer")


def test_hints_outlive_a_ledger_that_does_not_answer() -> None:
    agent = _DownAtFirst()
    with Reading(cast("Agent", agent)) as reading:
        reading.hints.add(["1", "2"])
        assert agent.third.wait(15)
    assert agent.asked[:3] == [{"1", "2"}] * 3
    assert "2 conversations could not be read" in reading.err.getvalue()


def test_nothing_is_promised_after_the_end_was_asked_for() -> None:
    agent = _OneUnreadable()
    with Reading(cast("Agent", agent)) as reading:
        reading.stop.set()
        reading.hints.add(["9"])
        assert agent.told.wait(5)
    assert reading.err.getvalue() == ""


def test_the_end_does_not_wait_for_the_next_attempt() -> None:
    agent = _DownAtFirst()
    with Reading(cast("Agent", agent)) as reading:
        reading.hints.add(["1"])
        assert agent.third.wait(15)
    assert len(agent.asked) == 3


class _OneUnreadable:
    """An agent that can read every conversation but "9"."""

    def __init__(self) -> None:
        self.asked: list[set[str]] = []
        self.told = threading.Event()

    def read(self, ids: Iterable[str]) -> Look:
        self.asked.append(set(ids))
        self.told.set()
        return Look(0.0, False, 0, unread=("9",) if "9" in self.asked[-1] else (), problem=LedgerDownError("No"))

    def row(self, _conversation_id: str) -> None:
        return None


def test_what_cannot_be_read_holds_up_nothing_else() -> None:
    agent = _OneUnreadable()
    with Reading(cast("Agent", agent), rng=_Slow()) as reading:
        for each in ("9", "1", "2"):
            agent.told.clear()
            reading.hints.add([each])
            assert agent.told.wait(5)
    assert agent.asked == [{"9"}, {"1"}, {"2"}]


class _Slow(random.Random):
    """Makes every pause the longest."""

    def uniform(self, _a: float, _b: float) -> float:
        return 1_000.0


def test_each_waits_for_its_own_time_and_a_new_hint_is_read_at_once() -> None:
    now = 0.0
    hints = Hints(lambda: now)
    hints.postpone(["1"], 10.0)
    hints.postpone(["2"], 20.0)
    hints.add(["3"])
    assert hints.take() == {"3"}
    now = 10.0
    assert hints.take() == {"1"}
    hints.add(["2"])
    assert hints.take() == {"2"}
    now = 30.0
    hints.add(["4"])
    assert hints.take() == {"4"}, "what was read is not read again at its time"


class _Stumbling:
    """An agent that stumbles over "9", saying what the customer wrote."""

    def __init__(self) -> None:
        self.read_at_last = threading.Event()

    def read(self, ids: Iterable[str]) -> Look:
        wanted = set(ids)
        if "9" in wanted:
            raise ValueError("my password is tulip")
        if wanted >= {"1"}:
            self.read_at_last.set()
        return Look(0.0, False, 0)


def test_what_nobody_expected_ends_nothing_and_says_no_more_than_its_kind(caplog: pytest.LogCaptureFixture) -> None:
    agent = _Stumbling()
    with Reading(cast("Agent", agent)) as reading:
        reading.hints.add(["1", "9"])
        assert agent.read_at_last.wait(10)
    assert "2 conversations could not be read: ValueError" in caplog.text
    assert "tulip" not in caplog.text + reading.err.getvalue()
