"""Whose turn it is: what comes after others lets them go first for as long as they can go.

Patience is for what was tried and failed. A process that starts hours after the decision finds everything due at once, and so does one
whose clock was set forward: that is no reason to send the note before the alert whose link it holds.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, or_, select, update

from escalator_tui.ledger.database import Write
from escalator_tui.ledger.order import GOES_AFTER, patience_ends
from escalator_tui.ledger.schema import NEVER, deliveries
from escalator_tui.model.decision import Delivery
from escalator_tui.model.kinds import DeliveryState

# How many claimants may die over a delivery before it no longer goes first: it may be what kills them.
DEATHS = 5
d = deliveries.c


def is_its_turn(now: float, patience: float) -> ColumnElement[bool]:
    """Whether nothing that a delivery comes after goes first: all of it is settled, or failed and has to wait for its next try."""
    if not patience:
        return d.ref.is_not(None)
    earlier = deliveries.alias()
    e = earlier.c
    comes_after = or_(*((d.kind == kind.value) & e.kind.in_([each.value for each in first]) for kind, first in GOES_AFTER.items()))
    backs_off = (e.error != "") & e.owner.is_(None) & (e.due_at > now)
    may_kill = e.fence - e.attempts >= DEATHS
    owed = (e.escalation_id == d.escalation_id) & (e.state == DeliveryState.OWED.value)
    return ~exists().where(owed, comes_after, ~backs_off, ~may_kill)


def start_patience(tx: Write, failed: Delivery, siblings: list[Delivery], patience: float) -> None:
    """Let what waits for a delivery that failed for the first time be patient from now on, or from its only attempt on."""
    began = failed.first_attempt_at if failed.fence == 1 and failed.first_attempt_at is not None else tx.now
    states = {each.kind: each.state for each in siblings}
    for kind, first in GOES_AFTER.items():
        if failed.kind in first:
            due = patience_ends(kind, failed.kind, states, began, patience)
            which = (d.escalation_id == failed.escalation_id, d.kind == kind.value, d.state == DeliveryState.OWED.value, d.waiting)
            tx.conn.execute(update(deliveries).where(*which, d.due_at < due, d.due_at < NEVER).values(due_at=due))


def end_waits(tx: Write, escalation_id: int) -> None:
    """Cancel what an ended episode owes once nothing of it goes by itself: nobody settles what is uncertain or refused there any more, so
    what waits for that would wait for ever.
    """
    owed = (d.escalation_id == escalation_id, d.state == DeliveryState.OWED.value)
    if not tx.conn.scalar(select(exists().where(*owed, d.due_at < NEVER))):
        tx.conn.execute(update(deliveries).where(*owed).values(state=DeliveryState.CANCELLED.value))
