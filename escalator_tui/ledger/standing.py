"""What stands on a conversation beside its escalation, by the log of its decisions: a dismissal or the like, and the priorities given."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from escalator_tui.ledger.schema import decisions
from escalator_tui.model.decision import PRIORITY_BACK, Decision
from escalator_tui.model.kinds import Priority, Verb


def standing_beneath(conn: Connection, conversation_id: str) -> Decision | None:
    """The dismissal, snooze, withdrawal or reopening that stands again once the newest decision but a priority is taken back."""
    stack: list[Decision] = []
    query = select(decisions).where(decisions.c.conversation_id == conversation_id).order_by(decisions.c.id)
    for decision in map(read_decision, conn.execute(query)):
        if decision.verb is Verb.UNDO and not decision.withdraws:
            del stack[-1:]
        elif decision.verb is not Verb.OVERRIDE:
            stack.append(decision)
    beneath = stack[-2] if len(stack) > 1 else None
    return None if beneath is None or beneath.verb is Verb.ESCALATE else beneath


def priorities_given(conn: Connection, conversation_id: str) -> list[Decision]:
    """The priorities that people gave and nobody took back, the one in force last."""
    stack: list[Decision] = []
    c = decisions.c
    query = select(decisions).where(c.conversation_id == conversation_id, c.verb == Verb.OVERRIDE.value).order_by(c.id)
    for decision in map(read_decision, conn.execute(query)):
        if decision.reason == PRIORITY_BACK:
            del stack[-1:]
        elif decision.priority is None:
            stack.clear()  # so earlier versions took back, whatever stood before
        else:
            stack.append(decision)
    return stack


def read_decision(row: Row[Any]) -> Decision:
    """A line of the log."""
    return Decision(
        conversation_id=row.conversation_id,
        verb=Verb(row.verb),
        actor=row.actor,
        at=row.at,
        reason=row.reason,
        priority=Priority(row.priority) if row.priority else None,
        until=row.until,
        score=row.score,
        customer_part=row.customer_part,
    )
