"""The first look of all: its rows come in while it goes on, and nothing is decided by them before it ends."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual import events
from textual.pilot import Pilot

from escalator_tui.app import EscalatorApp
from escalator_tui.config import Settings
from escalator_tui.model.errors import LedgerError
from escalator_tui.model.row import Row
from escalator_tui.services.errors import UnreachableError
from escalator_tui.session.poller import AutoDecided, Event, Failed, PollBegan, Polled, Poller, Reading, RowsRead

from .conftest import picture, until
from .desk import ScriptedDesk
from .story import NOW, row
from .test_queue_model import scored


def batch(first: int, many: int = 3) -> tuple[Row, ...]:
    """Some rows, each less urgent than the one before."""
    return tuple(row(str(number), f"Row {number}", score=0.9 - number / 1000) for number in range(first, first + many))


@asynccontextmanager
async def filling(desk: ScriptedDesk, size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[EscalatorApp, Pilot[None]]]:
    """An app at an empty ledger whose first look is held up before its end, when everything scripted has come in."""
    desk.book = {}
    desk.ending.clear()
    app = EscalatorApp(desk, Settings(), actor="lea", clock=lambda: NOW)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.session.queue.rows.keys() == {each.id for batch in desk.arrivals for each in batch})
        yield app, pilot
        desk.ending.set()


async def end(desk: ScriptedDesk, app: EscalatorApp, pilot: Pilot[None]) -> None:
    """Let the look come to its end."""
    desk.ending.set()
    await until(pilot, lambda: app.session.watch.report is not None)


def marks(app: EscalatorApp) -> set[str]:
    """What stands beside the rows."""
    return {line[1:2] for line in picture(app).splitlines()[3:13]} - {" ", ""}


async def test_rows_stand_in_the_queue_before_the_first_look_is_over(desk: ScriptedDesk) -> None:
    desk.arrivals, desk.steps = (batch(0), batch(3)), ((0, 25), (50, 200))
    async with filling(desk) as (app, pilot):
        shown = picture(app)
        assert "○ reading 50 of 200 ━━━" in shown
        assert "More come in as they are read; scores may still rise" in shown
        assert all(f"Row {number}" in shown for number in range(6))
        assert "6 need you" in shown
        await end(desk, app, pilot)
        assert "More come in" not in picture(app)
        assert "● live" in picture(app)


async def test_what_fills_the_queue_is_no_news_but_what_comes_after_it_is(desk: ScriptedDesk) -> None:
    first = batch(0)
    desk.arrivals = (first, (scored(first[1], 0.1), *batch(3)))
    async with filling(desk) as (app, pilot):
        assert app.session.queue.rows["1"].score == 0.1
        assert marks(app) == set()
        await end(desk, app, pilot)
        assert marks(app) == set()
        desk.arrivals = (batch(9, 1),)
        app.session.poller.refresh()
        await until(pilot, lambda: "9" in app.session.queue.rows)
        assert marks(app) == {"+"}


async def test_the_cursor_stays_on_its_conversation_while_others_come_in(desk: ScriptedDesk) -> None:
    desk.arrivals = (batch(1, 30),)
    async with filling(desk) as (app, pilot):
        await pilot.press("down")
        assert app.queue_screen.table.cursor_id == "2"
        app.queue_screen.receive(batch(0, 1))
        await pilot.pause()
        line = picture(app).splitlines()[4]
        assert line.startswith("▌")
        assert "1 new, 1 needs you ▲ home" in picture(app)
        await end(desk, app, pilot)
        assert "▲ home" not in picture(app)
        assert app.session.queue.order[:3] == ["0", "1", "2"]
        assert picture(app).splitlines()[4] == line


async def test_a_lead_who_did_nothing_yet_sees_the_cursor_on_the_most_urgent(desk: ScriptedDesk) -> None:
    desk.arrivals = (batch(5), batch(2))
    async with filling(desk) as (app, pilot):
        table = app.queue_screen.table
        assert (table.cursor_id, table.scroll_offset.y) == ("2", 0)
        assert picture(app).splitlines()[3].startswith("▌")
        await pilot.press("question_mark", "escape")
        app.queue_screen.receive(batch(1, 1))
        assert table.cursor_id == "2"
        await end(desk, app, pilot)
        app.queue_screen.receive(batch(0, 1))
        assert table.cursor_id == "2"


async def test_a_lead_who_did_nothing_stands_at_the_top_whatever_changes_later(desk: ScriptedDesk) -> None:
    desk.arrivals = (batch(1, 30),)
    async with filling(desk) as (app, pilot):
        table = app.queue_screen.table
        await end(desk, app, pilot)
        app.queue_screen.receive([scored(app.session.queue.rows["1"], 0.1)])
        await pilot.pause()
        assert (table.cursor_id, table.scroll_offset.y) == ("2", 0)
        app.queue_screen.receive(batch(0, 1))
        await pilot.pause()
        assert (table.cursor_id, table.scroll_offset.y) == ("0", 0)
        assert picture(app).splitlines()[3].startswith("▌")


async def test_a_click_too_keeps_the_cursor_on_its_conversation(desk: ScriptedDesk) -> None:
    desk.arrivals = (batch(5),)
    async with filling(desk) as (app, pilot):
        # As the terminal sends it: a pilot's click passes the app by.
        app.post_message(events.MouseDown(None, 20, 3, 0, 0, 1, False, False, False))
        await pilot.pause()
        app.queue_screen.receive(batch(0, 1))
        assert app.queue_screen.table.cursor_id == "5"


async def test_a_first_look_that_breaks_off_leaves_its_rows_as_they_are(desk: ScriptedDesk) -> None:
    desk.arrivals, desk.poll_error = (batch(0),), UnreachableError("Intercom cannot be reached", service="intercom", cure="Wait")
    async with filling(desk) as (app, pilot):
        desk.ending.set()
        await until(pilot, lambda: bool(app.session.watch.failures))
        assert not app.session.queue.filling
        assert "Row 2" in picture(app)
        assert "Intercom cannot be reached" in picture(app)


def heard_until(poller: Poller, bell: threading.Event, last: type[Event]) -> list[Event]:
    """What a poller tells from its start to an event of this kind."""
    heard: list[Event] = []
    poller.start()
    while not any(isinstance(each, last) for each in heard):
        assert bell.wait(5)
        bell.clear()
        heard += poller.events()
    poller.join()
    return heard


def test_auto_mode_decides_when_the_look_is_over_and_not_before(desk: ScriptedDesk) -> None:
    desk.book, desk.arrivals, desk.steps = {}, (batch(0), batch(3)), ((25, 60),)
    sent_meanwhile: list[int] = []
    bell = threading.Event()

    class Watching(ScriptedDesk):
        def changed_rows(self) -> list[Row]:
            sent_meanwhile.append(len(self.sent))
            return super().changed_rows()

    watching = Watching(arrivals=desk.arrivals, steps=desk.steps)
    poller = Poller(watching, interval=120, ring=bell.set, auto=lambda: True, clock=lambda: NOW)
    heard = heard_until(poller, bell, AutoDecided)
    kinds = [type(each) for each in heard]
    assert kinds[: kinds.index(AutoDecided)] == [PollBegan, Reading, RowsRead, RowsRead, Polled]
    assert sent_meanwhile[:4] == [0, 0, 0, 0]
    assert len(watching.sent) == 6


def test_a_ledger_that_fails_in_the_middle_fails_the_look(monkeypatch: pytest.MonkeyPatch) -> None:
    bell, desk = threading.Event(), ScriptedDesk(arrivals=(batch(0),))
    changed_rows, asked = desk.changed_rows, list[int]()

    def failing() -> list[Row]:
        asked.append(1)
        if len(asked) == 2:
            raise LedgerError("The disk is full", cure="Free some space")
        return changed_rows()

    monkeypatch.setattr(desk, "changed_rows", failing)
    heard = heard_until(Poller(desk, interval=120, ring=bell.set, auto=lambda: True, clock=lambda: NOW), bell, Failed)
    failed = next(each for each in heard if isinstance(each, Failed))
    assert (failed.duty, failed.message) == ("poll", "The disk is full")
    assert desk.sent == []
