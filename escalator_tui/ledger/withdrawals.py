"""Undo after sending: what has not left is cancelled, what has left is made up for by deliveries of their own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, insert, select, update

from escalator_tui.ledger import outbox
from escalator_tui.ledger.audit import record_event
from escalator_tui.ledger.database import Write
from escalator_tui.ledger.order import UNDONE_BY
from escalator_tui.ledger.schema import NEVER, conversations, decisions, deliveries, escalations
from escalator_tui.ledger.snapshots import dump
from escalator_tui.model.decision import Decision
from escalator_tui.model.errors import DecisionError
from escalator_tui.model.kinds import DeliveryState

d = deliveries.c


def withdraw(tx: Write, escalation_id: int, decision: Decision, text: str, workspace: str, patience: float) -> None:
    """Take an escalation back, saying `text` wherever it was seen. Raises DecisionError when it is no longer open.

    What may have happened stays as it is until somebody looked; what makes up for it waits for that.
    """
    escalation = outbox.lock(tx, escalation_id)
    if escalation.state != "open":
        raise DecisionError("This escalation is no longer open")
    rows = tx.conn.execute(select(deliveries).where(d.escalation_id == escalation_id).with_for_update()).all()
    tx.conn.execute(update(escalations).where(escalations.c.id == escalation_id).values(state="withdrawn", withdrawn_by=decision.actor))
    for row in rows:
        if row.state in (DeliveryState.BLOCKED, DeliveryState.OWED) and not row.in_doubt:
            tx.conn.execute(update(deliveries).where(d.ref == row.ref).values(state=DeliveryState.CANCELLED.value))
    _owe_amends(tx, escalation, rows, text, workspace)
    outbox.release(tx, escalation, patience)
    tx.conn.execute(insert(decisions), _columns(decision))
    record_event(tx, "withdraw", decision.conversation_id, decision.actor, escalation_id=escalation_id, text=text)
    values = {"decision": dump(decision), "wakes_at": None, "touched_at": tx.touched_at}
    tx.conn.execute(update(conversations).where(conversations.c.id == decision.conversation_id).values(**values))


def _owe_amends(tx: Write, escalation: Row[Any], rows: Any, text: str, workspace: str) -> None:  # noqa: ANN401 - rows of a query
    happened = {row.kind for row in rows if row.state == DeliveryState.DONE or row.in_doubt}
    number = max((row.number for row in rows), default=0) + 1
    for kind, target in UNDONE_BY.items():
        if target.value in happened:
            new = outbox.new_row(escalation, kind, workspace, NEVER)
            tx.conn.execute(insert(deliveries), new | {"number": number, "text": text})


def _columns(decision: Decision) -> dict[str, Any]:
    return {name: getattr(decision, name) for name in decision.__dataclass_fields__}
