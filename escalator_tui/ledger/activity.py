"""The newest deliveries with when something last happened to each, for people to look back at. In a few queries whatever their number."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from escalator_tui.ledger.records import UNSETTLED, delivery_of
from escalator_tui.ledger.schema import conversations, deliveries, escalations, events
from escalator_tui.ledger.snapshots import load
from escalator_tui.model.activity import Activity, Ending, Try
from escalator_tui.model.conversation import Conversation
from escalator_tui.model.decision import Texts
from escalator_tui.model.kinds import DeliveryKind

# What is recorded of a single delivery. An event tells which one by its reference.
TOLD = tuple(each.value for each in Ending if each not in (Ending.CUT_OFF, Ending.AGAIN))


def read_activity(conn: Connection, limit: int, conversation_id: str | None = None) -> list[Activity]:
    """The newest first: what happened last, and what is still owed, refused or uncertain however old it is, `limit` of each at most."""
    happened = _last_times(conn, limit, conversation_id)
    d = deliveries.c
    wanted = select(deliveries).where(d.ref.in_(happened))
    rest = select(deliveries).where(UNSETTLED).order_by(d.escalation_id.desc()).limit(limit)
    if conversation_id is not None:
        rest = rest.where(d.conversation_id == conversation_id)
    rows = {row.ref: row for query in (wanted, rest) for row in conn.execute(query)}
    owners = _escalations(conn, {row.escalation_id for row in rows.values()})
    talks = _conversations(conn, {row.conversation_id for row in rows.values()})
    tries, alerts = _tries(conn, rows), _alerts(conn, owners)
    found = [
        _activity(row, happened.get(row.ref), owners[row.escalation_id], talks, tries[row.ref], alerts.get(row.escalation_id, ""))
        for row in rows.values()
    ]
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


def _tries(conn: Connection, rows: Mapping[str, Row[Any]]) -> dict[str, list[Try]]:
    """The tries of each of these deliveries (by reference), the oldest first."""
    e, tries = events.c, {ref: list[Try]() for ref in rows}
    talks = {row.conversation_id for row in rows.values()}
    query = select(e.at, e.actor, e.kind, e.detail).where(e.conversation_id.in_(talks), e.kind.in_(list(Ending)))
    for event in conn.execute(query.order_by(e.id)):
        told = json.loads(event.detail)
        ended = Try(event.at, Ending(event.kind), told.get("attempts", 0), told.get("error", ""), event.actor)
        for ref in told.get("refs", [told.get("ref", "")]):
            if ref in tries:
                tries[ref].append(ended)
    return tries


def _escalations(conn: Connection, ids: set[int]) -> dict[int, Row[Any]]:
    return {row.id: row for row in conn.execute(select(escalations).where(escalations.c.id.in_(ids)))}


def _alerts(conn: Connection, ids: Iterable[int]) -> dict[int, str]:
    """Where the alert of each of these escalations is or goes, empty as long as that is the approved channel."""
    alerts = select(deliveries).where(deliveries.c.kind == DeliveryKind.SLACK.value, deliveries.c.escalation_id.in_(ids))
    return {row.escalation_id: delivery_of(row).channel for row in conn.execute(alerts)}


def _conversations(conn: Connection, ids: set[str]) -> dict[str, Conversation]:
    c = conversations.c
    return {row.id: load(Conversation, row.snapshot) for row in conn.execute(select(c.id, c.snapshot).where(c.id.in_(ids)))}


def _activity(
    row: Row[Any], at: float | None, escalation: Row[Any], talks: dict[str, Conversation], tries: list[Try], alert: str
) -> Activity:
    return Activity(
        delivery=delivery_of(row),
        at=at or row.first_attempt_at or escalation.confirmed_at,
        conversation=talks.get(row.conversation_id) or Conversation(row.conversation_id),
        decided_by=escalation.actor,
        withdrawn_by=escalation.withdrawn_by,
        held_until=escalation.held_until,
        channel=alert or load(Texts, escalation.texts).slack_channel,
        tries=tuple(tries),
    )
