"""The newest deliveries with when something last happened to each, for people to look back at. In a few queries whatever their number."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, select

from escalator_tui.ledger.records import TROUBLE, delivery_of
from escalator_tui.ledger.schema import conversations, deliveries, escalations, events
from escalator_tui.ledger.snapshots import load
from escalator_tui.model.activity import Activity
from escalator_tui.model.conversation import Conversation
from escalator_tui.model.decision import Texts
from escalator_tui.model.kinds import DeliveryState

# What is recorded of a single delivery. An event tells which one by its reference.
TOLD = ("delivered", "blocked", "uncertain", "dropped", "postponed")
UNSETTLED = (DeliveryState.OWED.value, *TROUBLE)


def read_activity(conn: Connection, limit: int, conversation_id: str | None = None) -> list[Activity]:
    """The newest first: what happened last, and what is still owed, refused or uncertain however old it is, `limit` of each at most."""
    happened = _last_times(conn, limit, conversation_id)
    d = deliveries.c
    wanted = select(deliveries).where(d.ref.in_(happened))
    rest = select(deliveries).where(d.state.in_(UNSETTLED)).order_by(d.escalation_id.desc()).limit(limit)
    if conversation_id is not None:
        rest = rest.where(d.conversation_id == conversation_id)
    rows = {row.ref: row for query in (wanted, rest) for row in conn.execute(query)}
    owners = _escalations(conn, {row.escalation_id for row in rows.values()})
    talks = _conversations(conn, {row.conversation_id for row in rows.values()})
    found = [_activity(row, happened.get(row.ref), owners[row.escalation_id], talks) for row in rows.values()]
    return sorted(found, key=lambda each: (-each.at, each.delivery.ref))


def _last_times(conn: Connection, limit: int, conversation_id: str | None) -> dict[str, float]:
    e = events.c
    query = select(e.at, e.detail).where(e.kind.in_(TOLD)).order_by(e.id.desc()).limit(limit)
    if conversation_id is not None:
        query = query.where(e.conversation_id == conversation_id)
    times: dict[str, float] = {}
    for row in conn.execute(query):
        times.setdefault(json.loads(row.detail).get("ref", ""), row.at)
    return times


def _escalations(conn: Connection, ids: set[int]) -> dict[int, Row[Any]]:
    return {row.id: row for row in conn.execute(select(escalations).where(escalations.c.id.in_(ids)))}


def _conversations(conn: Connection, ids: set[str]) -> dict[str, Conversation]:
    c = conversations.c
    return {row.id: load(Conversation, row.snapshot) for row in conn.execute(select(c.id, c.snapshot).where(c.id.in_(ids)))}


def _activity(row: Row[Any], at: float | None, escalation: Row[Any], talks: dict[str, Conversation]) -> Activity:
    return Activity(
        delivery=delivery_of(row),
        at=at or row.first_attempt_at or escalation.confirmed_at,
        conversation=talks.get(row.conversation_id) or Conversation(row.conversation_id),
        decided_by=escalation.actor,
        withdrawn_by=escalation.withdrawn_by,
        held_until=escalation.held_until,
        channel=load(Texts, escalation.texts).slack_channel,
    )
