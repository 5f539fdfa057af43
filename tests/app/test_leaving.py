"""A process that is asked to end gives the terminal back, says what it cut off, and leaves nothing behind."""

from __future__ import annotations

import errno
import io
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pexpect
import pytest
from textual.drivers._writer_thread import MAX_QUEUED_WRITES, WriterThread
from textual.drivers.headless_driver import HeadlessDriver

from escalator_tui.config import Settings
from escalator_tui.model.errors import DecisionError
from escalator_tui.model.kinds import RowState
from escalator_tui.running import is_terminal_gone
from escalator_tui.session.crash import threads_reported
from escalator_tui.session.interruption import Interruption
from escalator_tui.session.leaving import cut_off, owed, tell_of_owed
from escalator_tui.session.proposal import Proposal
from escalator_tui.session.session import Session

from .conftest import Open, toasts, until
from .desk import ScriptedDesk
from .story import row

PATIENCE = 40
ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys, time
from escalator_tui.running import run_app
from escalator_tui.config import Settings
from tests.app.desk import ScriptedDesk
from tests.app.story import morning

desk = ScriptedDesk({row.id: row for row in morning()})
desk.deliverer.in_flight = 2
stop = desk.deliverer.stop

def finish(within):
    time.sleep(within)
    stop()
    open(sys.argv[1], "w").write(f"stopped {desk.deliverer.stopped}")

desk.deliverer.stop = finish
sys.exit(run_app(desk, Settings()))
"""


def in_terminal(folder: Path, *arguments: str, program: str = sys.executable, **more: str) -> pexpect.spawn[str]:
    """Python, or another program, in a terminal of its own, with its folders below `folder`."""
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
    return pexpect.spawn(program, list(arguments), cwd=str(folder), env=environ, dimensions=(24, 80), timeout=PATIENCE, encoding="utf-8")


@pytest.fixture
def started(tmp_path: Path) -> pexpect.spawn[str]:
    """The app at a scripted desk, on which two deliveries are being sent."""
    child = in_terminal(tmp_path, "-c", PROGRAM, str(tmp_path / "told"))
    child.expect_exact("needs you")
    return child


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_restores_the_terminal_and_says_what_it_cut_off(
    started: pexpect.spawn[str], tmp_path: Path, number: signal.Signals
) -> None:
    started.kill(number)
    started.expect_exact("\x1b[?1049l")
    started.expect_exact("2 deliveries were still being sent. The next start looks whether each arrived")
    started.expect(pexpect.EOF)
    started.close()
    assert (started.exitstatus, started.signalstatus) == (130, None)
    assert (tmp_path / "told").read_text() == "stopped 1"


@pytest.mark.parametrize("hung_up", [True, False], ids=["SIGHUP", "nohup"])
def test_a_terminal_that_is_closed_ends_the_app_with_its_work_saved_and_no_report(tmp_path: Path, hung_up: bool) -> None:
    ignore = "" if hung_up else "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    child = in_terminal(tmp_path, "-c", f"{ignore}{PROGRAM}", str(tmp_path / "told"))
    child.expect_exact("needs you")
    assert child.pid
    os.close(child.fileno())
    deadline, ended, status = time.monotonic() + PATIENCE, 0, 0
    while not ended and time.monotonic() < deadline:
        ended, status = os.waitpid(child.pid, os.WNOHANG)
        time.sleep(0.05)
    if not ended:
        os.kill(child.pid, signal.SIGKILL)
    assert (ended, os.waitstatus_to_exitcode(status)) == (child.pid, 130)
    assert (tmp_path / "told").read_text() == "stopped 1"
    assert [each.name for each in (tmp_path / "state").rglob("*.*") if each.is_file()] == ["session.json"]


class Closed(io.StringIO):
    """A terminal that takes nothing."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def write(self, _text: str) -> int:
        """Raise the error."""
        raise self._error


