"""A process that is asked to end gives the terminal back, finishes what is being sent, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

from escalator_tui.app import finish
from escalator_tui.widgets.interruption import Interruption

from .desk import ScriptedDesk

PATIENCE = 40
ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys, time
from escalator_tui.app import run_app
from escalator_tui.config import Settings
from tests.app.desk import ScriptedDesk
from tests.app.story import morning

desk = ScriptedDesk({row.id: row for row in morning()})
desk.deliverer.in_flight = 2
stop = desk.deliverer.stop

def finish():
    time.sleep(0.2)
    stop()
    open(sys.argv[1], "w").write(f"stopped {desk.deliverer.stopped}")

desk.deliverer.stop = finish
sys.exit(run_app(desk, Settings()))
"""


def in_terminal(folder: Path, *arguments: str, **more: str) -> pexpect.spawn[str]:
    """Python in a terminal of its own, with its folders below `folder`."""
    environ = {
        **os.environ,
        "TMPDIR": str(folder),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CONFIG_HOME": str(folder),
        "TERM": "xterm-256color",
        "TEXTUAL_ANIMATIONS": "none",
        "PYTHONPATH": str(ROOT),
        **more,
    }
    return pexpect.spawn(
        sys.executable, list(arguments), cwd=str(folder), env=environ, dimensions=(24, 80), timeout=PATIENCE, encoding="utf-8"
    )


@pytest.fixture
def started(tmp_path: Path) -> pexpect.spawn[str]:
    """The app at a scripted desk, on which two deliveries are being sent."""
    child = in_terminal(tmp_path, "-c", PROGRAM, str(tmp_path / "told"))
    child.expect_exact("needs you")
    return child


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_restores_the_terminal_and_finishes_what_is_being_sent(
    started: pexpect.spawn[str], tmp_path: Path, number: signal.Signals
) -> None:
    started.kill(number)
    started.expect_exact("\x1b[?1049l")
    started.expect_exact("finishing 2 deliveries…")
    started.expect(pexpect.EOF)
    started.close()
    assert (started.exitstatus, started.signalstatus) == (130, None)
    assert (tmp_path / "told").read_text() == "stopped 1"


def test_a_terminal_that_is_closed_ends_the_app_too(started: pexpect.spawn[str], tmp_path: Path) -> None:
    assert started.pid
    os.close(started.fileno())
    _, status = os.waitpid(started.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 130
    assert (tmp_path / "told").read_text() == "stopped 1"


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds the sandbox through /proc")
def test_the_demo_takes_its_sandbox_and_its_folders_along(tmp_path: Path) -> None:
    child = in_terminal(tmp_path, "-m", "escalator_tui", "demo")
    child.expect_exact("AcmeCorp")
    sandboxes = Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text().split()
    assert [each.name for each in tmp_path.glob("escalator-*")]
    child.kill(signal.SIGTERM)
    child.expect_exact("\x1b[?1049l")
    child.expect(pexpect.EOF)
    child.close()
    assert (child.exitstatus, child.signalstatus) == (130, None)
    assert list(tmp_path.glob("escalator-*")) == []
    assert sandboxes
    assert not [each for each in sandboxes if Path(f"/proc/{each}").exists()]


def test_a_signal_before_the_app_runs_is_not_lost() -> None:
    asked: list[str] = []
    interruption = Interruption()
    with interruption.caught():
        os.kill(os.getpid(), signal.SIGTERM)
        interruption.heed(lambda: asked.append("leave"))
        interruption.heed(None)
        os.kill(os.getpid(), signal.SIGHUP)
    assert asked == ["leave"]
    assert interruption.came


def test_what_the_process_was_started_to_ignore_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        interruption = Interruption()
        with interruption.caught():
            os.kill(os.getpid(), signal.SIGHUP)
        assert not interruption.came
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize(("many", "told"), [(0, ""), (1, "finishing 1 delivery…\n"), (2, "finishing 2 deliveries…\n")])
def test_leaving_says_what_it_waits_for(desk: ScriptedDesk, capsys: pytest.CaptureFixture[str], many: int, told: str) -> None:
    desk.deliverer.in_flight = many
    finish(desk)
    assert capsys.readouterr().err == told
    assert desk.deliverer.stopped == 1


def test_a_hang_up_leaves_nobody_to_tell(desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: str) -> int:
        raise OSError(5, "Input/output error")

    write: Callable[[str], int] = gone
    desk.deliverer.in_flight = 1
    monkeypatch.setattr(sys.stderr, "write", write)
    finish(desk)
    assert desk.deliverer.stopped == 1
