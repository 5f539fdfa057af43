"""`escalator demo` without a terminal: one headless cycle against its own sandbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from escalator_tui.sandbox.process import SandboxProcess
from tests.e2e.runs import Workspace
from tests.e2e.terminals import Terminal, needs_tmux


def demo(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # A configuration of the lead's own must not reach the demo's services.
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "SLACK_CONNECTOR": "slack-sKf", "INTERCOM_BASE_URL": "http://127.0.0.1:9"}
    command = [sys.executable, "-m", "escalator_tui", "demo", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False
    )


def test_it_escalates_and_shows_what_arrived_and_leaves_nothing_behind(tmp_path: Path) -> None:
    done = demo(tmp_path)
    assert done.returncode == 0, done.stderr
    arrived = done.stdout.partition("In the sandbox now:")[2]
    for words in ("Linear    INF-", "Slack     #", "Intercom  note on conversation"):
        assert words in arrived
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_says_how_many_it_would_escalate(tmp_path: Path) -> None:
    done = demo(tmp_path, "--dry-run")
    would = done.stdout.count("would be escalated (dry run")
    assert would
    assert f"({would} of them would be escalated)" in done.stdout
    assert done.stdout.endswith("In the sandbox now:\n  nothing\n")


def test_as_json_it_prints_json_lines_only(tmp_path: Path) -> None:
    done = demo(tmp_path, "--json", "--dry-run")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[-1]["event"] == "summary"
    assert "dry_run" in {line.get("outcome") for line in lines}


@needs_tmux
def test_on_the_screen_something_fails_once_and_is_sent_again(sandbox: SandboxProcess, tmp_path: Path) -> None:
    terminal = Terminal(Workspace(sandbox, tmp_path), 120, 36, "demo")
    try:
        terminal.until("needs you", "live")
        for _ in range(2):
            terminal.press("e")
            terminal.until("nothing has been sent yet")
            terminal.press("y")
            terminal.until_without("nothing has been sent yet")
        terminal.press("/", *"state:failed", "Enter")
        terminal.until("1 of", "The demo refuses one note", "R now")
        terminal.press("R")
        terminal.until("✔ INF-")
    finally:
        terminal.close()
