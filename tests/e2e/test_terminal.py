"""The terminal app in a real terminal (tmux), against the sandbox: a whole session of a lead."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from escalator_tui.sandbox.process import SandboxProcess
from tests.e2e.runs import Workspace

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")

PATIENCE = 20.0
HOLD = "[delivery]\nhold_seconds = 1\nsettle_seconds = 0.2\n"


class Terminal:
    """A tmux session with the app in it, on a server of its own."""

    def __init__(self, workspace: Workspace, columns: int, lines: int) -> None:
        self._socket = f"escalator-{uuid.uuid4().hex[:8]}"
        environ = {
            **workspace.sandbox.env,
            "XDG_STATE_HOME": str(workspace.folder),
            "XDG_CONFIG_HOME": str(workspace.folder),
            "LC_ALL": "C.UTF-8",
        }
        command = ["env", *(f"{name}={value}" for name, value in environ.items()), sys.executable, "-m", "escalator_tui"]
        size = ["-x", str(columns), "-y", str(lines)]
        self._tmux("new-session", "-d", "-s", "app", *size, "-c", str(workspace.folder), *command)

    def press(self, *keys: str) -> None:
        """Type, one key after the other, as a person does: a key right behind Escape would be another key."""
        for key in keys:
            self._tmux("send-keys", "-t", "app", key)
            time.sleep(0.5 if key == "Escape" else 0.1)

    def screen(self) -> str:
        """What is shown now, empty when the app has ended."""
        done = self._tmux("capture-pane", "-p", "-t", "app", check=False)
        return done.stdout if done.returncode == 0 else ""

    def until(self, *words: str) -> str:
        """Wait until all of these words are shown."""
        return self._wait(lambda shown: all(word in shown for word in words), f"waiting for {words}")

    def until_without(self, word: str) -> str:
        """Wait until a word is no longer shown."""
        return self._wait(lambda shown: bool(shown) and word not in shown, f"waiting for the end of {word!r}")

    def until_ended(self) -> None:
        """Wait until the app has ended."""
        self._wait(lambda shown: not shown, "waiting for the end")

    def close(self) -> None:
        """End it all."""
        self._tmux("kill-server", check=False)

    def _wait(self, holds: Callable[[str], bool], what: str) -> str:
        until = time.monotonic() + PATIENCE
        while not holds(shown := self.screen()):
            if time.monotonic() > until:
                raise AssertionError(f"{what}:\n{shown}")
            time.sleep(0.1)
        return shown

    def _tmux(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        environ = {name: value for name, value in os.environ.items() if name != "TMUX"}
        return subprocess.run(
            ["tmux", "-L", self._socket, *arguments], capture_output=True, text=True, check=check, env=environ, timeout=20
        )


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
