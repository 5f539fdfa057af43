"""What keeps the app quick, counted instead of timed: lines rendered, and libraries loaded before the first paint."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from textual.strip import Strip

from escalator_tui.agent.late import LateDesk
from escalator_tui.app import EscalatorApp
from escalator_tui.config import Settings
from escalator_tui.model.errors import LedgerError
from escalator_tui.model.row import Row
from escalator_tui.running import run_app
from escalator_tui.sandbox.process import SandboxProcess
from escalator_tui.widgets.queue_table import QueueTable

from .conftest import Open, laid_out_anew, picture, until
from .desk import ScriptedDesk
from .story import NOW, row
from .test_leaving import in_terminal
from .test_queue_model import scored

MANY = 10_000
OWN_MODULES = 68  # of this program, before the first paint; more need a reason
SEEN = 22  # lines of the table in a terminal of 80 by 24, at most


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lines of the table that are rendered, by their place on the screen."""
    lines: list[int] = []
    render_line = QueueTable.render_line

    def counted(self: QueueTable, y: int) -> Strip:
        lines.append(y)
        return render_line(self, y)

    monkeypatch.setattr(QueueTable, "render_line", counted)
    return lines


@pytest.fixture
def crowd(desk: ScriptedDesk) -> ScriptedDesk:
    """A desk with very many rows."""
    desk.book = {str(number): row(str(number), f"Row {number}", score=1 - number / (2 * MANY)) for number in range(MANY)}
    return desk


async def test_of_ten_thousand_rows_only_those_in_sight_are_rendered(open_app: Open, crowd: ScriptedDesk, rendered: list[int]) -> None:
    async with open_app((80, 24)) as (app, pilot):
        assert len(app.session.queue.order) == MANY
        assert max(rendered) < SEEN
        rendered.clear()
        app.queue_screen.table.show()
        await pilot.pause()
        assert 0 < len(rendered) <= SEEN


async def test_one_changed_cell_renders_one_line_and_a_key_two(open_app: Open, crowd: ScriptedDesk, rendered: list[int]) -> None:
    async with open_app((80, 24)) as (app, pilot):
        rendered.clear()
        app.queue_screen.receive([scored(app.session.queue.rows["2"], 1 - 2 / (2 * MANY) - 0.00001)])
        await until(pilot, lambda: bool(rendered))
        assert rendered == [3]
        rendered.clear()
        await pilot.press("down")
        await until(pilot, lambda: len(rendered) > 1)
        assert sorted(rendered) == [1, 2]


async def test_neither_a_key_nor_a_tick_walks_through_all_rows(open_app: Open, crowd: ScriptedDesk) -> None:
    class Rows(dict[str, Row]):
        walks = 0

        def values(self) -> Any:
            self.walks += 1
            return super().values()

    async with open_app((80, 24)) as (app, pilot):
        queue = app.session.queue
        queue.rows = rows = Rows(queue.rows)
        await pilot.press("down")
        app.queue_screen.tick()
        app.queue_screen.receive([scored(rows["2"], 0.5)])
        await pilot.pause()
        assert rows.walks == 0


