"""A clock that was ahead and is set back: what it made wait until then goes out, and real waits stay as long as they are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import event

from escalator_tui.ledger import Ledger
from escalator_tui.ledger.clocks import LONGEST_LEASE, LONGEST_PAUSE
from escalator_tui.ledger.owners import Owner, this_process
from escalator_tui.model.decision import Decision
from escalator_tui.model.kinds import DeliveryKind, Verb
from tests.ledger.makers import Clock, claim, confirm, conversation

LINEAR, SLACK, NOTE = DeliveryKind.LINEAR, DeliveryKind.SLACK, DeliveryKind.NOTE
HOUR = 3600.0


def test_what_was_never_tried_goes_out(ledger: Ledger, clock: Clock) -> None:
    confirm(ledger, kinds=(LINEAR, SLACK, NOTE))
    clock.now -= HOUR
    assert ledger.claim(lease=90) is None
    ledger.take_over()
    for kind in (LINEAR, SLACK, NOTE):
        ledger.complete(claim(ledger, kind), {"linked": True})
    (told,) = [each for each in ledger.events("1") if each.kind == "clock set back"]
    assert told.detail["seconds"] == HOUR


def test_what_a_done_alert_released_goes_out(ledger: Ledger, clock: Clock) -> None:
    confirm(ledger, kinds=(SLACK, NOTE))
    ledger.complete(claim(ledger, SLACK), {})
    clock.now -= 40
    ledger.take_over()
    assert claim(ledger, NOTE).fence == 1


def test_a_hold_is_kept_in_full_and_ends(ledger: Ledger, clock: Clock) -> None:
    escalation = confirm(ledger, hold=5, kinds=(LINEAR,))
    clock.now -= HOUR
    ledger.take_over()
    assert ledger.escalation(escalation.id).held_until == ledger.next_due() == clock.now + 5
    ledger.cancel(escalation.id, "Ann")


def test_a_back_off_ends(ledger: Ledger, clock: Clock) -> None:
    confirm(ledger, kinds=(LINEAR,))
    clock.now += HOUR
    ledger.postpone(claim(ledger, LINEAR), due_at=clock.now + 8, error="Try later", in_doubt=False)
    clock.now -= HOUR
    ledger.take_over()
    again = claim(ledger, LINEAR)
    assert again.first_attempt_at == clock.now


def test_what_may_be_on_its_way_settles_first(ledger: Ledger, clock: Clock) -> None:
    confirm(ledger, kinds=(NOTE,))
    ledger.postpone(claim(ledger, NOTE), due_at=clock.now + 20, error="No answer", in_doubt=True)
    clock.now -= HOUR
    ledger.take_over()
    assert ledger.next_due() == clock.now + ledger.settle


def test_real_waits_are_not_shortened(ledger: Ledger, clock: Clock) -> None:
    confirm(ledger, "1", kinds=(LINEAR,))
    ledger.postpone(claim(ledger, LINEAR), due_at=clock.now + LONGEST_PAUSE, error="Rate limit", in_doubt=False)
    confirm(ledger, "2", kinds=(SLACK,))
    alert = claim(ledger, SLACK)
    ledger.postpone(replace(alert, result={"turn": clock.now + 900}), due_at=clock.now + 900, in_doubt=False, counted=False)
    confirm(ledger, "3", kinds=(LINEAR,), hold=300)
    before = ledger.owed()
    ledger.take_over()
    assert ledger.owed() == before
    assert "clock set back" not in [each.kind for each in ledger.events()]


def test_turns_in_a_channel_cost_nothing_while_they_are_waited_for(ledger: Ledger, clock: Clock) -> None:
    asked: list[str] = []
    event.listen(ledger._database._engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    ledger.take_over()
    alone = len(asked)
    for number in range(20):
        confirm(ledger, str(number), kinds=(SLACK,))
        turn = clock.now + 900 + number
        ledger.postpone(replace(claim(ledger, SLACK), result={"turn": turn}), due_at=turn, in_doubt=False, counted=False)
    asked.clear()
    ledger.take_over()
    assert len(asked) == alone


@pytest.mark.parametrize(("where", "waits"), [("here", HOUR + 90), ("elsewhere", LONGEST_LEASE)])
def test_a_claim_of_the_living_is_left_alone_and_any_other_ends(url: str, clock: Clock, where: str, waits: float) -> None:
    owner = this_process() if where == "here" else Owner("another|machine|", 1, "1")
    holder = Ledger.open(url, clock=clock, owner=owner)
    confirm(holder, kinds=(LINEAR,))
    claim(holder, LINEAR)
    clock.now -= HOUR
    other = Ledger.open(url, clock=clock)
    other.take_over()
    other.take_over()
    assert other.next_due() == clock.now + waits
    other.close()
    holder.close()


def test_a_pause_ends(ledger: Ledger, clock: Clock) -> None:
    ledger.pause("a", 60)
    clock.now -= HOUR
    assert ledger.paused("a") == 0.0, "no service is ever waited for that long"
    ledger.pause("a", 60)
    assert ledger.paused("a") == 60.0


def test_tokens_come_back(ledger: Ledger, clock: Clock) -> None:
    assert [ledger.take_token("a", burst=1, per_second=1.0) for _ in "ab"] == [0.0, 1.0]
    clock.now -= HOUR
    assert ledger.take_token("a", burst=1, per_second=1.0) == 1.0
    clock.now += 1
    assert ledger.take_token("a", burst=1, per_second=1.0) == 0.0


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_snooze_lasts_as_long_as_it_was_meant_to(ledger: Ledger, clock: Clock) -> None:
    ledger.save_conversations([conversation()])
    ledger.decide(Decision("1", Verb.SNOOZE, "Ann", clock.now, until=clock.now + 600))
    clock.now -= HOUR
    ledger.take_over()
    record = ledger.record("1")
    assert record is not None
    assert record.decision is not None
    assert (record.decision.at, record.decision.until) == (clock.now, clock.now + 600)
    clock.now += 600
    assert ledger.wake_snoozed() == 1
