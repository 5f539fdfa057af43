"""What the lead decided is shown until its outcome is known, whatever is read meanwhile; then what is true is shown, and what to do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

import pytest
from textual.pilot import Pilot

from escalator_tui.app import EscalatorApp
from escalator_tui.model.errors import LedgerError
from escalator_tui.model.kinds import Priority, RowState
from escalator_tui.model.row import Row
from escalator_tui.session.decisions import Unwritten

from .conftest import Open, toasts, until
from .desk import ScriptedDesk
from .story import row

BUSY = LedgerError("The ledger is busy", cure="Try again.")


@pytest.fixture(autouse=True)
def _urgent_later(desk: ScriptedDesk) -> None:
    desk.book["101"] = replace(desk.book["101"], priority=Priority.P2)


def failing(error: Exception) -> Callable[..., NoReturn]:
    """Whatever is asked of it, it raises."""

    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    return fail


def shown(app: EscalatorApp) -> Row:
    """The row as it is drawn."""
    return app.session.queue.rows["101"]


async def settled(app: EscalatorApp, pilot: Pilot[None]) -> None:
    """All outcomes are known."""
    await until(pilot, lambda: app.session.decisions.pending == 0)


async def test_what_was_read_before_it_was_written_is_not_shown_instead(open_app: Open, desk: ScriptedDesk) -> None:
    written = threading.Event()
    async with open_app() as (app, pilot):
        before = desk.book["101"]
        app.session.decisions.submit(lambda: written.wait(10), lambda _: None, lambda _: None)
        await pilot.press("p")
        app.session.receive([replace(before, note="the customer wrote")])
        assert (shown(app).priority, shown(app).note) == (Priority.P1, "the customer wrote")
        await pilot.press("p", "d", "1")
        app.session.receive([replace(before, note="the customer wrote more")])
        assert (shown(app).priority, shown(app).state) == (Priority.P0, RowState.DISMISSED)
        written.set()
        await settled(app, pilot)
        assert shown(app) == desk.book["101"]
        assert (shown(app).priority, shown(app).state) == (Priority.P0, RowState.DISMISSED)


@pytest.mark.parametrize(
    ("error", "told"), [(BUSY, "The ledger is busy"), (RuntimeError("no"), "Unexpected error")], ids=["told", "a fault"]
)
@pytest.mark.parametrize("readable", [True, False], ids=["readable", "unreadable"])
async def test_a_decision_that_was_not_written_is_not_shown(
    open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str, *, readable: bool
) -> None:
    async with open_app() as (app, pilot):
        for what in ("override", "dismiss", "snooze"):
            monkeypatch.setattr(desk, what, failing(error))
        if not readable:
            monkeypatch.setattr(desk, "row", failing(BUSY))
        await pilot.press("p", "d", "1")
        await settled(app, pilot)
        assert (shown(app).priority, shown(app).state) == (Priority.P2, RowState.NEEDS_DECISION)
        assert told in toasts(app)
        assert app.session.acts.made == [], "what never was is not taken back"


async def test_of_several_those_that_were_written_are_shown_so(open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    dismiss = desk.dismiss

    def once(row: Row, **how: str) -> None:
        if row.id == "102":
            raise RuntimeError("no such thing")
        dismiss(row, **how)

    async with open_app() as (app, pilot):
        monkeypatch.setattr(desk, "dismiss", once)
        await pilot.press("space")
        app.queue_screen.table.select("102")
        await pilot.press("space", "d", "1")
        await settled(app, pilot)
        assert shown(app).state is RowState.DISMISSED
        assert app.session.queue.rows["102"].state is RowState.NEEDS_DECISION
        await pilot.press("u")
        await settled(app, pilot)
        assert desk.book["101"].state is RowState.NEEDS_DECISION


async def test_the_priority_before_one_that_was_refused_can_still_be_taken_back(
    open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("p")
        await settled(app, pilot)
        with monkeypatch.context() as busy:
            busy.setattr(desk, "override", failing(BUSY))
            await pilot.press("p")
            await settled(app, pilot)
        assert shown(app).priority is Priority.P1
        await pilot.press("u")
        await settled(app, pilot)
        assert shown(app).priority is Priority.P2


async def test_what_could_not_be_taken_back_is_what_u_takes_back_next(
    open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("d", "1")
        app.queue_screen.table.select("102")
        await pilot.press("d", "1")
        await settled(app, pilot)
        with monkeypatch.context() as busy:
            busy.setattr(desk, "undo", failing(BUSY))
            await pilot.press("u")
            await until(pilot, lambda: "The ledger is busy" in toasts(app))
        app.queue_screen.table.select("103")
        await pilot.press("u")
        await settled(app, pilot)
        assert desk.book["102"].state is RowState.NEEDS_DECISION
        assert desk.book["101"].state is RowState.DISMISSED


async def test_u_typed_twice_takes_back_two_things(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        app.queue_screen.table.select("103")
        await pilot.press("p")
        app.session.queue.marks = {"101", "102"}
        await pilot.press("d", "1")
        await settled(app, pilot)
        held = threading.Event()
        app.session.decisions.submit(lambda: held.wait(10), lambda _: None, lambda _: None)
        await pilot.press("u", "u")
        held.set()
        await settled(app, pilot)
        assert {desk.book[each].state for each in ("101", "102")} == {RowState.NEEDS_DECISION}
        assert desk.book["103"].priority is Priority.P1
        assert "no longer in force" not in toasts(app)


async def test_a_fault_in_reading_back_leaves_nothing_drawn(open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app() as (app, pilot):
        monkeypatch.setattr(desk, "dismiss", failing(BUSY))
        monkeypatch.setattr(desk, "row", failing(RuntimeError("no such thing")))
        await pilot.press("d", "1")
        await settled(app, pilot)
        await until(pilot, lambda: shown(app).state is RowState.NEEDS_DECISION)


def test_auto_mode_spares_what_is_being_written() -> None:
    unwritten, decided = Unwritten(), row("1")
    before = unwritten.begin([decided], draw := (lambda each: replace(each, priority=Priority.P3)))
    assert before == [decided]
    assert unwritten.covers("1")
    assert unwritten.below(unwritten.drawn([decided])[0]) == decided
    unwritten.end(draw)
    assert not unwritten.covers("1")
