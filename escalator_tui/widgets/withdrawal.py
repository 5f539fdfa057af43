"""What taking back an escalation that was sent will do, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from escalator_tui.model.kinds import DeliveryKind, DeliveryState, RowState
from escalator_tui.widgets.wording import called

if TYPE_CHECKING:
    from escalator_tui.model.decision import Escalation
    from escalator_tui.model.row import Row

SENT = (RowState.SENDING, RowState.ESCALATED, RowState.FAILED, RowState.UNCERTAIN)
AFTERWARDS = "The conversation stays in the queue; auto mode leaves it alone until the customer writes again and the score rises."


def is_withdrawable(row: Row) -> bool:
    """Whether something was sent that nobody took back yet."""
    return row.state in SENT and row.record.escalation is not None and not row.record.escalation.withdrawn_by


def withdrawal_text(rows: Sequence[Row], actor: str) -> str:
    """Exactly what will happen to each, line by line."""
    return "\n".join((*(line for row in rows for line in _lines(row, actor, named=len(rows) > 1)), AFTERWARDS))


def _lines(row: Row, actor: str, *, named: bool) -> Iterator[str]:
    escalation = row.record.escalation
    if escalation is None:
        return
    if named:
        yield f"{called(row.record.conversation)}:"
    if issue := _happened(escalation, DeliveryKind.LINEAR):
        yield f"Linear: {issue.get('identifier') or 'the issue'} is archived."
    if _happened(escalation, DeliveryKind.SLACK):
        yield f"Slack: the alert in {escalation.channel} is struck through and says that {actor} withdrew it."
    if _happened(escalation, DeliveryKind.NOTE):
        yield f"Intercom: a second note says that {actor} withdrew it."
    if any(each.state is DeliveryState.OWED for each in escalation.deliveries):
        yield "What has not left yet is cancelled; what may be on its way is looked for, and taken back when it arrived."


def _happened(escalation: Escalation, kind: DeliveryKind) -> dict[str, object]:
    found = escalation.delivery(kind)
    return {"done": True, **found.result} if found is not None and found.state is DeliveryState.DONE else {}
