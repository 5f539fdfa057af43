"""A clock that was ahead and has been set back: whatever waits for a moment that only that clock knew.

On PostgreSQL it is the server's, on SQLite this machine's. What waits longer than anything is ever told to wait, or was decided or tried at
a time that has not come yet, was timed by such a clock. A hold begins again; everything else is due at once, or once it has settled.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, or_, select, update

from escalator_tui.ledger import outbox
from escalator_tui.ledger.audit import record_event
from escalator_tui.ledger.database import Write
from escalator_tui.ledger.order import SETTLES
from escalator_tui.ledger.owners import Owner
from escalator_tui.ledger.schema import NEVER, conversations, deliveries, escalations
from escalator_tui.ledger.snapshots import dump, load
from escalator_tui.model.decision import Decision
from escalator_tui.model.kinds import DeliveryKind, DeliveryState

# The longest that anything is told to wait, in seconds: by a back-off or a service, by a claim (as far as settings allow), for its turn in
# a channel that many alerts go to.
LONGEST_PAUSE = 300.0
LONGEST_LEASE = 600.0
LONGEST_TURN = 3600.0
# Clocks of one machine agree; what was written a moment ago is not from the future.
TOLERANCE = 1.0
d, e, c = deliveries.c, escalations.c, conversations.c


def set_right(tx: Write, owner: Owner, settle: float, patience: float) -> None:
    """Time anew what a clock that was ahead has timed."""
    ahead = tx.now + TOLERANCE
    # Of thousands that wait for their turn, none is to be looked at one by one.
    too_long = or_(d.due_at > ahead + LONGEST_TURN, ~d.result.contains('"turn":'))
    waits_long = (d.due_at > ahead + LONGEST_PAUSE) & (d.due_at < NEVER) & too_long
    owing = select(d.escalation_id).join(escalations, e.id == d.escalation_id)
    owing = owing.where(d.state == DeliveryState.OWED.value, or_(waits_long, d.first_attempt_at > ahead, e.confirmed_at > ahead))
    # In the order in which conversations are saved, so that two processes never wait for each other.
    found = select(escalations).where(e.id.in_(owing)).order_by(e.conversation_id).with_for_update()
    for each in tx.conn.execute(found).all():
        _set_escalation_right(tx, each, owner, settle, patience)
    if tx.conn.dialect.name == "sqlite":
        # A snooze is timed by the clock of whoever decides; only here is that the ledger's too.
        _set_snoozes_right(tx)


def _set_escalation_right(tx: Write, escalation: Row[Any], owner: Owner, settle: float, patience: float) -> None:
    behind = max(0.0, escalation.confirmed_at - tx.now)
    held_until = escalation.held_until - behind if escalation.held_until else 0.0
    begun = {"confirmed_at": escalation.confirmed_at - behind, "held_until": held_until}
    tx.conn.execute(update(escalations).where(e.id == escalation.id).values(**begun))
    owed = select(deliveries).where(d.escalation_id == escalation.id, d.state == DeliveryState.OWED.value, d.due_at < NEVER)
    rows = tx.conn.execute(owed.with_for_update()).all()
    untried = max(tx.now, held_until) + 2 * patience
    moved = [row for row in rows if _move(tx, row, min(row.due_at - behind * row.waiting, _due(row, tx.now, untried, owner, settle)))]
    if moved or behind:
        outbox.release(tx, outbox.lock(tx, escalation.id), patience)
        record_event(tx, "clock set back", escalation.conversation_id, seconds=behind, kinds=[row.kind for row in moved])
        tx.touch(escalation.conversation_id)


def _move(tx: Write, row: Row[Any], due: float) -> bool:
    """Whether it is due earlier than it was."""
    first = None if row.first_attempt_at is None else min(row.first_attempt_at, tx.now)
    tx.conn.execute(update(deliveries).where(d.ref == row.ref).values(due_at=due, first_attempt_at=first))
    return bool(due < row.due_at)


def _due(row: Row[Any], now: float, untried: float, owner: Owner, settle: float) -> float:
    """When it is due at the latest. What was never tried is, by `untried`."""
    if row.owner:
        return float(row.due_at) if _is_alive(row.owner, owner) else now + LONGEST_LEASE
    if row.waiting:
        return untried
    longest = LONGEST_TURN if "turn" in json.loads(row.result) else LONGEST_PAUSE
    if row.due_at <= now + longest + TOLERANCE and row.first_attempt_at <= now + TOLERANCE:
        return float(row.due_at)
    return now + (settle if row.in_doubt and DeliveryKind(row.kind) in SETTLES else 0.0)


def _is_alive(holder: str, here: Owner) -> bool:
    """Whether a process of this machine holds it that lives: it says itself how that ends, and knows no other lease."""
    held_by = Owner.parse(holder)
    return held_by.machine == here.machine and not held_by.is_gone


def _set_snoozes_right(tx: Write) -> None:
    for row in tx.conn.execute(select(c.id, c.decision).where(c.wakes_at.is_not(None), c.decision.is_not(None))).all():
        decision = load(Decision, row.decision)
        behind = decision.at - tx.now
        if behind > TOLERANCE and decision.until is not None:
            moved = replace(decision, at=tx.now, until=decision.until - behind)
            tx.conn.execute(update(conversations).where(c.id == row.id).values(decision=dump(moved), wakes_at=moved.until))
            tx.touch(row.id)
