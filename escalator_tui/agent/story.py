"""What was decided on a conversation so far, in words, from the audit trail."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from escalator_tui.ledger.audit import Event
from escalator_tui.model.activity import Past
from escalator_tui.model.decision import PRIORITY_BACK
from escalator_tui.model.kinds import Verb


def past_of(events: Iterable[Event]) -> tuple[Past, ...]:
    """The decisions among these events, oldest first."""
    return tuple(Past(each.at, each.actor, what) for each in events if (what := _what(each)))


def _what(event: Event) -> str:
    detail, reason = event.detail, event.detail.get("reason") or ""
    match event.kind:
        case Verb.ESCALATE:
            return f"escalated as {detail.get('priority') or 'unknown priority'}"
        case Verb.DISMISS:
            return f"dismissed: {reason}" if reason else "dismissed"
        case Verb.SNOOZE:
            return f"snoozed {_until(detail)}".rstrip()
        case Verb.OVERRIDE:
            return _given(detail.get("priority"), is_back=reason == PRIORITY_BACK)
        case Verb.UNDO:
            return f"took back: {reason}" if reason else "took the dismissal or snooze back"
        case Verb.REOPEN:
            return f"reopened: {reason}" if reason else "reopened"
        case "withdraw":
            return "withdrew the escalation that was sent"
        case "retry":
            return f"asked to send again: {', '.join(str(each) for each in detail.get('kinds', ()))}"
        case "seen":
            return f"saw that it arrived: {detail.get('kind', '')}"
        case "absent":
            return f"saw that it did not arrive: {detail.get('kind', '')}"
    return ""


def _given(priority: str | None, *, is_back: bool) -> str:
    if priority is None:
        return "took the priority back"
    return f"took the priority back, to {priority} again" if is_back else f"set the priority to {priority}"


def _until(detail: dict[str, Any]) -> str:
    until = detail.get("until")
    return f"until {time.strftime('%a %d %b %H:%M', time.localtime(until))}" if until else ""
