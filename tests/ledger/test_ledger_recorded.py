"""Every recorded conversation with what was decided on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from escalator_tui.ledger import Ledger
from escalator_tui.ledger.recorded import CHUNK
from escalator_tui.model.conversation import ConversationState
from escalator_tui.model.decision import Decision
from escalator_tui.model.kinds import Priority, Verb
from tests.ledger.makers import Clock, confirm, conversation


def ids(ledger: Ledger, **which: float) -> list[str]:
    return [each.conversation.id for each in ledger.recorded(since=which.get("since", 0.0), limit=int(which.get("limit", 10_000)))]


def test_all_that_was_decided_comes_along_in_order(ledger: Ledger, clock: Clock) -> None:
    ledger.save_conversations([conversation("1", updated_at=5), replace(conversation("2", updated_at=9), state=ConversationState.CLOSED)])
    dismissed = Decision("1", Verb.DISMISS, "sam", clock.now, "spam", score=0.5, customer_part="1-1")
    raised = Decision("1", Verb.OVERRIDE, "sam", clock.now, priority=Priority.P0)
    snoozed = Decision("1", Verb.SNOOZE, "lea", clock.now, until=clock.now + 60)
    for each in (dismissed, raised, snoozed):
        ledger.decide(each)
    confirm(ledger, "2")
    ended, judged = ledger.recorded(limit=10)
    assert (ended.conversation.id, [each.verb for each in ended.decisions]) == ("2", [Verb.ESCALATE])
    assert judged.decisions == (dismissed, raised, snoozed)
    assert judged.conversation == conversation("1", updated_at=5)


def test_the_newest_come_first_and_no_more_than_asked_for(ledger: Ledger) -> None:
    ledger.save_conversations(conversation(str(at), updated_at=at) for at in range(10))
    assert ids(ledger, limit=3) == ["9", "8", "7"]
    assert ids(ledger, since=7) == ["9", "8", "7"]
    assert ids(ledger, since=11) == []


def test_pages_join_without_a_gap_though_all_were_updated_in_the_same_second(open_ledger: Callable[[], Ledger]) -> None:
    ledger = open_ledger()
    ledger.save_conversations(conversation(f"{at:05}", updated_at=7) for at in range(2 * CHUNK + 1))
    found = ids(ledger)
    assert len(found) == len(set(found)) == 2 * CHUNK + 1
    assert len(ids(ledger, limit=CHUNK + 1)) == CHUNK + 1
