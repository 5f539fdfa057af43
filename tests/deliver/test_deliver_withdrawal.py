"""Undo after sending: what has not left never does, and what left is taken back, once, whatever is lost or killed on the way."""

from __future__ import annotations

import pytest

from escalator_tui.model.decision import Decision, FollowUp
from escalator_tui.model.errors import DecisionError
from escalator_tui.model.kinds import AMENDS, DeliveryKind, DeliveryState, Verb
from tests.deliver.conftest import Team
from tests.deliver.far_side import Fate, Killed
from tests.deliver.test_deliver_once import HARMLESS, run_with_kills
from tests.ledger.makers import confirm, conversation

TEXT = "Withdrawn by Ann: this is not an escalation any more."


def withdraw(team: Team) -> None:
    decision = Decision("1", Verb.UNDO, "Ann", team.clock.now, "escalation withdrawn", score=0.7, customer_part="1-1")
    team.ledger.withdraw(1, decision, TEXT)


def states(team: Team) -> dict[DeliveryKind, DeliveryState]:
    return {each.kind: each.state for each in team.ledger.escalation(1).deliveries}


def is_taken_back(team: Team) -> bool:
    """Everything that exists anywhere says that it no longer holds."""
    issues = all(each.trashed for each in team.far.issues.values())
    alerts = all("Withdrawn by Ann" in str(each["blocks"]) and "'strike': True" in str(each["blocks"]) for each in team.far.messages)
    first = [each for each in team.far.notes if "Withdrawn by Ann" not in each["html"]]
    second = [each for each in team.far.notes if "Withdrawn by Ann" in each["html"]]
    return issues and alerts and len(first) == len(second) and team.far.doubled() == []


def test_a_complete_escalation_is_taken_back_everywhere(team: Team) -> None:
    team.ledger.save_conversations([conversation()])
    confirm(team.ledger)
    team.run()
    withdraw(team)
    record = team.ledger.record("1")
    assert record is not None
    assert record.escalation is not None
    assert (record.escalation.withdrawn_by, [each.kind for each in record.escalation.owed]) == ("Ann", list(AMENDS))
    team.run()
    assert (len(team.far.issues), len(team.far.messages), len(team.far.notes)) == (1, 1, 2)
    assert is_taken_back(team)
    assert "linear.app" in str(team.far.messages[0]["blocks"]), "the links stay"
    record = team.ledger.record("1")
    assert record is not None
    assert record.escalation is None, "it is over"
    assert record.decision is not None
    assert (record.decision.verb, record.decision.actor) == (Verb.UNDO, "Ann")
    assert "withdraw" in [each.kind for each in team.ledger.events("1")]
    assert confirm(team.ledger).episode == 2


def test_what_has_not_left_never_does(team: Team) -> None:
    confirm(team.ledger)
    team.deliverer.deliver_next()
    withdraw(team)
    team.run()
    assert (len(team.far.issues), team.far.messages, team.far.notes, team.far.tags) == (1, [], [], set())
    assert is_taken_back(team)
    found = states(team)
    assert found[DeliveryKind.ARCHIVE] is DeliveryState.DONE
    assert {found[kind] for kind in (DeliveryKind.SLACK, DeliveryKind.NOTE, DeliveryKind.TAG)} == {DeliveryState.CANCELLED}
    assert DeliveryKind.STRIKE not in found


@pytest.mark.parametrize("fate", [each for each in HARMLESS if each is not Fate.DONE])
@pytest.mark.parametrize("position", range(5))
def test_what_may_be_on_its_way_is_looked_for_and_taken_back_when_it_arrived(team: Team, fate: Fate, position: int) -> None:
    confirm(team.ledger)
    team.far.fates = [Fate.DONE] * position + [fate]
    for _ in range(position + 1):
        try:
            team.deliverer.deliver_next()
        except Killed:
            team.restart()
    before = {kind: len(found) for kind, found in (("issues", team.far.issues), ("messages", team.far.messages))}
    withdraw(team)
    team.run()
    assert team.ledger.owed() == []
    team.clock.now += team.far.late_by
    team.far.arrive()
    assert is_taken_back(team)
    if fate in (Fate.RETRYABLE, Fate.INACTIVE, Fate.LOST_CALL, Fate.KILLED_BEFORE):
        assert before == {"issues": len(team.far.issues), "messages": len(team.far.messages)}, "nothing new was sent"


