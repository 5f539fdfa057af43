"""What follows an escalation: later messages of the customer, told once each, and a higher priority."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row, select, update

from escalator_tui.ledger import outbox
from escalator_tui.ledger.audit import record_event
from escalator_tui.ledger.database import Write
from escalator_tui.ledger.order import FOLLOWED
from escalator_tui.ledger.schema import deliveries, escalations
from escalator_tui.ledger.snapshots import dump, load
from escalator_tui.model.decision import Baseline, FollowUp
from escalator_tui.model.kinds import DeliveryKind, DeliveryState


def follow_up(tx: Write, escalation_id: int, seen: Baseline, new: FollowUp, workspace: str, patience: float) -> bool:
    """Owe what tells of new messages. False when another process was first: then `seen` is no longer what the ledger holds."""
    escalation = outbox.lock(tx, escalation_id)
    if escalation.state != "open" or load(Baseline, escalation.baseline) != seen:
        return False
    kinds = _kinds(tx, escalation, new)
    baseline = dump(replace(seen, told=new.part, told_at=new.at))
    priority = new.raise_to.value if new.raise_to else escalation.priority
    tx.conn.execute(update(escalations).where(escalations.c.id == escalation_id).values(baseline=baseline, priority=priority))
    outbox.follow(tx, escalation, new, kinds, workspace, patience)
    told: dict[str, object] = {"part": new.part, "text": new.text, "raise_to": new.raise_to, "reason": new.reason}
    record_event(tx, "follow up", escalation.conversation_id, kinds=[each.value for each in kinds], **told)
    tx.touch(escalation.conversation_id)
    return True


def _kinds(tx: Write, escalation: Row[Any], new: FollowUp) -> list[DeliveryKind]:
    """Only what has something to follow: an escalation that never had an issue gets no comment."""
    d = deliveries.c
    query = select(d.kind).where(d.escalation_id == escalation.id, d.state != DeliveryState.CANCELLED.value)
    there = set(tx.conn.scalars(query))
    wanted = [kind for kind, target in FOLLOWED.items() if target.value in there]
    return [kind for kind in wanted if kind is not DeliveryKind.RAISE or new.raise_to]