@pytest.mark.parametrize(
    ("error", "is_reported"),
    [
        (OSError(errno.EIO, "gone"), False),
        (BrokenPipeError(errno.EPIPE, "gone"), False),
        (BlockingIOError(errno.EAGAIN, "not now"), True),
        (ValueError("no text"), True),
    ],
)
def test_the_app_leaves_whatever_ended_its_drawing_and_only_a_terminal_that_is_gone_is_no_fault(
    tmp_path: Path, error: Exception, *, is_reported: bool
) -> None:
    interruption, writer = Interruption(), WriterThread(Closed(error))
    with interruption.caught(), threads_reported(lambda died: is_terminal_gone(died, interruption)):
        writer.start()
        for _ in range(3 * MAX_QUEUED_WRITES):
            writer.write("drawn")
        writer.stop()
        assert interruption.came
    assert bool(list(tmp_path.rglob("crash-*.txt"))) is is_reported


@pytest.mark.parametrize("kind", ["dumb", ""])
@pytest.mark.parametrize("command", [[], ["demo"]])
def test_a_terminal_that_cannot_draw_is_told_what_works_there(tmp_path: Path, kind: str, command: list[str]) -> None:
    names = (
        "SCALEKIT_ENV_URL",
        "SCALEKIT_CLIENT_ID",
        "SCALEKIT_CLIENT_SECRET",
        "INTERCOM_USER",
        "LINEAR_USER",
        "SLACK_USER",
        "LINEAR_TEAM_ID",
    )
    child = in_terminal(tmp_path, "-m", "escalator_tui", *command, TERM=kind, **dict.fromkeys(names, "http://127.0.0.1:9"))
    child.expect(pexpect.EOF)
    child.close()
    said = "TERM is dumb" if kind else "TERM is not set"
    works = " ".join(["escalator", *command, "--plain"])
    assert (child.before or "").strip() == f"escalator: This terminal cannot draw the app ({said}), but `{works}` works in it"
    assert child.exitstatus == 2
    assert not list(tmp_path.iterdir())


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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_demo_is_ended_while_its_sandbox_starts(tmp_path: Path, number: signal.Signals) -> None:
    child = in_terminal(tmp_path, "-m", "escalator_tui", "demo")
    until = time.monotonic() + PATIENCE
    while not list(tmp_path.glob("escalator-demo-*/owner")):
        assert time.monotonic() < until, "it never began"
    child.kill(number)
    child.expect(pexpect.EOF)
    child.close()
    assert (child.exitstatus, child.signalstatus) == (130, None)
    assert "Traceback" not in (child.before or "")
    assert not list(tmp_path.glob("escalator-demo-*"))
    while list(tmp_path.glob("escalator-*")):  # a sandbox just begun ends by itself, when it finds that its parent did
        assert time.monotonic() < until, "its sandbox left something behind"


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


@pytest.fixture
def session(desk: ScriptedDesk) -> Session:
    """A session that has not begun."""
    return Session(desk=desk, settings=Settings(), actor="lea", ring=lambda: None, hand_back=lambda call: call())


@pytest.mark.parametrize(
    ("many", "told"),
    [
        (0, ""),
        (1, "1 delivery was still being sent. The next start looks whether it arrived, and sends what did not.\n"),
        (2, "2 deliveries were still being sent. The next start looks whether each arrived, and sends what did not.\n"),
    ],
)
def test_leaving_says_what_it_cut_off(
    session: Session, desk: ScriptedDesk, capsys: pytest.CaptureFixture[str], many: int, told: str
) -> None:
    desk.deliverer.in_flight = many
    cut_off(session)
    assert capsys.readouterr().err == told
    assert desk.deliverer.stopped == 1


def test_leaving_a_demo_promises_nothing_of_a_next_start(session: Session, desk: ScriptedDesk, capsys: pytest.CaptureFixture[str]) -> None:
    locked = threading.Event()
    session.is_demo = True
    session.decisions.submit(lambda: locked.wait(PATIENCE), lambda _: None, lambda _: None)
    desk.deliverer.in_flight = 1
    cut_off(session)
    assert capsys.readouterr().err.splitlines() == [
        "1 decision was still being written. That is lost with the demo.",
        "1 delivery was still being sent. That is lost with the demo.",
    ]
    locked.set()


