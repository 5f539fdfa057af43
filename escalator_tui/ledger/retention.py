"""Retention: what ended long ago is dropped. The episode counter stays, so that references never repeat."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, not_, or_, select

from escalator_tui.ledger.audit import SYSTEM, record_event
from escalator_tui.ledger.conversations import read_mark, write_mark
from escalator_tui.ledger.database import Database, Write
from escalator_tui.ledger.records import SHOWN, TROUBLE
from escalator_tui.ledger.schema import accounts, conversations, decisions, deliveries, escalations, events
from escalator_tui.model.kinds import DeliveryState

DAY = 86_400.0
PRUNED_MARK = "retention.pruned"
# Conversations of one transaction: short enough that other writers need not wait long.
CHUNK = 200
OPEN = "open"


def prune(database: Database, keep_days: int) -> int:
    """Drop what ended more than `keep_days` ago; how many conversations that were. Does nothing when it was done within a day.

    A conversation stays while it is open at Intercom, even a dismissed one: the next sweep would bring it back without the dismissal.
    It stays as well while anything is owed, an escalation in force or its withdrawal is in trouble, or somebody is busy with one.
    """
    with database.read() as conn:
        if not _is_due(conn, database.now):
            return 0
    with database.write() as tx:
        if not _is_due(tx.conn, tx.now):
            return 0  # another process was first
        write_mark(tx, PRUNED_MARK, repr(tx.now))
        before = tx.now - keep_days * DAY
    dropped = 0
    while True:
        with database.write() as tx:
            ended = _ended(tx.conn, before)
            idle = _idle(tx.conn, ended)
            _drop(tx, idle)
        dropped += len(idle)
        if len(ended) < CHUNK or not idle:
            break
    with database.write() as tx:
        _drop_accounts(tx, before)
        if dropped:
            record_event(tx, "pruned", "", SYSTEM, conversations=dropped, keep_days=keep_days)
    return dropped


def _is_due(conn: Connection, now: float) -> bool:
    last = float(read_mark(conn, PRUNED_MARK) or 0.0)
    # A clock that was set back must not put it off for ever.
    return not now - DAY < last <= now


def _ended(conn: Connection, before: float) -> list[str]:
    c = conversations.c
    # Older by Intercom's account, and nothing of ours happened to it since either.
    old = and_(c.state != OPEN, c.updated_at < before, c.touched_at < before)
    query = select(c.id).where(old, not_(_is_owing(c.id))).order_by(c.updated_at, c.id).limit(CHUNK).with_for_update(skip_locked=True)
    return list(conn.scalars(query))


def _idle(conn: Connection, ids: list[str]) -> list[str]:
    """Those with whose escalations nobody is busy. A decision on one has its row already and waits for the conversation's, which is ours:
    were we to wait as well, PostgreSQL would end one of us.
    """
    e = escalations.c
    theirs = select(e.id, e.conversation_id).where(e.conversation_id.in_(ids))
    ours = {row.id for row in conn.execute(theirs.with_for_update(skip_locked=True))}
    busy = {row.conversation_id for row in conn.execute(theirs) if row.id not in ours}
    return [each for each in ids if each not in busy]


def _is_owing(conversation_id: ColumnElement[str]) -> ColumnElement[bool]:
    d, e = deliveries.c, escalations.c
    unsettled = or_(d.state == DeliveryState.OWED.value, and_(d.state.in_(TROUBLE), e.state.in_(SHOWN)))
    owing = select(d.ref).join(escalations, e.id == d.escalation_id).where(e.conversation_id == conversation_id, unsettled)
    return exists(owing)


def _drop(tx: Write, ids: list[str]) -> None:
    for table in (deliveries, escalations, decisions, events):
        tx.conn.execute(delete(table).where(table.c.conversation_id.in_(ids)))
    tx.conn.execute(delete(conversations).where(conversations.c.id.in_(ids)))


def _drop_accounts(tx: Write, before: float) -> None:
    a, c = accounts.c, conversations.c
    known = select(c.contact_id).where(c.contact_id == a.contact_id)
    tx.conn.execute(delete(accounts).where(a.fetched_at < before, not_(exists(known))))
