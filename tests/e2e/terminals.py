"""The app in a real terminal."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable

import pytest

from tests.e2e.runs import Workspace

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
PATIENCE = 20.0


class Terminal:
    """A tmux session with the app in it, on a server of its own."""

    def __init__(self, workspace: Workspace, columns: int, lines: int, *arguments: str) -> None:
        self._socket = f"escalator-{uuid.uuid4().hex[:8]}"
        environ = {
            **workspace.sandbox.env,
            "XDG_STATE_HOME": str(workspace.folder),
            "XDG_CONFIG_HOME": str(workspace.folder),
            "LC_ALL": "C.UTF-8",
            **workspace.environ,
        }
        command = ["env", *(f"{name}={value}" for name, value in environ.items()), sys.executable, "-m", "escalator_tui"]
        command += arguments
        size = ["-x", str(columns), "-y", str(lines)]
        self._tmux("new-session", "-d", "-s", "app", *size, "-c", str(workspace.folder), *command)

    def press(self, *keys: str) -> None:
        """Type, one key after the other, as a person does: a key right behind Escape would be another key."""
        for key in keys:
            self._tmux("send-keys", "-t", "app", key)
            time.sleep(0.5 if key == "Escape" else 0.1)

    def press_together(self, *keys: str) -> None:
        """Type faster than the screen follows."""
        self._tmux("send-keys", "-t", "app", *keys)

    def screen(self) -> str:
        """What is shown now, empty when the app has ended."""
        done = self._tmux("capture-pane", "-p", "-t", "app", check=False)
        return done.stdout if done.returncode == 0 else ""

    def until(self, *words: str) -> str:
        """Wait until all of these words are shown."""
        return self.wait(lambda shown: all(word in shown for word in words), f"waiting for {words}")

    def until_without(self, word: str) -> str:
        """Wait until a word is no longer shown."""
        return self.wait(lambda shown: bool(shown) and word not in shown, f"waiting for the end of {word!r}")

    def until_ended(self) -> None:
        """Wait until the app has ended."""
        self.wait(lambda shown: not shown, "waiting for the end")

    def close(self) -> None:
        """End it all."""
        self._tmux("kill-server", check=False)

    def wait(self, holds: Callable[[str], bool], what: str) -> str:
        """Wait until the screen is so; `what` says it for a failure."""
        until = time.monotonic() + PATIENCE
        while not holds(shown := self.screen()):
            if time.monotonic() > until:
                raise AssertionError(f"{what}:\n{shown}")
            time.sleep(0.05)
        return shown

    def _tmux(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        environ = {name: value for name, value in os.environ.items() if name != "TMUX"}
        return subprocess.run(
            ["tmux", "-L", self._socket, *arguments], capture_output=True, text=True, check=check, env=environ, timeout=20
        )