def test_leaving_lets_a_decision_be_written_and_waits_for_no_service(session: Session, desk: ScriptedDesk) -> None:
    never, written = threading.Event(), threading.Event()
    session.reads.submit(lambda: never.wait(PATIENCE), lambda _: None, lambda _: None)
    session.decisions.submit(written.set, lambda _: None, lambda _: None)
    cut_off(session)
    assert written.is_set()
    assert session.reads.pending == 1
    never.set()


@pytest.mark.parametrize(
    ("many", "told"),
    [
        (1, "1 decision was still being written. The queue shows at the next start whether it is there.\n"),
        (2, "2 decisions were still being written. The queue shows at the next start whether each is there.\n"),
    ],
)
def test_leaving_says_that_a_decision_may_be_lost(session: Session, capsys: pytest.CaptureFixture[str], many: int, told: str) -> None:
    locked = threading.Event()
    for _ in range(many):
        session.decisions.submit(lambda: locked.wait(PATIENCE), lambda _: None, lambda _: None)
    cut_off(session)
    assert capsys.readouterr().err == told
    locked.set()


def test_leaving_names_what_was_approved_and_is_not_confirmed(
    session: Session, desk: ScriptedDesk, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [desk.book["101"], desk.book["102"]]
    first, _ = session.approvals.begin([Proposal(desk.draft(row.id)) for row in rows], rows)
    first.confirming = True
    assert session.leaving_drops() == "1 approval is being checked before it is confirmed"
    cut_off(session)
    assert capsys.readouterr().err == "Globex was approved and not confirmed yet: nothing of that was sent.\n"


def test_leaving_names_what_came_back_unsent(session: Session, desk: ScriptedDesk, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [desk.book["101"], desk.book["102"]]
    proposals = [Proposal(desk.draft(each.id)) for each in rows]
    for each in session.approvals.begin(proposals, rows):
        each.refusal = DecisionError("the conversation changed")
    cut_off(session)
    assert capsys.readouterr().err == "2 conversations were approved and came back: nothing of that was sent.\n"


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ([RowState.ESCALATED], []),
        ([RowState.HELD], ["1 escalation had not left completely. The next start sends what is owed."]),
        (
            [RowState.HELD, RowState.SENDING, RowState.UNCERTAIN],
            [
                "1 escalation was not sent completely. The queue says why at the next start.",
                "2 escalations had not left completely. The next start sends what is owed.",
            ],
        ),
    ],
)
def test_an_end_with_something_owed_says_what(
    session: Session, desk: ScriptedDesk, capsys: pytest.CaptureFixture[str], states: list[RowState], told: list[str]
) -> None:
    desk.book = {str(at): row(str(at), state=state) for at, state in enumerate(states)}
    session.queue.apply(desk.rows())
    assert tell_of_owed(session) is bool(told)
    assert capsys.readouterr().err.splitlines() == told


