"""Why what is owed has not gone out yet although nothing was refused: what it waits for, and until when."""

from __future__ import annotations

import time

from escalator_tui.ledger.schema import NEVER
from escalator_tui.model.decision import Escalation

# Shorter than that is not worth a word, in seconds.
SOON = 2.0


def waits(escalation: Escalation, now: float) -> str:
    """What an escalation waits for, such as "slack waits until 14:20:05 for its turn in the channel"; "" when it does not wait, or has an
    error that says more.
    """
    owed = [each for each in escalation.owed if each.due_at < NEVER]
    if not owed or any(each.error or each.attempts for each in owed):
        return ""
    first = min(owed, key=lambda each: each.due_at)
    if first.due_at <= now + SOON:
        return ""
    until = time.strftime("%H:%M:%S" if first.due_at < now + 12 * 3600 else "%a %d %b %H:%M", time.localtime(first.due_at))
    if "turn" in first.result:
        why = "for its turn in the channel"
    elif first.in_doubt:
        why = "to look whether it arrived, since a process ended while it was sent"
    else:
        why = "for the hold to end" if first.due_at <= escalation.held_until else "for its time to come"
    return f"{first.kind} waits until {until} {why}"
