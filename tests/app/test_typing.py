"""Keys typed faster than the screen follows: each acts on what it was meant for, in the order typed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual import events
from textual.pilot import Pilot

from escalator_tui.app import EscalatorApp
from escalator_tui.model.kinds import Priority, RowState
from escalator_tui.model.record import Record
from escalator_tui.model.row import Row

from .conftest import Open, toasts, until
from .desk import ScriptedDesk

FOUR = ("201", "202", "203", "204")


@pytest.fixture
def alike(desk: ScriptedDesk) -> ScriptedDesk:
    """Four conversations that need the lead and nothing else."""
    first = desk.book["101"]
    desk.book = {each: replace(first, record=named(first, each)) for each in FOUR}
    return desk


def named(row: Row, identity: str) -> Record:
    """Its record under another id."""
    return replace(row.record, conversation=replace(row.record.conversation, id=identity))


async def type_at_once(app: EscalatorApp, pilot: Pilot[None], *keys: str) -> None:
    """Nothing is drawn or decided between these keys."""
    for key in keys:
        app.post_message(events.Key(key, "/" if key == "slash" else key))
    await pilot.pause()
    await until(pilot, lambda: app.session.decisions.pending == 0)


async def test_each_dismissal_is_of_the_next_conversation(open_app: Open, alike: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await type_at_once(app, pilot, "d", "1", "d", "2", "d", "3")
        order = [each for each in FOUR if alike.book[each].state is RowState.DISMISSED]
        decided = [alike.book[each].record.decision for each in order]
        assert sorted(each.reason for each in decided if each) == ["Already handled", "Answer is on its way", "Not urgent"]


async def test_a_dismissal_that_the_ledger_takes_long_for_is_shown_at_once(open_app: Open, alike: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        first = app.queue_screen.table.cursor_id
        assert first
        app.session.decisions.submit(lambda: alike.reading.wait(5), lambda _: None, lambda _: None)
        alike.reading.clear()
        await pilot.press("d", "1")
        assert app.session.queue.rows[first].state is RowState.DISMISSED
        assert app.queue_screen.table.cursor_id != first
        assert alike.book[first].state is RowState.NEEDS_DECISION
        alike.reading.set()
        await until(pilot, lambda: alike.book[first].state is RowState.DISMISSED)


async def test_a_move_is_not_overtaken(open_app: Open, alike: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        first, second, *_ = app.session.queue.order
        await type_at_once(app, pilot, "j", "P", "k", "d", "1", "P")
        assert [each for each in FOUR if alike.book[each].state is RowState.DISMISSED] == [first]
        assert alike.book[second].priority is Priority.P2
        assert app.session.queue.rows[second].priority is Priority.P2


async def test_u_takes_back_what_was_decided_just_before(open_app: Open, alike: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        first, second, *_ = app.session.queue.order
        await type_at_once(app, pilot, "d", "1", "d", "1", "u")
        assert [alike.book[each].state for each in (first, second)] == [RowState.DISMISSED, RowState.NEEDS_DECISION]


async def test_what_the_ledger_refuses_comes_back_even_when_it_cannot_be_read(
    open_app: Open, alike: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    alike.taken["202"] = "Sam"
    async with open_app() as (app, pilot):
        monkeypatch.setattr(app.session, "read", lambda _: [])
        await pilot.press("asterisk", "d", "1")
        await until(pilot, lambda: "Sam escalated this conversation" in toasts(app))
        states = {each: app.session.queue.rows[each].state for each in FOUR}
        assert states.pop("202") is RowState.NEEDS_DECISION
        assert set(states.values()) == {RowState.DISMISSED}
        assert set(app.session.acts.made[-1].ids) == set(states)


async def test_a_key_that_means_nothing_here_is_not_kept_for_what_opens_next(open_app: Open, alike: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await type_at_once(app, pilot, "y", "y", "a")
        assert app.screen.name == "ask"
        assert not app.session.auto
        await type_at_once(app, pilot, "escape", "1", "1", "d")
        assert app.screen.name == "dismiss"
        assert not [each for each in FOUR if alike.book[each].state is RowState.DISMISSED]


async def test_what_is_typed_behind_a_dialogue_goes_to_the_queue(open_app: Open, alike: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await type_at_once(app, pilot, "z", "escape", "question_mark", "escape", "j", "slash", "w", "z", "1")
        assert app.session.queue.needle == "wz1"
        assert app.queue_screen.table.cursor_id is None
