"""What becomes of an escalated conversation, the pure part: whether it came back, and what is new that the services should be told."""

from __future__ import annotations

from collections.abc import Sequence

from escalator_tui.model.assessment import Signal
from escalator_tui.model.conversation import Conversation, Part
from escalator_tui.model.decision import Baseline, Escalation, FollowUp
from escalator_tui.model.kinds import Priority
from escalator_tui.model.record import Record
from escalator_tui.model.text import one_line

CAME_BACK = "reopened after it was escalated"
"""Why a conversation may escalate again by rule."""
GROWTH = 0.2
"""How much the score must have risen since the escalation for the priority to be raised."""
STRONG = 0.2
"""Share of the score from which a family of signals counts as strong."""
WEAK_FAMILIES = frozenset({"problem", "emphasis", "wording"})
"""Tell how something is said rather than what: a new one alone raises nothing."""
GRAVE_FAMILIES = frozenset({"manager", "churn", "legal"})
"""Count as strong whatever their share: among many signals each has a small one."""
EXCERPT = 600
"""Characters of each new message that are quoted."""
MESSAGES = 10
"""New messages quoted at most; of more, the newest."""


def baseline_of(record: Record) -> Baseline:
    """What is known of a conversation at the moment it is escalated."""
    parts = record.conversation.parts
    families = tuple(sorted({each.kind for each in record.assessment.signals})) if record.assessment else None
    newest = parts[-1] if parts else None
    at = (newest.created_at if newest else None) or 0
    part = newest.id if newest else ""
    return Baseline(part, at, told=part, told_at=at, reopens=record.conversation.reopens, families=families)


def is_back(record: Record) -> bool:
    """Whether a new episode begins: the escalation is complete, and since it was confirmed the conversation was closed and the customer
    opened it again, with a score over the threshold.
    """
    escalation, found = record.escalation, record.assessment
    if escalation is None or not escalation.is_complete or not record.conversation.is_open or found is None or not found.escalates:
        return False
    base = escalation.baseline
    since = _since(record.conversation, base.part, base.at, escalation)
    closed = max((at for at, part in enumerate(since) if part.kind == "close"), default=None)
    if closed is not None:
        return any(part.is_from_customer for part in since[closed + 1 :])
    reopened = base.reopens is not None and record.conversation.reopens > base.reopens
    return reopened and any(part.is_from_customer for part in since)


def follow_up_of(record: Record) -> FollowUp | None:
    """What the services should be told of an escalated conversation that is open, None when there is nothing new."""
    escalation = record.escalation
    if escalation is None or not record.conversation.is_open:
        return None
    base = escalation.baseline
    since = _since(record.conversation, base.told, base.told_at, escalation)
    news = [part for part in since if part.is_from_customer]
    if not news:
        return None
    reason = growth(record, escalation)
    raise_to = Priority.P0 if reason and record.priority_override is None and escalation.priority is not Priority.P0 else None
    lines = [*_quoted(news), *([f"Raised from {escalation.priority} to {raise_to}: {reason}"] if raise_to else [])]
    return FollowUp(news[-1].id, news[-1].created_at or 0, "\n".join(lines), raise_to, reason if raise_to else "")


def growth(record: Record, escalation: Escalation) -> str:
    """How the signals grew since the escalation, in words; empty when they did not."""
    if record.assessment is None:
        return ""
    score, before = record.assessment.score, escalation.baseline.families
    rose = f"the score rose from {escalation.score:.2f} to {score:.2f}" if round(score - escalation.score, 2) >= GROWTH else ""
    strong = (each.kind for each in record.assessment.signals if _is_strong(each))
    new = [kind.replace("_", " ") for kind in strong if kind not in before] if before is not None else []
    return " and ".join(filter(None, (rose, f"new: {', '.join(new)}" if new else "")))


def _is_strong(signal: Signal) -> bool:
    return signal.kind in GRAVE_FAMILIES or (signal.weight >= STRONG and signal.kind not in WEAK_FAMILIES)


def _since(conversation: Conversation, part: str, at: int, escalation: Escalation) -> Sequence[Part]:
    """The parts after one; by time when that one is no longer among the parts, or was never known."""
    found = next((place for place, each in enumerate(conversation.parts) if part and each.id == part), None)
    if found is not None:
        return conversation.parts[found + 1 :]
    return [each for each in conversation.parts if (each.created_at or 0) > (at or escalation.confirmed_at)]


def _quoted(news: Sequence[Part]) -> list[str]:
    shown = news[-MESSAGES:]
    head = "The customer wrote again" if len(news) == 1 else f"The customer wrote {len(news)} more messages"
    left_out = f" (the last {len(shown)})" if len(shown) < len(news) else ""
    return [f"{head}{left_out}:", *(f"“{one_line(part.text, EXCERPT)}”" if part.text else _attached(part) for part in shown)]


def _attached(part: Part) -> str:
    return f"({part.attachments} attachment{'s' if part.attachments != 1 else ''})"
