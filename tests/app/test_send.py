"""Approve what you see, send what you approved, if it is still true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from escalator_tui.app import EscalatorApp
from escalator_tui.config import Settings
from escalator_tui.model.conversation import AuthorKind, ConversationState
from escalator_tui.model.decision import Priority, RowState
from escalator_tui.model.draft import Draft
from escalator_tui.model.errors import LedgerError
from escalator_tui.model.record import Record
from escalator_tui.model.row import Row
from escalator_tui.screens.link import LinkScreen
from escalator_tui.screens.send import SendScreen, Stage
from escalator_tui.services.errors import UnreachableError
from escalator_tui.widgets.decisions import confirm
from escalator_tui.widgets.session import Session

from .conftest import Open, Opened, picture, toasts, until
from .desk import ScriptedDesk
from .story import NOW, part


async def opened(app_and_pilot: Opened, *keys: str) -> SendScreen:
    """The send screen with its texts shown."""
    app, pilot = app_and_pilot
    await pilot.press(*keys, "e")
    screen = app.screen
    assert isinstance(screen, SendScreen)
    await until(pilot, lambda: screen.stage is Stage.SHOWN)
    return screen


async def test_the_texts_stand_there_exactly_with_where_they_go(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await opened((app, pilot))
        shown = picture(app)
        texts = desk.draft("101").texts
        for text in (texts.linear_title, *texts.linear_body.splitlines(), *texts.slack_text.splitlines(), texts.note_text):
            assert text in shown
        assert "message in #escalations" in shown
        assert "internal note, not visible to the customer" in shown
        assert "nothing has been sent yet" in shown


async def test_nothing_but_y_sends(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await opened((app, pilot))
        assert app.focused
        assert app.focused.id == "cancel"
        for key in ("space", "e", "Y", "s", "a", "d", "u", "tab"):
            await pilot.press(key)
        await pilot.press("enter")
        await pilot.pause()
        assert desk.sent == []
        assert app.screen is app.queue_screen


async def test_y_confirms_with_a_hold_wakes_the_deliveries_and_u_takes_it_back(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await opened((app, pilot))
        await pilot.press("y")
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.HELD)
        ((draft, actor, hold),) = desk.sent
        assert (draft.row.id, draft.texts.digest, actor, hold) == ("101", desk.draft("101").texts.digest, "lea", True)
        assert desk.deliverer.woken == 1
        assert "» AcmeCorp goes out in 5 s · u takes it back" in picture(app)
        assert app.queue_screen.table.cursor_id == "110"
        await pilot.press("u")
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.NEEDS_DECISION)
        assert "Taken back: the escalation of Third time" in toasts(app)


async def test_a_customer_who_wrote_meanwhile_stops_it_and_asks_again(open_app: Open, desk: ScriptedDesk) -> None:
    talk = desk.book["101"].record.conversation
    more = part(50, AuthorKind.CUSTOMER, "Hello? [/nobody]", NOW - 8, "Jane Roe")
    desk.upstream["101"] = replace(talk, parts=(*talk.parts, more))
    async with open_app() as (app, pilot):
        screen = await opened((app, pilot))
        await pilot.press("y")
        await until(pilot, lambda: screen.stage is Stage.SHOWN and "Nothing was sent" in picture(app))
        assert desk.sent == []
        assert "Jane wrote 13:59: Hello? [/nobody]" in picture(app)
        assert "+ Hello? [/nobody]" in picture(app)
        await pilot.press("y")
        await until(pilot, lambda: len(desk.sent) == 1)
        assert "Hello?" in desk.sent[0][0].texts.linear_body


async def test_many_changes_on_a_small_terminal_leave_room_to_say_that_nothing_was_sent(open_app: Open, desk: ScriptedDesk) -> None:
    talk = desk.book["101"].record.conversation
    more = [part(50 + at, AuthorKind.CUSTOMER, f"Message {at}", NOW - 8, "Jane Roe") for at in range(30)]
    desk.upstream["101"] = replace(talk, parts=(*talk.parts, *more))
    async with open_app((80, 24)) as (app, pilot):
        await opened((app, pilot))
        await pilot.press("y")
        await until(pilot, lambda: "Nothing was sent. y sends it as it is now." in picture(app))
        assert "Jane wrote 13:59: Message 0" in picture(app)


async def test_an_answer_by_a_teammate_and_a_closed_conversation_are_told(open_app: Open, desk: ScriptedDesk) -> None:
    talk = desk.book["101"].record.conversation
    answer = part(51, AuthorKind.TEAMMATE, "We are on it", NOW - 8, "Sam Lee")
    desk.upstream["101"] = replace(talk, parts=(*talk.parts, answer), state=ConversationState.CLOSED)
    async with open_app() as (app, pilot):
        await opened((app, pilot))
        await pilot.press("y")
        await until(pilot, lambda: "Sam answered 13:59: We are on it" in picture(app))
        assert "The conversation is now closed at Intercom (it was open)" in picture(app)
        await pilot.press("escape")
        assert desk.sent == []


async def test_somebody_was_first_and_it_can_only_be_closed(open_app: Open, desk: ScriptedDesk) -> None:
    desk.taken["101"] = "Sam"
    async with open_app() as (app, pilot):
        screen = await opened((app, pilot))
        await pilot.press("y")
        await until(pilot, lambda: screen.stage is Stage.OVER)
        assert "Sam escalated this conversation 2 min ago" in picture(app)
        await pilot.press("y")
        await pilot.press("enter")
        assert app.screen is app.queue_screen
        assert desk.sent == []


async def test_an_intercom_that_cannot_be_read_sends_nothing_and_can_be_tried_again(open_app: Open, desk: ScriptedDesk) -> None:
    desk.read_error = UnreachableError("Intercom cannot be reached", service="intercom", cure="Check the network")
    async with open_app() as (app, pilot):
        await opened((app, pilot))
        await pilot.press("y")
        await until(pilot, lambda: "Intercom cannot be reached. Check the network" in picture(app))
        assert desk.sent == []
        desk.read_error = None
        await pilot.press("y")
        await until(pilot, lambda: len(desk.sent) == 1)


async def test_escape_while_the_conversation_is_being_read_sends_nothing(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        screen = await opened((app, pilot))
        desk.reading.clear()
        await pilot.press("y", "y", "escape")
        assert app.screen is app.queue_screen
        desk.reading.set()
        await until(pilot, lambda: app.session.reads.pending == 0)
        assert screen.stage is Stage.CHECKING
        assert desk.sent == []


async def test_a_y_typed_right_behind_e_waits_until_the_texts_stand_there(
    open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app() as (app, pilot):
        waiting: list[Callable[[], None]] = []
        monkeypatch.setattr(SendScreen, "call_after_refresh", lambda _, call: waiting.append(call))
        await pilot.press("e", "y")
        screen = app.screen
        assert isinstance(screen, SendScreen)
        assert (screen.stage, desk.sent) == (Stage.DRAWING, [])
        waiting.pop()()
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.HELD)
        assert desk.sent[0][0].texts == desk.draft("101").texts


async def test_two_keys_each_send_them_one_after_the_other(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {each: replace(desk.book["101"], record=_named(desk.book["101"], each)) for each in ("201", "202", "203", "204")}
    async with open_app() as (app, pilot):
        for many in range(1, 5):
            await pilot.press("e", "y")
            await until(pilot, partial(_is_sent, app, desk, many))
        assert {draft.row.id for draft, _, _ in desk.sent} == {"201", "202", "203", "204"}


def _is_sent(app: EscalatorApp, desk: ScriptedDesk, many: int) -> bool:
    return len(desk.sent) == many and app.screen is app.queue_screen


def _named(row: Row, identity: str) -> Record:
    return replace(row.record, conversation=replace(row.record.conversation, id=identity))


async def test_an_impatient_second_y_does_not_approve_what_changed(open_app: Open, desk: ScriptedDesk) -> None:
    talk = desk.book["101"].record.conversation
    desk.upstream["101"] = replace(talk, parts=(*talk.parts, part(50, AuthorKind.CUSTOMER, "Hello?", NOW - 8, "Jane Roe")))
    async with open_app() as (app, pilot):
        screen = await opened((app, pilot))
        desk.reading.clear()
        await pilot.press("y", "y", "y")
        desk.reading.set()
        await until(pilot, lambda: "Nothing was sent." in picture(app))
        assert "+ Jane wrote 13:59: Hello?" in picture(app)
        screen._show(screen.proposals, expected=False)
        screen.action_send()
        await until(pilot, lambda: screen.stage is Stage.SHOWN)
        assert desk.sent == []


async def test_another_priority_writes_the_texts_anew(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        screen = await opened((app, pilot))
        await pilot.press("P")
        await until(pilot, lambda: "message in #support-triage" in picture(app))
        assert "Escalate AcmeCorp as P1" in picture(app)
        await until(pilot, lambda: screen.stage is Stage.SHOWN)
        await pilot.press("y")
        await until(pilot, lambda: len(desk.sent) == 1)
        assert desk.sent[0][0].priority is Priority.P1


async def test_marked_rows_are_all_listed_and_one_refusal_does_not_keep_the_others(open_app: Open, desk: ScriptedDesk) -> None:
    desk.taken["102"] = "Sam"
    async with open_app((120, 60)) as (app, pilot):
        screen = await opened((app, pilot), "space", "down", "space", "space")
        shown = picture(app)
        assert "Escalate 3 conversations" in shown
        assert all(f"{at} of 3" in shown for at in (1, 2, 3))
        await pilot.press("y")
        await until(pilot, lambda: screen.stage is Stage.OVER)
        assert "Globex was not sent: Sam escalated this conversation" in picture(app)
        assert "2 of 3 confirmed: AcmeCorp, kim" in picture(app)
        await pilot.press("escape")
        await until(pilot, lambda: app.session.queue.rows["103"].state is RowState.HELD)
        assert [draft.row.id for draft, _, _ in desk.sent] == ["101", "103"]
        assert app.session.acts[-1].ids == ("101", "103")


async def test_a_marked_row_that_cannot_be_escalated_is_named(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("space", "space", "e")
        assert app.screen is app.queue_screen
        assert "Cyberdyne is already escalated; take the mark from it, or from all 2 with esc" in toasts(app)


async def test_a_failure_in_the_middle_names_what_was_confirmed_and_asks_for_no_second_y(open_app: Open, desk: ScriptedDesk) -> None:
    desk.broken["102"] = RuntimeError("a bug")
    desk.broken["103"] = LedgerError("The disk is full", cure="Free some space")
    async with open_app((120, 60)) as (app, pilot):
        screen = await opened((app, pilot), "space", "down", "space", "space")
        await pilot.press("y")
        await until(pilot, lambda: screen.stage is Stage.OVER)
        shown = picture(app)
        assert "Globex was not sent: Unexpected error (RuntimeError)" in shown
        assert "kim was not sent: The disk is full. Free some space" in shown
        assert "1 of 3 confirmed: AcmeCorp" in shown
        desk.broken.clear()
        await pilot.press("y", "escape")
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.HELD)
        assert [draft.row.id for draft, _, _ in desk.sent] == ["101"]


def test_a_confirmation_whose_answer_was_lost_counts(desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(desk=desk, settings=Settings(), actor="lea", ring=lambda: None, hand_back=lambda call: call())
    escalate = desk.escalate

    def lose(draft: Draft, *, actor: str, hold: bool = True) -> None:
        escalate(draft, actor=actor, hold=hold)
        raise LedgerError("The connection was lost")

    monkeypatch.setattr(desk, "escalate", lose)
    attempt = confirm(session, [desk.draft("101")])
    assert [each.id for each in attempt.confirmed] == ["101"]
    monkeypatch.setattr(desk, "row", lambda _: None)
    attempt = confirm(session, [desk.draft("102")])
    assert attempt.confirmed == ()
    assert "whether it was confirmed could not be read" in str(attempt.refused[0][1])
    session.close()


async def test_a_confirmation_that_comes_while_something_lies_on_top_closes_the_question_afterwards(
    open_app: Open, desk: ScriptedDesk
) -> None:
    async with open_app() as (app, pilot):
        screen = await opened((app, pilot))
        desk.reading.clear()
        await pilot.press("y")
        app.push_screen(LinkScreen("AcmeCorp in Intercom", "https://example.com"))
        await pilot.pause()
        desk.reading.set()
        await until(pilot, lambda: bool(desk.sent) and screen.stage is Stage.CONFIRMING and not app.session.decisions.pending)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.queue_screen)
        assert len(desk.sent) == 1
        assert app.session.acts[-1].ids == ("101",)


async def test_leaving_from_a_question_says_what_comes_first(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app(notifications=True) as (app, pilot):
        await opened((app, pilot))
        await pilot.press("ctrl+q")
        assert "Close this first with esc" in toasts(app)
        assert isinstance(app.screen, SendScreen)
