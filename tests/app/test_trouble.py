"""Why the escalation under the cursor is not done stands in the second line."""

from __future__ import annotations

from dataclasses import replace

from escalator_tui.model.kinds import DeliveryState, RowState
from escalator_tui.widgets.trouble import trouble

from .conftest import Open, picture
from .story import NOW, escalated, row


def told(pieces: list[tuple[str, str]]) -> str:
    """The words."""
    return "".join(text for text, _ in pieces)


def test_nothing_is_said_of_what_goes_well() -> None:
    assert trouble(None, NOW, "R") == []
    assert trouble(row("1"), NOW, "R") == []
    assert trouble(escalated(row("1"), RowState.SENDING), NOW, "R") == []


def test_what_waits_for_its_next_try_says_why_its_cure_and_when() -> None:
    waiting = escalated(row("1"), RowState.SENDING, error="Slack is\x1b[31m not\nthere.", cure="Wait, or look at its status page.")
    escalation = waiting.record.escalation
    assert escalation
    later = tuple(replace(each, due_at=NOW + 20) for each in escalation.deliveries)
    waiting = replace(waiting, record=replace(waiting.record, escalation=replace(escalation, deliveries=later)))
    text = told(trouble(waiting, NOW, "R"))
    assert text == "Intercom note: Slack is not there · Wait, or look at its status page · tries again in 20 s · R now"


def test_what_was_refused_comes_before_what_waits() -> None:
    failed = escalated(row("1"), RowState.FAILED, error="Refused", cure="Invite it.")
    escalation = failed.record.escalation
    assert escalation
    first, *rest = escalation.deliveries
    owed = replace(first, state=DeliveryState.OWED, error="Later")
    failed = replace(failed, record=replace(failed.record, escalation=replace(escalation, deliveries=(owed, *rest))))
    assert told(trouble(failed, NOW, "")) == "Slack alert: Refused · Invite it · not sent again by itself"


async def test_it_stands_there_for_the_row_under_the_cursor_alone(open_app: Open) -> None:
    async with open_app((160, 45)) as (app, pilot):
        app.queue_screen.table.select("110")
        await pilot.pause()
        assert "Slack alert: Slack refused #escalations" in picture(app).splitlines()[1]
        assert "/invite @escalator there · not sent again by itself · R now" in picture(app).splitlines()[1]
        await pilot.press("home")
        assert "Slack alert" not in picture(app).splitlines()[1]
