"""What is owed once more: after somebody applied a cure, or after the process that held it died."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, update

from escalator_tui.ledger.audit import record_event
from escalator_tui.ledger.clocks import set_right
from escalator_tui.ledger.database import Write
from escalator_tui.ledger.order import SETTLES, VOUCHED
from escalator_tui.ledger.outbox import lock, release
from escalator_tui.ledger.owners import Owner
from escalator_tui.ledger.records import IN_TROUBLE, SHOWN
from escalator_tui.ledger.schema import deliveries, escalations
from escalator_tui.model.activity import Ending
from escalator_tui.model.decision import SEEN_BY
from escalator_tui.model.kinds import AMENDS, DeliveryKind, DeliveryState

OWED = DeliveryState.OWED
d = deliveries.c


def retry(tx: Write, escalation_id: int, actor: str, patience: float, *, vouch: bool) -> int:
    """Owe again what was refused or is uncertain, after somebody applied the cure. What may have happened is still looked at first; where
    nobody can look it is sent only when the actor vouches.
    """
    escalation = lock(tx, escalation_id)
    return _owe_again(tx, escalation, patience, actor, vouch=vouch) + _hurry(tx, escalation)


def record_arrival(tx: Write, escalation_id: int, actor: str, patience: float) -> int:
    """Take a person's word that what is uncertain arrived, and let go on what waits for it. Returns how many deliveries that were."""
    escalation = lock(tx, escalation_id)
    doubtful = _doubtful(tx, escalation)
    for row in doubtful:
        _settle(tx, row, Ending.SEEN, actor, state=DeliveryState.DONE.value, result=json.dumps({**_kept(row, ""), SEEN_BY: actor}))
    if doubtful:
        release(tx, escalation, patience)
        tx.touch(escalation.conversation_id)
    return len(doubtful)


def record_absence(tx: Write, escalation_id: int, actor: str, patience: float) -> int:
    """Take a person's word that what is uncertain of a withdrawn escalation did not arrive, so that nothing of it is to be taken back.
    Returns how many deliveries that were: none of an escalation that holds, since there the word would have it sent.
    """
    escalation = lock(tx, escalation_id)
    if escalation.state != "withdrawn":
        return 0
    unwanted = [row for row in _doubtful(tx, escalation) if row.kind not in AMENDS]
    for row in unwanted:
        _settle(tx, row, Ending.ABSENT, actor, state=DeliveryState.CANCELLED.value)
    if unwanted:
        release(tx, escalation, patience)
        tx.touch(escalation.conversation_id)
    return len(unwanted)


def _doubtful(tx: Write, escalation: Row[Any]) -> Sequence[Row[Any]]:
    which = (d.escalation_id == escalation.id, d.state == DeliveryState.UNCERTAIN.value)
    return tx.conn.execute(select(deliveries).where(*which)).all()


def _settle(tx: Write, row: Row[Any], ending: Ending, actor: str, **values: str) -> None:
    over = {"in_doubt": False, "due_at": tx.now, "error": "", "cure": ""}
    tx.conn.execute(update(deliveries).where(d.ref == row.ref).values(**values, **over))
    record_event(tx, ending, row.conversation_id, actor, kind=row.kind, ref=row.ref)


def retry_stuck(tx: Write, patience: float) -> int:
    """Owe again whatever was refused or is uncertain, of every escalation that is open or being withdrawn. The reasons stay, so that the
    trail tells only of new ones.
    """
    trouble = select(d.escalation_id).where(IN_TROUBLE)
    query = select(escalations).where(escalations.c.state.in_(SHOWN), escalations.c.id.in_(trouble))
    # In the order in which conversations are saved, so that two processes never wait for each other.
    stuck = tx.conn.execute(query.order_by(escalations.c.conversation_id).with_for_update()).all()
    return sum(_owe_again(tx, each, patience) for each in stuck)


def _hurry(tx: Write, escalation: Row[Any]) -> int:
    """Let what waits for its next try have it now, but for what may still be on its way."""
    settling = d.in_doubt & d.kind.in_([kind.value for kind in SETTLES])
    waits = (d.escalation_id == escalation.id, d.state == OWED.value, d.owner.is_(None), d.error != "", ~settling, d.due_at > tx.now)
    return int(tx.conn.execute(update(deliveries).where(*waits).values(due_at=tx.now)).rowcount)


def _owe_again(tx: Write, escalation: Row[Any], patience: float, actor: str = "", *, vouch: bool = False) -> int:
    """Of one escalation, what is stuck. With an actor it is a person's word: the reasons are settled, and the trail tells of it."""
    stuck = tx.conn.execute(select(deliveries).where(d.escalation_id == escalation.id, IN_TROUBLE)).all()
    for row in stuck:
        # What was never tried waits for those it comes after, as it did at first.
        again = {
            "state": OWED.value,
            "due_at": tx.now,
            "waiting": not row.fence,
            "attempts": 0,
            "result": json.dumps(_kept(row, actor if vouch else "")),
        }
        settled = {"error": "", "cure": ""} if actor else {}
        tx.conn.execute(update(deliveries).where(d.ref == row.ref).values(**again, **settled))
    if stuck:
        release(tx, escalation, patience)
        tx.touch(escalation.conversation_id)
    if stuck and actor:
        record_event(tx, "retry", escalation.conversation_id, actor, kinds=[row.kind for row in stuck], refs=[row.ref for row in stuck])
    return len(stuck)


def _kept(row: Row[Any], voucher: str) -> dict[str, Any]:
    """What still holds when it is owed again: where an alert may be already, and who says that it is nowhere. One that surely is nowhere
    begins at its own channel again.
    """
    result: dict[str, Any] = json.loads(row.result)
    kept = {name: value for name, value in result.items() if row.in_doubt and name != "turn"}
    return {**kept, VOUCHED: voucher} if voucher and row.state == DeliveryState.UNCERTAIN.value else kept


def take_over(tx: Write, owner: Owner, settle: float, patience: float) -> int:
    """Free what dead processes of this machine hold. What has to settle waits that long: its request may still be on the way.

    What a clock that was ahead has timed is set right first.
    """
    set_right(tx, owner, settle, patience)
    held = select(deliveries).where(d.state == OWED.value, d.owner.startswith(f"{owner.machine}|", autoescape=True))
    orphans = [row for row in tx.conn.execute(held.with_for_update(skip_locked=True)) if Owner.parse(row.owner).is_gone]
    for row in orphans:
        due = min(row.due_at, tx.now + (settle if DeliveryKind(row.kind) in SETTLES else 0.0))
        # An attempt that was cut short is no failure that should make the next one wait longer.
        tx.conn.execute(update(deliveries).where(d.ref == row.ref).values(owner=None, due_at=due, attempts=max(0, row.attempts - 1)))
        record_event(tx, "taken over", row.conversation_id, kind=row.kind, ref=row.ref)
    return len(orphans)
