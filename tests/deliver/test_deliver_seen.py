"""What nobody can look up, and a person saw there: it is done by that word, and nothing that needs its place is tried."""

from __future__ import annotations

import pytest

from escalator_tui.agent.story import past_of
from escalator_tui.model.activity import Ending
from escalator_tui.model.kinds import DeliveryKind, DeliveryState
from tests.deliver.conftest import Team
from tests.deliver.far_side import Fate
from tests.deliver.test_deliver_followups import follow
from tests.deliver.test_deliver_withdrawal import states, withdraw
from tests.ledger.makers import confirm, conversation


@pytest.fixture
def doubtful(team: Team) -> Team:
    """A team whose alert arrived, which nobody can look up."""
    team.ledger.save_conversations([conversation()])
    confirm(team.ledger)
    team.far.can_look = False
    team.far.fates = [Fate.DONE, Fate.DONE, Fate.LOST_ANSWER]
    team.run()
    assert states(team)[DeliveryKind.SLACK] is DeliveryState.UNCERTAIN
    return team


def seen(team: Team) -> int:
    found = team.ledger.record_arrival(1, "Ann")
    team.run()
    return found


def test_a_person_who_saw_it_there_ends_it(doubtful: Team) -> None:
    assert seen(doubtful) == 1
    alert = doubtful.ledger.escalation(1).delivery(DeliveryKind.SLACK)
    assert alert is not None
    assert (alert.state, alert.in_doubt, alert.error, alert.cure) == (DeliveryState.DONE, False, "", "")
    assert (alert.result, alert.remark) == ({"seen_by": "Ann"}, "seen there by Ann")
    assert doubtful.ledger.escalation(1).is_complete
    assert doubtful.far.writes["slack"] == len(doubtful.far.messages) == 1
    assert seen(doubtful) == 0, "nothing is uncertain any more"
    assert doubtful.ledger.retry_stuck() == 0


def test_one_that_was_seen_in_the_other_channel_is_told_with_it(team: Team) -> None:
    team.ledger.save_conversations([conversation()])
    confirm(team.ledger)
    team.far.can_look = False
    team.far.refusing_channels = {"#escalations": "not_in_channel"}
    team.far.fates = [Fate.DONE, Fate.DONE, Fate.DONE, Fate.LOST_ANSWER]
    team.run()
    assert states(team)[DeliveryKind.SLACK] is DeliveryState.UNCERTAIN
    assert seen(team) == 1
    activity = next(each for each in team.ledger.activity() if each.delivery.kind is DeliveryKind.SLACK)
    assert (activity.channel, activity.delivery.channel, activity.delivery.seen_by) == ("#support-triage", "#support-triage", "Ann")


def test_the_trail_tells_who_saw_it(doubtful: Team) -> None:
    seen(doubtful)
    told = past_of(doubtful.ledger.events("1"))[-1]
    assert (told.actor, told.what) == ("Ann", "saw that it arrived: slack")
    activity = next(each for each in doubtful.ledger.activity() if each.delivery.kind is DeliveryKind.SLACK)
    assert (activity.tries[-1].ending, activity.tries[-1].actor) == (Ending.SEEN, "Ann")


def test_later_messages_go_without_the_thread_that_nobody_can_find(doubtful: Team) -> None:
    follow(doubtful)
    seen(doubtful)
    reply = doubtful.ledger.escalation(1).delivery(DeliveryKind.REPLY)
    assert reply is not None
    assert reply.state is DeliveryState.CANCELLED
    assert "seen there by Ann" in reply.error
    assert reply.cure
    assert (len(doubtful.far.comments), doubtful.far.replies) == (1, [])
    told = next(each for each in doubtful.ledger.activity() if each.delivery.kind is DeliveryKind.REPLY)
    assert told.is_moot


def test_messages_that_come_later_still_do_not_crash(doubtful: Team) -> None:
    seen(doubtful)
    follow(doubtful)
    doubtful.run()
    assert states(doubtful)[DeliveryKind.REPLY] is DeliveryState.CANCELLED
    assert doubtful.ledger.escalation(1).is_complete


@pytest.mark.parametrize("first", ["seen", "withdrawn"])
def test_what_is_withdrawn_leaves_the_alert_to_people(doubtful: Team, first: str) -> None:
    if first == "seen":
        seen(doubtful)
    withdraw(doubtful)
    doubtful.run()
    if first == "withdrawn":
        seen(doubtful)
    assert states(doubtful)[DeliveryKind.STRIKE] is DeliveryState.CANCELLED
    assert states(doubtful)[DeliveryKind.ARCHIVE] is states(doubtful)[DeliveryKind.RETRACTION] is DeliveryState.DONE
    record = doubtful.ledger.record("1")
    assert record is not None
    assert record.escalation is None, "it is over"


def test_an_alert_without_the_link_is_not_edited(team: Team) -> None:
    """The issue comes after the alert that nobody can find."""
    confirm(team.ledger)
    team.far.can_look = False
    team.far.down = {"linear"}
    while team.ledger.escalation(1).delivery(DeliveryKind.SLACK).attempts == 0:  # type: ignore[union-attr]
        team.far.fates = [] if team.far.messages else team.far.fates
        if not team.deliverer.deliver_next():
            team.clock.now = team.ledger.next_due() or team.clock.now
            team.far.fates = [Fate.LOST_ANSWER]
    team.run(600.0)
    assert states(team)[DeliveryKind.SLACK] is DeliveryState.UNCERTAIN
    assert team.ledger.record_arrival(1, "Ann") == 1
    team.far.down = set()
    team.far.can_look = True
    team.run()
    assert states(team)[DeliveryKind.LINEAR] is DeliveryState.DONE
    assert DeliveryKind.SLACK_EDIT not in states(team)
    assert team.ledger.escalation(1).is_complete


def test_a_note_that_was_seen_is_retracted_as_any_other(team: Team) -> None:
    team.ledger.save_conversations([conversation()])
    confirm(team.ledger, kinds=(DeliveryKind.NOTE,))
    team.far.can_look = False
    team.far.fates = [Fate.LOST_ANSWER]
    team.run()
    assert seen(team) == 1
    withdraw(team)
    team.run()
    assert states(team) == {DeliveryKind.NOTE: DeliveryState.DONE, DeliveryKind.RETRACTION: DeliveryState.DONE}
    assert len(team.far.notes) == 2
