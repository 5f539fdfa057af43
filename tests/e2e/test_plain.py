"""Plain mode as a process: scripted through a pipe, and typed into a simple terminal, against the sandbox."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from escalator_tui.sandbox.process import SandboxProcess
from tests.e2e.runs import Workspace

HOLD = "[delivery]\nhold_seconds = 1\nsettle_seconds = 0.2\n"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def workspace(sandbox: SandboxProcess, tmp_path: Path) -> Workspace:
    made = Workspace(sandbox, tmp_path)
    made.configure(HOLD)
    return made


def environment(workspace: Workspace) -> dict[str, str]:
    folders = {"XDG_STATE_HOME": str(workspace.folder / "state-home"), "XDG_CONFIG_HOME": str(workspace.folder)}
    plain = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}}
    return {**plain, **workspace.sandbox.env, **folders, "TERM": "dumb", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)}


def piped(workspace: Workspace, script: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "escalator_tui", "--plain", *options],
        cwd=workspace.folder,
        env=environment(workspace),
        input=script,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def test_a_session_through_a_pipe(workspace: Workspace) -> None:
    done = piped(workspace, "send 1\nyes\nwait\ndismiss 2 known already\nundo\nopen 2\nquit\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"1\. .*INF-\d+ #", done.stdout)
    assert "is dismissed, until something new happens." in done.stdout
    assert "the dismissal (known already)." in done.stdout
    ((_, many),) = workspace.effects()["issues"].items()
    assert many == 1
    assert all(len(counts) == 1 for name, counts in workspace.effects().items() if name != "tags")


def test_the_end_of_the_input_sends_nothing(workspace: Workspace) -> None:
    done = piped(workspace, "send 1\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Type yes to send: \n" in done.stdout
    assert not any(workspace.effects().values())


def test_a_script_that_turns_auto_mode_on_and_ends_hears_what_became_of_it(workspace: Workspace) -> None:
    done = piped(workspace, "auto on\nyes\n")
    assert "Auto mode ended with this session" in done.stderr
    assert done.returncode == ("That stays owed and goes out when Escalator runs again." in done.stderr)


def test_a_script_that_waits_for_auto_mode_hears_that_all_was_sent(workspace: Workspace) -> None:
    done = piped(workspace, "auto on\nyes\nwait\n")
    assert re.fullmatch("Sent: .*\\. Auto mode ended with this session\\.\n", done.stderr)
    assert done.returncode == 0


def test_no_command_of_a_pipe_is_taken_for_an_answer(workspace: Workspace) -> None:
    done = piped(workspace, "dismiss 2\nsend 1\ndismiss 3\nlist 1\nquit\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert [each in done.stdout for each in ("as in: dismiss 2 reason. Nothing was changed.", "as in: dismiss 3 reason.")] == [True, True]
    assert "Type yes to send: Nothing was sent.\n> dismiss 3\n" in done.stdout
    assert done.stdout.count("in the list.") == 2
    assert not any(workspace.effects().values())


def test_a_session_in_a_simple_terminal(workspace: Workspace) -> None:
    child = pexpect.spawn(
        sys.executable, ["-m", "escalator_tui", "--plain", "--read-only"], cwd=str(workspace.folder), env=environment(workspace),
        dimensions=(24, 80), timeout=40, encoding="utf-8",
    )  # fmt: skip
    child.logfile_read = heard = open(workspace.folder / "heard", "w+", encoding="utf-8")  # noqa: SIM115, PTH123
    child.expect_exact("> ")
    child.sendline("read 1")
    child.expect_exact("Score")
    child.expect_exact("> ")
    child.sendline("send 1")
    child.expect_exact("Read-only: nothing is decided here.")
    child.expect_exact("> ")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    heard.close()
    assert (child.exitstatus, child.signalstatus) == (0, None)
    told = (workspace.folder / "heard").read_text(encoding="utf-8")
    assert "\x1b" not in told
    assert not re.search(r"[─-▟]", told)


def test_an_uncertain_alert_that_is_withdrawn_stays_shown_until_somebody_says_that_it_is_not_there(workspace: Workspace) -> None:
    lost = {"kind": "drop_after", "service": "slack", "operation": "slack_send_rich_message", "count": 1}
    workspace.faults(lost, {"kind": "slack", "service": "slack", "operation": "slack_fetch_conversation_history", "error": "missing_scope"})
    done = piped(workspace, "send 1\nyes\nwait 20\nundo 1 yes\nwait 20\nretry 1 yes\nwait 20\nactivity undone\n")
    assert "may have arrived, and nobody can look." in done.stdout
    assert "Of that nothing is sent: Escalator looks again and takes back what it finds." in done.stdout
    undone = done.stdout.rpartition("activity undone")[2]
    assert [name in undone for name in ("Slack alert", "struck")] == [True, True], done.stdout
    assert done.returncode == 1
    done = piped(workspace, "missing 1\nactivity undone\n")
    assert "Recorded as not there" in done.stdout
    assert "Slack alert" not in done.stdout.rpartition("Recorded as not there")[2]
    assert (done.returncode, sum(workspace.effects()["alerts"].values())) == (0, 1)
