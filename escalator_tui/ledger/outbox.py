"""What is owed: claims with a lease and a fence, and what becomes of each.

A claim is one committed transaction that says, before anything is sent, "this may have happened". Whoever finds that mark later looks at
the service before sending. Only the newest claimant, known by its fence, can say how it ended.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from escalator_tui.ledger.audit import SYSTEM, record_event
from escalator_tui.ledger.database import Write
from escalator_tui.ledger.order import GOES_AFTER, NEEDS_ISSUE, VOUCHED, Bounds, due_among, due_at, is_moot, needs_edit, seer
from escalator_tui.ledger.owners import Owner
from escalator_tui.ledger.records import delivery_of
from escalator_tui.ledger.references import reference
from escalator_tui.ledger.schema import NEVER, deliveries, escalations
from escalator_tui.ledger.turns import end_waits, is_its_turn, start_patience
from escalator_tui.model.decision import Delivery, FollowUp
from escalator_tui.model.errors import DecisionError
from escalator_tui.model.kinds import DeliveryKind, DeliveryState

OWED = DeliveryState.OWED
OVER = (DeliveryState.DONE, DeliveryState.CANCELLED)
TOLD_TRIES = 20
GO_FIRST = {kind for kinds in GOES_AFTER.values() for kind in kinds}
d = deliveries.c


def owe(tx: Write, escalation_id: int, kinds: Sequence[DeliveryKind], workspace: str, patience: float) -> None:
    """Add deliveries to an escalation, each due when those it comes after allow it."""
    escalation = lock(tx, escalation_id)
    states = dict.fromkeys(kinds, OWED)
    for kind in kinds:
        due = due_at(kind, states, _bounds(escalation, patience))
        tx.conn.execute(insert(deliveries), new_row(escalation, kind, workspace, due))


def follow(tx: Write, escalation: Row[Any], follow_up: FollowUp, kinds: Sequence[DeliveryKind], workspace: str, patience: float) -> None:
    """Add follow-ups to an escalation whose row is locked, each due when what it is done to exists and its turn has come."""
    number = (tx.conn.scalar(select(func.max(d.number)).where(d.escalation_id == escalation.id)) or 0) + 1
    for kind in kinds:
        row = new_row(escalation, kind, workspace, NEVER, follow_up.part)
        tx.conn.execute(insert(deliveries), row | {"number": number, "text": follow_up.text})
    release(tx, escalation, patience)


def claim(tx: Write, lease: float, owner: Owner, patience: float) -> Delivery | None:
    """The delivery that is due longest, with its new fence and with `in_doubt` as it was before this claim."""
    is_due = (d.state == OWED.value, d.due_at <= tx.now, is_its_turn(tx.now, patience))
    due = select(deliveries).where(*is_due).order_by(d.due_at).limit(1)
    row = tx.conn.execute(due.with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return None
    claimed = replace(
        delivery_of(row),
        fence=row.fence + 1,
        due_at=tx.now + lease,
        # One that was cut short, and whose lease ran out, is no failure that should make the next one wait longer.
        attempts=row.attempts + (0 if row.owner else 1),
        first_attempt_at=row.first_attempt_at or tx.now,
        owner=str(owner),
    )
    # A person's word that nothing arrived is spent here: whoever takes over after a kill must not send by it once more.
    kept = replace(claimed, result={name: value for name, value in claimed.result.items() if name != VOUCHED})
    _update(tx, d.ref == row.ref, kept, in_doubt=True, waiting=False, owner=claimed.owner)
    tx.touch(row.conversation_id)
    return claimed


def renew(tx: Write, delivery: Delivery, lease: float) -> bool:
    """Keep a claim for `lease` seconds from now. False when it was lost."""
    kept = update(deliveries).where(_mine(delivery)).values(due_at=tx.now + lease)
    return tx.conn.execute(kept).rowcount == 1 or _lost(tx, delivery)


def complete(tx: Write, delivery: Delivery, workspace: str, patience: float) -> bool:
    """It happened. Releases what comes after it."""
    done = replace(delivery, state=DeliveryState.DONE, in_doubt=False, error="", cure="", due_at=tx.now)
    return _finish(tx, done, "delivered", workspace, patience)


def block(tx: Write, delivery: Delivery, workspace: str, patience: float) -> bool:
    """It was refused for good; what can only be done to the issue is refused with the issue."""
    if not _finish(tx, replace(delivery, state=DeliveryState.BLOCKED), "blocked", workspace, patience):
        return False
    if delivery.kind is DeliveryKind.LINEAR:
        kinds = [kind.value for kind in NEEDS_ISSUE]
        which = (d.escalation_id == delivery.escalation_id, d.kind.in_(kinds), d.state == OWED.value)
        told = {"error": "There is no Linear issue to do this to", "cure": delivery.cure}
        tx.conn.execute(update(deliveries).where(*which).values(state=DeliveryState.BLOCKED.value, **told))
    return True


def doubt(tx: Write, delivery: Delivery, workspace: str, patience: float) -> bool:
    """It may have happened and nobody can look."""
    return _finish(tx, replace(delivery, state=DeliveryState.UNCERTAIN, in_doubt=True), "uncertain", workspace, patience)


def drop(tx: Write, delivery: Delivery, workspace: str, patience: float) -> bool:
    """It did not happen, and is no longer wanted or can never be done."""
    return _finish(tx, replace(delivery, state=DeliveryState.CANCELLED, in_doubt=False, due_at=tx.now), "dropped", workspace, patience)


def postpone(tx: Write, delivery: Delivery, patience: float) -> bool:
    """Not done yet; to be tried again at `due_at`. The trail tells of it once for each reason, and of the first tries only: a service can
    be down for days.
    """
    others_wait = bool(delivery.error) and delivery.kind in GO_FIRST
    if others_wait:
        lock(tx, delivery.escalation_id)
    said = tx.conn.scalar(select(d.error).where(_mine(delivery)))
    if not _update(tx, _mine(delivery), delivery, in_doubt=delivery.in_doubt, owner=None):
        return _lost(tx, delivery)
    if others_wait and not said:
        start_patience(tx, delivery, _siblings(tx, delivery.escalation_id), patience)
    if delivery.error and delivery.attempts <= TOLD_TRIES and said != delivery.error:
        record_event(tx, "postponed", delivery.conversation_id, SYSTEM, **_told(delivery))
    tx.touch(delivery.conversation_id)
    return True


def read_owed(conn: Connection) -> list[Delivery]:
    """Everything owed, the longest due first."""
    return [delivery_of(row) for row in conn.execute(select(deliveries).where(d.state == OWED.value).order_by(d.due_at, d.ref))]


def read_next_due(conn: Connection, now: float, patience: float) -> float | None:
    """When the next delivery can be claimed, None when none is owed that could become due by itself."""
    can_be_due = (d.state == OWED.value, d.due_at < NEVER, is_its_turn(now, patience))
    due: float | None = conn.scalar(select(d.due_at).where(*can_be_due).order_by(d.due_at).limit(1))
    return due


def _finish(tx: Write, ended: Delivery, event: str, workspace: str, patience: float) -> bool:
    # The escalation's row is locked first: two siblings that end at the same time must see each other.
    escalation = lock(tx, ended.escalation_id)
    known = tx.conn.scalar(select(d.error).where(_mine(ended)))
    # What is over keeps the name of the process that did it; nobody takes it over any more.
    let_go = {} if ended.state in OVER else {"owner": None}
    if not _update(tx, _mine(ended), ended, in_doubt=ended.in_doubt, **let_go):
        return _lost(tx, ended)
    siblings = release(tx, escalation, patience)
    if escalation.state == "open" and needs_edit(siblings):
        tx.conn.execute(insert(deliveries), new_row(escalation, DeliveryKind.SLACK_EDIT, workspace, tx.now))
    # What is stuck is tried again at each start; the same reason once more is no news.
    if not ended.error or ended.error != known:
        record_event(tx, event, ended.conversation_id, SYSTEM, **_told(ended))
    tx.touch(ended.conversation_id)
    return True


def _told(each: Delivery) -> dict[str, object]:
    return {"kind": each.kind, "ref": each.ref, "attempts": each.attempts, "result": each.result, "error": each.error}


def _lost(tx: Write, delivery: Delivery) -> bool:
    record_event(tx, "lease lost", delivery.conversation_id, kind=delivery.kind, ref=delivery.ref, fence=delivery.fence)
    return False


def release(tx: Write, escalation: Row[Any], patience: float) -> list[Delivery]:
    rows = tx.conn.execute(select(deliveries).where(d.escalation_id == escalation.id)).all()
    siblings, bounds = [delivery_of(row) for row in rows], _bounds(escalation, patience)
    for row, each in zip(rows, siblings, strict=True):
        if each.state is OWED and is_moot(each, siblings):
            tx.conn.execute(update(deliveries).where(d.ref == each.ref).values(state=DeliveryState.CANCELLED.value))
            continue
        if each.state is OWED and (who := seer(each, siblings)):
            _give_up(tx, each, who)
            continue
        due = due_among(each, siblings, bounds)
        if bounds.start < due < NEVER and each.due_at < NEVER:
            due = max(due, each.due_at)  # its patience may have begun later
        if row.waiting and each.state is OWED and due != each.due_at:
            tx.conn.execute(update(deliveries).where(d.ref == each.ref, d.waiting).values(due_at=due))
    if escalation.state == "reopened":
        end_waits(tx, escalation.id)
    return siblings


def _give_up(tx: Write, delivery: Delivery, who: str) -> None:
    error, cure = f"The alert was seen there by {who}, and Slack does not tell where it is", "Tell the channel yourself."
    moot = replace(delivery, state=DeliveryState.CANCELLED, due_at=tx.now, error=error, cure=cure)
    _update(tx, d.ref == delivery.ref, moot, in_doubt=False)
    record_event(tx, "dropped", delivery.conversation_id, SYSTEM, **_told(moot))


def _siblings(tx: Write, escalation_id: int) -> list[Delivery]:
    return [delivery_of(row) for row in tx.conn.execute(select(deliveries).where(d.escalation_id == escalation_id))]


def _mine(delivery: Delivery) -> ColumnElement[bool]:
    return (d.ref == delivery.ref) & (d.fence == delivery.fence) & (d.state == OWED.value)


def _update(tx: Write, which: ColumnElement[bool], new: Delivery, **also: object) -> bool:
    values = {
        "state": new.state.value,
        "due_at": new.due_at,
        "attempts": new.attempts,
        "fence": new.fence,
        "first_attempt_at": new.first_attempt_at,
        "result": json.dumps(new.result),
        "error": new.error,
        "cure": new.cure,
    }
    return tx.conn.execute(update(deliveries).where(which).values(**values, **also)).rowcount == 1


def lock(tx: Write, escalation_id: int) -> Row[Any]:
    """The escalation's row, which nobody else changes until this transaction ends. Raises DecisionError when there is none."""
    row = tx.conn.execute(select(escalations).where(escalations.c.id == escalation_id).with_for_update()).one_or_none()
    if row is None:
        raise DecisionError(f"There is no escalation {escalation_id}")
    return row


def _bounds(escalation: Row[Any], patience: float) -> Bounds:
    return Bounds(max(escalation.confirmed_at, escalation.held_until), patience)


def new_row(escalation: Row[Any], kind: DeliveryKind, workspace: str, due: float, subject: str = "") -> dict[str, Any]:
    """A delivery that is owed from `due` on."""
    return {
        "ref": reference(workspace, escalation.conversation_id, escalation.episode, kind, subject),
        "subject": subject,
        "number": 0,
        "text": "",
        "escalation_id": escalation.id,
        "conversation_id": escalation.conversation_id,
        "kind": kind.value,
        "state": OWED.value,
        "due_at": due,
        "waiting": True,
        "attempts": 0,
        "fence": 0,
        "in_doubt": False,
        "result": "{}",
        "error": "",
        "cure": "",
    }
