"""What was sent and what was not: every call with its outcome, and what to do about it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from escalator_tui.app import EscalatorApp
from escalator_tui.config import Settings
from escalator_tui.config.schema import AppSettings
from escalator_tui.model.activity import Activity, Ending, Try
from escalator_tui.model.decision import Delivery
from escalator_tui.model.errors import LedgerError
from escalator_tui.model.kinds import DeliveryKind, DeliveryState, RowState
from escalator_tui.screens.activity import ActivityScreen
from escalator_tui.screens.detail import DetailScreen
from escalator_tui.session.calls import moment, said_of, status_of
from escalator_tui.session.tries import CUT_OFF, tried
from escalator_tui.session.wording import DELIVERY_NAMES
from escalator_tui.widgets.activity_view import explain_content, line_content

from .conftest import Open, answer, picture, toasts, until
from .desk import ScriptedDesk, activities
from .story import HOSTILE, NOW, closed, conversation, escalated, row

OWED = DeliveryState.OWED


def happened(kind: DeliveryKind = DeliveryKind.SLACK, state: DeliveryState = OWED, **also: object) -> Activity:
    """One delivery of AcmeCorp's."""
    delivery = replace(Delivery("ref-1", 1, "101", kind, state), **also)  # type: ignore[arg-type]
    return Activity(delivery, NOW - 30, conversation("101", "Invoice"), "lea", "kim", channel="#escalations")


async def opened(app: EscalatorApp, pilot: Pilot[None], *keys: str) -> ActivityScreen:
    """The activity screen with its rows."""
    await pilot.press(*keys, "A")
    screen = app.screen
    assert isinstance(screen, ActivityScreen)
    await until(pilot, lambda: bool(screen.shown))
    return screen


@pytest.mark.parametrize(
    ("activity", "glyph", "word"),
    [
        (happened(state=DeliveryState.DONE), "✔", "done"),
        (happened(state=DeliveryState.BLOCKED, error="no"), "✕", "refused"),
        (happened(state=DeliveryState.UNCERTAIN, error="lost"), "?", "uncertain"),
        (happened(state=DeliveryState.CANCELLED), "×", "cancelled"),
        (happened(error="lost", in_doubt=True, due_at=NOW + 60), "?", "in doubt"),
        (happened(error="busy", due_at=NOW + 60), "↻", "again 14:01"),
        (happened(attempts=1, in_doubt=True), "»", "sending"),
        (replace(happened(), held_until=NOW + 5), "»", "held"),
        (happened(), "·", "waits"),
    ],
)
def test_each_outcome_has_its_sign_and_word(activity: Activity, glyph: str, word: str) -> None:
    assert status_of(activity, NOW) == (glyph, word)
    line = line_content(activity, NOW, 80)
    assert f"{glyph} {word}" in line.plain
    assert line.cell_length <= 80


@pytest.mark.parametrize("width", [40, 56, 63, 76, 100, 156])
def test_a_line_never_breaks_and_names_the_company(width: int) -> None:
    long = replace(happened(error="no " * 50), conversation=conversation("1", "Invoice", "Bundesministerium für Wirtschaft"))
    line = line_content(long, NOW, width)
    assert line.cell_length <= width
    assert "Bund" in line.plain or width == 40


def test_of_an_old_call_the_day_is_told() -> None:
    assert line_content(replace(happened(), at=NOW - 90 * 86400), NOW, 80).plain.startswith("13 Dec    ")


@pytest.mark.parametrize("size", [(60, 15), (80, 24)])
async def test_a_long_name_leaves_room_for_the_keys(open_app: Open, desk: ScriptedDesk, size: tuple[int, int]) -> None:
    desk.book = {"1": escalated(row("1", company="Bundesministerium für Wirtschaft und Klimaschutz"), RowState.ESCALATED)}
    async with open_app(size) as (app, pilot):
        await opened(app, pilot)
        assert picture(app).splitlines()[2].rstrip().endswith("A only this")
        await pilot.press("A")
        await until(pilot, lambda: "A not done" in picture(app))
        assert picture(app).splitlines()[2].startswith(" Activity · 3 calls")


@pytest.mark.parametrize("kind", DeliveryKind)
@pytest.mark.parametrize("width", [76, 116])
def test_what_was_sent_is_named_in_full(kind: DeliveryKind, width: int) -> None:
    assert "…" not in line_content(happened(kind, DeliveryState.DONE), NOW, width).plain[24:51].partition("AcmeCorp")[0]


