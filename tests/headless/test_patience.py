"""The headless agent over a ledger that is away for a while."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from escalator_tui.agent.cycle import Agent
from escalator_tui.headless import Headless, Options
from escalator_tui.model.draft import PollReport
from escalator_tui.model.errors import LedgerDownError, LedgerError
from escalator_tui.model.row import Row
from escalator_tui.sandbox.process import SandboxProcess
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


@pytest.fixture
def bench(certificates: Path, tmp_path: Path) -> Any:
    with SandboxProcess(world="empty", cert_dir=certificates) as sandbox:
        made = Bench(sandbox, tmp_path)
        yield made
        made.close()


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
