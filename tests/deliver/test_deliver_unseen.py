"""What nobody can look up, of a withdrawn escalation: it stays in doubt until it is struck or a person says what they saw."""

from __future__ import annotations

import pytest

from escalator_tui.agent.story import past_of
from escalator_tui.model.activity import Ending
from escalator_tui.model.kinds import DeliveryKind, DeliveryState
from tests.deliver.conftest import Team
from tests.deliver.far_side import Fate
from tests.deliver.test_deliver_withdrawal import is_taken_back, states, withdraw
from tests.ledger.makers import confirm, conversation


def lose_the_alert(team: Team, fate: Fate) -> None:
    team.ledger.save_conversations([conversation()])
    confirm(team.ledger, kinds=(DeliveryKind.LINEAR, DeliveryKind.SLACK, DeliveryKind.NOTE))
    team.far.can_look = False
    team.far.fates = [Fate.DONE, fate]
    team.run()
    assert states(team)[DeliveryKind.SLACK] is DeliveryState.UNCERTAIN


@pytest.fixture(params=[Fate.LOST_ANSWER, Fate.LOST_CALL])
def doubtful(request: pytest.FixtureRequest, team: Team) -> Team:
    """A team whose alert arrived or did not, which nobody can look up, and whose escalation was withdrawn then."""
    lose_the_alert(team, request.param)
    withdraw(team)
    team.run()
    return team


def stands_in_doubt(team: Team) -> bool:
    """The alert and what strikes it are both shown, and nothing was sent once more."""
    record = team.ledger.record("1")
    found = states(team)
    shown = record is not None and record.escalation is not None
    both = (found[DeliveryKind.SLACK], found[DeliveryKind.STRIKE]) == (DeliveryState.UNCERTAIN, DeliveryState.OWED)
    return shown and both and team.far.writes["slack"] == 1


@pytest.mark.parametrize("vouch", [True, False])
def test_to_send_again_looks_and_forgets_nothing(doubtful: Team, vouch: bool) -> None:
    assert stands_in_doubt(doubtful)
    assert doubtful.ledger.retry(1, "Ann", vouch=vouch) == 1
    doubtful.run()
    assert stands_in_doubt(doubtful), "whoever would have it sent does not say that it is not there"


@pytest.mark.parametrize("fate", [Fate.LOST_ANSWER, Fate.LOST_CALL])
def test_a_word_that_was_given_to_send_it_holds_no_longer(team: Team, fate: Fate) -> None:
    lose_the_alert(team, fate)
    team.ledger.retry(1, "Ann", vouch=True)
    withdraw(team)
    team.run()
    assert stands_in_doubt(team)


def test_what_is_found_is_struck_and_what_is_not_there_is_over(doubtful: Team) -> None:
    doubtful.far.can_look = True
    doubtful.ledger.retry(1, "Ann")
    doubtful.run()
    assert is_taken_back(doubtful)
    assert doubtful.ledger.escalation(1).owed == ()
    arrived = bool(doubtful.far.messages)
    assert states(doubtful)[DeliveryKind.STRIKE] is (DeliveryState.DONE if arrived else DeliveryState.CANCELLED)
    assert doubtful.far.writes["slack"] == 1


def test_who_saw_that_it_is_not_there_ends_it(doubtful: Team) -> None:
    assert doubtful.ledger.record_absence(1, "Ann") == 1
    doubtful.run()
    found = states(doubtful)
    assert (found[DeliveryKind.SLACK], found[DeliveryKind.STRIKE]) == (DeliveryState.CANCELLED, DeliveryState.CANCELLED)
    record = doubtful.ledger.record("1")
    assert record is not None
    assert record.escalation is None, "it is over"
    assert doubtful.far.writes["slack"] == 1
    assert doubtful.ledger.record_absence(1, "Ann") == 0
    told = past_of(doubtful.ledger.events("1"))[-1]
    assert (told.actor, told.what) == ("Ann", "saw that it did not arrive: slack")
    alert = next(each for each in doubtful.ledger.activity() if each.delivery.kind is DeliveryKind.SLACK)
    assert (alert.tries[-1].ending, alert.tries[-1].actor) == (Ending.ABSENT, "Ann")


def test_who_saw_it_there_ends_it_and_hears_that_nobody_can_strike_it(doubtful: Team) -> None:
    assert doubtful.ledger.record_arrival(1, "Ann") == 1
    doubtful.run()
    strike = doubtful.ledger.escalation(1).delivery(DeliveryKind.STRIKE)
    assert strike is not None
    assert (strike.state, strike.cure) == (DeliveryState.CANCELLED, "Tell the channel yourself.")


def test_only_of_what_was_withdrawn_is_it_said_that_it_is_not_there(team: Team) -> None:
    lose_the_alert(team, Fate.LOST_CALL)
    assert team.ledger.record_absence(1, "Ann") == 0, "of what still holds, it is sent by that word"
    assert states(team)[DeliveryKind.SLACK] is DeliveryState.UNCERTAIN


def test_a_second_note_in_doubt_is_sent_by_a_persons_word(team: Team) -> None:
    confirm(team.ledger, kinds=(DeliveryKind.NOTE,))
    team.run()
    withdraw(team)
    team.far.cut, team.far.fates = True, [Fate.LOST_CALL]
    team.run()
    assert states(team)[DeliveryKind.RETRACTION] is DeliveryState.UNCERTAIN
    assert team.ledger.record_absence(1, "Ann") == 0, "it is wanted still"
    team.ledger.retry(1, "Ann", vouch=True)
    team.run()
    assert states(team)[DeliveryKind.RETRACTION] is DeliveryState.DONE
    assert is_taken_back(team)