async def test_rows_that_come_in_batches_render_what_is_in_sight_and_walk_through_nothing(
    open_app: Open, crowd: ScriptedDesk, rendered: list[int]
) -> None:
    class Rows(dict[str, Row]):
        walks = 0

        def values(self) -> Any:
            self.walks += 1
            return super().values()

    crowd.book = {each: row for each, row in crowd.book.items() if int(each) < MANY // 2}
    async with open_app((80, 24)) as (app, pilot):
        queue = app.session.queue
        queue.rows, queue.filling = Rows(queue.rows), True
        for first in range(MANY // 2, MANY // 2 + 500, 50):
            rendered.clear()
            app.queue_screen.receive(
                [row(str(number), f"Row {number}", score=0.9 - number / (2 * MANY)) for number in range(first, first + 50)]
            )
            await pilot.pause()
            assert len(rendered) <= SEEN
        assert isinstance(queue.rows, Rows)
        assert (len(queue.order), queue.rows.walks) == (MANY // 2 + 500, 0)


async def test_lines_that_move_out_of_sight_render_only_the_titles(open_app: Open, crowd: ScriptedDesk, rendered: list[int]) -> None:
    async with open_app((80, 24)) as (app, pilot):
        rendered.clear()
        assert app.session.queue.places["9000"] == 9000
        app.queue_screen.receive([scored(app.session.queue.rows["9000"], 0.7)])
        await pilot.pause()
        assert app.session.queue.places["9000"] < 9000
        assert set(rendered) <= {0}


async def test_fifty_changes_out_of_sight_render_nothing(open_app: Open, crowd: ScriptedDesk, rendered: list[int]) -> None:
    async with open_app((80, 24)) as (app, pilot):
        rendered.clear()
        known = app.session.queue.rows
        app.queue_screen.receive([scored(known[str(number)], known[str(number)].score - 0.00001) for number in range(5000, 5050)])
        await pilot.pause()
        assert rendered == []


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (160, 45), (60, 16)])
async def test_the_first_picture_stands_as_it_is(size: tuple[int, int], desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures: list[str] = []
    display = EscalatorApp._display

    def seen(app: EscalatorApp, *what: Any) -> None:
        pictures.append(picture(app))
        display(app, *what)

    monkeypatch.setattr(EscalatorApp, "_display", seen)
    begun, opened = threading.Event(), threading.Event()

    def opening() -> None:
        begun.set()
        opened.wait(60)

    app = EscalatorApp(desk, Settings(), opening=opening, clock=lambda: NOW)
    async with app.run_test(size=size) as pilot:
        await until(pilot, begun.is_set)
        await laid_out_anew(app)
        assert "Reading the conversations" in pictures[0]
        assert set(pictures) == {pictures[0]}
        opened.set()


def test_the_first_paint_waits_for_little_but_textual(sandbox: SandboxProcess, tmp_path: Path) -> None:
    child = in_terminal(tmp_path, "-X", "importtime", "-m", "escalator_tui", **sandbox.env)
    heard = ""
    for library in ("sqlalchemy", "scalekit"):
        child.expect_exact(f" {library}\r\n")
        heard += f"{child.before} {library}\r\n"
    child.close(force=True)
    loaded = {line.rpartition("|")[2].strip() for line in heard[: heard.index("SCORE")].splitlines() if "import time:" in line}
    assert "textual.app" in loaded
    late = {"sqlalchemy", "alembic", "httpx", "grpc", "scalekit", "pydantic", "typer", "click", "html.parser", "email.message", "zipfile"}
    assert loaded.isdisjoint(late)
    own = {each for each in loaded if each.startswith("escalator_tui.")}
    assert own.isdisjoint({f"escalator_tui.model.{each}" for each in ("conversation", "decision", "markup", "quoting", "row")})
    assert len(own) <= OWN_MODULES


async def test_a_ledger_that_cannot_be_opened_ends_the_app(desk: ScriptedDesk) -> None:
    def refuse() -> None:
        raise LedgerError("The ledger is newer than this program", cure="Update it")

    app = EscalatorApp(desk, Settings(), opening=refuse)
    async with app.run_test() as pilot:
        for _ in range(100):
            await pilot.pause(0.01)
            if app.refused:
                break
    assert isinstance(app.refused, LedgerError)
    assert desk.polls == 0
    assert desk.deliverer.started == 0


def test_what_was_refused_is_told_by_whoever_ran_the_app(desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(app: EscalatorApp) -> None:
        app.refused = LedgerError("The ledger is newer than this program")

    monkeypatch.setattr(EscalatorApp, "run", refused)
    with pytest.raises(LedgerError):
        run_app(desk, Settings(), opening=lambda: None)
    assert desk.deliverer.stopped == 0


def test_a_desk_that_is_opened_late(desk: ScriptedDesk) -> None:
    late = LateDesk(lambda: desk)
    late.settle(60)  # nothing is being opened, so nothing is waited for
    late.deliverer.start()
    assert (late.deliverer.in_flight, desk.deliverer.started) == (0, 0)
    late.open()
    late.settle(60)
    late.deliverer.start()
    assert desk.deliverer.started == 1
    assert late.row("101") is desk.book["101"]


def test_a_desk_that_is_not_open_yet_says_so(desk: ScriptedDesk) -> None:
    late = LateDesk(lambda: desk)
    with pytest.raises(LedgerError, match="still being opened"):
        late.activity()


def test_no_dialogue_is_imported_for_the_first_picture() -> None:
    code = "import escalator_tui.app, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "escalator_tui.screens.queue" in loaded
    assert not {f"escalator_tui.screens.{each}" for each in ("ask", "edit", "help", "send", "tune")} & set(loaded)
