"""A conversation as every front end shows it."""

from __future__ import annotations

from dataclasses import dataclass

from escalator_tui.model.kinds import Priority, RowState
from escalator_tui.model.record import Record


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue. `priority_known` is False when no company data was there to judge by; `note` is what
    the state does not tell, in a few words. `taken_back` tells that a person took the escalation back and nothing new happened since.
    """

    record: Record
    state: RowState
    priority: Priority
    priority_known: bool = True
    note: str = ""
    taken_back: bool = False

    @property
    def id(self) -> str:
        """The conversation's id."""
        return self.record.conversation.id

    @property
    def can_go_out(self) -> bool:
        """Whether it can be escalated now: nobody did, and nobody closed it at Intercom."""
        return self.record.escalation is None and self.record.conversation.is_open

    @property
    def left_alone(self) -> bool:
        """Whether it needs a decision and auto mode takes none: a person took back the last one."""
        return self.taken_back and self.state is RowState.NEEDS_DECISION

    @property
    def score(self) -> float:
        """The score, 0 before the first assessment."""
        return self.record.assessment.score if self.record.assessment else 0.0

    @property
    def shown_score(self) -> str:
        """The score with two digits, never rounded up to a threshold that it has not reached."""
        return self.record.assessment.shown_score if self.record.assessment else "0.00"
