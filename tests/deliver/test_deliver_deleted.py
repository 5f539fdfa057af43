"""What somebody deletes after the decision, a conversation or an alert: the rest arrives, and nothing is owed for ever."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalator_tui.agent.triage import row_of, trouble
from escalator_tui.model.activity import Activity
from escalator_tui.model.decision import Decision, FollowUp
from escalator_tui.model.kinds import DeliveryKind, DeliveryState, RowState, Verb
from escalator_tui.model.rules import Rules
from tests.deliver.conftest import Team
from tests.deliver.far_side import Fate
from tests.ledger.makers import KINDS, confirm, conversation

NO_NOTE = "The conversation was deleted in Intercom; no note was left"


@pytest.mark.parametrize("fates", [[], [*[Fate.DONE] * 3, Fate.LOST_CALL]])
def test_the_escalation_is_complete_without_note_and_tag(team: Team, fates: list[Fate]) -> None:
    team.ledger.save_conversations([conversation()])
    confirm(team.ledger)
    team.far.fates, team.far.deleted = fates, {"1"}
    team.run()
    escalation = team.ledger.escalation(1)
    assert {each.kind for each in escalation.deliveries if each.state is DeliveryState.CANCELLED} == {DeliveryKind.NOTE, DeliveryKind.TAG}
    assert escalation.is_complete
    assert (len(team.far.issues), len(team.far.messages), team.far.notes, team.far.tags) == (1, 1, [], set())
    assert team.ledger.retry_stuck() == 0
    record = team.ledger.record("1")
    assert record is not None
    row = row_of(record, Rules(), team.clock.now)
    assert (row.state, trouble(escalation)) == (RowState.ESCALATED, None)
    assert row.note == "INF-1 #escalations"


def test_the_reason_is_in_the_trail_and_in_the_activity(team: Team) -> None:
    confirm(team.ledger)
    team.far.deleted = {"1"}
    team.run()
    dropped = [each.detail for each in team.ledger.events("1") if each.kind == "dropped"]
    assert {each["kind"]: each["error"] for each in dropped}["note"] == NO_NOTE
    told: dict[DeliveryKind, Activity] = {each.delivery.kind: each for each in team.ledger.activity()}
    assert told[DeliveryKind.NOTE].delivery.error == NO_NOTE


def test_a_retraction_has_nowhere_to_go_either(team: Team) -> None:
    team.ledger.save_conversations([conversation()])
    confirm(team.ledger, kinds=KINDS)
    team.run()
    team.far.deleted = {"1"}
    team.ledger.withdraw(1, Decision("1", Verb.UNDO, "Ann", team.clock.now), "Withdrawn by Ann")
    team.run()
    last = team.ledger.escalation(1).delivery(DeliveryKind.RETRACTION)
    assert last is not None
    assert (last.state, last.error) == (DeliveryState.CANCELLED, NO_NOTE)
    assert team.ledger.owed() == []


def test_what_blocked_it_before_is_settled_by_the_next_start(team: Team) -> None:
    confirm(team.ledger, kinds=(DeliveryKind.NOTE,))
    team.far.fates = [Fate.PERMANENT]
    team.run()
    assert team.ledger.escalation(1).deliveries[0].state is DeliveryState.BLOCKED
    team.far.deleted = {"1"}
    assert team.ledger.retry_stuck() == 1
    team.run()
    (note,) = team.ledger.escalation(1).deliveries
    assert replace(note, state=DeliveryState.CANCELLED, cure="") == note


@pytest.mark.parametrize("fates", [[], [Fate.DONE, Fate.LOST_CALL]])
def test_what_is_said_below_an_alert_ends_with_it(team: Team, fates: list[Fate]) -> None:
    confirm(team.ledger)
    team.run()
    escalation = team.ledger.escalation(1)
    team.far.fates = fates
    team.ledger.follow_up(escalation, FollowUp("7", 900, "more"))
    for _ in fates:
        assert team.deliverer.deliver_next()
    team.far.messages.clear()
    team.run()
    last = team.ledger.escalation(1).delivery(DeliveryKind.REPLY)
    assert last is not None
    assert (last.state, "deleted in Slack" in last.error) == (DeliveryState.CANCELLED, True)
    assert team.ledger.escalation(1).is_complete
    assert len(team.far.comments) == 1


def test_an_alert_that_was_deleted_need_not_be_struck_through(team: Team) -> None:
    team.ledger.save_conversations([conversation()])
    confirm(team.ledger)
    team.run()
    team.far.messages.clear()
    team.ledger.withdraw(1, Decision("1", Verb.UNDO, "Ann", team.clock.now), "Withdrawn by Ann")
    team.run()
    record = team.ledger.record("1")
    assert record is not None
    assert record.escalation is None, "it is over"
