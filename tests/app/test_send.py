"""Approve what you see, send what you approved, if it is still true."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from escalator_tui.app import EscalatorApp
from escalator_tui.config import Settings
from escalator_tui.config.schema import LinearSettings
from escalator_tui.model.conversation import ConversationState
from escalator_tui.model.draft import Draft
from escalator_tui.model.errors import LedgerError
from escalator_tui.model.kinds import AuthorKind, Priority, RowState
from escalator_tui.model.record import Record
from escalator_tui.model.row import Row
from escalator_tui.screens import modal
from escalator_tui.screens.send import SendScreen
from escalator_tui.services.errors import UnreachableError
from escalator_tui.session.decisions import confirm
from escalator_tui.session.session import Session

from .conftest import Open, Opened, picture, toasts, until
from .desk import ScriptedDesk
from .story import NOW, escalated, part, row


async def opened(app_and_pilot: Opened, *keys: str) -> SendScreen:
    """The send screen with its texts shown."""
    app, pilot = app_and_pilot
    await pilot.press(*keys, "e")
    screen = app.screen
    assert isinstance(screen, SendScreen)
    await until(pilot, lambda: "Cancel" in picture(app))
    return screen


async def approve(app: EscalatorApp, pilot: Pilot[None]) -> None:
    """The first row, and on at once."""
    await pilot.press("e", "y")
    assert app.screen is app.queue_screen


async def came_back(app: EscalatorApp, pilot: Pilot[None]) -> None:
    """The first row was approved, came back, and has the cursor again."""
    await approve(app, pilot)
    await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.UNSENT)
    assert desk_is_idle(app)
    app.queue_screen.table.select("101")


def desk_is_idle(app: EscalatorApp) -> bool:
    """Whether nothing is being checked or written."""
    return not (app.session.approvals.checking or app.session.decisions.pending)


def wrote_more(desk: ScriptedDesk, *texts: str, of: str = "101") -> None:
    """The customer wrote these at Intercom, which nobody has read yet."""
    talk = desk.book[of].record.conversation
    more = [part(50 + at, AuthorKind.CUSTOMER, text, NOW - 8, "Jane Roe") for at, text in enumerate(texts)]
    desk.upstream[of] = replace(talk, parts=(*talk.parts, *more))


async def test_the_texts_stand_there_exactly_with_where_they_go(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await opened((app, pilot))
        shown = picture(app)
        texts = desk.draft("101").texts
        for text in (texts.linear_title, *texts.linear_body.splitlines(), *texts.slack_text.splitlines(), texts.note_text):
            assert text in shown
        assert "nothing has been sent yet" in shown


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (160, 45)])
async def test_where_it_goes_stays_in_sight_however_long_the_texts_are(open_app: Open, desk: ScriptedDesk, size: tuple[int, int]) -> None:
    desk.book = {"104": escalated(desk.book["104"], RowState.ESCALATED), "201": row("201", texts=("Nothing works. " * 400,), score=0.99)}
    linear = LinearSettings(team_id="6F1c2f4e-0b7a-4c6f-9a52-3d1be8a7c001", labels=("escalation",))
    async with open_app(size, settings=Settings(linear=linear)) as (app, pilot):
        app.queue_screen.table.select("201")
        await opened((app, pilot))
        for keys in ((), ("space",) * 40):
            await pilot.press(*keys)
            shown = picture(app)
            assert "Linear   team 6F1c2f4e… · labels escalation" in shown
            assert "Slack    #escalations" in shown
            assert "Intercom internal note, not visible to the customer" in shown
            assert "y send" in shown


async def test_the_linear_team_is_called_by_its_name_once_that_is_known(open_app: Open, desk: ScriptedDesk) -> None:
    desk.team = "Infra [red]"
    desk.reading.clear()
    linear = LinearSettings(team_id="6f1c2f4e-0b7a-4c6f-9a52-3d1be8a7c001")
    async with open_app(settings=Settings(linear=linear)) as (app, pilot):
        await opened((app, pilot))
        assert "Linear   team 6f1c2f4e…" in picture(app)
        await pilot.press("escape")
        await opened((app, pilot))
        desk.reading.set()
        await until(pilot, lambda: "Linear   team Infra [red]" in picture(app))
        await pilot.press("escape")
        await opened((app, pilot))
        assert "Linear   team Infra [red]" in picture(app)
        assert desk.names_asked == 1


async def test_a_team_whose_name_cannot_be_read_keeps_its_id_and_is_asked_for_with_the_next_question(
    open_app: Open, desk: ScriptedDesk
) -> None:
    desk.read_error = UnreachableError("Linear cannot be reached", service="linear")
    linear = LinearSettings(team_id="6f1c2f4e-0b7a-4c6f-9a52-3d1be8a7c001")
    async with open_app(settings=Settings(linear=linear)) as (app, pilot):
        for asked in (1, 2):
            await opened((app, pilot))
            await until(pilot, lambda asked=asked: desk.names_asked == asked and not app.session.names.pending)  # type: ignore[misc]
            assert "Linear   team 6f1c2f4e…" in picture(app)
            assert toasts(app) == ""
            await pilot.press("escape")


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
        assert "Taken back for AcmeCorp: the escalation of Third time" in toasts(app)


async def test_a_customer_who_wrote_meanwhile_brings_it_back_and_asks_again(open_app: Open, desk: ScriptedDesk) -> None:
    wrote_more(desk, "Hello? [/nobody]")
    async with open_app(notifications=True) as (app, pilot):
        await approve(app, pilot)
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.UNSENT)
        assert desk.sent == []
        assert app.screen is app.queue_screen, "no dialogue opens by itself"
        assert app.queue_screen.table.cursor_id == "110"
        shown = picture(app)
        assert "! not sent" in shown
        assert "1 not sent" in shown.splitlines()[0]
        assert "! AcmeCorp was not sent · e on it shows it · the conversation changed since you saw it" in shown
        assert "AcmeCorp was not sent: the conversation changed since you saw it. e on it shows what was approved." in toasts(app)
        app.queue_screen.table.select("101")
        screen = await opened((app, pilot))
        shown = picture(app)
        assert "Jane wrote 13:59: Hello? [/nobody]" in shown
        assert "+ Hello? [/nobody]" in shown
        assert "y sends it as it is now." in shown
        await until(pilot, lambda: screen.can_send)
        await pilot.press("y")
        await until(pilot, lambda: len(desk.sent) == 1)
        assert "Hello?" in desk.sent[0][0].texts.linear_body
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.HELD)


async def test_who_has_seen_what_came_back_and_closes_it_has_the_row_again(open_app: Open, desk: ScriptedDesk) -> None:
    wrote_more(desk, "Hello?")
    async with open_app() as (app, pilot):
        await came_back(app, pilot)
        await pilot.press("e", "escape")
        assert app.session.queue.rows["101"].state is RowState.NEEDS_DECISION
        assert "not sent" not in picture(app)
        assert desk.sent == []


async def test_many_changes_on_a_small_terminal_leave_room_to_say_that_nothing_was_sent(open_app: Open, desk: ScriptedDesk) -> None:
    wrote_more(desk, *(f"Message {at}" for at in range(30)))
    async with open_app((80, 24)) as (app, pilot):
        await came_back(app, pilot)
        await opened((app, pilot))
        shown = picture(app)
        assert "AcmeCorp was not sent: the conversation changed since you saw it." in " ".join(shown.replace("│", " ").split())
        assert "Jane wrote 13:59: Message 0" in shown


async def test_an_answer_by_a_teammate_and_a_closed_conversation_are_told(open_app: Open, desk: ScriptedDesk) -> None:
    talk = desk.book["101"].record.conversation
    answer = part(51, AuthorKind.TEAMMATE, "We are on it", NOW - 8, "Sam Lee")
    desk.upstream["101"] = replace(talk, parts=(*talk.parts, answer), state=ConversationState.CLOSED)
    async with open_app() as (app, pilot):
        await came_back(app, pilot)
        await opened((app, pilot))
        assert "Sam answered 13:59: We are on it" in picture(app)
        assert "The conversation is now closed at Intercom (it was open)" in picture(app)
        assert "y sends" not in picture(app)
        assert "nothing more to send" in picture(app)
        await pilot.press("y", "escape", "j")
        assert desk.sent == []
        await until(pilot, lambda: "101" not in app.session.queue.rows)


async def test_a_question_about_what_needs_nobody_by_its_score_says_so(open_app: Open) -> None:
    async with open_app((80, 24)) as (app, pilot):
        app.queue_screen.table.select("105")
        await opened((app, pilot))
        assert "Umbrella · Alice · 105 · scores 0.30 of 0.40" in picture(app)
        await pilot.press("escape", "home")
        await opened((app, pilot))
        assert "scores" not in picture(app)


@pytest.mark.parametrize(("first", "last"), [("home", "end"), ("g", "G")])
async def test_one_key_reads_the_end_of_the_texts_and_one_their_beginning(open_app: Open, first: str, last: str) -> None:
    async with open_app((80, 24)) as (app, pilot):
        await opened((app, pilot))
        await pilot.press(last)
        assert "Escalated as P0 to Linear and #escalations." in picture(app)
        assert "[Escalation]" not in picture(app)
        await pilot.press(first)
        assert "[Escalation]" in picture(app)


def answered_and_closed(base: Row) -> Row:
    """The row when a colleague was done with it, in one go."""
    talk = base.record.conversation
    answer = part(91, AuthorKind.TEAMMATE, "We are on it", NOW - 8, "Sam Lee")
    return replace(
        base, record=replace(base.record, conversation=replace(talk, parts=(*talk.parts, answer), state=ConversationState.CLOSED))
    )


async def test_what_a_colleague_closed_behind_the_open_question_does_not_go_out(open_app: Open, desk: ScriptedDesk) -> None:
    wrote_more(desk, *(f"Any news on this? {at}" for at in range(20)))
    async with open_app((80, 24)) as (app, pilot):
        screen = await opened((app, pilot))
        read = replace(desk.book["101"], record=replace(desk.book["101"].record, conversation=desk.upstream["101"]))
        app.session.receive([read])
        await until(pilot, lambda: "AcmeCorp changed since you opened this:" in picture(app))
        app.session.receive([answered_and_closed(read)])
        await until(pilot, lambda: "AcmeCorp is closed at Intercom now: it does not go out." in picture(app))
        assert "Sam answered 13:59: We are on it" in picture(app), "above what was told before"
        screen.read()
        await pilot.press("y")
        assert app.screen is screen
        assert "nothing more to send" in picture(app)
        await pilot.press("escape")
        assert app.screen is app.queue_screen  # type: ignore[comparison-overlap]
        assert desk.sent == []


async def test_what_a_colleague_escalated_behind_the_open_question_does_not_go_out_again(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app((80, 24)) as (app, pilot):
        screen = await opened((app, pilot))
        app.session.receive([escalated(desk.book["101"], RowState.HELD, by="sam")])
        await until(pilot, lambda: "sam escalated AcmeCorp meanwhile: it does not go out again." in picture(app))
        screen.read()
        await pilot.press("y")
        assert app.screen is screen
        assert "nothing more to send" in picture(app)
        await pilot.press("escape")
        assert app.session.queue.rows["101"].state is RowState.HELD
        assert desk.sent == []


async def test_of_several_the_others_still_go_out(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        app.session.queue.mark(["101", "102", "103"])
        screen = await opened((app, pilot))
        await pilot.press("n", "n", "n")
        app.session.receive([answered_and_closed(desk.book["103"])])
        await until(pilot, lambda: "These 2 go out" in picture(app))
        screen.read()
        await pilot.press("y")
        await until(pilot, lambda: len(desk.sent) == 2)
        assert {draft.row.id for draft, *_ in desk.sent} == {"101", "102"}


async def test_what_was_closed_behind_the_question_leaves_with_the_question(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        app.session.queue.mark(["102", "103"])
        await opened((app, pilot))
        app.session.receive([answered_and_closed(desk.book["103"])])
        await until(pilot, lambda: "it does not go out" in picture(app))
        await pilot.press("escape")
        assert "103" not in app.session.queue.places
        assert app.session.queue.marks == {"102"}


async def test_what_changes_while_the_texts_are_read_is_shown_and_sent(
    open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modal, "READING_SECONDS", 3600)
    wrote_more(desk, "Hello? [/nobody]")
    async with open_app((80, 24)) as (app, pilot):
        screen = await opened((app, pilot))
        await pilot.press("ctrl+e", *"HELLO", "escape")
        await until(pilot, lambda: app.screen is screen)
        read = replace(desk.book["101"], record=replace(desk.book["101"].record, conversation=desk.upstream["101"]))
        desk.put(read)
        app.session.receive([read])
        await until(pilot, lambda: "AcmeCorp changed since you opened this:" in picture(app))
        assert "+ Jane wrote 13:59: Hello? [/nobody]" in picture(app)
        assert not screen.can_send
        await pilot.press("y")
        assert app.screen is screen, "that is read first"
        screen.read()
        await pilot.press("y")
        await until(pilot, lambda: len(desk.sent) == 1)
        sent, *_ = desk.sent[0]
        assert sent.texts.linear_title.startswith("HELLO")
        assert sent.row.record.conversation == desk.upstream["101"]


async def test_somebody_was_first_and_it_can_only_be_closed(open_app: Open, desk: ScriptedDesk) -> None:
    desk.taken["101"] = "Sam"
    async with open_app() as (app, pilot):
        await came_back(app, pilot)
        desk.put(escalated(desk.book["101"], RowState.ESCALATED))
        app.session.receive([desk.book["101"]])
        assert app.session.queue.rows["101"].state is RowState.UNSENT
        await opened((app, pilot))
        assert "AcmeCorp was not sent: Sam escalated this conversation 2 min ago" in picture(app)
        await pilot.press("y", "p", "ctrl+e", "y")
        assert app.screen.name == "send"
        await pilot.press("enter")
        assert app.screen.name == "queue"
        assert app.session.queue.rows["101"] == desk.book["101"]
        assert desk.sent == []


async def test_an_intercom_that_cannot_be_read_sends_nothing_and_can_be_tried_again(open_app: Open, desk: ScriptedDesk) -> None:
    desk.read_error = UnreachableError("Intercom cannot be reached", service="intercom", cure="Check the network")
    async with open_app() as (app, pilot):
        await came_back(app, pilot)
        assert "AcmeCorp was not sent: Intercom cannot be reached. Check the network" in toasts(app)
        desk.read_error = None
        await pilot.press("e", "y")
        await until(pilot, lambda: len(desk.sent) == 1)


async def test_on_80_columns_the_second_line_keeps_its_keys(open_app: Open, desk: ScriptedDesk) -> None:
    wrote_more(desk, "Hello?")
    desk.reading.clear()
    async with open_app((80, 24)) as (app, pilot):
        await pilot.press("e", "y")
        await until(pilot, lambda: "» AcmeCorp is being read again · u takes it back" in picture(app))
        desk.reading.set()
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.UNSENT)
        await until(pilot, lambda: "! AcmeCorp not sent · e shows it · the conversation changed since you saw it" in picture(app))


async def test_a_slow_intercom_holds_up_nobody(open_app: Open, desk: ScriptedDesk) -> None:
    desk.reading.clear()
    async with open_app() as (app, pilot):
        await pilot.press("e", "y")
        assert app.session.queue.rows["101"].state is RowState.CHECKING
        assert "» checking" in picture(app)
        assert "» AcmeCorp is being read again at Intercom before it is confirmed · u takes it back" in picture(app)
        for identity in ("102", "103"):
            app.queue_screen.table.select(identity)
            await pilot.press("e", "y")
        assert desk.sent == []
        await pilot.press("enter")
        await until(pilot, lambda: app.session.reads.pending == 0)
        await pilot.press("escape")
        desk.reading.set()
        await until(pilot, lambda: len(desk.sent) == 3)
        await until(pilot, lambda: {app.session.queue.rows[each].state for each in ("101", "102", "103")} == {RowState.HELD})


async def test_what_is_being_checked_takes_no_second_decision(open_app: Open, desk: ScriptedDesk) -> None:
    desk.reading.clear()
    async with open_app() as (app, pilot):
        await pilot.press("e", "y")
        app.queue_screen.table.select("101")
        for key, why in (
            ("e", "already on its way"),
            ("d", "about to be confirmed"),
            ("p", "P0 already"),
            ("P", "with its priority"),
            ("R", "not confirmed yet"),
        ):
            await pilot.press(key)
            assert app.screen is app.queue_screen
            assert why in toasts(app)
        desk.reading.set()
        await until(pilot, lambda: len(desk.sent) == 1)


async def test_u_right_behind_y_takes_the_approval_back(open_app: Open, desk: ScriptedDesk) -> None:
    desk.reading.clear()
    async with open_app() as (app, pilot):
        await pilot.press("e", "y", "u")
        assert app.session.queue.rows["101"].state is RowState.NEEDS_DECISION
        assert "Taken back: the approval of AcmeCorp, before anything was sent" in toasts(app)
        desk.reading.set()
        await until(pilot, lambda: app.session.checks.pending == 0)
        await until(pilot, lambda: app.session.decisions.pending == 0)
        assert desk.sent == []


async def test_what_others_decided_while_the_texts_were_read_shows_once_the_approval_is_taken_back(
    open_app: Open, desk: ScriptedDesk
) -> None:
    async with open_app() as (app, pilot):
        await opened((app, pilot))
        desk.dismiss(desk.book["101"], reason="Sam knows them", actor="sam")
        app.session.receive([desk.book["101"]])
        desk.reading.clear()
        await pilot.press("y", "u")
        assert app.session.queue.rows["101"] == desk.book["101"]
        assert app.session.queue.rows["101"].state is RowState.DISMISSED
        desk.reading.set()
        await until(pilot, lambda: app.session.checks.pending == 0)


async def test_u_while_it_is_being_confirmed_takes_it_back_as_well(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        locked = threading.Event()
        app.session.decisions.submit(lambda: locked.wait(5), lambda _: None, lambda _: None)
        await pilot.press("e", "y")
        await until(pilot, lambda: app.session.decisions.pending == 2)
        await pilot.press("u")
        locked.set()
        await until(pilot, lambda: app.session.decisions.pending == 0)
        assert len(desk.sent) == 1
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.NEEDS_DECISION)


async def test_leaving_names_what_is_being_checked_and_what_came_back(open_app: Open, desk: ScriptedDesk) -> None:
    desk.reading.clear()
    wrote_more(desk, "Hello?")
    async with open_app() as (app, pilot):
        await pilot.press("e", "y", "q")
        assert "1 approval is being checked before it is confirmed" in picture(app)
        assert "What is not confirmed yet is not sent." in picture(app)
        await pilot.press("w")
        desk.reading.set()
        await until(pilot, lambda: "1 approval came back and was not sent" in picture(app))
        shown = " ".join(picture(app).replace("│", " ").split())
        assert "AcmeCorp waits for you: esc shows it, y leaves it unsent." in shown
        assert "y leave now esc stay" in shown, "there is nothing left to wait for"
        assert not app._exit
        await pilot.press("escape")
        assert app.session.queue.rows["101"].state is RowState.UNSENT
        assert app.queue_screen.table.cursor_id == "101"


async def test_staying_shows_what_came_back_from_wherever_the_question_was_asked(open_app: Open, desk: ScriptedDesk) -> None:
    wrote_more(desk, "Hello?")
    async with open_app() as (app, pilot):
        await came_back(app, pilot)
        app.queue_screen.table.select("103")
        await pilot.press("enter", "A", "ctrl+q")
        assert app.screen.name == "leave"
        await pilot.press("w")
        assert "Leaves as soon" not in picture(app), "what came back does not leave by itself"
        await pilot.press("escape")
        assert app.screen is app.queue_screen
        assert app.queue_screen.table.cursor_id == "101"


async def test_other_decisions_answer_what_came_back(open_app: Open, desk: ScriptedDesk) -> None:
    wrote_more(desk, "Hello?")
    async with open_app() as (app, pilot):
        await came_back(app, pilot)
        await pilot.press("P")
        assert "there the priority can be changed" in toasts(app)
        await pilot.press("d", "1")
        await until(pilot, lambda: desk.book["101"].state is RowState.DISMISSED)
        assert app.session.queue.rows["101"].state is RowState.DISMISSED
        assert app.session.approvals.unsent == []


async def test_a_row_that_came_back_is_not_the_next_one_by_itself(open_app: Open, desk: ScriptedDesk) -> None:
    wrote_more(desk, "Hello?", of="102")
    async with open_app() as (app, pilot):
        app.queue_screen.table.select("102")
        await pilot.press("e", "y")
        await until(pilot, lambda: app.session.queue.rows["102"].state is RowState.UNSENT)
        app.queue_screen.table.select("101")
        await pilot.press("e", "y")
        assert app.queue_screen.table.cursor_id in ("103", "110")


async def test_a_y_typed_right_behind_e_counts(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        for key in ("e", "y"):
            app.post_message(events.Key(key, key))
        await until(pilot, lambda: len(desk.sent) == 1)
        assert desk.sent[0][0].texts == desk.draft("101").texts
        assert app.screen is app.queue_screen


async def test_two_keys_each_send_them_one_after_the_other(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {each: replace(desk.book["101"], record=_named(desk.book["101"], each)) for each in ("201", "202", "203", "204")}
    async with open_app() as (app, pilot):
        for key in "eyeyeyey":
            app.post_message(events.Key(key, key))
        await until(pilot, lambda: len(desk.sent) == 4)
        assert {draft.row.id for draft, _, _ in desk.sent} == {"201", "202", "203", "204"}
        assert app.screen is app.queue_screen


def _named(row: Row, identity: str) -> Record:
    return replace(row.record, conversation=replace(row.record.conversation, id=identity))


async def test_an_impatient_y_does_not_approve_what_changed(open_app: Open, desk: ScriptedDesk) -> None:
    wrote_more(desk, "Hello?")
    async with open_app() as (app, pilot):
        await came_back(app, pilot)
        for key in "eyyy":
            app.post_message(events.Key(key, key))
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, SendScreen)
        assert desk.sent == []
        await until(pilot, lambda: screen.can_send)
        await pilot.press("y")
        await until(pilot, lambda: len(desk.sent) == 1)


async def test_why_a_y_does_not_count_yet_is_said(open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("escalator_tui.screens.modal.READING_SECONDS", 600.0)
    wrote_more(desk, "Hello?")
    async with open_app() as (app, pilot):
        await came_back(app, pilot)
        await pilot.press("e")
        await until(pilot, lambda: "read what is different first" in picture(app))
        await pilot.press("y")
        assert "read what is different first" in picture(app)
        assert desk.sent == []


async def test_what_is_different_stays_while_the_texts_are_written_otherwise(open_app: Open, desk: ScriptedDesk) -> None:
    wrote_more(desk, "Hello?")
    async with open_app() as (app, pilot):
        await came_back(app, pilot)
        await opened((app, pilot))
        await pilot.press("P")
        assert "Jane wrote 13:59: Hello?" in picture(app)
        await pilot.press("ctrl+e")
        await until(pilot, lambda: isinstance(app.focused, Input | TextArea))
        await pilot.press("x", "escape")
        assert "Jane wrote 13:59: Hello?" in picture(app)
        await pilot.press("p")
        await until(pilot, lambda: "You wrote this yourself" in picture(app))
        assert "Jane wrote 13:59: Hello?" in picture(app)


async def test_another_priority_writes_the_texts_anew(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await opened((app, pilot))
        await pilot.press("P")
        await until(pilot, lambda: "Slack    #support-triage" in picture(app))
        assert "Escalate AcmeCorp as P1" in picture(app)
        await pilot.press("y")
        await until(pilot, lambda: len(desk.sent) == 1)
        assert desk.sent[0][0].priority is Priority.P1


async def test_marked_rows_are_all_listed_and_one_refusal_does_not_keep_the_others(
    open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modal, "READING_SECONDS", 3600)
    desk.taken["102"] = "Sam"
    async with open_app((120, 60)) as (app, pilot):
        screen = await opened((app, pilot), "space", "down", "space", "space")
        shown = picture(app)
        assert "Escalate 3 conversations" in shown
        assert all(f"{at} of 3" in shown for at in (1, 2, 3))
        await pilot.press("y")
        assert "read them first" in picture(app), "nobody approves several unseen"
        assert desk.sent == []
        screen.read()
        await pilot.press("y")
        await until(pilot, lambda: app.session.queue.rows["102"].state is RowState.UNSENT)
        assert "Globex was not sent: Sam escalated this conversation" in toasts(app)
        await until(pilot, lambda: app.session.queue.rows["103"].state is RowState.HELD)
        assert {draft.row.id for draft, _, _ in desk.sent} == {"101", "103"}
        assert app.session.queue.marks == set()
        await pilot.press("u")
        await until(pilot, lambda: app.session.queue.rows["103"].state is RowState.NEEDS_DECISION)
        assert app.session.queue.rows["101"].state is RowState.NEEDS_DECISION
        assert app.session.queue.rows["102"].state is RowState.UNSENT, "its difference is still to be read"
        app.queue_screen.table.select("102")
        await pilot.press("u")
        await until(pilot, lambda: app.session.queue.rows["102"].state is RowState.NEEDS_DECISION)


async def test_a_marked_row_that_cannot_be_escalated_is_left_out(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        app.session.queue.marks = {"101", "106", "110"}
        screen = await opened((app, pilot))
        assert "2 left out: already escalated" in toasts(app)
        assert [each.id for each in screen.rows] == ["101"]
        await pilot.press("y")
        await until(pilot, lambda: len(desk.sent) == 1)


async def test_when_no_marked_row_can_be_escalated_one_is_named(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        app.session.queue.marks = {"106", "110"}
        await pilot.press("e")
        assert app.screen is app.queue_screen
        assert "Cyberdyne is already escalated; take the mark from it, or from all 2 with esc" in toasts(app)


async def test_whatever_goes_wrong_with_one_is_told_of_that_one(open_app: Open, desk: ScriptedDesk) -> None:
    desk.broken["102"] = RuntimeError("a bug")
    desk.broken["103"] = LedgerError("The disk is full", cure="Free some space")
    async with open_app((120, 60)) as (app, pilot):
        screen = await opened((app, pilot), "space", "down", "space", "space")
        await until(pilot, lambda: screen.can_send)
        await pilot.press("y")
        rows = app.session.queue.rows
        await until(pilot, lambda: [rows[each].state for each in ("102", "103")] == [RowState.UNSENT] * 2)
        told = "✕ kim was not sent: The disk is full. Free some space. e on it shows what was approved."
        assert told in app.session.complaining[0]
        app.queue_screen.table.select("102")
        await until(pilot, lambda: "! Globex was not sent · e on it shows it · Unexpected error (RuntimeError)" in picture(app))
        desk.broken.clear()
        await until(pilot, lambda: rows["101"].state is RowState.HELD)
        assert [draft.row.id for draft, _, _ in desk.sent] == ["101"]


def test_a_confirmation_whose_answer_was_lost_counts(desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(desk=desk, settings=Settings(), actor="lea", ring=lambda: None, hand_back=lambda call: call())
    escalate = desk.escalate

    def lose(draft: Draft, *, actor: str) -> None:
        escalate(draft, actor=actor)
        raise LedgerError("The connection was lost")

    monkeypatch.setattr(desk, "escalate", lose)
    assert confirm(session, desk.draft("101")).refusal is None
    monkeypatch.setattr(desk, "row", lambda _: None)
    refusal = confirm(session, desk.draft("102")).refusal
    assert "whether it was confirmed could not be read" in str(refusal)
    session.close()


async def test_a_confirmation_that_shows_later_is_no_refusal_any_more(
    open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    escalate = desk.escalate

    def lose(draft: Draft, *, actor: str) -> None:
        escalate(draft, actor=actor)
        raise LedgerError("The connection was lost")

    monkeypatch.setattr(desk, "escalate", lose)
    async with open_app() as (app, pilot):
        monkeypatch.setattr(app.session, "read", lambda _: [])
        await came_back(app, pilot)
        app.session.receive([desk.book["101"]])
        assert app.session.queue.rows["101"].state is RowState.HELD
        assert app.session.approvals.unsent == []


async def test_leaving_from_a_question_says_what_comes_first(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app(notifications=True) as (app, pilot):
        await opened((app, pilot))
        await pilot.press("ctrl+q")
        assert "Close this first with esc" in toasts(app)
        assert isinstance(app.screen, SendScreen)