async def test_before_anything_was_sent_40_columns_say_so(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {"1": row("1")}
    async with open_app((40, 10)) as (app, pilot):
        await pilot.press("A")
        await until(pilot, lambda: "Activity · nothing was sent yet" in picture(app))
        assert "explain" not in picture(app)


async def test_at_40_columns_the_number_of_calls_comes_before_the_keys(open_app: Open) -> None:
    async with open_app((40, 10)) as (app, pilot):
        await opened(app, pilot)
        assert picture(app).splitlines()[2].startswith(" Activity · 9 calls ")
        assert "A only this" in picture(app)


def test_what_was_called_off_says_why() -> None:
    gone = happened(DeliveryKind.NOTE, DeliveryState.CANCELLED, error="The conversation was deleted in Intercom; no note was left")
    text = explain_content(replace(gone, withdrawn_by=""), NOW, again="R", back="u").plain
    assert "What happened: The conversation was deleted in Intercom; no note was left." in text
    assert "taken back" not in text
    text = explain_content(happened(DeliveryKind.NOTE, DeliveryState.CANCELLED, error="No seat"), NOW, again="R", back="u").plain
    assert "the escalation was taken back" in text


@pytest.mark.parametrize(
    ("kind", "withdrawn_by", "told"),
    [
        (DeliveryKind.SLACK, "", "R takes your word that it arrived, or looks once more and sends what is not found."),
        (DeliveryKind.SLACK, "kim", "R takes your word whether it arrived, or looks once more and takes back what is found."),
        (DeliveryKind.RETRACTION, "kim", "R takes your word that it arrived, or looks once more and sends what is not found."),
    ],
)
def test_what_to_do_about_doubt_is_another_once_it_is_withdrawn(kind: DeliveryKind, withdrawn_by: str, told: str) -> None:
    doubtful = replace(happened(kind, DeliveryState.UNCERTAIN, error="lost"), withdrawn_by=withdrawn_by)
    assert told in explain_content(doubtful, NOW, again="R", back="u").plain


@pytest.mark.parametrize("kind", DeliveryKind)
@pytest.mark.parametrize("state", DeliveryState)
def test_every_kind_and_state_is_explained(kind: DeliveryKind, state: DeliveryState) -> None:
    for activity in (happened(kind, state), happened(kind, state, error="It broke.", cure="Mend it.", attempts=3, in_doubt=True)):
        text = explain_content(activity, NOW, again="R", back="u").plain
        assert DELIVERY_NAMES[kind] in text
        for heading in ("What happened: ", "What it means: ", "What to do: ", "marker     ref-1"):
            assert heading in text
        assert ".." not in text


def test_every_try_is_told_with_its_time_its_outcome_and_the_wait() -> None:
    tries = (
        Try(NOW - 600, Ending.POSTPONED, 1, "Slack could not be reached."),
        Try(NOW - 560, Ending.POSTPONED, 4, "Slack is busy"),
        Try(NOW - 530, Ending.BLOCKED, 5, "not_in_channel"),
        Try(NOW - 60, Ending.AGAIN, actor="kim"),
        Try(NOW - 50, Ending.CUT_OFF),
        Try(NOW - 30, Ending.POSTPONED, 1, "Slack is busy"),
    )
    made = replace(happened(error="Slack is busy", due_at=NOW + 60, attempts=1), tries=tries)
    assert [each[1:] for each in tried(made, NOW)] == [
        ("tries 1 to 3", "↻", "not done", ("Slack could not be reached", "for 40 s")),
        ("try 4", "↻", "not done", ("Slack is busy", "the next 30 s later")),
        ("try 5", "✕", "refused", ("not_in_channel",)),
        ("", "»", "again", ("asked for by kim",)),
        ("", "?", "cut off", (CUT_OFF,)),
        ("try 1", "↻", "not done", ("Slack is busy", "the next 14:01")),
    ]
    assert [each.when for each in tried(made, NOW)] == [moment(each.at, NOW) for each in tries]
    text = explain_content(made, NOW, again="R", back="u").plain
    assert "13:50:00  tries 1 to 3  ↻ not done   Slack could not be reached · for 40 s" in text
    assert "Every try" not in explain_content(happened(), NOW, again="R", back="u").plain


def test_tries_that_go_on_alike_count_to_the_last_one() -> None:
    made = replace(happened(error="busy", due_at=NOW + 60, attempts=7), tries=(Try(NOW - 600, Ending.POSTPONED, 2, "busy"),))
    assert [(each.which, each.told) for each in tried(made, NOW)] == [("tries 2 to 7", ("busy", "the next 14:01"))]


def test_who_is_behind_it() -> None:
    assert happened().actor == "lea"
    assert happened(DeliveryKind.COMMENT).actor == "escalator"
    assert happened(DeliveryKind.ARCHIVE).actor == "kim"


def test_an_alert_that_went_elsewhere_says_so() -> None:
    moved = {"channel_name": "#support-triage", "refused": "#escalations", "refusal": "not_in_channel"}
    text = explain_content(happened(state=DeliveryState.DONE, result=moved), NOW, again="R", back="u").plain
    assert "It was meant for #escalations, which did not take it (not_in_channel)." in text
    assert "channel    #support-triage" in text


def test_an_alert_that_somebody_saw_elsewhere_names_the_channel_it_was_seen_in() -> None:
    seen = {"route": "#support-triage", "refused": "#escalations", "refusal": "not_in_channel", "seen_by": "Ann"}
    made = happened(state=DeliveryState.DONE, result=seen)
    text = explain_content(made, NOW, again="R", back="u").plain
    assert "Slack could not be asked. It was meant for #escalations, which did not take it (not_in_channel)." in text
    assert "channel    #support-triage" in text
    assert "#support-triage" in said_of(made)


async def test_all_deliveries_stand_there_and_one_is_explained(open_app: Open) -> None:
    async with open_app((120, 30)) as (app, pilot):
        screen = await opened(app, pilot)
        shown = picture(app)
        assert "Activity · 9 calls  " in shown
        assert "✔ done" in shown
        assert "INF-42 · by sam" in shown
        screen.list.highlighted = next(at for at, each in enumerate(screen.shown) if each.delivery.error)
        await pilot.press("enter")
        assert app.screen.name == "explain"
        shown = picture(app)
        assert "What happened: Slack refused #escalations: the bot is not in this private channel." in shown
        assert "/invite @escalator there. Then R sends it again." in shown
        assert "110-slack" in shown
        await pilot.press("escape")
        assert app.screen.name == "activity"
        await pilot.press("escape")
        assert app.screen.name == "queue"


async def test_retry_on_the_row_and_its_refusal(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot)
        screen.list.highlighted = next(at for at, each in enumerate(screen.shown) if each.delivery.state is DeliveryState.DONE)
        await pilot.press("R")
        assert "The Linear issue has nothing to send again" in toasts(app)
        assert desk.retried == []
        screen.list.highlighted = next(at for at, each in enumerate(screen.shown) if each.delivery.error)
        await pilot.press("R")
        await until(pilot, lambda: desk.retried == [("110", "lea")])


async def test_retry_from_the_explanation(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot)
        screen.list.highlighted = next(at for at, each in enumerate(screen.shown) if each.delivery.error)
        await pilot.press("enter", "R")
        await until(pilot, lambda: desk.retried == [("110", "lea")])
        assert app.screen is screen


async def test_the_explanation_names_the_keys_in_force_and_heeds_them(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app(settings=Settings(app=AppSettings(keys={"retry": "x", "activity": "B"}))) as (app, pilot):
        await pilot.press("B")
        screen = app.screen
        assert isinstance(screen, ActivityScreen)
        await until(pilot, lambda: bool(screen.shown))
        assert "B only this" in picture(app)
        screen.list.highlighted = next(at for at, each in enumerate(screen.shown) if each.delivery.error)
        await pilot.press("enter")
        assert "Then x sends it again." in picture(app)
        await pilot.press("x")
        await until(pilot, lambda: desk.retried == [("110", "lea")])


async def test_what_may_have_arrived_is_sent_again_only_after_a_question(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {"600": escalated(row("600", "Lost", "Weyland"), RowState.UNCERTAIN, error="nobody can look", cure="")}
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot)
        screen.list.highlighted = 1
        await pilot.press("R", "enter")
        assert desk.retried == [], "enter is on Cancel"
        await pilot.press("R")
        await answer(app, pilot, "y")
        await until(pilot, lambda: desk.retried == [("600", "lea")])


async def test_retry_of_a_conversation_that_left_the_queue(open_app: Open, desk: ScriptedDesk) -> None:
    gone = escalated(row("400", "Old", "Tyrell"), RowState.FAILED, error="no", cure="")
    async with open_app() as (app, pilot):
        desk.book["400"] = gone
        screen = await opened(app, pilot)
        screen.list.highlighted = next(at for at, each in enumerate(screen.shown) if each.delivery.ref == "400-slack")
        await pilot.press("R")
        await until(pilot, lambda: bool(desk.retried))
        assert desk.retried == [("400", "lea")]


async def test_what_is_withdrawn_elsewhere_of_a_conversation_that_left_the_queue_is_not_withdrawn_again(
    open_app: Open, desk: ScriptedDesk
) -> None:
    sent = escalated(row("400", "Old", "Tyrell"), RowState.ESCALATED)
    over = closed(sent)
    desk.book = {"400": over}
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot)
        made = over.record.escalation
        assert made
        assert screen.situation().undoable
        desk.book["400"] = replace(over, record=replace(over.record, escalation=replace(made, withdrawn_by="sam")))
        screen.refresh_view()
        await until(pilot, lambda: screen.current is not None and screen.current.withdrawn_by == "sam")
        assert screen.situation().undoable is None
        read = desk.rows_read
        screen.refresh_view()
        await until(pilot, lambda: app.session.reads.pending == 0)
        assert desk.rows_read == read, "nothing changed"


async def test_a_row_that_could_not_be_read_is_read_at_the_next_look(open_app: Open, desk: ScriptedDesk) -> None:
    gone = escalated(row("400", "Old", "Tyrell"), RowState.FAILED, error="no", cure="")
    async with open_app() as (app, pilot):
        desk.happened = activities(gone)
        screen = await opened(app, pilot)
        screen.list.highlighted = 0
        assert screen.situation().cursor is None
        desk.book["400"], desk.happened = gone, []
        screen.refresh_view()
        await until(pilot, lambda: screen.situation().cursor is not None)


async def test_only_this_conversations_then_what_is_not_done_and_all_again(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot)
        screen.list.highlighted = next(at for at, each in enumerate(screen.shown) if each.conversation.id == "106")
        await pilot.press("A")
        await until(pilot, lambda: {each.conversation.id for each in screen.shown} == {"106"})
        assert "Activity · 3 calls · Hooli" in picture(app)
        await pilot.press("A")
        await until(pilot, lambda: screen.undone and "106" not in {each.conversation.id for each in screen.shown})
        assert {each.delivery.state for each in screen.shown} == {OWED, DeliveryState.BLOCKED}
        assert " calls · not done" in picture(app)
        await pilot.press("A")
        await until(pilot, lambda: len(screen.shown) == 9)


async def test_from_the_conversation_it_is_that_ones_alone_and_c_leads_back(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        app.queue_screen.table.select("110")
        screen = await opened(app, pilot, "enter")
        assert {each.conversation.id for each in screen.shown} == {"110"}
        await pilot.press("right")
        assert isinstance(app.screen, DetailScreen)
        assert app.screen.row.id == "110"


@pytest.mark.parametrize("keys", [("j", "j", "k", "n"), ("j", "k"), ()])
async def test_new_deliveries_come_in_and_the_cursor_stays_on_its_row(open_app: Open, desk: ScriptedDesk, keys: tuple[str, ...]) -> None:
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot)
        await pilot.press(*keys)
        assert screen.current
        ref, place = screen.current.delivery.ref, screen.list.highlighted or 0
        desk.happened.append(replace(activities(desk.book["106"])[0], delivery=Delivery("new", 9, "106", DeliveryKind.TAG), at=NOW))
        app.on_inbox_filled()
        await until(pilot, lambda: len(screen.shown) == 10)
        assert screen.current.delivery.ref == ref
        assert screen.list.highlighted == place + 1


async def test_when_the_call_under_the_cursor_is_done_the_cursor_goes_to_the_next_one(open_app: Open, desk: ScriptedDesk) -> None:
    first, second, third, fourth = (replace(happened(ref=f"{at}"), conversation=conversation(f"{at}", "Invoice")) for at in range(4))
    desk.book, desk.happened = {}, [first, second, third, fourth]
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot)
        await pilot.press("j", "j")
        assert screen.current == third
        desk.happened = [first, second, fourth]
        screen.refresh_view()
        await until(pilot, lambda: len(screen.shown) == 3)
        assert screen.current == fourth
        desk.happened = [first, second]
        screen.refresh_view()
        await until(pilot, lambda: len(screen.shown) == 2)
        assert screen.current == second


