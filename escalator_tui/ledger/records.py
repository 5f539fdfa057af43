"""Everything known of conversations, joined, in few queries whatever their number."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, or_, select, text, union

from escalator_tui.ledger.schema import NEVER, conversations, deliveries, escalations
from escalator_tui.ledger.snapshots import load
from escalator_tui.model.assessment import Assessment
from escalator_tui.model.conversation import Conversation
from escalator_tui.model.decision import Baseline, Decision, Delivery, Escalation, Texts
from escalator_tui.model.kinds import DeliveryKind, DeliveryState, Priority
from escalator_tui.model.record import Record

Condition = ColumnElement[bool]

# The order in which deliveries are shown.
ORDER = {kind: at for at, kind in enumerate(DeliveryKind)}
SHOWN = ("open", "withdrawn")
TROUBLE = (DeliveryState.BLOCKED.value, DeliveryState.UNCERTAIN.value)

# In the words of the index's own condition: SQLite looks through everything that is done otherwise.
_NOT_DONE = text("deliveries.state <> 'done'")
IN_TROUBLE = and_(_NOT_DONE, deliveries.c.state.in_(TROUBLE))
UNSETTLED = and_(_NOT_DONE, deliveries.c.state.in_((DeliveryState.OWED.value, *TROUBLE)))


def read_records(conn: Connection, which: Condition) -> list[Record]:
    """The records of the conversations that meet a condition on their table."""
    rows = conn.execute(select(conversations).where(which)).all()
    found = {each.conversation_id: each for each in _open_escalations(conn, which)} if rows else {}
    return [_record(row, found.get(row.id)) for row in rows]


def open_or_owing() -> Condition:
    """Open at Intercom, or with a delivery that is owed, or of an open escalation and in trouble."""
    d, e, seen = deliveries.c, escalations.c, conversations.alias().c
    owed = select(d.conversation_id).where(d.state == DeliveryState.OWED.value)
    stuck = select(d.conversation_id).join(escalations, e.id == d.escalation_id).where(IN_TROUBLE, e.state.in_(SHOWN))
    # Not as three conditions: for these PostgreSQL looks through all conversations.
    return conversations.c.id.in_(union(select(seen.id).where(seen.state == "open"), owed, stuck))


def touched_since(conn: Connection, since: float) -> dict[str, float]:
    """Conversation id to the mark of its last change, for what changed later than a mark. One indexed query."""
    c = conversations.c
    return {row.id: row.touched_at for row in conn.execute(select(c.id, c.touched_at).where(c.touched_at > since))}


def last_touch(conn: Connection) -> float:
    """The mark of the last change of all."""
    return float(conn.scalar(select(func.max(conversations.c.touched_at))) or 0.0)


def read_escalations(conn: Connection, which: Condition) -> list[Escalation]:
    """The escalations that meet a condition on their table, with their deliveries, oldest first."""
    rows = conn.execute(select(escalations).where(which).order_by(escalations.c.id)).all()
    owned = conn.execute(select(deliveries).join(escalations, escalations.c.id == deliveries.c.escalation_id).where(which))
    return _join(rows, [delivery_of(row) for row in owned])


def delivery_of(row: Row[Any]) -> Delivery:
    """A delivery's row as the model's delivery."""
    return Delivery(
        ref=row.ref,
        escalation_id=row.escalation_id,
        conversation_id=row.conversation_id,
        kind=DeliveryKind(row.kind),
        state=DeliveryState(row.state),
        due_at=row.due_at,
        attempts=row.attempts,
        fence=row.fence,
        in_doubt=bool(row.in_doubt),
        first_attempt_at=row.first_attempt_at,
        result=json.loads(row.result),
        error=row.error,
        cure=row.cure,
        subject=row.subject,
        number=row.number,
        text=row.text,
        owner=row.owner or "",
    )


def escalated() -> Condition:
    """Open at Intercom and escalated."""
    c, e = conversations.c, escalations.c
    return and_(c.state == "open", exists().where(e.conversation_id == c.id, e.state == "open").correlate(conversations))


def _open_escalations(conn: Connection, which: Condition) -> list[Escalation]:
    e = escalations.c
    joined = select(e.id).join(conversations, conversations.c.id == e.conversation_id).where(which, _in_force())
    return read_escalations(conn, e.id.in_(joined))


def _in_force() -> Condition:
    """Open; or taken back with something of that still to happen, or reopened with something still to go out: until then it is shown."""
    d, e = deliveries.c, escalations.c
    unsettled = select(d.escalation_id).where(UNSETTLED)
    going = select(d.escalation_id).where(d.state == DeliveryState.OWED.value, d.due_at < NEVER)
    taken_back, reopened = and_(e.state == "withdrawn", e.id.in_(unsettled)), and_(e.state == "reopened", e.id.in_(going))
    return or_(e.state == "open", taken_back, reopened)


def _join(rows: Any, owned: list[Delivery]) -> list[Escalation]:  # noqa: ANN401 - rows of a query
    by_escalation: dict[int, list[Delivery]] = defaultdict(list)
    for each in owned:
        by_escalation[each.escalation_id].append(each)
    return [_escalation(row, by_escalation[row.id]) for row in rows]


def _escalation(row: Row[Any], owned: list[Delivery]) -> Escalation:
    return Escalation(
        id=row.id,
        conversation_id=row.conversation_id,
        episode=row.episode,
        priority=Priority(row.priority),
        actor=row.actor,
        confirmed_at=row.confirmed_at,
        texts=load(Texts, row.texts),
        held_until=row.held_until,
        cancelled=row.state == "cancelled",
        deliveries=tuple(sorted(owned, key=lambda each: (each.number, ORDER[each.kind]))),
        score=row.score,
        baseline=load(Baseline, row.baseline),
        withdrawn_by=row.withdrawn_by,
    )


def _record(row: Row[Any], escalation: Escalation | None) -> Record:
    return Record(
        conversation=load(Conversation, row.snapshot),
        assessment=replace(load(Assessment, row.assessment), at=row.assessed_at) if row.assessment else None,
        priority_override=Priority(row.priority_override) if row.priority_override else None,
        decision=load(Decision, row.decision) if row.decision else None,
        escalation=escalation,
    )