@pytest.mark.parametrize("fate", HARMLESS)
@pytest.mark.parametrize("position", range(3))
def test_one_fault_while_it_is_taken_back(team: Team, fate: Fate, position: int) -> None:
    confirm(team.ledger)
    team.run()
    withdraw(team)
    team.far.fates = [Fate.DONE] * position + [fate]
    run_with_kills(team)
    assert is_taken_back(team)
    assert len(team.far.notes) == 2
    assert team.ledger.owed() == []


def test_a_send_that_began_before_is_taken_back_after_it(team: Team) -> None:
    confirm(team.ledger, kinds=(DeliveryKind.SLACK,))
    team.far.during_write = lambda kind: withdraw(team) if kind == "slack" else None
    team.run()
    assert states(team) == {DeliveryKind.SLACK: DeliveryState.DONE, DeliveryKind.STRIKE: DeliveryState.DONE}
    assert is_taken_back(team)


def test_follow_ups_end_with_it(team: Team) -> None:
    confirm(team.ledger)
    team.run()
    seen = team.ledger.escalation(1)
    team.ledger.follow_up(seen, FollowUp("7", 900, "more"))
    withdraw(team)
    assert not team.ledger.follow_up(team.ledger.escalation(1), FollowUp("8", 901, "even more"))
    team.run()
    assert (team.far.comments, team.far.replies) == ({}, [])
    assert is_taken_back(team)


def test_what_is_refused_is_shown_until_it_is_mended(team: Team) -> None:
    team.ledger.save_conversations([conversation()])
    confirm(team.ledger)
    team.run()
    withdraw(team)
    team.far.fates = [Fate.PERMANENT]
    team.run()
    record = team.ledger.record("1")
    assert record is not None
    assert record.escalation is not None
    assert [each.error for each in record.escalation.deliveries if each.error] == ["No"]
    team.ledger.retry(1, "Ann")
    team.run()
    assert is_taken_back(team)


def test_only_once(team: Team) -> None:
    confirm(team.ledger)
    team.run()
    withdraw(team)
    with pytest.raises(DecisionError, match="no longer open"):
        withdraw(team)


@pytest.mark.parametrize("already", [True, False])
def test_an_alert_that_is_found_later_is_taken_back_as_well(team: Team, already: bool) -> None:
    """Whether the alert arrived is not known when it is withdrawn; then somebody gives the right to look."""
    confirm(team.ledger, kinds=(DeliveryKind.SLACK,))
    team.far.fates, team.far.can_look = [Fate.LOST_ANSWER], False
    if already:
        team.run()
        assert states(team)[DeliveryKind.SLACK] is DeliveryState.UNCERTAIN
    else:
        team.deliverer.deliver_next()
    withdraw(team)
    team.run()
    assert states(team)[DeliveryKind.SLACK] is DeliveryState.UNCERTAIN
    team.far.can_look = True
    assert team.ledger.retry_stuck() == 1
    team.run()
    assert is_taken_back(team)
    assert team.ledger.owed() == []


def test_an_issue_that_is_found_later_is_taken_back_as_well(team: Team) -> None:
    confirm(team.ledger, kinds=(DeliveryKind.LINEAR,))
    team.far.fates, team.far.can_look = [Fate.LOST_ANSWER], False
    team.run()
    assert states(team)[DeliveryKind.LINEAR] is DeliveryState.BLOCKED
    withdraw(team)
    team.far.can_look = True
    team.ledger.retry_stuck()
    team.run()
    assert is_taken_back(team)
    assert team.ledger.owed() == []


@pytest.mark.parametrize("fate", [Fate.LATE, Fate.KILLED_LATE])
def test_an_edit_on_its_way_does_not_take_the_strike_off(team: Team, fate: Fate) -> None:
    """The alert went without its link, and its edit lands a little after nobody waits for it any more."""
    confirm(team.ledger, kinds=(DeliveryKind.LINEAR, DeliveryKind.SLACK))
    team.far.down = {"linear"}
    team.run(70.0)
    team.far.down, team.far.fates = set(), [Fate.DONE, fate]
    while team.far.fates:
        team.clock.now = max(team.clock.now, team.ledger.next_due() or 0.0)
        try:
            team.deliverer.deliver_next()
        except Killed:
            team.restart()
    assert team.far.writes["slack_edit"] == 1
    withdraw(team)
    team.run()
    team.clock.now += team.far.late_by
    team.far.arrive()
    assert is_taken_back(team)