async def test_the_explanation_sends_again_what_it_explains_whatever_comes_in_behind_it(open_app: Open, desk: ScriptedDesk) -> None:
    other = escalated(row("900", "Other", "Tyrell"), RowState.FAILED, error="no", cure="")
    desk.book = {"110": desk.book["110"], "900": other}
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot)
        screen.list.highlighted = next(at for at, each in enumerate(screen.shown) if each.delivery.error and each.conversation.id == "110")
        await pilot.press("enter")
        desk.happened = [replace(happened(error="busy", ref="newer"), conversation=other.record.conversation)]
        screen.refresh_view()
        await until(pilot, lambda: screen.shown[0].delivery.ref == "newer")
        screen.list.highlighted = 0
        await pilot.press("R")
        await until(pilot, lambda: desk.retried == [("110", "lea")])


async def test_the_explanation_of_a_call_that_is_no_longer_listed_sends_nothing(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {"110": desk.book["110"]}
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot)
        screen.list.highlighted = next(at for at, each in enumerate(screen.shown) if each.delivery.error)
        await pilot.press("enter")
        screen._show([])
        await pilot.press("R")
        assert "stands here no longer. Nothing was sent again" in toasts(app)
        assert desk.retried == []


async def test_what_changes_while_it_is_being_read_is_read_afterwards(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot)
        before = desk.looks
        for _ in range(5):
            screen.refresh_view()
        await until(pilot, lambda: app.session.reads.pending == 0)
        assert desk.looks == before + 2, "once for the first, once for all that came meanwhile"


