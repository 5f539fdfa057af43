"""Keys typed faster than the screen follows: each acts on what it was meant for, in the order typed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from escalator_tui.app import EscalatorApp
from escalator_tui.model.kinds import Priority, RowState
from escalator_tui.model.record import Record
from escalator_tui.model.row import Row
from escalator_tui.screens.modal import Choices
from escalator_tui.session.memory import FIRST_REASONS

from .conftest import Open, picture, toasts, until
from .desk import ScriptedDesk
from .story import escalated, row

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


def renamed(record: Record, subject: str) -> Record:
    """It under another subject."""
    return replace(record, conversation=replace(record.conversation, subject=subject))


SIGNS = {"slash": "/", "question_mark": "?", "enter": "\r", "tab": "\t", "escape": "\x1b"}
"""What the terminal sends for these keys; for the arrows and their like it is nothing that could be typed."""


async def type_at_once(app: EscalatorApp, pilot: Pilot[None], *keys: str) -> None:
    """Nothing is drawn or decided between these keys."""
    for key in keys:
        app.post_message(events.Key(key, SIGNS.get(key, key if len(key) == 1 else None)))
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


@pytest.mark.parametrize("keys", ["uey", "uy", "Ry", "Ra"])
async def test_a_question_that_is_not_always_asked_takes_no_answer_that_was_typed_ahead(
    open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch, keys: str
) -> None:
    monkeypatch.setattr("escalator_tui.screens.modal.READING_SECONDS", 600.0)
    state = RowState.ESCALATED if keys[0] == "u" else RowState.UNCERTAIN
    desk.book = {"7": escalated(row("7", company="Tyrell"), state, by="lea")}
    async with open_app() as (app, pilot):
        await type_at_once(app, pilot, *keys)
        await until(pilot, lambda: "read it first" in picture(app))
        await pilot.press(keys[-1])
        assert "read it first" in picture(app)
        assert app.screen.name == "ask"
        assert (desk.book["7"].state, desk.retried, desk.seen) == (state, [], [])
        await pilot.press("enter")
        assert app.screen is app.queue_screen


async def test_a_question_says_when_its_answer_counts(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {"7": escalated(row("7", company="Tyrell"), RowState.ESCALATED, by="lea")}
    async with open_app() as (app, pilot):
        await type_at_once(app, pilot, "u", "y")
        assert desk.book["7"].state is RowState.ESCALATED
        await until(pilot, lambda: "y withdraw" in picture(app) and "read it first" not in picture(app))
        await pilot.press("y")
        await until(pilot, lambda: desk.book["7"].state is RowState.SENDING)


async def test_what_is_typed_behind_a_dialogue_goes_to_the_queue(open_app: Open, alike: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await type_at_once(app, pilot, "z", "escape", "question_mark", "escape", "j", "slash", "w", "z", "1")
        assert app.session.queue.needle == "wz1"
        assert app.queue_screen.table.cursor_id is None


async def test_enter_in_the_list_of_reasons_answers_before_the_next_key(open_app: Open, alike: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        first, second, *_ = app.session.queue.order
        await type_at_once(app, pilot, "d", "enter", "d", "down", "enter", "P")
        assert [each for each in FOUR if alike.book[each].state is RowState.DISMISSED] == [first, second]
        reasons = [decision.reason for each in (first, second) if (decision := alike.book[each].record.decision)]
        assert reasons == list(FIRST_REASONS[:2])
        assert app.screen is app.queue_screen


async def test_enter_behind_a_reason_that_is_typed_answers_with_all_of_it(open_app: Open, alike: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        first, second, *_ = app.session.queue.order
        await type_at_once(app, pilot, "d", "tab", "h", "i", "enter", "z", "1")
        assert (decision := alike.book[first].record.decision)
        assert decision.reason == "hi"
        assert alike.book[second].state is RowState.SNOOZED


async def test_enter_behind_a_pasted_reason_answers_with_all_of_it(open_app: Open, alike: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        first, *_ = app.session.queue.order
        await pilot.press("d", "tab", "a")
        app.post_message(events.Paste("word"))
        await type_at_once(app, pilot, "s", "enter")
        assert (decision := alike.book[first].record.decision)
        assert decision.reason == "awords"


async def test_enter_in_the_list_of_moments_answers_before_the_next_key(open_app: Open, alike: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        first, second, *_ = app.session.queue.order
        await type_at_once(app, pilot, "z", "enter", "d", "1")
        assert [alike.book[each].state for each in (first, second)] == [RowState.SNOOZED, RowState.DISMISSED]


async def test_enter_behind_a_filter_leaves_the_keys_to_what_it_shows(open_app: Open, alike: ScriptedDesk) -> None:
    alike.book["204"] = replace(alike.book["204"], record=renamed(alike.book["204"].record, "Zebra"))
    async with open_app() as (app, pilot):
        assert app.queue_screen.table.cursor_id != "204"
        await type_at_once(app, pilot, "slash", "z", "e", "b", "enter", "d", "1")
        assert app.session.queue.needle == "zeb"
        assert [each for each in FOUR if alike.book[each].state is RowState.DISMISSED] == ["204"]


async def test_enter_cancels_a_question_before_the_next_key(open_app: Open, alike: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        first, *_ = app.session.queue.order
        await type_at_once(app, pilot, "e", "enter", "a", "enter", "d", "1")
        assert app.screen is app.queue_screen
        assert not app.session.auto
        assert alike.book[first].state is RowState.DISMISSED


def click(app: EscalatorApp, x: int, y: int, times: int = 1) -> None:
    """As the terminal tells of it, at a place of the screen."""
    for kind in (events.MouseDown, events.MouseUp) * times:
        app.post_message(kind(None, x, y, 0, 0, 1, shift=False, meta=False, ctrl=False, screen_x=x, screen_y=y))


async def test_a_key_behind_a_click_means_the_row_that_was_clicked(open_app: Open, alike: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        third, at = app.session.queue.order[2], app.queue_screen.table.region
        click(app, at.x + 20, at.y + 3)
        await type_at_once(app, pilot, "d", "1")
        assert [each for each in FOUR if alike.book[each].state is RowState.DISMISSED] == [third]


async def test_a_key_behind_a_clicked_mark_leaves_the_mark_where_it_was_clicked(open_app: Open, alike: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        _, second, third, _ = app.session.queue.order
        at = app.queue_screen.table.region
        click(app, at.x + 1, at.y + 2)
        await type_at_once(app, pilot, "j")
        assert app.session.queue.marks == {second}
        assert app.queue_screen.table.cursor_id == third


async def test_a_key_behind_two_clicks_belongs_to_the_conversation_they_open(open_app: Open, alike: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        third, at = app.session.queue.order[2], app.queue_screen.table.region
        click(app, at.x + 20, at.y + 3, times=2)
        await type_at_once(app, pilot, "d", "1", "escape")
        assert [each for each in FOUR if alike.book[each].state is RowState.DISMISSED] == [third]
        assert app.screen is app.queue_screen


@pytest.mark.parametrize("key", ["d", "z"])
async def test_a_key_behind_a_clicked_choice_is_for_the_queue(open_app: Open, alike: ScriptedDesk, key: str) -> None:
    async with open_app() as (app, pilot):
        first, *_ = app.session.queue.order
        await pilot.press(key)
        at = app.screen.query_one(OptionList).region
        click(app, at.x + 4, at.y + 1)
        await type_at_once(app, pilot, "P", "1")
        assert alike.book[first].state in (RowState.DISMISSED, RowState.SNOOZED)
        if decision := alike.book[first].record.decision:
            assert decision.reason == (FIRST_REASONS[1] if key == "d" else "")
        assert app.screen is app.queue_screen


async def test_a_key_behind_a_clicked_cancel_is_for_the_queue(open_app: Open, alike: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        first, *_ = app.session.queue.order
        await pilot.press("e")
        at = app.screen.query_one("#cancel").region
        click(app, at.x + 3, at.y)
        await type_at_once(app, pilot, "y", "d", "1")
        assert alike.sent == []
        assert alike.book[first].state is RowState.DISMISSED


async def test_a_page_of_the_palette_is_turned_only_where_there_is_room_for_its_list(open_app: Open) -> None:
    async with open_app((40, 3)) as (app, pilot):
        await pilot.press("ctrl+p")
        listed = app.screen.query_one(OptionList)
        await until(pilot, lambda: listed.highlighted == 0)
        await pilot.press("pagedown", "pageup", "down")
        assert listed.highlighted == 1
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.queue_screen)


def test_a_page_of_choices_is_turned_only_when_they_are_laid_out() -> None:
    listed = Choices([Option("one"), Option("two")], lambda _: None)
    listed.action_first()
    listed.action_page_down()  # type: ignore[no-untyped-call]
    assert listed.highlighted == 0


async def test_a_time_of_ones_own_is_taken_at_once(open_app: Open, alike: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        first, second, *_ = app.session.queue.order
        await type_at_once(app, pilot, "z", "tab", "3", "h", "enter", "d", "1")
        assert alike.book[first].state is RowState.SNOOZED
        assert alike.book[second].state is RowState.DISMISSED
