"""Every recorded conversation with what was decided on it, the one updated last first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from escalator_tui.ledger.database import Database
from escalator_tui.ledger.schema import conversations, decisions
from escalator_tui.ledger.snapshots import load
from escalator_tui.ledger.standing import read_decision
from escalator_tui.model.conversation import Conversation
from escalator_tui.model.decision import Decision
from escalator_tui.model.record import Recorded

# Conversations of one transaction: what is made of them is up to the caller, and takes longer than reading.
CHUNK = 500


def read_recorded(database: Database, since: float, limit: int) -> Iterator[Recorded]:
    """The `limit` conversations updated last, and since a moment (unix seconds), in short transactions.

    One that is updated meanwhile may be left out.
    """
    after: tuple[int, str] | None = None
    while limit > 0:
        with database.read() as conn:
            found = _page(conn, since, after, min(limit, CHUNK))
            decided = _decisions(conn, [row.id for row in found])
        yield from (Recorded(load(Conversation, row.snapshot), tuple(decided[row.id])) for row in found)
        if len(found) < CHUNK:
            return
        limit -= len(found)
        after = (found[-1].updated_at, found[-1].id)


def _page(conn: Connection, since: float, after: tuple[int, str] | None, size: int) -> list[Row[Any]]:
    c = conversations.c
    query = select(c.id, c.updated_at, c.snapshot).where(c.updated_at >= since)
    if after is not None:
        at, last = after
        query = query.where(or_(c.updated_at < at, and_(c.updated_at == at, c.id < last)))
    return list(conn.execute(query.order_by(c.updated_at.desc(), c.id.desc()).limit(size)))


def _decisions(conn: Connection, ids: list[str]) -> dict[str, list[Decision]]:
    d = decisions.c
    found: dict[str, list[Decision]] = defaultdict(list)
    for row in conn.execute(select(decisions).where(d.conversation_id.in_(ids)).order_by(d.id)):
        found[row.conversation_id].append(read_decision(row))
    return found