async def test_its_lines_follow_the_clock_of_the_app(open_app: Open) -> None:
    now = [NOW]
    async with open_app(clock=lambda: now[0]) as (app, pilot):
        await opened(app, pilot)
        before = picture(app).splitlines()[0]
        now[0] += 40
        app._tick()
        await pilot.pause()
        assert picture(app).splitlines()[0] != before


async def test_nothing_was_sent_yet(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {"101": desk.book["101"]}
    async with open_app() as (app, pilot):
        await pilot.press("A")
        await until(pilot, lambda: "nothing was sent yet" in picture(app))
        await pilot.press("enter", "R", "right", "o", "A", "j", "G", "space")
        assert isinstance(app.screen, ActivityScreen)
        assert "There is no conversation under the cursor" in toasts(app)


async def test_a_ledger_that_cannot_be_read_says_so_and_keeps_what_was_shown(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot)
        desk.read_error = LedgerError("The ledger is out of reach", cure="Try later")
        screen.refresh_view()
        await until(pilot, lambda: "Could not be read: The ledger is out of reach. Try later" in picture(app))
        assert len(screen.shown) == 9
        desk.read_error = None
        screen.refresh_view()
        await until(pilot, lambda: "Could not be read" not in picture(app))


async def test_hostile_words_are_words(open_app: Open, desk: ScriptedDesk) -> None:
    broken = escalated(row("500", HOSTILE, HOSTILE), RowState.FAILED, error=HOSTILE, cure=HOSTILE)
    desk.book = {"500": broken}
    async with open_app((80, 24)) as (app, pilot):
        await opened(app, pilot)
        await pilot.press("j", "enter")
        assert "[@click=app.quit]x[/]" in picture(app)


async def test_read_only_sends_nothing_again(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app(read_only=True) as (app, pilot):
        screen = await opened(app, pilot)
        screen.list.highlighted = next(at for at, each in enumerate(screen.shown) if each.delivery.error)
        await pilot.press("R")
        assert "Read-only" in toasts(app)
        assert desk.retried == []


async def test_what_the_key_line_calls_copy_copies_here_too(open_app: Open, desk: ScriptedDesk) -> None:
    desk.happened = [happened()]
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot)
        await pilot.press("c")
        await until(pilot, lambda: app.clipboard != "")
        assert app.screen is screen
        assert app.clipboard.startswith("AcmeCorp")
