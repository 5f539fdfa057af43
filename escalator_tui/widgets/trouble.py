"""Why the escalation under the cursor is not done, in one line: the service's answer, the cure, the next try. Without Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalator_tui.model.kinds import DeliveryState
from escalator_tui.model.text import one_line
from escalator_tui.widgets.wording import DELIVERY_NAMES, age

if TYPE_CHECKING:
    from escalator_tui.model.row import Row

UNDONE = (DeliveryState.BLOCKED, DeliveryState.UNCERTAIN, DeliveryState.OWED)


def trouble(row: Row | None, now: float, retry: str) -> list[tuple[str, str]]:
    """The worst delivery's error with its cure, styled; empty when nothing is wrong. `retry` is the key that sends again."""
    escalation = row.record.escalation if row else None
    found = [each for each in escalation.deliveries if each.error and each.state in UNDONE] if escalation else []
    if not found:
        return []
    worst = min(found, key=lambda each: UNDONE.index(each.state))
    error, cure = one_line(worst.error).rstrip("."), one_line(worst.cure).rstrip(".")
    again = f"tries again in {age(worst.due_at - now)}" if worst.state is DeliveryState.OWED else "not sent again by itself"
    return [
        (f"{DELIVERY_NAMES[worst.kind]}: {error}", "bold $text-error"),
        (f" · {cure}" if cure else "", ""),
        (f" · {again}", "$foreground-muted"),
        *([(" · ", ""), (retry, "bold $text-accent"), (" now", "")] if retry else []),
    ]
