"""Plain mode tells of every outgoing call what the app's activity screen shows."""

from __future__ import annotations

import pytest

from escalator_tui.model.activity import Activity, Ending, Try
from escalator_tui.model.decision import Delivery
from escalator_tui.model.kinds import DeliveryKind, DeliveryState, RowState
from escalator_tui.session.calls import moment
from tests.app.desk import ScriptedDesk
from tests.app.story import NOW, escalated, row
from tests.plain.test_plain import spoken

AT = moment(NOW - 30, NOW)


def answers(desk: ScriptedDesk, *lines: str) -> list[list[str]]:
    """What is said to each of these lines."""
    return [each.splitlines() for each in spoken(desk, *lines).split("> ")[1:-1]]


def test_every_call_is_told_with_its_outcome_and_its_time(desk: ScriptedDesk) -> None:
    (said,) = answers(desk, "activity")
    assert said[0] == "9 calls, 3 not done."
    assert f"5. Done, {AT}. Linear issue. Initech. INF-42, by sam." in said
    assert f"5. Waits, {AT}. Intercom note. Initech. by sam." in said
    assert f"2. Refused, {AT}. Slack alert. Cyberdyne. Slack refused #escalations: the bot is not in this private channel." in said
    assert len(said) == 10


def test_only_what_is_not_done(desk: ScriptedDesk) -> None:
    (said,) = answers(desk, "activity undone")
    assert [line.split(",")[0] for line in said] == ["9 calls", "5. Waits", "2. Refused", "2. Refused"]


def test_the_calls_of_one_conversation_are_explained_with_what_to_type(desk: ScriptedDesk) -> None:
    (said,) = answers(desk, "activity 2")
    at = said.index(f"2. Refused, {AT}. Slack alert. Cyberdyne.")
    assert said[0] == "3 calls, 2 not done."
    assert said[at + 1 : at + 4] == [
        "  What happened: Slack refused #escalations: the bot is not in this private channel.",
        "  What it means: It was not done, and is not tried again by itself.",
        "  What to do: /invite @escalator there. Then retry 2 sends it again.",
    ]
    assert "marker 110-slack." in said[at + 4]
    assert not [line for line in said if "Hooli" in line]


def test_the_tries_of_a_call_are_told(desk: ScriptedDesk) -> None:
    delivery = Delivery("x", 1, "101", DeliveryKind.SLACK, DeliveryState.DONE, attempts=3)
    tries = (Try(NOW - 90, Ending.POSTPONED, 1, "Slack is busy"), Try(NOW - 30, Ending.DELIVERED, 3))
    desk.happened = [Activity(delivery, NOW - 30, desk.book["101"].record.conversation, "lea", tries=tries)]
    (said,) = answers(desk, "activity 1")
    assert said[-2:] == [
        f"  Tries 1 to 2, {moment(NOW - 90, NOW)}, not done, Slack is busy, for 1 min.",
        f"  Try 3, {moment(NOW - 30, NOW)}, done.",
    ]


def test_what_is_done_is_told_without_advice(desk: ScriptedDesk) -> None:
    (said,) = answers(desk, "activity 8")
    assert said[0] == "3 calls, nothing is left to do."
    assert "url https://linear.app/acme/issue/INF-42" in said[3]
    assert not [line for line in said if "What to do" in line]


def test_a_long_activity_says_how_to_hear_more(desk: ScriptedDesk) -> None:
    desk.book = {str(each): escalated(row(str(each), company=f"Company {each}"), RowState.ESCALATED) for each in range(10)}
    said = spoken(desk, "activity", code=0)
    assert "And 10 older: a number tells all calls of one conversation." in said


@pytest.mark.parametrize("line", ["activity all", "activity -1", "activity 1 2"])
def test_anything_else_is_answered_with_what_can_be_typed(desk: ScriptedDesk, line: str) -> None:
    assert answers(desk, line) == [["Say activity alone for every call, activity undone, or a number, as in: activity 1."]]


def test_nothing_was_sent(desk: ScriptedDesk) -> None:
    desk.book = {"1": row("1")}
    assert "Nothing was sent yet." in spoken(desk, "activity", "activity 1", code=0).split("> ")[2]
