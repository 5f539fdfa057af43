"""Whose turn it is after an idle time, a kill or a clock that was set forward: the first goes first, and holds nobody up for ever."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from escalator_tui.ledger import Ledger
from escalator_tui.ledger.owners import Owner
from escalator_tui.ledger.turns import DEATHS
from escalator_tui.model.decision import FollowUp
from escalator_tui.model.kinds import DeliveryKind
from tests.ledger.makers import Clock, claim, confirm, process

LINEAR, SLACK, NOTE, TAG = DeliveryKind.LINEAR, DeliveryKind.SLACK, DeliveryKind.NOTE, DeliveryKind.TAG
KINDS = (LINEAR, SLACK, NOTE, TAG)
LONG = 100_000.0


def nothing_is_due(ledger: Ledger, clock: Clock) -> None:
    due = ledger.next_due()
    assert due is None or due > clock.now, "it would be asked for again and again"
    assert ledger.claim(lease=90) is None


def test_what_was_never_tried_goes_in_order_however_late(ledger: Ledger, clock: Clock) -> None:
    confirm(ledger, kinds=KINDS)
    clock.now += LONG
    issue = claim(ledger, LINEAR)
    nothing_is_due(ledger, clock)
    ledger.complete(issue, {})
    alert = claim(ledger, SLACK)
    nothing_is_due(ledger, clock)
    ledger.complete(alert, {"linked": True})
    assert {each.kind for each in (ledger.claim(lease=90), ledger.claim(lease=90)) if each} == {NOTE, TAG}


def test_what_a_dead_process_held_still_goes_first(open_ledger: Callable[[], Ledger], clock: Clock) -> None:
    victim, rescuer = open_ledger(), open_ledger()
    confirm(victim, kinds=KINDS)
    claim(victim, LINEAR)
    clock.now += LONG
    rescuer.take_over()
    rescuer.complete(claim(rescuer, LINEAR), {})
    claim(rescuer, SLACK)
    # It settles before it is looked for, and the note has been due for long.
    open_ledger().take_over()
    nothing_is_due(rescuer, clock)
    clock.now += rescuer.settle
    assert claim(rescuer, SLACK).in_doubt
    nothing_is_due(rescuer, clock)


def test_what_died_elsewhere_goes_first_when_its_lease_is_over(url: str, clock: Clock) -> None:
    victim = Ledger.open(url, clock=clock, owner=Owner("another|machine|", 1, "1"))
    confirm(victim, kinds=KINDS)
    claim(victim, LINEAR)
    victim.close()
    rescuer = Ledger.open(url, clock=clock)
    clock.now += 89
    nothing_is_due(rescuer, clock)
    clock.now += LONG
    assert claim(rescuer, LINEAR).attempts == 1, "an attempt that was cut short is no failure"
    nothing_is_due(rescuer, clock)
    rescuer.close()


def test_one_failure_after_an_idle_time_does_not_use_up_the_patience(ledger: Ledger, clock: Clock) -> None:
    confirm(ledger, kinds=KINDS)
    clock.now += LONG
    ledger.postpone(claim(ledger, LINEAR), due_at=clock.now + 1, error="Try later", in_doubt=False)
    nothing_is_due(ledger, clock)
    clock.now += 1
    ledger.complete(claim(ledger, LINEAR), {})
    ledger.postpone(claim(ledger, SLACK), due_at=clock.now + 1, error="Try later", in_doubt=False)
    nothing_is_due(ledger, clock)
    assert ledger.next_due() == clock.now + 1


def test_patience_begins_with_the_first_failure(ledger: Ledger, clock: Clock) -> None:
    confirm(ledger, kinds=KINDS)
    clock.now += LONG
    began = clock.now
    issue = claim(ledger, LINEAR)
    clock.now += 20
    ledger.postpone(issue, due_at=began + 1000, error="No answer", in_doubt=True)
    assert ledger.next_due() == began + 60
    clock.now = began + 60
    alert = claim(ledger, SLACK)
    ledger.postpone(alert, due_at=began + 1000, error="Slack is down", in_doubt=False)
    assert ledger.next_due() == began + 120
    clock.now = began + 120
    assert {each.kind for each in (ledger.claim(lease=90), ledger.claim(lease=90)) if each} == {NOTE, TAG}


def test_a_follow_up_meanwhile_does_not_shorten_the_patience(ledger: Ledger, clock: Clock) -> None:
    escalation = confirm(ledger, kinds=KINDS)
    clock.now += LONG
    ledger.postpone(claim(ledger, LINEAR), due_at=clock.now + 1000, error="Linear is down", in_doubt=False)
    assert ledger.follow_up(escalation, FollowUp("p2", 5, "Hello?"))
    assert ledger.next_due() == clock.now + 60


def test_what_kills_each_that_claims_it_holds_up_nobody_for_ever(url: str, clock: Clock) -> None:
    first = Ledger.open(url, clock=clock, owner=process(0))
    confirm(first, kinds=KINDS)
    for number in range(1, DEATHS + 1):
        claim(first, LINEAR)
        clock.now += LONG
        first.close()
        first = Ledger.open(url, clock=clock, owner=process(number))
        first.take_over()
    found = [first.claim(lease=90), first.claim(lease=90)]
    assert {each.kind for each in found if each} == {LINEAR, SLACK}
    first.close()


def test_without_patience_nothing_waits(ledger: Ledger) -> None:
    ledger.patience = 0.0
    confirm(ledger, kinds=KINDS)
    claimed = {each.kind for _ in KINDS if (each := ledger.claim(lease=90))}
    assert claimed == set(KINDS)


@pytest.mark.parametrize("kinds", [(SLACK, NOTE), (LINEAR, NOTE), (NOTE,)])
def test_what_was_not_asked_for_is_not_waited_for(ledger: Ledger, clock: Clock, kinds: tuple[DeliveryKind, ...]) -> None:
    confirm(ledger, kinds=kinds)
    clock.now += LONG
    for kind in kinds:
        ledger.complete(claim(ledger, kind), {"linked": True})
    assert ledger.owed() == []
