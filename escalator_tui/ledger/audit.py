"""The audit trail: who did what, when, why and with which texts. Rows are only ever added."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from escalator_tui.ledger.database import Write
from escalator_tui.ledger.schema import escalations, events

SYSTEM = "escalator"
TOLD = "told"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `at` is unix seconds; `kind` is a verb of triage or what became of a delivery; `detail` is JSON data."""

    at: float
    actor: str
    kind: str
    conversation_id: str
    detail: dict[str, Any]


def record_event(tx: Write, kind: str, conversation_id: str, actor: str = SYSTEM, /, **detail: object) -> None:
    """Add one event to the transaction."""
    row = {"at": tx.now, "actor": actor, "kind": kind, "conversation_id": conversation_id, "detail": json.dumps(detail)}
    tx.conn.execute(insert(events), row)


def tell(tx: Write, escalation_ids: Collection[int], teller: str) -> set[int]:
    """Of these escalations those that `teller` is the first to tell of, and now the only one."""
    e = escalations.c
    # In the order in which conversations are saved, so that two processes never wait for each other.
    query = select(e.id, e.conversation_id).where(e.id.in_(escalation_ids)).order_by(e.conversation_id).with_for_update()
    return {row.id for row in tx.conn.execute(query).all() if _tell_of(tx, row.id, row.conversation_id, teller)}


def _tell_of(tx: Write, escalation_id: int, conversation_id: str, teller: str) -> bool:
    e = events.c
    query = select(e.detail).where(e.conversation_id == conversation_id, e.kind == TOLD)
    for told in map(json.loads, tx.conn.scalars(query)):
        if told["escalation_id"] == escalation_id:
            return bool(told["teller"] == teller)  # asked again, after an answer that was lost
    record_event(tx, TOLD, conversation_id, escalation_id=escalation_id, teller=teller)
    return True


def read_events(conn: Connection, conversation_id: str | None, limit: int) -> list[Event]:
    """The newest events, oldest of them first."""
    query = select(events).order_by(events.c.id.desc()).limit(limit)
    if conversation_id is not None:
        query = query.where(events.c.conversation_id == conversation_id)
    rows = list(conn.execute(query))
    return [Event(row.at, row.actor, row.kind, row.conversation_id, json.loads(row.detail)) for row in reversed(rows)]
