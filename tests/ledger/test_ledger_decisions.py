"""Decisions: one open escalation per conversation, whoever asks, and an audit trail of who did what and why."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import delete

from escalator_tui.ledger import Ledger
from escalator_tui.ledger.references import reference
from escalator_tui.ledger.schema import deliveries, escalations
from escalator_tui.model.decision import WITHDRAWN, Decision, FollowUp
from escalator_tui.model.errors import DecisionError
from escalator_tui.model.kinds import DeliveryKind, DeliveryState, Priority, Verb
from tests.ledger.makers import KINDS, TEXTS, Clock, claim, confirm, conversation


def decide(ledger: Ledger, verb: Verb, **values: object) -> None:
    ledger.decide(Decision("1", verb, "Ann", 5.0, **values))  # type: ignore[arg-type]


def test_everything_is_written_with_the_confirmation(ledger: Ledger, clock: Clock) -> None:
    ledger.save_conversations([conversation()])
    escalation = confirm(ledger, hold=5)
    record = ledger.record("1")
    assert record is not None
    assert record.escalation == escalation == ledger.escalation(escalation.id)
    assert (escalation.texts, escalation.priority, escalation.episode) == (TEXTS, Priority.P0, 1)
    assert [each.kind for each in escalation.owed] == list(KINDS)
    (event,) = ledger.events("1")
    assert (event.actor, event.kind, event.at) == ("Sam", "escalate", clock.now)
    assert event.detail["texts"]["slack_text"] == TEXTS.slack_text
    assert event.detail["reason"] == "angry"


def test_of_many_who_confirm_at_once_one_wins(open_ledger: Callable[[], Ledger]) -> None:
    ledgers = [open_ledger() for _ in range(2)]
    barrier, told = threading.Barrier(6), []

    def lead(number: int) -> None:
        barrier.wait()
        try:
            confirm(ledgers[number % 2], actor=f"lead {number}")
            told.append("won")
        except DecisionError as error:
            told.append(error.message)

    threads = [threading.Thread(target=lead, args=(number,)) for number in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert told.count("won") == 1
    assert len({each for each in told if each != "won"}) == 1
    assert len(ledgers[0].owed()) == len(KINDS)


def test_the_second_lead_is_told_who_was_first(ledger: Ledger, clock: Clock) -> None:
    confirm(ledger, actor="Sam")
    clock.now += 130
    with pytest.raises(DecisionError, match="Sam escalated this conversation 2 min ago"):
        confirm(ledger, actor="Ann")
    with pytest.raises(DecisionError, match="Sam escalated"):
        decide(ledger, Verb.DISMISS)


def test_a_held_escalation_can_be_cancelled_and_confirmed_again(ledger: Ledger) -> None:
    first = confirm(ledger, hold=1000)
    assert ledger.claim(lease=90) is None
    ledger.cancel(first.id, "Sam")
    assert ledger.escalation(first.id).cancelled
    assert ledger.owed() == []
    second = confirm(ledger)
    assert not {each.ref for each in first.deliveries} & {each.ref for each in second.deliveries}
    with pytest.raises(DecisionError):
        ledger.cancel(first.id, "Sam")


def test_what_was_claimed_once_cannot_be_cancelled(ledger: Ledger) -> None:
    escalation = confirm(ledger)
    claimed = ledger.claim(lease=90)
    assert claimed is not None
    ledger.postpone(claimed, due_at=2_000_000.0, in_doubt=False, counted=False)
    with pytest.raises(DecisionError, match="already going out"):
        ledger.cancel(escalation.id, "Sam")
    assert len(ledger.owed()) == len(KINDS)


def test_what_was_never_held_cannot_be_cancelled(ledger: Ledger, clock: Clock) -> None:
    """Such as what the reference agent escalated, which owes nothing; and whatever is due, even when nobody has claimed it yet."""
    imported, due, held = confirm(ledger, "1", kinds=()), confirm(ledger, "2"), confirm(ledger, "3", hold=5)
    clock.now += 5
    for each in (imported, due, held):
        with pytest.raises(DecisionError) as refused:
            ledger.cancel(each.id, "Sam")
        assert refused.value.cure
        assert not ledger.escalation(each.id).cancelled


def test_a_hold_is_measured_by_the_ledgers_clock(ledger: Ledger, clock: Clock) -> None:
    assert confirm(ledger, "1", hold=5).held_until == clock.now + 5
    assert confirm(ledger, "2").held_until == 0.0


@pytest.mark.parametrize("verb", [Verb.DISMISS, Verb.SNOOZE])
def test_auto_mode_leaves_to_leads_what_they_decided(ledger: Ledger, clock: Clock, verb: Verb) -> None:
    ledger.save_conversations([conversation("1")])
    ledger.decide(Decision("1", verb, "Ann", clock.now - 130, "not urgent", until=clock.now + 60, customer_part="1-1"))
    mark = ledger.last_change()
    with pytest.raises(DecisionError, match=r"Ann (dismissed|snoozed) this conversation 2 min ago"):
        confirm(ledger, unless_decided=True)
    assert ledger.last_change() == mark
    assert ledger.owed() == []
    assert confirm(ledger).episode == 1, "a lead may, and the refusal used up no number"


def test_auto_mode_may_decide_again_once_the_customer_wrote_or_the_snooze_ran_out(ledger: Ledger, clock: Clock) -> None:
    ledger.save_conversations([conversation("1"), conversation("2"), conversation("3")])
    ledger.decide(Decision("1", Verb.DISMISS, "Ann", clock.now, customer_part="an earlier one"))
    ledger.decide(Decision("2", Verb.SNOOZE, "Ann", clock.now, until=clock.now + 60, customer_part="2-1"))
    clock.now += 60
    for name in ("1", "2", "3", "never seen"):
        assert confirm(ledger, name, unless_decided=True).episode == 1


def test_auto_mode_does_not_escalate_what_was_closed(ledger: Ledger) -> None:
    ledger.save_conversations([conversation("1")])
    ledger.forget(["1"])
    with pytest.raises(DecisionError, match="no longer open"):
        confirm(ledger, unless_decided=True)
    assert confirm(ledger).episode == 1


def test_auto_mode_does_not_escalate_again_what_was_withdrawn(ledger: Ledger, clock: Clock) -> None:
    ledger.save_conversations([conversation()])
    withdrawal = Decision("1", Verb.UNDO, "Ann", clock.now, "escalation withdrawn", customer_part="1-1")
    ledger.withdraw(confirm(ledger).id, withdrawal, "Withdrawn by Ann.")
    with pytest.raises(DecisionError, match="Ann took back the escalation of this conversation just now"):
        confirm(ledger, unless_decided=True)
    assert confirm(ledger).episode == 2


@pytest.mark.parametrize("verb", [Verb.DISMISS, Verb.SNOOZE, Verb.ESCALATE])
@pytest.mark.parametrize("times", [1, 2])
def test_what_is_undone_leaves_what_stood_before(ledger: Ledger, clock: Clock, verb: Verb, times: int) -> None:
    ledger.save_conversations([conversation()])
    withdrawal = Decision("1", Verb.UNDO, "Ann", clock.now, WITHDRAWN, customer_part="1-1")
    ledger.withdraw(confirm(ledger).id, withdrawal, "Withdrawn by Ann.")
    for _ in range(times):
        if verb is Verb.ESCALATE:
            ledger.cancel(confirm(ledger, hold=5).id, "Bo")
        else:
            ledger.decide(Decision("1", verb, "Bo", clock.now, until=clock.now + 60, customer_part="1-1"))
            decide(ledger, Verb.OVERRIDE)
            decide(ledger, Verb.UNDO)
    record = ledger.record("1")
    assert record is not None
    assert record.decision == withdrawal
    with pytest.raises(DecisionError, match="Ann took back the escalation"):
        confirm(ledger, unless_decided=True)


def test_a_dismissal_over_a_snooze_is_undone_alone(ledger: Ledger, clock: Clock) -> None:
    ledger.save_conversations([conversation()])
    snooze = Decision("1", Verb.SNOOZE, "Ann", clock.now, until=clock.now + 60, customer_part="1-1")
    ledger.decide(snooze)
    decide(ledger, Verb.DISMISS)
    decide(ledger, Verb.UNDO)
    record = ledger.record("1")
    assert record is not None
    assert record.decision == snooze
    clock.now += 60
    assert ledger.wake_snoozed() == 1
    decide(ledger, Verb.UNDO)
    record = ledger.record("1")
    assert record is not None
    assert record.decision is None


def test_reopening_makes_a_new_episode_with_other_references(ledger: Ledger) -> None:
    ledger.save_conversations([conversation()])
    first = confirm(ledger)
    decide(ledger, Verb.REOPEN)
    second = confirm(ledger)
    assert second.episode == 2
    assert not {each.ref for each in first.deliveries} & {each.ref for each in second.deliveries}
    assert len(ledger.owed()) == 2 * len(KINDS), "what the first episode promised is still owed"


def test_what_a_reopened_escalation_owes_is_shown_until_it_has_gone_out(ledger: Ledger) -> None:
    ledger.save_conversations([conversation()])
    confirm(ledger, kinds=(DeliveryKind.LINEAR, DeliveryKind.SLACK))
    assert ledger.complete(claim(ledger, DeliveryKind.LINEAR), {"id": "x"})
    alert = claim(ledger, DeliveryKind.SLACK)
    assert ledger.postpone(alert, due_at=ledger.now + 300, error="Slack is away", in_doubt=False)
    decide(ledger, Verb.REOPEN)
    record = ledger.record("1")
    assert record is not None
    assert record.escalation is not None
    assert [(each.kind, each.error) for each in record.escalation.owed] == [(DeliveryKind.SLACK, "Slack is away")]
    assert ledger.retry(record.escalation.id, "Ann") == 1
    assert ledger.complete(claim(ledger, DeliveryKind.SLACK), {"linked": True})
    record = ledger.record("1")
    assert record is not None
    assert record.escalation is None
    assert record.decision is not None
    assert record.decision.verb is Verb.REOPEN


def test_a_reopened_escalation_is_not_shown_for_what_cannot_go_out(ledger: Ledger) -> None:
    """Whoever reopens what was refused for good wants it escalated anew."""
    ledger.save_conversations([conversation()])
    escalation = confirm(ledger, kinds=(DeliveryKind.LINEAR,))
    assert ledger.follow_up(escalation, FollowUp("7", 900, "more"))
    assert ledger.block(claim(ledger, DeliveryKind.LINEAR), error="No such team", cure="Name another.")
    decide(ledger, Verb.REOPEN)
    record = ledger.record("1")
    assert record is not None
    assert record.escalation is None


def test_reopening_by_rule_ends_only_the_episode_it_saw(ledger: Ledger) -> None:
    ledger.save_conversations([conversation()])
    first = confirm(ledger, kinds=())
    by_rule = Decision("1", Verb.REOPEN, "escalator", 5.0, "reopened after it was escalated")
    assert ledger.reopen(first.id, by_rule)
    record = ledger.record("1")
    assert record is not None
    assert (record.escalation, record.decision) == (None, by_rule)
    second = confirm(ledger)
    assert not ledger.reopen(first.id, by_rule), "another process had seen the same"
    record = ledger.record("1")
    assert record is not None
    assert record.escalation is not None
    assert (record.escalation.id, record.decision) == (second.id, None)


@pytest.mark.parametrize("lost_first", [True, False])
def test_an_episode_that_was_ended_owes_nothing_that_can_never_go(ledger: Ledger, clock: Clock, lost_first: bool) -> None:
    """Nobody is asked any more whether the alert of an ended episode is there, which a strike would wait for."""
    ledger.save_conversations([conversation()])
    escalation = confirm(ledger, kinds=(DeliveryKind.SLACK,))
    alert = claim(ledger, DeliveryKind.SLACK)
    steps: list[Callable[[], object]] = [
        lambda: ledger.doubt(alert, error="Perhaps", cure="Look."),
        lambda: ledger.withdraw(escalation.id, Decision("1", Verb.UNDO, "Ann", clock.now, WITHDRAWN), "Withdrawn by Ann."),
        lambda: decide(ledger, Verb.REOPEN),
    ]
    for step in steps if lost_first else [*steps[1:], steps[0]]:
        step()
    assert ledger.owed() == []
    ledger.forget(["1"])
    assert ledger.open_records() == []
    assert ledger.escalation(escalation.id).deliveries[0].state is DeliveryState.UNCERTAIN


def test_reopening_twice_is_refused_with_the_cure(ledger: Ledger) -> None:
    ledger.save_conversations([conversation()])
    confirm(ledger)
    decide(ledger, Verb.REOPEN)
    with pytest.raises(DecisionError, match="no escalation") as refused:
        decide(ledger, Verb.REOPEN)
    assert refused.value.cure


def test_references_of_all_episodes_kinds_and_messages_differ() -> None:
    keys = [("w", name, episode, kind, part) for name in "12" for episode in (1, 2) for kind in DeliveryKind for part in ("", "7", "8")]
    assert len({reference(*key) for key in keys}) == len(keys)
    assert reference("w", "1", 1, DeliveryKind.LINEAR) == reference("w", "1", 1, DeliveryKind.LINEAR, "")


def test_the_episode_outlives_what_is_pruned(ledger: Ledger) -> None:
    confirm(ledger)
    with ledger._database.write() as tx:  # what retention will do
        tx.conn.execute(delete(deliveries))
        tx.conn.execute(delete(escalations))
    assert confirm(ledger).episode == 2


def test_dismissals_stand_until_they_are_undone(ledger: Ledger) -> None:
    ledger.save_conversations([conversation()])
    decide(ledger, Verb.DISMISS, reason="a test", customer_part="7")
    record = ledger.record("1")
    assert record is not None
    assert record.decision == Decision("1", Verb.DISMISS, "Ann", 5.0, "a test", customer_part="7")
    decide(ledger, Verb.UNDO)
    with pytest.raises(DecisionError):
        decide(ledger, Verb.UNDO)
    decide(ledger, Verb.OVERRIDE, priority=Priority.P3)
    record = ledger.record("1")
    assert record is not None
    assert (record.decision, record.priority_override) == (None, Priority.P3)
    assert [event.kind for event in ledger.events("1")] == ["dismiss", "undo", "override"]


def test_an_escalation_ends_a_dismissal(ledger: Ledger) -> None:
    ledger.save_conversations([conversation()])
    decide(ledger, Verb.SNOOZE, until=9.0)
    confirm(ledger)
    record = ledger.record("1")
    assert record is not None
    assert record.decision is None


def test_unknown_conversations_cannot_be_decided_on(ledger: Ledger) -> None:
    for verb in (Verb.DISMISS, Verb.OVERRIDE, Verb.UNDO, Verb.REOPEN):
        with pytest.raises(DecisionError):
            decide(ledger, verb)
    assert ledger.events() == []


def test_references_are_linears_and_differ() -> None:
    refs = {
        reference(*key)
        for key in [("w", "1", 1, DeliveryKind.LINEAR), ("v", "1", 1, DeliveryKind.LINEAR), ("w", "1", 2, DeliveryKind.LINEAR)]
    }
    assert len(refs) == 3
    assert all(ref[14] == "4" and ref[19] in "89ab" and len(ref) == 36 for ref in refs)
    assert reference("w", "1", 1, DeliveryKind.NOTE) != reference("w", "1", 1, DeliveryKind.SLACK)


def test_a_delivery_that_nobody_owes_is_no_trouble(ledger: Ledger) -> None:
    confirm(ledger, kinds=())
    assert ledger.owed() == []
    assert ledger.next_due() is None
