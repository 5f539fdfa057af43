"""Where a conversation stands, how urgent it is, and when an earlier decision no longer holds."""

from __future__ import annotations

import pytest

from escalator_tui.agent.triage import priority_of, raised, row_of, state_of
from escalator_tui.model.conversation import Account, ConversationState
from escalator_tui.model.kinds import DeliveryKind, DeliveryState, Priority, RowState, Verb
from escalator_tui.model.rules import Rules
from tests.agent.builders import NOW, assessment, conversation, decision, delivery, escalation, part, record

RULES = Rules()


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        (Account("1", "A", "Enterprise", 10.0), (Priority.P0, True)),
        (Account("1", "A", "BUSINESS", None), (Priority.P0, True)),
        (Account("1", "A", "Pro", 500.0), (Priority.P1, True)),
        (Account("1", "A", "Pro", 500.5), (Priority.P0, True)),
        (Account("1", "A", None, 501.0), (Priority.P0, True)),
        (Account("1", "A", None, None), (Priority.P1, False)),
        (None, (Priority.P1, False)),
    ],
)
def test_plan_and_revenue_decide_the_priority_and_the_unknown_is_told(account: Account | None, expected: tuple[Priority, bool]) -> None:
    assert priority_of(record(conversation=conversation(account=account)), RULES) == expected


def test_an_override_beats_the_account() -> None:
    assert priority_of(record(priority_override=Priority.P3), RULES) == (Priority.P3, True)


def test_priorities_end_at_p0_and_p3() -> None:
    assert [raised(Priority.P1, +1), raised(Priority.P0, +1), raised(Priority.P3, -1)] == [Priority.P0, Priority.P0, Priority.P3]


def test_a_score_over_the_threshold_needs_a_decision_while_the_conversation_is_open() -> None:
    assert state_of(record(), NOW) is RowState.NEEDS_DECISION
    assert state_of(record(assessment=assessment(0.39)), NOW) is RowState.WATCHING
    assert state_of(record(conversation=conversation(state=ConversationState.CLOSED)), NOW) is RowState.WATCHING
    assert state_of(record(assessment=None), NOW) is RowState.WATCHING


def test_a_dismissal_holds_until_the_customer_writes_again_and_the_score_rises() -> None:
    wrote_again = conversation(part(1, kind="source"), part(2, "Now I am angry"))
    assert state_of(record(decision=decision()), NOW) is RowState.DISMISSED
    assert state_of(record(decision=decision(), conversation=wrote_again), NOW) is RowState.DISMISSED
    assert state_of(record(decision=decision(), assessment=assessment(0.95)), NOW) is RowState.DISMISSED
    back = row_of(record(decision=decision(), conversation=wrote_again, assessment=assessment(0.95)), RULES, NOW)
    assert back.state is RowState.NEEDS_DECISION
    assert "wrote again" in back.note


def test_a_snooze_ends_at_its_time() -> None:
    snoozed = record(decision=decision(Verb.SNOOZE, until=NOW + 10.0))
    assert state_of(snoozed, NOW + 9) is RowState.SNOOZED
    assert state_of(snoozed, NOW + 10) is RowState.NEEDS_DECISION


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ((DeliveryState.DONE, DeliveryState.DONE), RowState.ESCALATED),
        ((DeliveryState.DONE, DeliveryState.OWED), RowState.SENDING),
        ((DeliveryState.BLOCKED, DeliveryState.OWED), RowState.FAILED),
        ((DeliveryState.BLOCKED, DeliveryState.UNCERTAIN), RowState.UNCERTAIN),
    ],
)
def test_deliveries_decide_the_state_of_an_escalation(states: tuple[DeliveryState, DeliveryState], expected: RowState) -> None:
    linear, slack = (
        delivery(kind, state=state, attempts=1) for kind, state in zip((DeliveryKind.LINEAR, DeliveryKind.SLACK), states, strict=True)
    )
    assert state_of(record(escalation=escalation(linear, slack)), NOW) is expected


def test_an_escalation_is_held_until_its_time_while_nothing_was_tried() -> None:
    held = escalation(delivery(DeliveryKind.LINEAR), held_until=NOW + 5.0)
    assert state_of(record(escalation=held), NOW) is RowState.HELD
    assert row_of(record(escalation=held), RULES, NOW).note == "", "front ends tell how long, and by which key it is taken back"
    assert state_of(record(escalation=held), NOW + 5) is RowState.SENDING
    tried = escalation(delivery(DeliveryKind.LINEAR, attempts=1), held_until=NOW + 5.0)
    assert state_of(record(escalation=tried), NOW) is RowState.SENDING


def test_the_note_tells_what_is_wrong_before_anything_else() -> None:
    wrong = delivery(DeliveryKind.SLACK, state=DeliveryState.BLOCKED, error="Slack refused #x", attempts=1)
    assert row_of(record(escalation=escalation(wrong)), RULES, NOW).note == "Slack refused #x"


def test_of_several_faults_the_note_tells_the_worst() -> None:
    owed = delivery(DeliveryKind.LINEAR, state=DeliveryState.OWED, error="Linear is busy")
    blocked = delivery(DeliveryKind.SLACK, state=DeliveryState.BLOCKED, error="not_in_channel")
    uncertain = delivery(DeliveryKind.NOTE, state=DeliveryState.UNCERTAIN, error="nobody can look")
    assert row_of(record(escalation=escalation(owed, uncertain, blocked)), RULES, NOW).note == "not_in_channel"
    assert row_of(record(escalation=escalation(owed, uncertain)), RULES, NOW).note == "nobody can look"


def test_the_note_of_an_escalation_names_issue_and_channel() -> None:
    linear = delivery(DeliveryKind.LINEAR, state=DeliveryState.DONE, result={"identifier": "INF-42"})
    slack = delivery(DeliveryKind.SLACK, state=DeliveryState.DONE, result={})
    assert row_of(record(escalation=escalation(linear, slack)), RULES, NOW).note == "INF-42 #customer-support"


def test_the_note_of_a_watched_conversation_tells_when_it_crosses() -> None:
    watched = record(assessment=assessment(0.3, crosses_at=NOW + 3600))
    assert row_of(watched, RULES, NOW).note == "", "front ends tell when"
