"""What is owed: one claimant at a time, in order, and nothing forgotten when a claimant dies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from escalator_tui.ledger import Ledger
from escalator_tui.ledger.owners import Owner, this_process
from escalator_tui.model.decision import Decision, Delivery
from escalator_tui.model.kinds import DeliveryKind, DeliveryState, Verb
from tests.ledger.makers import Clock, claim, confirm, conversation

LINEAR, ATTACHMENT, SLACK, EDIT, NOTE, TAG = (
    DeliveryKind.LINEAR,
    DeliveryKind.ATTACHMENT,
    DeliveryKind.SLACK,
    DeliveryKind.SLACK_EDIT,
    DeliveryKind.NOTE,
    DeliveryKind.TAG,
)


def claim_all(ledger: Ledger) -> dict[DeliveryKind, Delivery]:
    claimed = {}
    while (each := ledger.claim(lease=90)) is not None:
        claimed[each.kind] = each
    return claimed


def test_a_claim_is_exclusive_for_its_lease(open_ledger: Callable[[], Ledger], clock: Clock) -> None:
    one, other = open_ledger(), open_ledger()
    confirm(one, kinds=(LINEAR,))
    first = claim(one, LINEAR)
    assert (first.in_doubt, first.fence, first.attempts, first.first_attempt_at) == (False, 1, 1, clock.now)
    assert other.claim(lease=90) is None
    assert other.next_due() == clock.now + 90
    clock.now += 90
    second = claim(other, LINEAR)
    assert (second.in_doubt, second.fence, second.first_attempt_at) == (True, 2, first.first_attempt_at)


def test_only_the_newest_claimant_can_say_how_it_ended(open_ledger: Callable[[], Ledger], clock: Clock) -> None:
    one, other = open_ledger(), open_ledger()
    escalation = confirm(one, kinds=(LINEAR,))
    first = claim(one, LINEAR)
    clock.now += 90
    second = claim(other, LINEAR)
    before = one.escalation(escalation.id)
    assert not one.complete(first, {"id": "x"})
    assert not one.postpone(first, due_at=0.0, in_doubt=False)
    assert not one.block(first, error="e", cure="c")
    assert not one.doubt(first, error="e", cure="c")
    assert one.escalation(escalation.id) == before
    assert one.events()[-1].kind == "lease lost"
    assert other.complete(second, {"id": "x"})
    assert not other.complete(second, {"id": "y"})


def test_the_order_is_linear_then_slack_then_note(ledger: Ledger) -> None:
    confirm(ledger)
    issue = claim(ledger, LINEAR)
    assert ledger.claim(lease=90) is None
    ledger.complete(issue, {"id": "x"})
    second = claim_all(ledger)
    assert set(second) == {ATTACHMENT, SLACK}
    ledger.complete(second[SLACK], {"linked": True})
    assert set(claim_all(ledger)) == {NOTE, TAG}


def test_slack_waits_for_linear_only_so_long(ledger: Ledger, clock: Clock) -> None:
    ledger.patience = 60.0
    confirm(ledger, hold=5)
    clock.now += 5
    issue = claim(ledger, LINEAR)
    ledger.postpone(issue, due_at=clock.now + 300, error="Linear is down", in_doubt=False)
    clock.now += 59.9
    assert ledger.claim(lease=90) is None
    clock.now += 0.1
    alert = claim(ledger, SLACK)
    assert ledger.claim(lease=90) is None
    ledger.complete(alert, {"linked": False})
    assert set(claim_all(ledger)) == {NOTE, TAG}


def test_the_note_waits_for_neither_for_ever(ledger: Ledger, clock: Clock) -> None:
    confirm(ledger)
    ledger.postpone(claim(ledger, LINEAR), due_at=clock.now + 1000, error="Linear is down", in_doubt=False)
    clock.now += 60
    ledger.postpone(claim(ledger, SLACK), due_at=clock.now + 1000, error="Slack is down", in_doubt=False)
    clock.now += 60
    assert set(claim_all(ledger)) == {NOTE, TAG}


@pytest.mark.parametrize("issue_first", [True, False])
def test_an_alert_without_the_link_is_edited_once_the_issue_exists(ledger: Ledger, clock: Clock, issue_first: bool) -> None:
    escalation = confirm(ledger, kinds=(LINEAR, SLACK))
    ledger.postpone(claim(ledger, LINEAR), due_at=clock.now + 61, error="Linear is down", in_doubt=False)
    clock.now += 60
    alert = claim(ledger, SLACK)
    clock.now += 1
    issue = claim(ledger, LINEAR)
    for each in (issue, alert) if issue_first else (alert, issue):
        assert ledger.escalation(escalation.id).delivery(EDIT) is None
        assert ledger.complete(each, {"linked": False})
    edit = claim(ledger, EDIT)
    assert ledger.complete(edit, {})
    assert ledger.owed() == []


def test_an_alert_with_the_link_is_not_edited(ledger: Ledger) -> None:
    confirm(ledger, kinds=(LINEAR, SLACK))
    ledger.complete(claim(ledger, LINEAR), {})
    ledger.complete(claim(ledger, SLACK), {"linked": True})
    assert ledger.owed() == []


def test_a_refused_issue_takes_with_it_what_needs_it(ledger: Ledger, clock: Clock) -> None:
    ledger.save_conversations([replace(conversation(), subject="s")])
    escalation = confirm(ledger)
    ledger.block(claim(ledger, LINEAR), error="No such team", cure="Set LINEAR_TEAM_ID.")
    states = {each.kind: each.state for each in ledger.escalation(escalation.id).deliveries}
    assert states[LINEAR] is states[ATTACHMENT] is DeliveryState.BLOCKED
    ledger.complete(claim(ledger, SLACK), {"linked": False})
    for each in claim_all(ledger).values():
        ledger.complete(each, {})
    assert ledger.next_due() is None
    assert len(ledger.open_records()) == 1
    assert ledger.retry(escalation.id, "Ann") == 2
    ledger.complete(claim(ledger, LINEAR), {})
    assert set(claim_all(ledger)) == {ATTACHMENT, EDIT}


def test_what_is_uncertain_is_looked_at_first_after_the_cure(ledger: Ledger, clock: Clock) -> None:
    escalation = confirm(ledger, kinds=(SLACK,))
    ledger.doubt(claim(ledger, SLACK), error="Nobody can look", cure="Add the scope.")
    assert ledger.claim(lease=90) is None
    assert ledger.escalation(escalation.id).deliveries[0].state is DeliveryState.UNCERTAIN
    ledger.retry(escalation.id, "Ann")
    assert claim(ledger, SLACK).in_doubt


def test_an_alert_that_is_nowhere_begins_at_its_own_channel_again(ledger: Ledger) -> None:
    escalation = confirm(ledger, kinds=(SLACK,))
    routed = replace(claim(ledger, SLACK), result={"route": "#triage", "refused": "#escalations", "refusal": "not_in_channel", "turn": 9.0})
    ledger.block(routed, error="Not in the channel", cure="Invite the app.")
    assert ledger.retry(escalation.id, "Ann") == 1
    again = claim(ledger, SLACK)
    assert (again.in_doubt, again.result, again.attempts, again.error, again.cure) == (False, {}, 1, "", "")


def test_an_alert_that_may_be_in_the_fallback_channel_is_looked_for_there(ledger: Ledger) -> None:
    escalation = confirm(ledger, kinds=(SLACK,))
    ledger.doubt(replace(claim(ledger, SLACK), result={"route": "#triage", "turn": 9.0}), error="Nobody can look", cure="Add the scope.")
    assert ledger.retry(escalation.id, "Ann") == 1
    again = claim(ledger, SLACK)
    assert (again.in_doubt, again.result) == (True, {"route": "#triage"})


def test_with_mended_settings_whatever_is_stuck_is_owed_again(ledger: Ledger) -> None:
    ended = confirm(ledger, "9", kinds=(NOTE,))
    ledger.block(claim(ledger, NOTE), error="No", cure="c")
    ledger.decide(Decision("9", Verb.REOPEN, "Ann", 5.0))
    confirm(ledger, "1", kinds=(LINEAR, ATTACHMENT))
    ledger.block(claim(ledger, LINEAR), error="No such team", cure="c")
    confirm(ledger, "2", kinds=(SLACK, NOTE))
    ledger.doubt(claim(ledger, SLACK), error="Nobody can look", cure="c")
    ledger.block(claim(ledger, NOTE), error="No seat", cure="c")
    assert ledger.retry_stuck() == 4
    owed = {(each.conversation_id, each.kind): each for each in ledger.owed()}
    assert owed.keys() == {("1", LINEAR), ("1", ATTACHMENT), ("2", SLACK), ("2", NOTE)}
    assert owed["2", SLACK].in_doubt
    assert owed["2", SLACK].error == "Nobody can look", "the reason stays until it is done or another one is known"
    assert ledger.escalation(ended.id).owed == ()
    assert [event for event in ledger.events() if event.kind == "retry"] == []
    assert ledger.retry_stuck() == 0


def test_postponing_keeps_the_doubt_and_the_reason(ledger: Ledger, clock: Clock) -> None:
    confirm(ledger, kinds=(SLACK,))
    routed = replace(claim(ledger, SLACK), result={"route": "#b"})
    ledger.postpone(routed, due_at=clock.now + 7, error="It rains", cure="Wait.", in_doubt=True)
    (owed,) = ledger.owed()
    assert (owed.error, owed.cure, owed.in_doubt, owed.due_at, owed.result) == ("It rains", "Wait.", True, clock.now + 7, {"route": "#b"})


def test_what_the_dead_hold_is_freed_but_not_what_the_living_hold(url: str, clock: Clock) -> None:
    here = this_process()
    elsewhere = Owner("another|machine|", here.pid, here.start)
    reused = Owner(here.machine, here.pid, "12")
    expected = ((here, 0), (elsewhere, 0), (reused, 1), (Owner(here.machine, 1 << 23, ""), 1))
    rescuer = Ledger.open(url, clock=clock)
    for number, (owner, freed) in enumerate(expected):
        victim = Ledger.open(url, clock=clock, owner=owner)
        confirm(victim, str(number), kinds=(NOTE,))
        claim(victim, NOTE)
        victim.close()
        assert rescuer.take_over() == freed, owner
        clock.now += 20
        assert (rescuer.claim(lease=1000) is not None) is bool(freed)
    rescuer.close()


def test_what_would_double_settles_before_it_is_looked_for(open_ledger: Callable[[], Ledger], clock: Clock) -> None:
    victim, rescuer = open_ledger(), open_ledger()
    confirm(victim, kinds=(LINEAR, SLACK, NOTE))
    claim(victim, LINEAR)
    assert rescuer.take_over() == 1
    assert rescuer.take_over() == 0
    rescuer.complete(claim(rescuer, LINEAR), {})
    claim(victim, SLACK)
    rescuer.take_over()
    assert rescuer.next_due() == clock.now + 20
    clock.now += 15
    rescuer.take_over()
    clock.now += 5
    assert claim(rescuer, SLACK).in_doubt, "a second look at the dead must not make it wait again"


def test_tokens_are_shared_and_come_back(open_ledger: Callable[[], Ledger], clock: Clock) -> None:
    one, other = open_ledger(), open_ledger()
    assert [each.take_token("a", burst=2, per_second=0.5) for each in (one, other)] == [0.0, 0.0]
    assert one.take_token("a", burst=2, per_second=0.5) == 2.0
    assert one.take_token("b", burst=2, per_second=0.5) == 0.0
    clock.now += 2
    assert other.take_token("a", burst=2, per_second=0.5) == 0.0
    assert [one.take_token("a", burst=2, per_second=0.5, reserve=True) for _ in range(3)] == [2.0, 4.0, 6.0]
    clock.now += 3600
    assert [one.take_token("a", burst=2, per_second=0.5) for _ in range(3)] == [0.0, 0.0, 2.0]


def test_a_pause_holds_for_all_and_the_longer_one_stands(open_ledger: Callable[[], Ledger], clock: Clock) -> None:
    one, other = open_ledger(), open_ledger()
    assert one.paused("a") == 0.0
    one.pause("a", 10)
    other.pause("a", 5)
    assert (one.paused("a"), other.paused("a"), other.paused("b")) == (10.0, 10.0, 0.0)
    other.pause("a", 30)
    clock.now += 29
    assert one.paused("a") == 1.0
    clock.now += 1
    assert one.paused("a") == 0.0
    one.pause("a", 2)
    assert other.paused("a") == 2.0


def test_who_did_the_last_of_an_escalation_is_known(open_ledger: Callable[[], Ledger], clock: Clock) -> None:
    one, other = open_ledger(), open_ledger()
    escalation = confirm(one, kinds=(LINEAR, SLACK, NOTE))
    assert escalation.finished_by == ""
    for at, (ledger, kind) in enumerate(((one, LINEAR), (other, SLACK), (one, NOTE))):
        clock.now += 1
        claimed = claim(ledger, kind)
        assert claimed.owner == ledger.owner
        if at < 2:
            assert ledger.complete(claimed, {"linked": True})
            assert one.escalation(escalation.id).finished_by == ledger.owner
    assert one.drop(claimed)
    assert other.escalation(escalation.id).finished_by == one.owner


def test_one_alone_tells_of_an_escalation_however_often_it_asks(open_ledger: Callable[[], Ledger]) -> None:
    one, other = open_ledger(), open_ledger()
    first, second = confirm(one, "1").id, confirm(one, "2").id
    assert one.tell([first], "a") == {first}
    assert other.tell([second, first], "b") == {second}
    assert (one.tell([first, second], "a"), other.tell([first, second], "b")) == ({first}, {second})
    one.decide(Decision("1", Verb.REOPEN, "Ann", one.now))
    again = confirm(one, "1").id
    assert other.tell([first, again], "b") == {again}


@pytest.mark.parametrize("end", ["postpone", "block", "doubt"])
def test_nobody_keeps_what_is_not_over(ledger: Ledger, clock: Clock, end: str) -> None:
    escalation = confirm(ledger, kinds=(LINEAR,))
    claimed = claim(ledger, LINEAR)
    how = {"due_at": clock() + 9, "in_doubt": False} if end == "postpone" else {}
    assert getattr(ledger, end)(claimed, error="e", cure="c", **how)
    assert ledger.escalation(escalation.id).deliveries[0].owner == ""


def test_the_longest_due_goes_first(ledger: Ledger, clock: Clock) -> None:
    for name in "abc":
        confirm(ledger, name, kinds=(LINEAR,))
        clock.now += 1
    assert [claim(ledger, LINEAR).conversation_id for _ in "abc"] == ["a", "b", "c"]


def test_what_waits_for_its_next_try_has_it_now_but_what_may_be_on_its_way_does_not(ledger: Ledger, clock: Clock) -> None:
    escalation = confirm(ledger, kinds=(LINEAR, SLACK))
    ledger.postpone(claim(ledger, LINEAR), due_at=clock() + 300, error="Linear is down", cure="", in_doubt=False)
    assert ledger.claim(lease=90) is None
    assert ledger.retry(escalation.id, "Ann") == 1
    issue = claim(ledger, LINEAR)
    ledger.complete(issue, {"id": "i"})
    ledger.postpone(claim(ledger, SLACK), due_at=clock() + 300, error="No answer", cure="", in_doubt=True)
    assert ledger.retry(escalation.id, "Ann") == 0
    assert ledger.claim(lease=90) is None
