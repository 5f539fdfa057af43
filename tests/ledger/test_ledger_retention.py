"""Retention: what ended long ago goes, what is open or owed stays, and references never repeat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from escalator_tui.ledger import Ledger
from escalator_tui.ledger.retention import CHUNK, DAY
from escalator_tui.ledger.schema import conversations, decisions, deliveries, escalations, events
from escalator_tui.model.conversation import ConversationState
from escalator_tui.model.decision import Decision
from escalator_tui.model.errors import DecisionError
from escalator_tui.model.kinds import DeliveryKind, Priority, Verb
from tests.ledger.makers import KINDS, TEXTS, Clock, confirm, conversation

KEEP = 90
CLOSED = ConversationState.CLOSED


def save(ledger: Ledger, name: str = "1", state: ConversationState = CLOSED, at: float | None = None) -> None:
    updated = int(ledger.now if at is None else at)
    ledger.save_conversations([replace(conversation(name, updated_at=updated, contact=f"c{name}"), state=state)])


def rows(ledger: Ledger) -> dict[str, int]:
    with ledger._database.read() as conn:
        tables = (conversations, decisions, deliveries, escalations)
        return {each.name: conn.scalar(select(func.count()).select_from(each)) or 0 for each in tables}


def deliver(ledger: Ledger) -> None:
    while claimed := ledger.claim(lease=90):
        assert ledger.complete(claimed, {"id": "x", "ts": "1", "linked": True})


def test_what_was_closed_long_ago_goes_with_all_that_belongs_to_it(ledger: Ledger, clock: Clock) -> None:
    save(ledger)
    ledger.save_account("c1", None)
    first = confirm(ledger)
    deliver(ledger)
    clock.now += KEEP * DAY - 60
    assert ledger.prune(KEEP) == 0
    clock.now += DAY + 120
    assert ledger.prune(KEEP) == 1
    assert rows(ledger) == dict.fromkeys(("conversations", "decisions", "deliveries", "escalations"), 0)
    assert ledger.account("c1") is None
    (event,) = ledger.events()
    assert (event.kind, event.detail["conversations"]) == ("pruned", 1)
    again = confirm(ledger)
    assert again.episode == 2
    assert not {each.ref for each in first.deliveries} & {each.ref for each in again.deliveries}


def test_what_was_dropped_since_it_was_shown_is_not_escalated(ledger: Ledger, clock: Clock) -> None:
    save(ledger)
    clock.now += 2 * KEEP * DAY
    assert ledger.prune(KEEP) == 1
    with pytest.raises(DecisionError, match="Conversation 1 is not known"):
        ledger.confirm("1", priority=Priority.P0, texts=TEXTS, actor="Sam", kinds=KINDS)
    assert (ledger.owed(), ledger.events("1"), ledger.was_escalated("1")) == ([], [], False)


def test_what_is_owed_or_in_trouble_stays(ledger: Ledger, clock: Clock) -> None:
    for name in ("1", "2", "3"):
        save(ledger, name)
    confirm(ledger, "1", kinds=(DeliveryKind.SLACK,), hold=1000 * DAY)
    confirm(ledger, "2", kinds=(DeliveryKind.LINEAR,))
    blocked = ledger.claim(lease=90)
    assert blocked is not None
    ledger.block(blocked, error="No", cure="Mend it.")
    confirm(ledger, "3", kinds=(DeliveryKind.NOTE,))
    doubted = ledger.claim(lease=90)
    assert doubted is not None
    ledger.doubt(doubted, error="Perhaps", cure="Look.")
    clock.now += 2 * KEEP * DAY
    assert ledger.prune(KEEP) == 0
    assert rows(ledger)["deliveries"] == 3


def test_a_withdrawal_that_was_refused_stays(ledger: Ledger, clock: Clock) -> None:
    save(ledger)
    escalation = confirm(ledger, kinds=(DeliveryKind.LINEAR,))
    deliver(ledger)
    ledger.withdraw(escalation.id, Decision("1", Verb.UNDO, "Ann", clock.now, "taken back"), "Withdrawn by Ann.")
    archive = ledger.claim(lease=90)
    assert archive is not None
    ledger.block(archive, error="No", cure="Mend it.")
    deliver(ledger)
    clock.now += 2 * KEEP * DAY
    assert ledger.prune(KEEP) == 0


def test_what_is_open_at_intercom_stays_even_dismissed(ledger: Ledger, clock: Clock) -> None:
    save(ledger, state=ConversationState.OPEN)
    ledger.decide(Decision("1", Verb.DISMISS, "Ann", clock.now, "spam", customer_part="1-1"))
    save(ledger, "2", state=ConversationState.OPEN)
    confirm(ledger, "2", kinds=())
    save(ledger, "3", state=ConversationState.SNOOZED)
    ledger.decide(Decision("3", Verb.DISMISS, "Ann", clock.now, "spam", customer_part="3-1"))
    clock.now += 2 * KEEP * DAY
    assert ledger.prune(KEEP) == 1
    assert set(ledger.versions()) == {"1", "2"}
    record = ledger.record("1")
    assert record is not None
    assert record.decision is not None


def test_it_is_done_once_a_day_whoever_asks(open_ledger: Callable[[], Ledger], clock: Clock) -> None:
    one, other = open_ledger(), open_ledger()
    clock.now += 1000 * DAY
    assert one.prune(KEEP) == 0
    save(one, at=0)
    clock.now += DAY / 2
    assert other.prune(KEEP) == 0
    clock.now += KEEP * DAY
    assert other.prune(KEEP) == 1


def test_more_than_one_transaction_holds(ledger: Ledger, clock: Clock) -> None:
    for name in range(CHUNK + 3):
        save(ledger, str(name))
    clock.now += 2 * KEEP * DAY
    assert ledger.prune(KEEP) == CHUNK + 3
    with ledger._database.read() as conn:
        assert conn.scalar(select(func.count()).select_from(events)) == 1
