"""The terminal app in a real terminal (tmux), against the sandbox: a whole session of a lead."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from escalator_tui.sandbox.process import SandboxProcess
from tests.e2e.runs import Workspace
from tests.e2e.terminals import Terminal, needs_tmux

pytestmark = needs_tmux

HOLD = "[delivery]\nhold_seconds = 1\nsettle_seconds = 0.2\n"


@pytest.fixture
def workspace(sandbox: SandboxProcess, tmp_path: Path) -> Workspace:
    made = Workspace(sandbox, tmp_path)
    made.configure(HOLD)
    return made


@pytest.fixture(params=[(80, 24), (160, 45)], ids=["80x24", "160x45"])
def terminal(workspace: Workspace, request: pytest.FixtureRequest) -> Iterator[Terminal]:
    columns, lines = request.param
    made = Terminal(workspace, columns, lines)
    yield made
    made.close()


def test_a_session_from_the_first_row_to_the_last_key(terminal: Terminal, workspace: Workspace) -> None:
    terminal.until("SCORE", "AcmeCorp", "needs you", "live")

    terminal.press("/")
    terminal.press(*"third")
    terminal.press("Enter")
    terminal.until("Third time")
    terminal.until_without("Globex")

    terminal.press("Enter")
    terminal.until("manager")
    terminal.press("Escape")

    terminal.press("P")
    terminal.until("P1")
    terminal.press("p")
    terminal.until("P0")

    terminal.press("e")
    terminal.until("[Escalation] AcmeCorp", "nothing has been sent yet")
    terminal.press("Enter")
    time.sleep(0.5)
    assert not any(workspace.effects().values())
    terminal.until("SCORE")

    terminal.press("e")
    terminal.until("[Escalation] AcmeCorp", "nothing has been sent yet")
    terminal.press("y")
    terminal.until("INF-")
    (escalated,) = workspace.effects()["issues"]
    assert all(counts == {escalated: 1} for counts in workspace.effects().values())

    terminal.press("/")
    terminal.press("C-u")
    terminal.press(*"exports")
    terminal.press("Enter")
    terminal.until("Exports have been")
    terminal.press("d")
    terminal.until("reason")
    terminal.press("Enter")
    terminal.until("dismissed")
    terminal.press("u")
    terminal.until("needs you")

    terminal.press("q")
    terminal.until_ended()
    assert sum(workspace.effects()["issues"].values()) == 1
