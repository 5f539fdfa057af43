"""Why the escalation under the cursor is not done stands in the second line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalator_tui.model.kinds import DeliveryKind, DeliveryState, RowState
from escalator_tui.model.row import Row
from escalator_tui.widgets.trouble import trouble_pieces

from .conftest import Open, picture, toasts, until
from .desk import ScriptedDesk
from .story import NOW, escalated, row


def told(pieces: list[tuple[str, str]]) -> str:
    """The words."""
    return "".join(text for text, _ in pieces)


def test_nothing_is_said_of_what_goes_well() -> None:
    assert trouble_pieces(None, NOW, 80, retry="R") == []
    assert trouble_pieces(row("1"), NOW, 80, retry="R") == []
    assert trouble_pieces(escalated(row("1"), RowState.SENDING), NOW, 80, retry="R") == []


def test_what_waits_for_its_next_try_says_why_its_cure_and_when() -> None:
    waiting = escalated(row("1"), RowState.SENDING, error="Slack is\x1b[31m not\nthere.", cure="Wait, or look at its status page.")
    escalation = waiting.record.escalation
    assert escalation
    later = tuple(replace(each, due_at=NOW + 20) for each in escalation.deliveries)
    waiting = replace(waiting, record=replace(waiting.record, escalation=replace(escalation, deliveries=later)))
    text = told(trouble_pieces(waiting, NOW, 160, retry="R"))
    assert text == "Intercom note: Slack is not there · Wait, or look at its status page · tries again in 20 s · R now"


def test_what_was_refused_comes_before_what_waits() -> None:
    failed = escalated(row("1"), RowState.FAILED, error="Refused", cure="Invite it.")
    escalation = failed.record.escalation
    assert escalation
    first, *rest = escalation.deliveries
    owed = replace(first, state=DeliveryState.OWED, error="Later")
    failed = replace(failed, record=replace(failed.record, escalation=replace(escalation, deliveries=(owed, *rest))))
    assert told(trouble_pieces(failed, NOW, 160, retry="")) == "Slack alert: Refused · Invite it · not sent again by itself"


async def test_it_stands_there_for_the_row_under_the_cursor_alone(open_app: Open) -> None:
    async with open_app((160, 45)) as (app, pilot):
        app.queue_screen.table.select("110")
        await pilot.pause()
        assert picture(app).splitlines()[1].startswith(" Slack refused #escalations")
        assert "/invite @escalator there · not sent again by itself · R now" in picture(app).splitlines()[1]
        await pilot.press("home")
        assert "Slack refused" not in picture(app).splitlines()[1]


TEAM = "Linear refused: Entity not found: Team - Could not find referenced Team"
LONG = "Set linear.team_id (LINEAR_TEAM_ID) to a team that `escalator doctor` lists, then try again"


@pytest.mark.parametrize(
    ("width", "cure", "line"),
    [
        (200, "Set the team.", f"{TEAM} · Set the team · not sent again by itself · R now"),
        (100, "Set the team.", f"{TEAM} · Set the team · R now"),
        (78, "Set the team.", "Linear issue refused · Set the team · R now"),
        (78, LONG, "Linear refused: Entity not found: Team - Could… · enter tells the cure · R now"),
        (79, "", f"{TEAM} · R now"),
        (40, "", "Linear issue refused · R now"),
    ],
)
def test_in_little_room_the_cure_or_the_key_that_tells_it_stays(width: int, cure: str, line: str) -> None:
    failed = escalated(row("1"), RowState.FAILED, error=TEAM, cure=cure)
    escalation = failed.record.escalation
    assert escalation
    deliveries = tuple(replace(each, kind=DeliveryKind.LINEAR) for each in escalation.deliveries[1:])
    failed = replace(failed, record=replace(failed.record, escalation=replace(escalation, deliveries=deliveries)))
    assert told(trouble_pieces(failed, NOW, width, retry="R", more="enter")) == line


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 15)])
async def test_the_cure_stands_whole_where_the_conversation_is_read(open_app: Open, desk: ScriptedDesk, size: tuple[int, int]) -> None:
    desk.put(escalated(desk.book["110"], RowState.FAILED, error="Slack refused for #a (x)", cure=LONG))
    async with open_app(size) as (app, pilot):
        app.queue_screen.table.select("110")
        await pilot.pause()
        assert len(picture(app).splitlines()[1].rstrip()) < size[0]
        await pilot.press("enter")
        assert LONG in " ".join(picture(app).replace("│", " ").split())


async def test_what_keeps_back_a_delivery_is_told_wherever_the_cursor_is(open_app: Open, desk: ScriptedDesk) -> None:
    for each in ("103", "104"):
        desk.book[each] = kept_back(desk.book[each], "Linear is not authorized", "Run escalator authorize linear.")
    async with open_app((120, 36)) as (app, _):
        assert app.queue_screen.table.cursor_id == "101"
        told = picture(app).splitlines()[1]
        assert "kim and 1 more: Linear is not authorized · Run escalator authorize linear" in " ".join(told.split())


async def test_what_fails_out_of_sight_is_told_once(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app((80, 24)) as (app, pilot):
        assert toasts(app) == "", "what failed before the session is in the queue"
        failed = escalated(desk.book["103"], RowState.FAILED, error="Slack refused #escalations", cure="Invite the bot.")
        app.session.receive([failed])
        await until(pilot, lambda: toasts(app) == "✕ kim: Slack refused #escalations. Invite the bot.")
        app.clear_notifications()
        await until(pilot, lambda: toasts(app) == "")
        app.session.complaining = ((), 0.0)
        app.session.receive([replace(failed, note="again")])
        await pilot.pause()
        assert toasts(app) == ""


def kept_back(base: Row, error: str, cure: str) -> Row:
    """The row with an escalation whose deliveries are tried again later."""
    row = escalated(base, RowState.SENDING)
    escalation = row.record.escalation
    assert escalation
    owed = tuple(replace(each, state=DeliveryState.OWED, error=error, cure=cure, due_at=NOW + 30) for each in escalation.deliveries)
    return replace(row, record=replace(row.record, escalation=replace(escalation, deliveries=owed)))
