"""The audit trail: who did what, when, why and with which texts. Rows are only ever added."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from escalator_tui.ledger.database import Write
from escalator_tui.ledger.schema import events

SYSTEM = "escalator"


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


def read_events(conn: Connection, conversation_id: str | None, limit: int) -> list[Event]:
    """The newest events, oldest of them first."""
    query = select(events).order_by(events.c.id.desc()).limit(limit)
    if conversation_id is not None:
        query = query.where(events.c.conversation_id == conversation_id)
    rows = list(conn.execute(query))
    return [Event(row.at, row.actor, row.kind, row.conversation_id, json.loads(row.detail)) for row in reversed(rows)]
