"""What the question before a withdrawal says of what may have arrived."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from escalator_tui.app import EscalatorApp
from escalator_tui.model.kinds import DeliveryKind, DeliveryState, RowState
from escalator_tui.model.row import Row
from escalator_tui.screens.ask import AskScreen
from escalator_tui.session.withdrawal import withdrawal_text

from .conftest import Open, answer, in_box, picture, toasts, until
from .desk import ScriptedDesk
from .story import closed, escalated, row

STAYS = "What may have arrived stays shown until it is found and taken back or, of an alert or a note, you say whether it is there."


def with_doubt(kind: DeliveryKind, state: DeliveryState = DeliveryState.UNCERTAIN) -> Row:
    """Sent, and whether one of the deliveries arrived nobody can look up."""
    sent = escalated(row("7", company="Tyrell"), RowState.ESCALATED, by="lea")
    made = sent.record.escalation
    assert made is not None
    doubtful = tuple(replace(each, state=state, in_doubt=True, result={}) if each.kind is kind else each for each in made.deliveries)
    return replace(sent, state=RowState.UNCERTAIN, record=replace(sent.record, escalation=replace(made, deliveries=doubtful)))


@pytest.mark.parametrize(
    ("kind", "state", "told"),
    [
        (DeliveryKind.SLACK, DeliveryState.UNCERTAIN, "Slack: the alert in #customer-support may have arrived, and nobody can look."),
        (DeliveryKind.NOTE, DeliveryState.UNCERTAIN, "Intercom: the note may have arrived, and nobody can look."),
        (DeliveryKind.LINEAR, DeliveryState.BLOCKED, "Linear: the issue may have arrived, and nobody can look."),
    ],
)
def test_what_may_have_arrived_is_named_with_what_becomes_of_it(kind: DeliveryKind, state: DeliveryState, told: str) -> None:
    lines = withdrawal_text([with_doubt(kind, state)], "lea").splitlines()
    assert [line for line in lines if "nobody can look" in line] == [told]
    assert STAYS in lines


def test_what_surely_arrived_or_never_will_is_in_no_doubt() -> None:
    text = withdrawal_text([escalated(row("7"), RowState.ESCALATED), escalated(row("8"), RowState.FAILED)], "lea")
    assert "may have arrived" not in text


def test_of_several_each_line_names_what_may_have_arrived() -> None:
    text = withdrawal_text([with_doubt(DeliveryKind.SLACK), escalated(row("8", company="Wonka"), RowState.ESCALATED)], "lea")
    assert "Tyrell: INF-42, note, perhaps the alert in #customer-support" in text
    assert "Wonka: INF-42, #customer-support, note" in text
    assert STAYS in text


async def test_the_question_on_the_screen_tells_of_it(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {"7": with_doubt(DeliveryKind.SLACK)}
    async with open_app() as (app, pilot):
        app.queue_screen.table.select("7")
        await pilot.press("u")
        await until(pilot, lambda: "nobody can look" in picture(app))
        shown = " ".join(picture(app).replace("│", " ").split())
        assert "Slack: the alert in #customer-support may have arrived" in shown
        assert STAYS in shown


def withdrawn(conversation_id: str, company: str) -> Row:
    """Uncertain, and taken back then."""
    base = escalated(row(conversation_id, company=company), RowState.UNCERTAIN)
    made = base.record.escalation
    assert made is not None
    return replace(base, record=replace(base.record, escalation=replace(made, withdrawn_by="lea")))


TYRELL, WEYLAND = withdrawn("7", "Tyrell"), withdrawn("6", "Weyland")
WONKA = escalated(row("8", company="Wonka"), RowState.UNCERTAIN)
STARK = escalated(row("9", company="Stark"), RowState.FAILED, error="no")
APART = "Beside other rows nothing is recorded of it: R on such a row alone asks you."


async def ask_of(app: EscalatorApp, desk: ScriptedDesk, pilot: Pilot[None], *rows: Row) -> str:
    """`R` on these, marked together."""
    desk.book = {each.id: each for each in rows}
    app.queue_screen.receive(rows)
    app.session.queue.mark([each.id for each in rows])
    app.queue_screen.table.select(rows[0].id)
    await pilot.press("R")
    await until(pilot, lambda: "What went out for" in in_box(app))
    return in_box(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_beside_others_nothing_is_recorded_of_what_was_withdrawn(open_app: Open, desk: ScriptedDesk, size: tuple[int, int]) -> None:
    async with open_app(size) as (app, pilot):
        shown = await ask_of(app, desk, pilot, TYRELL, WONKA)
        assert "What went out for Tyrell may have arrived, and was withdrawn." in shown
        assert APART in shown
        assert "a it arrived, I saw it" in shown
        await answer(app, pilot, "a")
        await until(pilot, lambda: bool(desk.seen))
        await until(pilot, lambda: app.session.decisions.pending == 0)
        assert (desk.seen, desk.unseen, desk.retried) == ([("8", "lea")], [], [])
        assert app.session.queue.marks == {"7"}, "it stays to be answered"


async def test_at_40_columns_what_is_said_of_it_can_be_read_on(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app((40, 10)) as (app, pilot):
        shown = await ask_of(app, desk, pilot, TYRELL, WONKA)
        assert "y send again" in shown
        assert "a it arrived, I saw it" in shown
        assert "esc cancel" in shown
        await pilot.press("pagedown", "pagedown")
        await until(pilot, lambda: "alone asks you." in in_box(app))


async def test_beside_others_it_is_still_looked_for_and_never_sent(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await ask_of(app, desk, pilot, TYRELL, WONKA)
        await answer(app, pilot, "y")
        await until(pilot, lambda: len(desk.retried) == 2)
        assert (set(desk.retried), desk.vouched) == ({("7", "lea"), ("8", "lea")}, ["8"])


async def test_beside_what_only_failed_there_is_nothing_to_record(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        shown = await ask_of(app, desk, pilot, TYRELL, STARK)
        assert APART in shown
        assert "I saw it" not in shown
        screen = app.screen
        assert isinstance(screen, AskScreen)
        await until(pilot, lambda: screen.can_answer)
        await pilot.press("a")
        assert app.screen is screen
        await pilot.press("y")
        await until(pilot, lambda: len(desk.retried) == 2)
        assert (desk.seen, desk.unseen, desk.vouched) == ([], [], [])


async def test_of_several_that_were_all_withdrawn_it_is_asked_whether_they_are_there(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        shown = await ask_of(app, desk, pilot, TYRELL, WEYLAND)
        assert APART not in shown
        assert "y look again" in shown
        await answer(app, pilot, "a")
        await until(pilot, lambda: "What you saw: 2 conversations" in picture(app))
        await answer(app, pilot, "y")
        await until(pilot, lambda: len(desk.unseen) == 2)
        assert (set(desk.unseen), desk.seen) == ({("7", "lea"), ("6", "lea")}, [])


async def test_what_the_lead_sent_stays_when_a_colleague_closes_it_and_can_be_withdrawn(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("e", "y")
        await until(pilot, lambda: len(desk.sent) == 1)
        sent = escalated(row("101"), RowState.ESCALATED, by="lea")
        over = closed(sent)
        desk.put(over)
        app.session.receive([over])
        await until(pilot, lambda: "✓ INF-42 closed" in picture(app))
        app.queue_screen.table.select("102")
        await pilot.press("u")
        await until(pilot, lambda: "AcmeCorp went out: u again asks whether to withdraw it" in toasts(app))
        await pilot.press("u")
        await until(pilot, lambda: "Linear: INF-42 is archived." in picture(app))
        await answer(app, pilot, "y")
        await until(pilot, lambda: bool((made := desk.book["101"].record.escalation) and made.withdrawn_by))
