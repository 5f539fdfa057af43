"""The conversation as a lead reads it: nothing twice, nothing by its number alone, and the next one a key away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rich.cells import cell_len
from textual.content import Content
from textual.pilot import Pilot
from textual.widgets import Static

from escalator_tui.app import EscalatorApp
from escalator_tui.model.activity import Background, Past
from escalator_tui.model.assessment import Signal
from escalator_tui.model.conversation import ConversationState
from escalator_tui.model.errors import LedgerError
from escalator_tui.model.kinds import AuthorKind, DeliveryKind, DeliveryState, RowState, Verb
from escalator_tui.model.row import Row
from escalator_tui.screens.detail import DetailScreen
from escalator_tui.widgets.detail import detail_content
from escalator_tui.widgets.highlight import highlight
from escalator_tui.widgets.thread import MOST

from .conftest import Open, picture, toasts, until
from .desk import ScriptedDesk
from .story import HOUR, NOW, conversation, decided, escalated, part, row


def drawn(each: Row, background: Background | None = None, *related: Row) -> str:
    """The whole detail as plain text."""
    return detail_content(each, related, NOW, full=True, background=background or Background()).plain


def marked(text: str, *signals: Signal, part_id: str = "p0") -> list[str]:
    """The words that are marked."""
    content = highlight(text, signals, part_id)
    return [content.plain[span.start : span.end] for span in content.spans]


async def reading(app: EscalatorApp, pilot: Pilot[None], identity: str = "101") -> DetailScreen:
    """The detail screen of one conversation."""
    app.queue_screen.table.select(identity)
    await pilot.press("enter")
    assert isinstance(app.screen, DetailScreen)
    return app.screen


@pytest.mark.parametrize(
    ("text", "detail", "found"),
    [
        ("I WANT TO SPEAK TO A\n\nMANAGER now", "speak to a manager", ["SPEAK TO A\n\nMANAGER"]),
        ("Je veux PARLER À un responsable", "veux parler a un responsable", ["veux PARLER À un responsable"]),
        ("eine UNVERSCHÄMTHEIT, ße ﬁ", "eine unverschamtheit", ["eine UNVERSCHÄMTHEIT"]),
        ("unacceptable, cancelled; unacceptable!!!", "unacceptable, !!!", ["unacceptable", "unacceptable", "!!!"]),
        ("Hello! Really!", "!", []),
        ("İstanbul manager", "manager", ["manager"]),
        ("ΟΔΟΣ İİ straße manager", "οδος, straße, manager", ["ΟΔΟΣ", "straße", "manager"]),
        ("management", "manage", []),
    ],
)
def test_the_words_that_scored_are_marked_and_no_others(text: str, detail: str, found: list[str]) -> None:
    assert marked(text, Signal("anger", 0.4, detail, "a quote from another message", "p9")) == found


def test_words_that_were_mistyped_are_marked_by_what_was_quoted_of_them() -> None:
    slip = Signal("anger", 0.4, "unacceptable", "…this is unaceptable…", "p0")
    assert marked("Well, this is\nunaceptable. Bye", slip) == ["this is\nunaceptable"]
    assert marked("Well, this is\nunaceptable. Bye", slip, part_id="p1") == []


def test_a_signal_from_behaviour_marks_nothing() -> None:
    assert marked("we waited 26 h", Signal("waiting", 0.2, "waited 26 h")) == []


def test_nothing_is_said_twice() -> None:
    both = "I want to speak to a manager or we will cancel our subscription."
    signals = (
        Signal("manager", 0.4, "speak to a manager", both, "p0"),
        Signal("churn", 0.3, "cancel our subscription", both, "p0"),
        Signal("waiting_hours", 0.1, "waiting for us for 5 h"),
    )
    shown = drawn(replace(row("1", signals=signals), state=RowState.WATCHING))
    assert shown.count(f"“{both}”") == 1
    assert "+0.10 waiting for us for 5 h" in shown
    assert "waiting hours" not in shown


def test_a_failed_delivery_is_told_once_and_a_channel_by_its_name() -> None:
    failed = replace(escalated(row("1"), RowState.FAILED, error="Slack refused it", cure="Invite the bot"), note="Slack refused it")
    assert drawn(failed).count("Slack refused it") == 2, "once for each of the two deliveries"
    sent = escalated(row("1"), RowState.ESCALATED)
    made = sent.record.escalation
    assert made
    named = {"channel": "C0123456789", "channel_name": "#escalations", "ts": "1.2"}
    deliveries = tuple(replace(each, result=named) if each.kind is DeliveryKind.SLACK else each for each in made.deliveries)
    shown = drawn(replace(sent, record=replace(sent.record, escalation=replace(made, deliveries=deliveries))))
    assert "Slack alert · #escalations" in shown
    assert "C0123456789" not in shown
    assert all(each.state is DeliveryState.DONE for each in deliveries)


def test_a_person_without_a_company_comes_first() -> None:
    first, *_ = drawn(row("1", company=None, name="kim")).splitlines()
    assert first == "kim · kim@example.com · company unknown"
    first, *_ = drawn(row("1")).splitlines()
    assert first.startswith("AcmeCorp · Jane Roe · jane@example.com · Enterprise")
    nobody = row("1", company=None)
    talk = replace(nobody.record.conversation, contact=None)
    assert drawn(replace(nobody, record=replace(nobody.record, conversation=talk))).startswith("– · company unknown")


def test_the_same_customers_conversations_stand_on_a_time_line_with_the_closed_ones() -> None:
    here = row("101")
    closed = conversation("090", "Billing question", state=ConversationState.CLOSED, waits=72 * HOUR)
    later = row("120", "Also this", waits=1 * HOUR)
    shown = drawn(here, Background(others=(closed, here.record.conversation, later.record.conversation)), later).splitlines()
    at = shown.index("Same customer, 2 others")
    assert "Billing question  closed" in shown[at + 1]
    assert shown[at + 2].startswith("▸ 08:48")
    assert "Also this  0.94 ! needs you" in shown[at + 3]
    assert "Same customer" not in drawn(here)


@pytest.mark.parametrize(("here", "first", "last"), [(0, 0, 10), (3, 0, 10), (20, 15, 25), (39, 29, 39)])
def test_of_a_customer_with_very_many_conversations_the_nearest_in_time_are_shown(here: int, first: int, last: int) -> None:
    rows = [row(str(100 + number), f"Talk {number:02}", waits=(50 - number) * HOUR) for number in range(40)]
    shown = drawn(rows[here], Background(), *rows[:here], *rows[here + 1 :]).splitlines()
    at = shown.index("Same customer, 39 others, the nearest 10")
    around = [f"Talk {number:02}" for number in range(first, last + 1) if number != here]
    assert [each[16:23] for each in shown[at + 1 : at + 12] if not each.startswith("▸")] == around
    assert shown[at + 1 + here - first].startswith("▸")


async def test_what_stands_in_the_pane_already_is_not_drawn_again(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app() as (app, pilot):
        drawings: list[object] = []
        text = app.queue_screen.pane.query_one(Static)
        monkeypatch.setattr(text, "update", drawings.append)
        app.queue_screen.refresh_view()
        assert drawings == []
        await pilot.press("j")
        await until(pilot, lambda: len(drawings) == 1)


@pytest.mark.parametrize(("identity", "seconds", "times"), [("101", 0, 0), ("101", 59, 0), ("101", 60, 1), ("106", 1, 0), ("held", 1, 1)])
@pytest.mark.parametrize("keys", [(), ("enter",)], ids=["pane", "screen"])
async def test_nothing_is_made_of_a_thread_again_within_the_minute_unless_it_changed(
    open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch, identity: str, seconds: int, times: int, keys: tuple[str, ...]
) -> None:
    now, made = [float(NOW)], [0]
    desk.put(escalated(row("held", "Held", "Tyrell"), RowState.HELD))

    def counting(*shown: Any, **how: Any) -> Content:
        made[0] += 1
        return detail_content(*shown, **how)

    async with open_app(clock=lambda: now[0]) as (app, pilot):
        app.queue_screen.table.select(identity)
        await pilot.press(*keys)
        await until(pilot, lambda: app.session.reads.pending == 0)
        monkeypatch.setattr("escalator_tui.widgets.detail.detail_content", counting)
        now[0] += seconds
        for _ in range(3):
            app.screen.refresh_view()  # type: ignore[attr-defined]
        assert bool(made[0]) == bool(times)
        made[0] = 0
        app.session.receive([replace(app.session.queue.rows[identity], note="news")])
        assert made[0]


def test_beside_the_queue_as_much_of_a_thread_stands_as_a_screen_holds() -> None:
    said = conversation("1", "Invoice", texts=tuple(f"{at} " + "word " * 300 for at in range(20)))
    whole = row("1")
    long = replace(whole, record=replace(whole.record, conversation=said))
    shown = detail_content(long, (), NOW, full=False).plain
    assert [at for at in range(20) if f"\n{at} word" in shown] == [18, 19]
    assert "enter reads all 21 messages" in shown
    assert shown.count("word") < MOST
    shown = detail_content(long, (), NOW, full=True).plain
    assert [at for at in range(20) if f"\n{at} word" in shown] == [*range(20)]


def test_one_message_without_an_end_is_cut_beside_the_queue_and_that_is_said() -> None:
    whole = row("1")
    long = replace(whole, record=replace(whole.record, conversation=conversation("1", "Invoice", texts=("word " * 5000,))))
    shown = detail_content(long, (), NOW, full=False).plain
    assert len(shown) < MOST + 1000
    assert "…\n" in shown
    assert "enter reads all of it" in shown
    assert "enter reads" not in detail_content(whole, (), NOW, full=False).plain


def test_decisions_so_far_are_told_with_those_taken_back() -> None:
    past = (Past(NOW - 600, "sam", "dismissed: Not urgent"), Past(NOW - 300, "sam", "took the dismissal or snooze back"))
    shown = drawn(row("1"), Background(past=past))
    assert "Earlier decisions\n  13:55         sam took the dismissal or snooze back\n  13:50         sam dismissed: Not urgent" in shown


def test_the_decision_that_stands_is_not_told_again_among_the_earlier_ones() -> None:
    aside = decided(row("1"), RowState.DISMISSED, Verb.DISMISS, reason="Not urgent")
    shown = drawn(aside, Background(past=(Past(NOW - 900, "kim", "dismissed: Spam"), Past(NOW - 600, "sam", "dismissed: Not urgent"))))
    assert shown.count("Not urgent") == 1
    assert "kim dismissed: Spam" in shown


async def test_what_lies_around_it_is_read_once_and_again_when_the_row_changed(open_app: Open, desk: ScriptedDesk) -> None:
    desk.backgrounds["101"] = Background(past=(Past(NOW - 60, "kim", "snoozed until Mon 09:00"),))
    async with open_app() as (app, pilot):
        await reading(app, pilot)
        await until(pilot, lambda: "kim snoozed until Mon 09:00" in picture(app))
        desk.backgrounds["101"] = Background(past=(Past(NOW, "sam", "dismissed: Handled"),))
        app.session.receive([replace(desk.book["101"], note="changed")])
        await until(pilot, lambda: "sam dismissed: Handled" in picture(app))
        assert "kim snoozed" not in picture(app)


async def test_a_ledger_that_cannot_be_read_leaves_the_conversation_readable(
    open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: str) -> Background:
        raise LedgerError("The ledger is out of reach", cure="Try later")

    async with open_app() as (app, pilot):
        monkeypatch.setattr(desk, "background", fail)
        await reading(app, pilot)
        await until(pilot, lambda: "The ledger is out of reach. Try later" in toasts(app))
        assert "speak to a manager" in picture(app)


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 36), (160, 45)])
@pytest.mark.parametrize("keys", [(), ("enter",)], ids=["pane", "screen"])
async def test_the_last_words_are_in_sight(open_app: Open, desk: ScriptedDesk, size: tuple[int, int], keys: tuple[str, ...]) -> None:
    said = "You have ignored me for three weeks and I have had it with every one of you, so this goes to my lawyer. " * 2
    signals = tuple(Signal(f"kind_{at}", 0.3 - at / 100, "ignored me", f"{at} {said}", "p0") for at in range(8))
    desk.book = {"1": row("1", signals=signals, texts=(said * 3, "At last: what is the matter?"))}
    async with open_app(size) as (app, pilot):
        await pilot.press(*keys)
        await pilot.pause()
        is_shown = keys or app.queue_screen.pane.display
        assert not is_shown or "At last: what is the matter?" in picture(app)


async def test_a_pane_that_gets_smaller_keeps_the_last_words(open_app: Open) -> None:
    async with open_app((120, 36)) as (app, pilot):
        await reading(app, pilot)
        assert picture(app).count("Still nothing?") == 1
        await pilot.resize_terminal(80, 14)
        await until(pilot, lambda: "08:59  Jane  Still nothing?" in picture(app))


async def test_the_next_and_the_previous_conversation_without_leaving(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        screen = await reading(app, pilot)
        assert "n/N next" in picture(app)
        await pilot.press("n")
        assert screen.row.id == app.queue_screen.table.cursor_id == "110"
        assert "Cyberdyne" in picture(app)
        await pilot.press("N", "N")
        assert screen.row.id == "101"
        assert "There is no conversation before this one" in toasts(app)
        for _ in range(len(app.session.queue.order)):
            await pilot.press("n")
        assert "There is no conversation further on" in toasts(app)
        await pilot.press("escape")
        assert app.screen is app.queue_screen
        assert app.queue_screen.table.cursor_id == app.session.queue.order[-1]


async def test_one_is_read_and_sent_and_then_the_next_is_read(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        screen = await reading(app, pilot, "102")
        await pilot.press("e", "y")
        await until(pilot, lambda: len(desk.sent) == 1 and app.screen is screen)
        assert desk.sent[0][0].row.id == "102"
        assert screen.row.id == app.queue_screen.table.cursor_id == "103"
        await pilot.press("d", "1")
        await until(pilot, lambda: desk.book["103"].state is RowState.DISMISSED)
        assert screen.row.id == "110"
        await pilot.press("u")
        await until(pilot, lambda: desk.book["103"].state is RowState.NEEDS_DECISION)
        assert screen.row.id == app.queue_screen.table.cursor_id == "103"


async def test_when_nothing_needs_the_lead_any_more_the_queue_is_shown(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {each: desk.book[each] for each in ("101", "105")}
    async with open_app() as (app, pilot):
        await reading(app, pilot, "101")
        await pilot.press("z", "1")
        assert app.screen is app.queue_screen


def test_a_message_of_a_teammate_is_never_marked() -> None:
    talk = conversation("1", "Hello")
    said = part(7, AuthorKind.TEAMMATE, "You may speak to a manager.", NOW, "Sam")
    shown = row("1", signals=(Signal("manager", 0.4, "speak to a manager", "speak to a manager", "p0"),))
    content = detail_content(replace(shown, record=replace(shown.record, conversation=replace(talk, parts=(said,)))), (), NOW, full=True)
    assert not [span for span in content.spans if "warning-muted" in str(span.style)]


async def test_long_names_leave_room_for_why_in_a_low_pane(open_app: Open, desk: ScriptedDesk) -> None:
    long = "Bundesministerium für Wirtschaft und Klimaschutz"
    desk.book = {"1": row("1", "An invoice that nobody can read " * 5, long, plan=long, name=f"Maximiliane von {long}")}
    async with open_app((80, 24)) as (app, _):
        foot = picture(app).split("──")[-1]
        assert "+0.40 human · manager" in foot
        assert "2,400 per month" in foot
        assert "An invoice that nobody can read" in foot


@pytest.mark.parametrize("width", [40, 80, 119])
def test_what_follows_on_of_a_long_quote_stands_below_its_beginning(width: int) -> None:
    said = "I want to speak to a manager, 私は now, " * 6
    long = row("1", signals=(Signal("manager", 0.4, "manager", said, "p0"),))
    failed = escalated(long, RowState.FAILED, error="Slack refused it " * 9, cure="Invite the app there " * 9)
    content = detail_content(failed, (), NOW, full=True, width=width)
    lines = content.plain.splitlines()
    for beginning, indent in (("  +0.40 ", 8), ("    Slack refused", 4), ("    Invite", 4)):
        at = next(number for number, line in enumerate(lines) if line.startswith(beginning))
        assert lines[at + 1].startswith(" " * indent)
        assert lines[at + 1][indent] != " "
    assert all(cell_len(line) <= width for line in lines if line.startswith("  "))
    assert " ".join(said.split()) in " ".join(content.plain.split())
