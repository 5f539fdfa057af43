"""Everything the ledger remembers of one conversation, joined."""

from __future__ import annotations

from dataclasses import dataclass

from escalator_tui.model.assessment import Assessment
from escalator_tui.model.conversation import Conversation
from escalator_tui.model.decision import Decision, Escalation
from escalator_tui.model.kinds import Priority


@dataclass(frozen=True, slots=True)
class Record:
    """A conversation with what was found and decided. `decision` is the newest dismissal or snooze still in force by the book
    (triage tells whether it holds), `escalation` the newest episode that was not cancelled or reopened.
    """

    conversation: Conversation
    assessment: Assessment | None = None
    priority_override: Priority | None = None
    decision: Decision | None = None
    escalation: Escalation | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A conversation as it was last seen, ended ones included, and all that was decided on it, oldest first."""

    conversation: Conversation
    decisions: tuple[Decision, ...] = ()
