"""The headless agent over a ledger that is away for a while."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from escalator_tui.agent.cycle import Agent
from escalator_tui.headless import Headless, Options, _Drain
from escalator_tui.model.draft import PollReport
from escalator_tui.model.errors import LedgerDownError, LedgerError
from escalator_tui.model.row import Row
from tests.agent.bench import Bench

ANGRY = "<p>This is unacceptable, I want to speak to a manager.</p>"


class Away:
    """An agent whose ledger fails so often, at each of the steps that a cycle takes."""

    def __init__(self, agent: Agent, step: str, times: int, error: LedgerError) -> None:
        self._agent, self._step, self._left, self._error = agent, step, times, error

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._agent, name)
        return self._failing(found) if name == self._step else found

    def _failing(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **named: Any) -> Any:
            if self._left:
                self._left -= 1
                raise self._error
            return work(*arguments, **named)

        return step


def cycle(agent: object, *, drain: float = 20.0) -> tuple[int, list[dict[str, Any]], str]:
    """The exit code, the JSON lines and what was said on stderr."""
    out, err = io.StringIO(), io.StringIO()
    options = Options(drain=drain, as_json=True)
    headless = Headless(cast("Agent", agent), options, check=list, stop=threading.Event(), out=out, err=err)
    code = headless.run()
    return code, [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


@pytest.mark.parametrize("step", ["poll", "rows", "auto_decide"])
def test_a_ledger_that_comes_back_in_time_ends_nothing(bench: Bench, step: str) -> None:
    one = bench.add(body=ANGRY)
    agent = bench.agent()
    code, lines, err = cycle(Away(agent, step, 2, LedgerDownError("The ledger is away")))
    agent.deliverer.stop()
    assert (code, err) == (0, "")
    assert [(line["event"], line.get("outcome")) for line in lines] == [("conversation", "escalated"), ("summary", None)]
    assert len(bench.ask("GET", "effects")["issues"]) == 1
    assert lines[0]["id"] == one


def test_a_ledger_that_stays_away_is_an_outage(bench: Bench) -> None:
    bench.add(body=ANGRY)
    agent = bench.agent()
    with pytest.raises(LedgerDownError):
        cycle(Away(agent, "rows", 1_000, LedgerDownError("The ledger is away")), drain=1.0)
    agent.deliverer.stop()


def test_a_ledger_that_is_broken_meanwhile_is_no_usage_error(bench: Bench) -> None:
    bench.add(body=ANGRY)
    agent = bench.agent()
    code, _, err = cycle(Away(agent, "rows", 1, LedgerError("The disk is full", cure="Free some space.")))
    agent.deliverer.stop()
    assert (code, err) == (1, "escalator: The disk is full. Free some space.\n")


def test_rows_told_once_are_not_told_again(bench: Bench) -> None:
    bench.add(body=ANGRY)
    agent = bench.agent()
    rows: list[list[Row]] = []

    class Once(Away):
        def poll(self, **named: Any) -> PollReport:
            return agent.poll(**named)

        def rows(self) -> list[Row]:
            rows.append(agent.rows())
            if len(rows) == 2:
                raise LedgerDownError("The ledger is away")
            return rows[-1]

    _, lines, _ = cycle(Once(agent, "", 0, LedgerError("")))
    agent.deliverer.stop()
    assert [line["event"] for line in lines] == ["conversation", "summary"]
    assert len(rows) == 3


class Late:
    """Steps over a clock that only they and the pauses move."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, drain: float) -> None:
        self.now, self.stop = 0.0, threading.Event()
        monkeypatch.setattr(self.stop, "wait", self.sleep)
        out = io.StringIO()
        options = Options(drain=drain)
        agent = cast("Agent", None)
        self._headless = Headless(agent, options, check=list, stop=self.stop, out=out, err=out, monotonic=lambda: self.now)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def step(self, *, away_from: float, for_seconds: float) -> None:
        """A step that ends after the ledger was away so long."""

        def work() -> None:
            self.now = max(self.now, away_from)
            if self.now < away_from + for_seconds:
                raise LedgerDownError("The ledger is away")

        self._headless._patiently(work)


def test_each_step_has_its_patience_from_its_first_failure_on(monkeypatch: pytest.MonkeyPatch) -> None:
    late = Late(monkeypatch, drain=20.0)
    late.step(away_from=19.0, for_seconds=15.0)
    late.step(away_from=500.0, for_seconds=15.0)
    with pytest.raises(LedgerDownError):
        late.step(away_from=600.0, for_seconds=25.0)


def test_without_any_time_for_deliveries_a_moment_is_still_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    late = Late(monkeypatch, drain=0.0)
    late.step(away_from=1.0, for_seconds=3.0)
    with pytest.raises(LedgerDownError):
        late.step(away_from=10.0, for_seconds=6.0)


def test_a_drain_that_is_repeated_takes_what_is_left_of_its_time() -> None:
    given: list[float] = []
    now = 0.0

    class Deliverer:
        def drain(self, seconds: float, *, stop: threading.Event) -> None:
            nonlocal now
            given.append(seconds)
            now += min(seconds, 15.0)
            raise LedgerDownError("The ledger is away")

    drain = _Drain(cast("Agent", SimpleNamespace(deliverer=Deliverer())), 40.0, threading.Event(), lambda: now)
    for keep in (20.0, 20.0, 0.0, 0.0, 0.0):
        with pytest.raises(LedgerDownError):
            drain(keep=keep)
    assert given == [20.0, 5.0, 20.0, 5.0, 0.0]
