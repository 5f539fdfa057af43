"""Every key of the triage screen does its own thing, or says why not."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from textual import events
from textual.color import Color
from textual.pilot import Pilot
from textual.theme import BUILTIN_THEMES
from textual.widgets import Input

from escalator_tui.app import EscalatorApp
from escalator_tui.model.decision import Decision
from escalator_tui.model.errors import LedgerError
from escalator_tui.model.kinds import Priority, RowState, Verb
from escalator_tui.screens.detail import DetailScreen
from escalator_tui.screens.palette import ActionProvider
from escalator_tui.screens.queue import QueueScreen
from escalator_tui.session.actions import ACTIONS
from escalator_tui.session.auto_mode import foretold
from escalator_tui.session.memory import FIRST_REASONS
from escalator_tui.session.wording import clock_time

from .conftest import Open, answer, in_box, picture, toasts, until
from .desk import ScriptedDesk
from .story import HOUR, NOW, escalated, row


def test_every_action_of_the_registry_is_done_by_both_screens() -> None:
    assert not [action.id for action in ACTIONS if not hasattr(QueueScreen, f"do_{action.id}")]
    assert not [action.id for action in ACTIONS if not action.queue_only and not hasattr(DetailScreen, f"do_{action.id}")]


def test_the_keys_are_those_of_the_contract() -> None:
    keys = {action.id: action.shown for action in ACTIONS}
    assert keys == {
        "escalate": "e", "raise": "p", "lower": "P", "dismiss": "d", "snooze": "z", "undo": "u", "retry": "R", "mark": "space",
        "next": "n", "previous": "N", "activity": "A", "mark_all": "*", "filter": "/", "view": "v", "views": "V",
        "sort": "s", "reverse": "S", "read": "enter", "open": "o", "issue": "O", "copy": "c",
        "auto": "a", "refresh": "r", "pause": "", "tune": "T", "help": "?", "quit": "q",
    }  # fmt: skip


async def test_priority_goes_down_and_up_twice_in_a_row(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("P", "P", "p")
        await until(pilot, lambda: app.session.decisions.pending == 0)
        assert desk.book["101"].priority is Priority.P1
        assert app.session.queue.rows["101"].priority is Priority.P1
        assert app.queue_screen.table.cursor_id == "101"


async def test_u_takes_back_the_priority_and_no_older_decision(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("d", "down", "enter")
        await until(pilot, lambda: desk.book["101"].state is RowState.DISMISSED)
        app.queue_screen.table.select("102")
        await pilot.press("P", "P", "p")
        await until(pilot, lambda: desk.book["102"].record.priority_override is not None and not app.session.decisions.pending)
        assert app.session.queue.rows["102"].priority is Priority.P1
        for before in (Priority.P2, Priority.P1, Priority.P0):
            await pilot.press("u")
            await until(pilot, lambda: "Taken back for Globex: the priority P" in toasts(app) and not app.session.decisions.pending)
            assert app.session.queue.rows["102"].priority is before
        assert desk.book["102"].record.priority_override is None
        assert desk.book["101"].state is RowState.DISMISSED
        await pilot.press("u")
        await until(pilot, lambda: desk.book["101"].state is not RowState.DISMISSED)


async def test_u_names_what_is_not_in_force_any_more_and_then_what_it_takes_back(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        app.queue_screen.table.select("102")
        await pilot.press("d", "1")
        await until(pilot, lambda: desk.book["102"].state is RowState.DISMISSED and not app.session.decisions.pending)
        app.queue_screen.table.select("101")
        await pilot.press("z", "1")
        await until(pilot, lambda: desk.book["101"].state is RowState.SNOOZED and not app.session.decisions.pending)
        wrote = desk.book["101"]
        desk.put(replace(wrote, state=RowState.NEEDS_DECISION, record=replace(wrote.record, decision=None)))
        app.session.receive([desk.book["101"]])
        await pilot.press("u")
        await until(pilot, lambda: "AcmeCorp, the snooze: What you decided is no longer in force. Nothing was taken back" in toasts(app))
        assert desk.book["102"].state is RowState.DISMISSED
        await pilot.press("u")
        await until(pilot, lambda: "Taken back for Globex: what was decided" in toasts(app))


async def test_u_takes_back_a_priority_and_then_the_snooze_before_it(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("z", "1")
        await until(pilot, lambda: desk.book["101"].state is RowState.SNOOZED)
        app.queue_screen.table.select("101")
        await pilot.press("P")
        await until(pilot, lambda: desk.book["101"].record.priority_override is not None and not app.session.decisions.pending)
        await pilot.press("u")
        await until(pilot, lambda: desk.book["101"].record.priority_override is None)
        assert desk.book["101"].state is RowState.SNOOZED
        await pilot.press("u")
        await until(pilot, lambda: desk.book["101"].state is RowState.NEEDS_DECISION)


async def test_a_priority_that_was_refused_is_not_taken_back(open_app: Open, desk: ScriptedDesk) -> None:
    before = desk.book["101"]
    desk.put(replace(before, priority=Priority.P2, record=replace(before.record, priority_override=Priority.P2)))
    async with open_app() as (app, pilot):
        desk.taken["101"] = "sam"
        await pilot.press("p")
        await until(pilot, lambda: "sam escalated this conversation" in toasts(app))
        await pilot.press("u")
        await until(pilot, lambda: "nothing to take back" in toasts(app))
        assert desk.book["101"].record.priority_override is Priority.P2


async def test_priority_says_where_it_ends_and_what_went_out(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("p")
        assert "It is P0 already" in toasts(app)
        app.queue_screen.table.select("106")
        await pilot.press("P")
        assert "Hooli is escalated already, with its priority" in toasts(app)


async def test_a_refusal_does_not_outlive_the_key_that_makes_it_untrue(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app(notifications=True) as (app, pilot):
        await pilot.press("p")
        await until(pilot, lambda: "It is P0 already" in picture(app))
        await pilot.press("P")
        assert app.session.queue.rows["101"].priority is Priority.P1
        assert "already" not in toasts(app)
        await until(pilot, lambda: "already" not in picture(app))
        await pilot.press("d", "1")
        await until(pilot, lambda: "AcmeCorp dismissed" in picture(app))
        await pilot.press("space")
        assert "AcmeCorp dismissed" in picture(app), "what was done is told its time"


async def test_dismissing_with_a_remembered_reason_goes_on_to_the_next_row_and_can_be_undone(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("d", "down", "enter")
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.DISMISSED)
        decision = desk.book["101"].record.decision
        assert decision
        assert (decision.reason, decision.actor) == ("Already handled", "lea")
        assert app.queue_screen.table.cursor_id == "110"
        assert "AcmeCorp dismissed · u takes it back" in toasts(app)
        await pilot.press("u")
        assert app.queue_screen.table.cursor_id == "101", "the next key means what was taken back"
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.NEEDS_DECISION)
        assert app.queue_screen.table.cursor_id == "101"


async def test_several_taken_back_are_all_named(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("space")
        app.queue_screen.table.select("102")
        await pilot.press("space", "d", "1")
        await until(pilot, lambda: "2 conversations dismissed · u takes them back" in toasts(app))
        await pilot.press("u")
        await until(pilot, lambda: "Taken back" in toasts(app))
        assert toasts(app).startswith("Taken back for AcmeCorp: what was decided on ")
        assert "; Globex: what was decided on " in toasts(app)


async def test_two_keys_dismiss_with_a_remembered_reason(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("d", "9")
        assert app.screen.name == "dismiss", "there is no ninth reason"
        await pilot.press("2")
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.DISMISSED)
        decision = desk.book["101"].record.decision
        assert decision
        assert decision.reason == "Already handled"
        assert app.session.reasons == list(FIRST_REASONS), "a digit means the same the next time"


async def test_a_reason_of_ones_own_is_forgotten_in_its_dialogue(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        app.session.reasons[:] = ["vip", "ceo"]
        await pilot.press("d", "x")
        assert app.session.reasons == ["ceo"]
        assert "1 ceo" in picture(app)
        assert "1–1 or enter" in picture(app)
        assert "“vip” is forgotten." in picture(app)
        await pilot.press("tab", "x")
        assert app.screen.query_one(Input).value == "x"
        await pilot.press("shift+tab", "x", "delete")
        assert app.session.reasons == []
        assert "x forget" not in picture(app)
        await pilot.press(*"boss", "enter")
        assert app.session.reasons == ["boss"]


async def test_a_built_in_reason_stays_and_the_dialogue_says_so(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("d")
        assert "x forget" not in picture(app)
        await pilot.press("x")
        assert app.session.reasons == list(FIRST_REASONS)
        assert f"“{FIRST_REASONS[0]}” is built in: it stays." in picture(app)
        app.session.reasons.append("vip")
        await pilot.press("escape", "d")
        assert "x forget" in picture(app)


@pytest.mark.parametrize(("key", "what"), [("d", "Dismiss Globex"), ("z", "Snooze Globex"), ("e", "Escalate Globex as P0")])
@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_a_dialogue_names_the_subject_as_a_company_may_have_several(
    open_app: Open, size: tuple[int, int], key: str, what: str
) -> None:
    async with open_app(size) as (app, pilot):
        app.queue_screen.table.select("102")
        await pilot.press(key)
        await until(pilot, lambda: what in picture(app))
        title = next(line for line in picture(app).splitlines() if what in line)
        assert f"{what} · Exp" in title
        named, corner, _ = title.partition("╮")
        assert corner
        assert "…" in named or "Exports have been broken since Monday" in named


async def test_a_digit_in_a_reason_of_ones_own_is_a_digit(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("d", "tab", "2", "4", "h", "enter")
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.DISMISSED)
        decision = desk.book["101"].record.decision
        assert decision
        assert decision.reason == "24h"


async def test_two_keys_snooze(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("z", "9", "2")
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.SNOOZED)
        decision = desk.book["101"].record.decision
        assert decision
        assert decision.until == NOW + 4 * HOUR


async def test_n_goes_on_in_the_queue_as_well(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("n", "n", "N")
        assert app.queue_screen.table.cursor_id == "110"


async def test_dismissing_with_words_of_ones_own_and_not_without_any(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("d", "tab", "enter")
        assert app.screen.name == "dismiss"
        await pilot.press(*"vip", "enter")
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.DISMISSED)
        decision = desk.book["101"].record.decision
        assert decision
        assert decision.reason == "vip"
        assert app.session.reasons == [*FIRST_REASONS, "vip"]
        await pilot.press("d", "escape")
        assert app.screen is app.queue_screen
        assert desk.book["110"].state is RowState.FAILED


@pytest.mark.parametrize("size", [(160, 45), (80, 24), (40, 12)])
@pytest.mark.parametrize(
    ("key", "screen", "told", "typed"),
    [("d", "dismiss", "✕ Say why, in some words", "vip"), ("z", "snooze", "✕ Say for how long, as in 30m, 2h", "2h")],
)
async def test_a_blank_answer_is_told_what_is_missing(
    open_app: Open, size: tuple[int, int], key: str, screen: str, told: str, typed: str
) -> None:
    async with open_app(size) as (app, pilot):
        for blank in ((), ("space", "space")):
            await pilot.press(key, "tab")
            assert told not in picture(app)
            await pilot.press(*blank, "enter")
            await until(pilot, lambda: told in picture(app))
            assert app.screen.name == screen
            await pilot.press("ctrl+u", *typed)
            await until(pilot, lambda: told not in picture(app))
            await pilot.press("escape")


async def test_a_time_that_is_too_long_is_told_the_limit(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("z", "tab", *"99999d", "enter")
        await until(pilot, lambda: "✕ Say 9999 at most, as in 30m, 2h or 3d" in picture(app))
        assert app.screen.name == "snooze"


async def test_snoozing_until_monday(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("z")
        assert "tomorrow 9:00   Sat 09:00" in picture(app)
        await pilot.press("down", "down", "down", "enter")
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.SNOOZED)
        decision = desk.book["101"].record.decision
        assert decision
        assert decision.until == NOW + (2 * 24 + 10 + 9) * HOUR


@pytest.mark.parametrize("key", ["d", "z"])
@pytest.mark.parametrize(
    ("identity", "reason"),
    [("104", "Initech is on its way already"), ("106", "Hooli is already escalated"), ("110", "Cyberdyne is already escalated")],
)
async def test_what_was_sent_is_not_set_aside_and_nothing_is_asked_first(open_app: Open, key: str, identity: str, reason: str) -> None:
    async with open_app() as (app, pilot):
        app.queue_screen.table.select(identity)
        await pilot.press(key)
        assert app.screen is app.queue_screen
        assert reason in toasts(app)


async def test_somebody_was_first(open_app: Open, desk: ScriptedDesk) -> None:
    desk.taken["101"] = "Sam"
    async with open_app() as (app, pilot):
        await pilot.press("d", "enter")
        await until(pilot, lambda: "Sam escalated this conversation 2 min ago. Nothing was changed" in toasts(app))
        assert app.session.queue.rows["101"].state is RowState.NEEDS_DECISION
        await pilot.press("P")
        await until(pilot, lambda: app.session.decisions.pending == 0)
        assert app.session.queue.rows["101"].priority is Priority.P0


async def test_several_marked_rows_are_decided_together_and_undone_together(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("space", "down", "space")
        assert "2 marked" in picture(app)
        await pilot.press("d", "enter")
        await until(pilot, lambda: app.session.queue.rows["102"].state is RowState.DISMISSED)
        assert app.session.queue.rows["101"].state is RowState.DISMISSED
        assert app.session.queue.marks == set()
        await pilot.press("u")
        await until(pilot, lambda: app.session.queue.rows["102"].state is RowState.NEEDS_DECISION)
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.NEEDS_DECISION)


@pytest.mark.parametrize(
    ("keys", "left_out", "ids"),
    [
        (("d", "1"), "2 left out: about to go out, already escalated", {"101"}),
        (("z", "1"), "2 left out: about to go out, already escalated", {"101"}),
        (("P",), "2 left out: escalated already", {"101"}),
    ],
)
async def test_what_of_the_marks_cannot_be_decided_is_left_out(
    open_app: Open, desk: ScriptedDesk, keys: tuple[str, ...], left_out: str, ids: set[str]
) -> None:
    desk.book["104"] = escalated(desk.book["104"], RowState.HELD)
    before = dict(desk.book)
    async with open_app() as (app, pilot):
        app.session.queue.marks = {"101", "104", "106"}
        await pilot.press(keys[0])
        assert left_out in toasts(app)
        await pilot.press(*keys[1:])
        await until(pilot, lambda: app.session.decisions.pending == 0)
        assert {each for each in before if desk.book[each] != before[each]} == ids


async def test_a_star_without_anything_to_decide_says_so(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("slash", *"hooli", "enter", "asterisk")
        assert app.session.queue.marks == set()
        assert "Nothing shown needs a decision" in toasts(app)


async def test_escape_takes_the_filter_away_and_then_the_marks(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("space", "slash", *"globex", "enter", "escape")
        assert app.session.queue.needle == ""
        assert app.session.queue.marks == {"101"}
        await pilot.press("escape")
        assert app.session.queue.marks == set()


async def test_the_filter_owns_every_key(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("slash", *"qedzPauo", "space", "question_mark")
        assert app.session.queue.needle == "qedzPauo ?"
        assert app.screen is app.queue_screen
        assert "No conversation passes this filter. esc shows everything." in picture(app)
        await pilot.press("escape")
        assert len(app.session.queue.order) == 10
        assert app.focused is app.queue_screen.table
        assert desk.sent == []


async def test_nothing_is_done_to_marks_that_the_filter_hides(open_app: Open, desk: ScriptedDesk) -> None:
    before = desk.book["101"]
    async with open_app() as (app, pilot):
        await pilot.press("space", "slash", *"globex", "enter", "P", "d", "1")
        await until(pilot, lambda: desk.book["102"].state is RowState.DISMISSED)
        assert desk.book["101"] == before
        assert "1 marked, 1 hidden" in picture(app)
        await pilot.press("escape")
        await until(pilot, lambda: "1 marked" in picture(app) and "hidden" not in picture(app))
        assert [each.id for each in app.queue_screen.situation().rows] == ["101"]


async def test_u_takes_back_what_is_marked_and_marks_again_what_was_decided_together(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("d", "1")
        app.queue_screen.table.select("102")
        await pilot.press("d", "1")
        app.queue_screen.table.select("103")
        await pilot.press("z", "1")
        await until(pilot, lambda: desk.book["103"].state is RowState.SNOOZED and not app.session.decisions.pending)
        for each in ("101", "102"):
            app.queue_screen.table.select(each)
            await pilot.press("space")
        await pilot.press("u")
        await until(pilot, lambda: {desk.book[each].state for each in ("101", "102")} == {RowState.NEEDS_DECISION})
        assert desk.book["103"].state is RowState.SNOOZED
        await pilot.press("d", "1")
        await until(pilot, lambda: app.session.queue.marks == set())
        await pilot.press("u")
        assert app.session.queue.marks == {"101", "102"}


async def test_enter_reads_and_the_detail_acts_on_what_is_read(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("enter")
        assert "speak to a manager" in picture(app)
        assert "Sam · not scored" in picture(app)
        app.queue_screen.table.select("102")
        await pilot.press("z", "enter")
        await until(pilot, lambda: desk.book["101"].state is RowState.SNOOZED)
        assert desk.book["102"].state is RowState.NEEDS_DECISION
        await pilot.press("s")
        assert "That is a key of the queue" in toasts(app)
        await pilot.press("escape")
        assert app.screen is app.queue_screen


async def test_auto_asks_first_then_takes_the_decisions_and_shows_it(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("a", "enter")
        assert not app.session.auto
        await pilot.press("a", "y")
        assert app.session.auto
        await until(pilot, lambda: len(desk.sent) == 3)
        assert {(actor, hold) for _, actor, hold in desk.sent} == {("auto", False)}
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.SENDING)
        assert "AUTO · sends by itself" in picture(app).splitlines()[0]
        assert app.queue_screen.query_one("#status").has_class("-auto")
        await pilot.press("a")
        assert not app.session.auto
        assert "REVIEW" in picture(app)


async def test_the_question_of_auto_mode_counts_only_what_it_would_send(open_app: Open, desk: ScriptedDesk) -> None:
    taken_back = Decision("102", Verb.UNDO, "sam", NOW - 60, customer_part="p0", score=0.71)
    desk.book["102"] = replace(desk.book["102"], record=replace(desk.book["102"].record, decision=taken_back), taken_back=True)
    async with open_app() as (app, pilot):
        await pilot.press("a")
        assert "2 conversations go out with the next look, which begins at once: AcmeCorp, kim." in in_box(app)
        assert "1 that was taken back stays with you" in picture(app)


def test_of_many_that_would_go_out_the_first_are_named() -> None:
    need = [row(str(at), company=f"C{at}", score=0.5 + at / 100) for at in range(9)]
    assert foretold(need) == ["9 conversations go out with the next look, which begins at once: C8, C7, C6, C5, C4, C3, and 3 more."]


async def test_refresh_asks_intercom_now(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (_, pilot):
        asked = desk.polls
        await pilot.press("r")
        await until(pilot, lambda: desk.polls > asked)
        assert desk.polls == asked + 1


async def test_help_lists_every_key_and_why_not_now(open_app: Open) -> None:
    async with open_app((120, 60)) as (app, pilot):
        await pilot.press("question_mark")
        shown = picture(app)
        assert all(action.title in shown for action in ACTIONS)
        assert "Not now. There is nothing to take back." in shown
        await pilot.press("escape")
        assert app.screen is app.queue_screen


async def test_help_is_read_in_a_narrow_terminal(open_app: Open) -> None:
    async with open_app((40, 10)) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: "Shows exactly what would go" in picture(app))
        shown = [line.strip("▌│ ▁▂▃▄▅▆▇█") for line in picture(app).splitlines()]
        at = shown.index("e escalate")
        assert shown[at + 1 : at + 3] == ["Shows exactly what would go", "to Linear, Slack and"]


async def test_the_palette_knows_the_actions(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("ctrl+p")
        await pilot.press(*"snooze")
        await until(pilot, lambda: "For later. It returns" in picture(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is not app.queue_screen)
        assert app.screen.name == "snooze"


async def test_a_theme_is_chosen_in_the_palette(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("ctrl+p", *"theme")
        await until(pilot, lambda: "Change the current theme" in picture(app))
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press(*"nord")
        await until(pilot, lambda: "nord" in picture(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.theme == "nord")
        background = app.screen.styles.background
    assert background == Color.parse(BUILTIN_THEMES["nord"].background or "")


async def test_the_palette_says_why_an_action_is_off_and_does_not_do_it(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("ctrl+p")
        await pilot.press(*"retry")
        await until(pilot, lambda: "Not now. AcmeCorp was not escalated" in picture(app))
        await pilot.press("enter")
        await until(pilot, lambda: "AcmeCorp was not escalated" in toasts(app))
        assert desk.retried == []


async def test_pause_stops_the_looks_and_says_so(open_app: Open) -> None:
    async with open_app((120, 45)) as (app, pilot):
        app.queue_screen.action_act("pause")
        await pilot.pause()
        assert "‖ paused" in picture(app)
        assert app.session.poller.paused
        assert _entries(app)["resume"] == "Ends the pause: asks Intercom by itself again."
        assert "pause" not in _entries(app)
        await pilot.press("question_mark")
        assert "resume" in picture(app)
        await pilot.press("escape", "enter")
        assert "resume" in _entries(app), "also where a conversation is read"
        await pilot.press("escape")
        app.queue_screen.action_act("pause")
        await pilot.pause()
        assert "● live" in picture(app)
        assert "resume" not in _entries(app)


def _entries(app: EscalatorApp) -> dict[str, str]:
    """What the palette offers, with what it says of each."""
    return {action.title: refusal or action.help for action, refusal in ActionProvider(app.screen)._entries()}


async def test_read_only_is_told_once_in_the_help(open_app: Open) -> None:
    async with open_app((120, 60), read_only=True) as (app, pilot):
        await pilot.press("question_mark")
        shown = " ".join(picture(app).split())
        assert "× off: this session is read-only, nothing is decided, sent or saved here" in shown
        assert "dismiss × Not an escalation." in shown
        assert shown.count("Read-only") == 0


@pytest.mark.parametrize("width", [1, 5, 12])
async def test_no_terminal_is_too_narrow_for_help(open_app: Open, width: int) -> None:
    async with open_app((width, 10)) as (app, pilot):
        await pilot.press("question_mark")
        assert app.screen.name == "help"
        await pilot.press("escape")
        assert app.screen is app.queue_screen


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
async def test_quit_leaves_at_once_when_nothing_is_under_way(open_app: Open, key: str) -> None:
    async with open_app() as (app, pilot):
        await pilot.press(key)
        await pilot.pause()
        assert app._exit


@pytest.mark.parametrize("key", ["enter", "A"])
async def test_q_goes_back_where_esc_does_and_ctrl_c_leaves(open_app: Open, key: str) -> None:
    async with open_app() as (app, pilot):
        await pilot.press(key)
        assert app.screen is not app.queue_screen
        assert "q quit" not in picture(app)
        await pilot.press("q")
        assert app.screen is app.queue_screen
        assert not app._exit
        await pilot.press(key, "ctrl+c")
        assert app._exit


async def test_a_snooze_takes_a_time_of_ones_own_and_says_what_it_means(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("z", "tab", *"soon", "enter")
        await until(pilot, lambda: "✕ Say for how long, as in 30m, 2h or 3d" in picture(app))
        assert app.screen.name == "snooze"
        await pilot.press("ctrl+u", *"2d")
        await until(pilot, lambda: clock_time(NOW + 48 * HOUR, NOW) in picture(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.SNOOZED)
        decision = desk.book["101"].record.decision
        assert decision
        assert decision.until == NOW + 48 * HOUR


async def test_a_time_of_ones_own_counts_from_when_it_is_typed(open_app: Open, desk: ScriptedDesk) -> None:
    now = [NOW]
    async with open_app(clock=lambda: now[0]) as (app, pilot):
        await pilot.press("z", "tab")
        now[0] += 600
        await pilot.press(*"2h")
        await until(pilot, lambda: clock_time(NOW + 600 + 2 * HOUR, NOW) in picture(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.SNOOZED)
        decision = desk.book["101"].record.decision
        assert decision
        assert decision.until == NOW + 600 + 2 * HOUR


async def test_a_priority_is_told_like_every_decision(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("P")
        await until(pilot, lambda: toasts(app) == "AcmeCorp is P1 now · u takes it back")
        await pilot.press("space")
        app.queue_screen.table.select("103")
        await pilot.press("space", "P")
        await until(pilot, lambda: toasts(app) == "2 conversations are P2 now · u takes them back")


async def test_the_pane_is_read_on_beside_the_queue(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app((80, 24)) as (app, pilot):
        assert app.queue_screen.pane.scroll_offset.y == 0
        await pilot.press("J")
        assert app.queue_screen.pane.scroll_offset.y == 3
        await pilot.press("K")
        assert app.queue_screen.pane.scroll_offset.y == 0


async def test_what_was_taken_back_is_not_said_of_what_is_approved_anew(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("d", "1", "u")
        await until(pilot, lambda: "Taken back" in toasts(app))
        desk.reading.clear()
        await pilot.press("e")
        desk.reading.set()
        await until(pilot, lambda: app.screen.name == "send" and app.screen.can_send)  # type: ignore[attr-defined]
        desk.reading.clear()
        await pilot.press("y")
        await until(pilot, lambda: app.screen is app.queue_screen)
        assert "Taken back" not in toasts(app)
        desk.reading.set()


async def test_quit_can_wait_until_it_is_sent(open_app: Open, desk: ScriptedDesk) -> None:
    desk.deliverer.in_flight = 1
    async with open_app() as (app, pilot):
        await pilot.press("q", "w")
        assert "Leaves as soon as it is done." in picture(app)
        assert not app._exit
        desk.deliverer.in_flight = 0
        await until(pilot, lambda: app._exit)
        assert app._exit


async def test_quit_asks_while_something_is_being_sent(open_app: Open, desk: ScriptedDesk) -> None:
    desk.deliverer.in_flight = 2
    async with open_app() as (app, pilot):
        await pilot.press("q")
        assert "2 deliveries are being sent" in picture(app)
        assert "stays in doubt" in picture(app)
        await pilot.press("enter")
        assert not app._exit
        await pilot.press("ctrl+q", "y")
        assert app._exit


async def test_the_question_whether_to_leave_says_of_each_what_becomes_of_it(open_app: Open, desk: ScriptedDesk) -> None:
    def told(*words: str) -> bool:
        shown = " ".join(picture(app).replace("│", " ").split())
        return all((each in shown) == (each in words) for each in ("stays in doubt", "goes out when Escalator runs again", "any more"))

    async with open_app((80, 24)) as (app, pilot):
        desk.deliverer.in_flight = 1
        await pilot.press("q")
        await until(pilot, lambda: told("stays in doubt"))
        desk.put(escalated(row("7"), RowState.HELD))
        app.session.receive([desk.book["7"]])
        await until(pilot, lambda: told("stays in doubt", "goes out when Escalator runs again"))
        desk.deliverer.in_flight = 0
        await until(pilot, lambda: told("goes out when Escalator runs again"))
        app.session.receive([escalated(row("7"), RowState.ESCALATED)])
        await until(pilot, lambda: told("any more"))


async def test_the_question_whether_to_leave_a_demo_says_that_it_ends_with_it(open_app: Open, desk: ScriptedDesk) -> None:
    desk.put(escalated(row("7"), RowState.HELD))
    desk.deliverer.in_flight = 1
    async with open_app(is_demo=True) as (app, pilot):
        await pilot.press("q")
        assert "All of that is lost with the demo: the next one begins anew." in " ".join(picture(app).replace("│", " ").split())
        assert "runs again" not in picture(app)
        assert "in doubt" not in picture(app)


async def test_the_question_whether_to_leave_says_what_becomes_of_a_decision(open_app: Open, desk: ScriptedDesk) -> None:
    locked = threading.Event()
    async with open_app((80, 24)) as (app, pilot):
        app.session.decisions.submit(lambda: locked.wait(10), lambda _: None, lambda _: None)
        await pilot.press("q")
        await until(pilot, lambda: "1 decision is being written" in picture(app))
        assert "What is being written may be lost." in picture(app)
        assert "in doubt" not in picture(app)
        locked.set()
        await until(pilot, lambda: "may be lost" not in picture(app))


async def test_read_only_decides_nothing_and_starts_no_delivery(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app(read_only=True) as (app, pilot):
        before = dict(desk.book)
        for key in ("e", "p", "P", "d", "z", "u", "R", "space", "asterisk"):
            await pilot.press(key)
            assert app.screen is app.queue_screen
            assert "Read-only: nothing is decided here" in toasts(app)
        assert app.session.queue.marks == set()
        await pilot.press("a")
        assert "Read-only: nothing is sent here" in toasts(app)
        assert desk.book == before
        assert desk.deliverer.started == 0
        assert "READ-ONLY" in picture(app)
        await pilot.press("enter")
        assert app.screen.name == "detail"


async def test_a_ledger_that_refuses_is_told_with_its_cure(open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise LedgerError("The disk is full", cure="Free some space")

    async with open_app() as (app, pilot):
        monkeypatch.setattr(desk, "dismiss", full)
        await pilot.press("d", "enter")
        await until(pilot, lambda: "The disk is full. Free some space" in toasts(app))
        assert app.session.queue.rows["101"].state is RowState.NEEDS_DECISION


async def test_others_decisions_appear_by_themselves(open_app: Open, desk: ScriptedDesk) -> None:
    moment = [float(NOW)]
    async with open_app(clock=lambda: moment[0]) as (app, pilot):
        desk.put(replace(desk.book["102"], state=RowState.DISMISSED))
        moment[0] += 1.1
        app.session.poller._wake.set()
        await until(pilot, lambda: app.session.queue.rows["102"].state is RowState.DISMISSED)
        assert desk.polls == 1


async def test_undoing_what_was_sent_asks_first_and_says_what_will_happen(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        app.queue_screen.table.cursor_id = "106"
        await pilot.press("u")
        await pilot.pause()
        shown = picture(app)
        assert "Withdraw the escalation of Hooli" in shown
        assert "Linear: INF-42 is archived." in shown
        assert "Slack: the alert in #customer-support is struck through" in shown
        assert "Intercom: a second note says that lea withdrew it." in shown
        await pilot.press("enter")
        await pilot.pause()
        assert desk.book["106"].state is RowState.ESCALATED, "enter does not withdraw"
        await pilot.press("u")
        await answer(app, pilot, "y")
        await until(pilot, lambda: app.session.queue.rows["106"].state is RowState.SENDING)
        escalation = desk.book["106"].record.escalation
        assert escalation is not None
        assert escalation.withdrawn_by == "lea"
        assert "is being withdrawn" in toasts(app)
        assert "withdrawing" in picture(app)


async def test_undoing_something_small_does_not_go_on_to_what_was_sent(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        for each in ("101", "102"):
            app.queue_screen.table.select(each)
            await pilot.press("e", "y")
        await until(pilot, lambda: all(app.session.queue.rows[each].state is RowState.HELD for each in ("101", "102")))
        desk.put(*(escalated(desk.book[each], RowState.ESCALATED, by="lea") for each in ("101", "102")))
        app.session.receive([desk.book["101"], desk.book["102"]])
        app.queue_screen.table.select("103")
        await pilot.press("d", "1")
        await until(pilot, lambda: desk.book["103"].state is RowState.DISMISSED)
        app.queue_screen.table.select("107")
        await pilot.press("u")
        await until(pilot, lambda: desk.book["103"].state is RowState.NEEDS_DECISION)
        await pilot.press("u")
        await until(pilot, lambda: "Globex went out: u again asks whether to withdraw it" in toasts(app))
        assert app.screen is app.queue_screen
        assert app.queue_screen.table.cursor_id == "102"
        await pilot.press("u")
        await until(pilot, lambda: "Withdraw the escalation of Globex" in picture(app))


async def test_what_was_sent_together_is_marked_again_to_be_withdrawn(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        for each in ("101", "102"):
            desk.put(escalated(desk.book[each], RowState.ESCALATED, by="lea"))
        app.session.receive([desk.book["101"], desk.book["102"]])
        app.session.acts.remember(Verb.ESCALATE, [desk.book["101"], desk.book["102"]])
        app.queue_screen.table.select("107")
        await pilot.press("u")
        await until(pilot, lambda: "2 conversations went out: u again asks whether to withdraw them" in toasts(app))
        await until(pilot, lambda: "2 marked" in picture(app))
        await pilot.press("u")
        await until(pilot, lambda: "Withdraw the escalation of 2 conversations" in picture(app))


async def test_u_goes_to_what_was_sent_also_when_the_filter_hides_it(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        desk.put(escalated(desk.book["101"], RowState.ESCALATED, by="lea"))
        app.session.receive([desk.book["101"]])
        app.session.acts.remember(Verb.ESCALATE, [desk.book["101"]])
        await pilot.press("slash", *"globex", "enter", "u")
        await until(pilot, lambda: "AcmeCorp went out: u again asks whether to withdraw it" in toasts(app))
        assert app.queue_screen.table.cursor_id == "101"
        await pilot.press("u")
        await until(pilot, lambda: "Withdraw the escalation of AcmeCorp" in picture(app))


async def test_what_is_typed_right_behind_the_slash_belongs_to_the_filter(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        for key in ("slash", "e", "slash", "q"):
            app.post_message(events.Key(key, "/" if key == "slash" else key))  # without waiting for anything in between
        await pilot.pause()
        await pilot.pause()
        assert app.queue_screen.query_one("#filter", Input).value == "e/q"
        assert app.screen is app.queue_screen


async def test_a_failed_delivery_is_sent_again(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        app.queue_screen.table.select("110")
        await pilot.press("R")
        await until(pilot, lambda: app.session.queue.rows["110"].state is RowState.SENDING)
        assert desk.retried == [("110", "lea")]
        assert "Sending again for Cyberdyne: what is stuck of Data loss after the upgrade" in toasts(app)
        assert app.queue_screen.table.cursor_id == "102", "the next that needs something"


async def ask_of_doubt(app: EscalatorApp, desk: ScriptedDesk, pilot: Pilot[None]) -> None:
    """`R` on a row whose alert may have arrived."""
    doubtful = escalated(row("7", company="Tyrell"), RowState.UNCERTAIN)
    desk.put(doubtful)
    app.queue_screen.receive([doubtful])
    app.queue_screen.table.select("7")
    await pilot.press("R")


async def test_an_uncertain_delivery_is_sent_again_only_after_a_y(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await ask_of_doubt(app, desk, pilot)
        assert "What went out for Tyrell may have arrived." in picture(app)
        assert "looks first" in picture(app)
        assert "may arrive twice" in " ".join(picture(app).replace("│", " ").split())
        await pilot.press("enter")
        assert desk.retried == []
        await pilot.press("R")
        await answer(app, pilot, "y")
        await until(pilot, lambda: bool(desk.retried))
        assert (desk.retried, desk.vouched) == ([("7", "lea")], ["7"])


async def test_who_saw_what_is_uncertain_says_so_and_nothing_is_sent(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await ask_of_doubt(app, desk, pilot)
        assert "a it arrived, I saw it" in picture(app)
        await answer(app, pilot, "a")
        await until(pilot, lambda: bool(desk.seen))
        assert (desk.seen, desk.retried) == ([("7", "lea")], [])
        await until(pilot, lambda: "Recorded as arrived" in toasts(app))


async def ask_of_what_was_withdrawn(app: EscalatorApp, desk: ScriptedDesk, pilot: Pilot[None]) -> None:
    """`R` on a row whose alert may have arrived and whose escalation was withdrawn then."""
    base = escalated(row("7", company="Tyrell"), RowState.UNCERTAIN)
    assert base.record.escalation is not None
    withdrawn = replace(base, record=replace(base.record, escalation=replace(base.record.escalation, withdrawn_by="lea")))
    desk.put(withdrawn)
    app.queue_screen.receive([withdrawn])
    app.queue_screen.table.select("7")
    await pilot.press("R")


async def test_what_was_withdrawn_is_looked_for_and_never_sent(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await ask_of_what_was_withdrawn(app, desk, pilot)
        shown = in_box(app)
        assert "What went out for Tyrell may have arrived, and was withdrawn." in shown
        assert "takes back what it finds. Where it cannot look, that stays uncertain until you say whether it is there." in shown
        assert "it sends" not in shown
        assert "y look again" in shown
        await answer(app, pilot, "y")
        await until(pilot, lambda: bool(desk.retried))
        assert (desk.retried, desk.vouched) == ([("7", "lea")], [])
        await until(pilot, lambda: "Looking again for Tyrell" in toasts(app))


@pytest.mark.parametrize("key", ["y", "a"])
async def test_who_looked_for_what_was_withdrawn_says_whether_it_is_there(open_app: Open, desk: ScriptedDesk, key: str) -> None:
    async with open_app() as (app, pilot):
        await ask_of_what_was_withdrawn(app, desk, pilot)
        await answer(app, pilot, "a")
        await until(pilot, lambda: "What you saw: Tyrell" in picture(app))
        await answer(app, pilot, key)
        await until(pilot, lambda: bool(desk.seen or desk.unseen))
        said = [("7", "lea")]
        assert (desk.unseen, desk.seen, desk.retried) == ((said, [], []) if key == "y" else ([], said, []))


async def test_a_question_with_one_answer_has_no_other(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("a", "a")
        assert app.screen.name == "ask"


async def test_nobody_vouches_for_what_was_not_asked_about(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        desk.book["110"] = replace(desk.book["110"], state=RowState.UNCERTAIN)  # the row on the screen says failed still
        app.queue_screen.table.select("110")
        await pilot.press("R")
        await until(pilot, lambda: bool(desk.retried))
        assert (desk.retried, desk.vouched) == ([("110", "lea")], [])


@pytest.mark.parametrize(
    ("identity", "reason"),
    [
        ("101", "AcmeCorp was not escalated"),
        ("104", "Initech is being sent for the first time"),
        ("106", "Hooli was sent completely"),
    ],
)
async def test_nothing_to_send_again_says_why(open_app: Open, desk: ScriptedDesk, identity: str, reason: str) -> None:
    async with open_app() as (app, pilot):
        app.queue_screen.table.select(identity)
        await pilot.press("R")
        assert reason in toasts(app)
        assert desk.retried == []


async def test_what_waits_for_its_next_try_is_sent_now(open_app: Open, desk: ScriptedDesk) -> None:
    waiting = escalated(row("7", company="Tyrell"), RowState.SENDING, error="Linear limits our calls")
    async with open_app() as (app, pilot):
        desk.put(waiting)
        app.queue_screen.receive([waiting])
        app.queue_screen.table.select("7")
        await pilot.press("R")
        await until(pilot, lambda: bool(desk.retried))
        assert desk.retried == [("7", "lea")]


async def test_undo_tells_the_desk_what_it_showed_and_takes_back_nothing_else(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("d", "enter")
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.DISMISSED)
        desk.put(escalated(desk.book["101"], RowState.HELD))
        await pilot.press("u")
        await until(pilot, lambda: "sam decided this conversation. Nothing was taken back" in toasts(app))
        assert desk.book["101"].state is RowState.HELD
