"""Retention and a decision on the same conversation, at the same moment, each stopped midway by a lock: only PostgreSQL lets them meet."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, select, text

from escalator_tui.ledger import Ledger, outbox
from escalator_tui.ledger.database import Write
from escalator_tui.ledger.decisions import reopen
from escalator_tui.ledger.retention import DAY
from escalator_tui.ledger.schema import conversations, decisions
from escalator_tui.model.conversation import ConversationState
from escalator_tui.model.decision import Decision
from escalator_tui.model.errors import DecisionError
from escalator_tui.model.kinds import DeliveryKind, Verb
from tests.ledger.makers import KINDS, Clock, claim, confirm, conversation, process
from tests.ledger.urls import fresh_url

KEEP = 90
GATE = 4711
Acting = Callable[..., "Future[Any]"]


@pytest.fixture
def pair(tmp_path: Path, clock: Clock) -> Iterator[tuple[Ledger, Ledger]]:
    """Whose look drops what ended, and a lead's; a conversation that ended long ago has an overridden priority."""
    with fresh_url("postgresql", tmp_path) as url:
        pruner, lead = (Ledger.open(url, clock=clock, owner=process(number)) for number in range(2))
        pruner.save_conversations([replace(conversation(updated_at=int(clock.now)), state=ConversationState.CLOSED)])
        pruner.decide(Decision("1", Verb.OVERRIDE, "Ann", clock.now))
        clock.now += 2 * KEEP * DAY
        yield pruner, lead
        pruner.close()
        lead.close()


@pytest.fixture
def act() -> Iterator[Acting]:
    with ThreadPoolExecutor() as pool:
        yield pool.submit


@contextmanager
def stopping(ledger: Ledger) -> Iterator[Write]:
    """A transaction to hold others up with, for as long as the test takes."""
    with ledger._database.write() as tx:
        tx.conn.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        yield tx


def number_of(tx: Write) -> int:
    return int(tx.conn.scalar(text("SELECT pg_backend_pid()")) or 0)


def waiter(ledger: Ledger, holder: int, acting: Future[Any]) -> int:
    """The server's number of who waits for this holder, once somebody does; 0 when what acts ended without."""
    query = text("SELECT pid FROM pg_stat_activity WHERE :holder = ANY(pg_blocking_pids(pid))")
    while not acting.done():
        with ledger._database.read() as conn:
            found = conn.scalar(query, {"holder": holder})
        if found:
            return int(found)
        time.sleep(0.01)
    return 0


def is_whole(ledger: Ledger) -> bool:
    """Whether the escalation is shown with all that it owes."""
    record = ledger.record("1")
    return record is not None and record.escalation is not None and [each.kind for each in record.escalation.owed] == list(KINDS)


def test_what_is_confirmed_while_it_is_dropped_is_refused_and_nothing_is_owed(pair: tuple[Ledger, Ledger], act: Acting) -> None:
    pruner, lead = pair
    with stopping(lead) as tx:
        tx.conn.execute(select(decisions).with_for_update())
        dropping = act(pruner.prune, KEEP)
        dropper = waiter(lead, number_of(tx), dropping)
        confirming = act(confirm, lead)
        assert waiter(lead, dropper, confirming), "the confirmation waits for retention, which has chosen"
    assert dropping.result() == 1
    with pytest.raises(DecisionError, match="Conversation 1 is not known"):
        confirming.result()
    assert (lead.owed(), lead.events("1"), lead.was_escalated("1")) == ([], [], False)


def test_what_is_being_confirmed_is_not_dropped(pair: tuple[Ledger, Ledger], act: Acting) -> None:
    pruner, lead = pair
    with stopping(lead) as tx:
        tx.conn.execute(select(conversations).with_for_update())
        confirming = act(confirm, lead)
        assert waiter(lead, number_of(tx), confirming), "all is written but for the last line, and nothing is committed"
        assert pruner.prune(KEEP) == 0
    confirming.result()
    assert is_whole(lead)


def test_what_is_confirmed_before_retention_has_it_is_chosen_no_longer(pair: tuple[Ledger, Ledger], act: Acting) -> None:
    """Retention's snapshot is older than the confirmation, its lock is newer."""
    pruner, lead = pair

    @event.listens_for(pruner._database._engine, "before_cursor_execute", retval=True)
    def stop(_conn: Connection, _cursor: object, statement: str, values: Any, _context: object, _many: bool) -> tuple[str, Any]:
        gate = f"WHERE pg_advisory_xact_lock_shared({GATE}) IS NOT NULL AND conversations.state"
        return statement.replace("WHERE conversations.state", gate) if "SKIP LOCKED" in statement else statement, values

    with stopping(lead) as tx:
        tx.conn.execute(text(f"SELECT pg_advisory_xact_lock({GATE})"))
        dropping = act(pruner.prune, KEEP)
        assert waiter(lead, number_of(tx), dropping), "it is looking"
        confirm(lead)
    assert dropping.result() == 0
    assert is_whole(lead)


def test_who_ends_an_old_escalation_while_retention_looks_is_not_in_its_way(pair: tuple[Ledger, Ledger], act: Acting, clock: Clock) -> None:
    """A decision locks the escalation and then the conversation; retention comes from the other side, and must not wait."""
    pruner, lead = pair
    escalation = confirm(lead, kinds=(DeliveryKind.LINEAR,))
    issue = claim(lead, DeliveryKind.LINEAR)
    assert lead.complete(issue, {"id": "x"})
    clock.now += 2 * KEEP * DAY
    with stopping(lead) as tx:
        outbox.lock(tx, escalation.id)
        dropping = act(pruner.prune, KEEP)
        waiter(lead, number_of(tx), dropping)
        assert reopen(tx, escalation.id, Decision("1", Verb.REOPEN, "Ann", clock.now))
    assert dropping.result() == 0
    record = lead.record("1")
    assert record is not None
    assert record.decision is not None
