"""What people look back at: the newest deliveries, when something last happened to each, and because of whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from escalator_tui.ledger import Ledger
from escalator_tui.model.activity import Activity
from escalator_tui.model.decision import Decision, Delivery
from escalator_tui.model.kinds import DeliveryKind, DeliveryState, Verb
from tests.ledger.makers import Clock, confirm, conversation

LINEAR, SLACK = DeliveryKind.LINEAR, DeliveryKind.SLACK


def claim(ledger: Ledger) -> Delivery:
    claimed = ledger.claim(lease=90)
    assert claimed is not None
    return claimed


def test_the_newest_comes_first_whatever_escalation_it_is_of(ledger: Ledger, clock: Clock) -> None:
    ledger.save_conversations([conversation("1"), conversation("2")])
    confirm(ledger, "1", kinds=(LINEAR,), actor="Sam")
    clock.now += 10
    confirm(ledger, "2", kinds=(LINEAR,), actor="Kim")
    first, second = claim(ledger), claim(ledger)
    clock.now += 10
    ledger.complete(second, {"identifier": "INF-2"})
    clock.now += 10
    ledger.complete(first, {"identifier": "INF-1"})
    newest, older = ledger.activity()
    assert (newest.conversation.id, newest.at, newest.actor, newest.delivery.state) == ("1", clock.now, "Sam", DeliveryState.DONE)
    assert (older.conversation.id, older.at, older.actor, older.channel) == ("2", clock.now - 10, "Kim", "#escalations")
    assert older.conversation.subject == "Subject"
    assert [each.conversation.id for each in ledger.activity(conversation_id="2")] == ["2"]
    assert ledger.activity(limit=1) == [newest]


def test_what_is_owed_waits_or_was_refused_is_there_however_old(ledger: Ledger, clock: Clock) -> None:
    confirm(ledger, "1", kinds=(LINEAR,))
    ledger.block(claim(ledger), error="no team", cure="Name one")
    for number in range(3):
        clock.now += 10
        confirm(ledger, f"new {number}", kinds=(LINEAR,))
        ledger.complete(claim(ledger), {})
    confirm(ledger, "owed", kinds=(LINEAR, SLACK), hold=60)
    found = ledger.activity(limit=3)
    assert [each.delivery.error for each in found if each.conversation.id == "1"] == ["no team"]
    waiting = [each for each in found if each.conversation.id == "owed"]
    assert {each.delivery.kind for each in waiting} == {LINEAR, SLACK}
    assert {(each.at, each.held_until) for each in waiting} == {(clock.now, clock.now + 60)}
    assert not [each for each in waiting if each.is_retriable]
    assert [each.is_retriable for each in found if each.conversation.id == "1"] == [True]


def test_a_failed_try_is_told_once_for_each_reason(ledger: Ledger, clock: Clock) -> None:
    confirm(ledger, kinds=(LINEAR,))

    def fail(error: str) -> None:
        clock.now += 10
        assert ledger.postpone(claim(ledger), due_at=clock.now, error=error, in_doubt=False)

    for error in ("busy", "busy", "busy", "refused to say"):
        fail(error)
    told = [event for event in ledger.events("1") if event.kind == "postponed"]
    assert [event.detail["error"] for event in told] == ["busy", "refused to say"]
    (activity,) = ledger.activity()
    assert (activity.at, activity.delivery.attempts, activity.delivery.error) == (clock.now, 4, "refused to say")
    assert activity.is_retriable
    for number in range(60):
        fail(f"another reason {number}")
    assert len([event for event in ledger.events("1", limit=500) if event.kind == "postponed"]) == 18, "the trail stays bounded"


def test_waiting_for_its_turn_is_no_failure(ledger: Ledger, clock: Clock) -> None:
    confirm(ledger, kinds=(SLACK,))
    ledger.postpone(claim(ledger), due_at=clock.now + 5, in_doubt=False, counted=False)
    assert not [event for event in ledger.events("1") if event.kind == "postponed"]


def test_a_lost_claim_tells_nothing_of_its_failure(ledger: Ledger, clock: Clock) -> None:
    confirm(ledger, kinds=(LINEAR,))
    lost = claim(ledger)
    clock.now += 90
    claim(ledger)
    assert not ledger.postpone(replace(lost), due_at=clock.now, error="late", in_doubt=False)
    assert not [event for event in ledger.events("1") if event.kind == "postponed"]


def test_a_withdrawal_is_by_who_withdrew(ledger: Ledger) -> None:
    ledger.save_conversations([conversation("1")])
    made = confirm(ledger, kinds=(LINEAR,), actor="Sam")
    ledger.complete(claim(ledger), {"id": "x"})
    ledger.withdraw(made.id, Decision("1", Verb.UNDO, "Kim", ledger.now, "withdrawn"), "Withdrawn by Kim.")
    actors = {each.delivery.kind: each.actor for each in ledger.activity()}
    assert actors[LINEAR] == "Sam"
    assert actors[DeliveryKind.ARCHIVE] == "Kim"


def test_an_empty_ledger_has_none(ledger: Ledger) -> None:
    assert ledger.activity() == []
    assert ledger.activity(conversation_id="1") == []


def told(activity: Activity) -> list[tuple[float, str, int, str]]:
    return [(each.at, each.ending.value, each.number, each.error) for each in activity.tries]


def test_the_tries_of_each_delivery_are_told_with_their_time_and_outcome(ledger: Ledger, clock: Clock) -> None:
    confirm(ledger, kinds=(LINEAR, SLACK))
    began = clock.now
    for error in ("busy", "busy", "lost"):
        clock.now += 10
        ledger.postpone(claim(ledger), due_at=clock.now, error=error, in_doubt=False)
    clock.now += 10
    ledger.complete(claim(ledger), {"identifier": "INF-1"})
    ledger.block(claim(ledger), error="not in the channel", cure="Invite it.")
    tries = {each.delivery.kind: told(each) for each in ledger.activity(conversation_id="1")}
    assert tries[LINEAR] == [(began + 10, "postponed", 1, "busy"), (began + 30, "postponed", 3, "lost"), (began + 40, "delivered", 4, "")]
    assert tries[SLACK] == [(began + 40, "blocked", 1, "not in the channel")]
    assert {each.delivery.kind: told(each) for each in ledger.activity()} == tries


def test_who_had_it_sent_again_stands_among_the_tries_of_what_was_stuck(ledger: Ledger, clock: Clock) -> None:
    made = confirm(ledger, kinds=(LINEAR, SLACK))
    ledger.complete(claim(ledger), {})
    ledger.block(claim(ledger), error="no channel", cure="")
    clock.now += 60
    ledger.retry(made.id, "Kim")
    ledger.complete(claim(ledger), {})
    tries = {each.delivery.kind: [(one.ending.value, one.actor) for one in each.tries] for each in ledger.activity()}
    assert tries[SLACK] == [("blocked", "escalator"), ("retry", "Kim"), ("delivered", "escalator")]
    assert tries[LINEAR] == [("delivered", "escalator")]


def test_a_try_that_was_cut_off_with_its_process_is_told(open_ledger: Callable[[], Ledger]) -> None:
    dead, alive = open_ledger(), open_ledger()
    confirm(dead, kinds=(LINEAR,))
    claim(dead)
    alive.take_over()
    (activity,) = alive.activity()
    assert [each.ending.value for each in activity.tries] == ["taken over"]
