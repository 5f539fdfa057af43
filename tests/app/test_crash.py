"""A bug ends the app with one sentence and a file that gives nothing away."""

from __future__ import annotations

import io
import logging
import os
import threading
from pathlib import Path
from typing import NoReturn

import pytest
from textual.worker import WorkerFailed

from escalator_tui import app as app_module
from escalator_tui.config import Settings
from escalator_tui.model.kinds import RowState
from escalator_tui.running import run_app
from escalator_tui.session import crash
from escalator_tui.session.crash import KEPT, RedactedFormatter, render_report, threads_reported, write_report

from .conftest import Open, toasts, until
from .desk import ScriptedDesk
from .story import escalated, row


def fail(secret: str) -> NoReturn:
    """An error whose message, argument and cause hold what must not be told."""
    token = f"xoxb-{secret}"
    try:
        os.environ[token]
    except KeyError as error:
        raise ValueError(f"customer said {token}") from error
    raise AssertionError("no such variable exists")


def report_of(secret: str) -> str:
    """The report of such an error."""
    try:
        fail(secret)
    except ValueError as error:
        return render_report(error)


def test_a_report_names_the_places_and_nothing_else() -> None:
    report = report_of("s3cr3t")
    assert "builtins.ValueError" in report
    assert "builtins.KeyError" in report
    assert "in fail" in report
    assert "s3cr3t" not in report
    assert "customer said" not in report


def test_a_report_names_what_ended_a_worker() -> None:
    error = WorkerFailed(KeyError("secret words"))
    report = render_report(error)
    assert "KeyError" in report
    assert "secret words" not in report


def test_old_reports_are_dropped() -> None:
    paths = [write_report(ValueError()) for _ in range(KEPT + 3)]
    assert paths[-1]
    assert len(list(paths[-1].parent.glob("crash-*.txt"))) == KEPT


def test_a_full_disk_does_not_make_it_worse(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> NoReturn:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "write_text", full)
    assert write_report(ValueError()) is None


async def test_what_ended_a_worker_is_told_in_words(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    told = ""
    with pytest.raises(WorkerFailed):  # noqa: PT012 - the error comes when the app closes
        async with open_app() as (app, pilot):
            app.run_worker(lambda: fail("s3cr3t"), thread=True)
            await until(pilot, lambda: bool(app.report_told))
            told = app.report_told
    assert told.startswith("Escalator ended on a fault of its own.")
    assert not [name for name in ("WorkerFailed", "ValueError", "s3cr3t") if name in told]


def test_a_report_that_cannot_be_written_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash, "write_report", lambda _: None)
    assert crash.farewell(ValueError()).endswith("start it again to go on. No report of it could be written.")


async def test_a_bug_ends_the_app_with_one_sentence(
    open_app: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ""
    with pytest.raises(ValueError, match="customer said"):  # noqa: PT012 - the error comes when the app closes
        async with open_app() as (app, pilot):
            monkeypatch.setattr(app.queue_screen, "do_sort", lambda: fail("s3cr3t"))
            await pilot.press("s")
            told = app.report_told
            assert app.return_code == 1
    assert told.startswith("Escalator ended on a fault of its own. Decisions and deliveries are kept: start it again to go on. ")
    assert "Please report it with " in told
    assert "ValueError" not in told
    assert "s3cr3t" not in told
    assert [path.name for path in tmp_path.rglob("crash-*.txt")]
    assert "s3cr3t" not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("state", "code"), [(RowState.NEEDS_DECISION, 0), (RowState.ESCALATED, 0), (RowState.FAILED, 1), (RowState.HELD, 1)]
)
def test_the_exit_code_tells_whether_something_is_owed(
    desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch, state: RowState, code: int
) -> None:
    base = row("1")
    desk.book = {"1": base if state is RowState.NEEDS_DECISION else escalated(base, state)}
    monkeypatch.setattr(app_module.EscalatorApp, "run", lambda _: None)
    assert run_app(desk, Settings()) == code
    assert desk.deliverer.stopped == 1


def test_a_thread_that_dies_leaves_a_report_and_nothing_on_the_screen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with threads_reported():
        thread = threading.Thread(target=fail, args=("s3cr3t",))
        thread.start()
        thread.join()
    reports = [path.read_text() for path in tmp_path.rglob("crash-*.txt")]
    assert len(reports) == 1
    assert "in fail" in reports[0]
    assert "s3cr3t" not in reports[0] + "".join(capsys.readouterr())


async def test_a_bug_in_a_lane_is_told_and_the_app_goes_on(open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "dismiss", lambda *_, **__: fail("s3cr3t"))
    async with open_app() as (app, pilot):
        await pilot.press("d", "enter")
        await until(pilot, lambda: "Unexpected error (ValueError). Please report it with" in toasts(app))
        assert "s3cr3t" not in toasts(app)
        assert not app._exit


def test_the_log_names_places_and_no_words() -> None:
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(RedactedFormatter("%(message)s"))
    logger = logging.Logger("told")
    logger.addHandler(handler)
    try:
        fail("s3cr3t")
    except ValueError:
        logger.exception("delivery 7 failed")
    assert "delivery 7 failed" in lines.getvalue()
    assert "in fail" in lines.getvalue()
    assert "s3cr3t" not in lines.getvalue()
