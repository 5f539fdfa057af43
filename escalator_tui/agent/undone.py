"""What an escalation is still waiting for, as the headless agent says it."""

from __future__ import annotations

from escalator_tui.agent.triage import trouble
from escalator_tui.agent.waits import waits
from escalator_tui.model.decision import Escalation
from escalator_tui.model.kinds import DeliveryState, RowState
from escalator_tui.model.row import Row

SETTLED = (DeliveryState.DONE, DeliveryState.CANCELLED)


def why_undone(escalation: Escalation, now: float) -> str:
    """What went wrong, else what is waited for, else what is missing."""
    wrong = trouble(escalation)
    if wrong is not None:
        return f"{wrong.kind}: {wrong.error}. {wrong.cure}".rstrip()
    missing = ", ".join(each.kind for each in escalation.deliveries if each.state not in SETTLED)
    return waits(escalation, now) or f"{missing}: not delivered yet"


def is_undone(row: Row) -> bool:
    """Whether something that should have left is not settled."""
    escalation = row.record.escalation
    return row.state is not RowState.HELD and escalation is not None and any(each.state not in SETTLED for each in escalation.deliveries)


def standing(row: Row) -> tuple[object, ...]:
    """What is worth telling again once it changes; the number of tries and the next one's time are not."""
    escalation = row.record.escalation
    return tuple((each.ref, each.state, each.error, each.cure) for each in escalation.deliveries) if escalation else ()