def test_what_was_cut_off_is_not_told_twice(session: Session, desk: ScriptedDesk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.book = {"1": row("1", state=RowState.SENDING)}
    session.queue.apply(desk.rows())
    desk.deliverer.in_flight = 1
    cut_off(session)
    assert tell_of_owed(session)
    assert len(capsys.readouterr().err.splitlines()) == 1


async def test_a_tick_after_the_last_screen_ends_nothing(open_app: Open) -> None:
    async with open_app() as (app, _):
        stack = app._screen_stacks[app._current_mode]
        kept = stack[:]
        stack.clear()
        app._tick()
        stack[:] = kept
        assert app.is_running
        assert app.return_code is None


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs a shell with job control")
def test_ctrl_z_gives_the_terminal_back_and_fg_draws_again(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.replace("in_flight = 2", "in_flight = 0"))
    shell = in_terminal(tmp_path, "--norc", "-i", program="bash")
    shell.sendline(f"{sys.executable} {program} {tmp_path / 'told'}")
    shell.expect_exact("needs you")
    shell.send("\x1a")
    shell.expect_exact("\x1b[?1049l")
    shell.expect_exact("Stopped")
    shell.sendline("fg")
    shell.expect_exact("\x1b[?1049h")
    shell.expect_exact("needs you")
    shell.send("q")
    shell.expect_exact("\x1b[?1049l")
    shell.sendline("echo ended $?.")
    shell.expect_exact("ended 1.")
    shell.sendline("exit")
    shell.expect(pexpect.EOF)
    shell.close()


def test_what_no_shell_could_go_on_with_is_not_suspended(tmp_path: Path) -> None:
    child = in_terminal(tmp_path, "-c", PROGRAM.replace("in_flight = 2", "in_flight = 0"), str(tmp_path / "told"))
    child.expect_exact("needs you")
    child.send("\x1a")
    child.expect_exact("Not suspended")
    child.send("q")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 1


def test_a_hang_up_leaves_nobody_to_tell(session: Session, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: str) -> int:
        raise OSError(5, "Input/output error")

    write: Callable[[str], int] = gone
    desk.deliverer.in_flight = 1
    monkeypatch.setattr(sys.stderr, "write", write)
    cut_off(session)
    assert desk.deliverer.stopped == 1


@pytest.mark.parametrize("key", ["enter", "A", "escape"])
async def test_a_tick_on_a_screen_that_is_being_taken_down_ends_nothing(open_app: Open, key: str) -> None:
    async with open_app() as (app, pilot):
        await pilot.press(key)
        await app.screen.query("#status, #notice, #keys").remove()
        app._tick()
        app._refresh_views(queue=True)
        assert not app.screen.query("#status")


def test_what_arrived_since_the_last_look_is_not_owed(session: Session, desk: ScriptedDesk) -> None:
    desk.book = {"1": row("1", "Late", state=RowState.SENDING)}
    session.queue.apply(desk.rows())
    assert owed(session)
    desk.book["1"] = replace(desk.book["1"], state=RowState.ESCALATED)
    assert not owed(session)


def test_what_the_poller_found_last_is_owed(session: Session, desk: ScriptedDesk) -> None:
    desk.book = {"1": row("1", "Quiet", state=RowState.WATCHING)}
    session.queue.apply(desk.rows())
    desk.put(replace(desk.book["1"], state=RowState.FAILED))
    session.poller.start()
    until = time.monotonic() + PATIENCE
    while not desk.polls:
        assert time.monotonic() < until, "it never looked"
    session.poller.join()
    assert owed(session)


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system knows no hang-up")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_what_cannot_leave_after_a_signal_is_ended(number: signal.Signals) -> None:
    program = """
import signal, threading
from escalator_tui.session.interruption import Interruption
signal.signal(signal.SIGHUP, signal.SIG_DFL)
with Interruption(grace=0.1).caught():
    print("ready", flush=True)
    threading.Lock().acquire() and threading.Event().wait()
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        try:
            assert process.wait(10) == 130
        finally:
            process.kill()


async def test_nothing_is_suspended_while_it_is_sent_or_written(
    open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[int] = []
    monkeypatch.setattr("textual.app.os.kill", lambda _, signal: stopped.append(signal))
    monkeypatch.setattr(HeadlessDriver, "can_suspend", True)
    monkeypatch.setattr("escalator_tui.session.session.has_job_control", lambda: True)
    async with open_app() as (app, pilot):
        desk.deliverer.in_flight = 2
        await pilot.press("ctrl+z")
        assert toasts(app) == "Not suspended: 2 deliveries are being sent. Again in a moment"
        desk.deliverer.in_flight = 0
        app.session.decisions.submit(lambda: desk.reading.wait(5), lambda _: None, lambda _: None)
        desk.reading.clear()
        await pilot.press("ctrl+z")
        assert toasts(app) == "Not suspended: 1 decision is being written. Again in a moment"
        desk.reading.set()
        await until(pilot, lambda: app.session.decisions.pending == 0)
        assert stopped == []
        await pilot.press("ctrl+z")
        assert stopped == [signal.SIGTSTP]
