"""What the question before a withdrawal says of what may have arrived."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalator_tui.model.kinds import DeliveryKind, DeliveryState, RowState
from escalator_tui.model.row import Row
from escalator_tui.session.withdrawal import withdrawal_text

from .conftest import Open, picture, until
from .desk import ScriptedDesk
from .story import escalated, row

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
