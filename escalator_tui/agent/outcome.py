"""What became of a conversation in one cycle, in the words of the command-line contract."""

from __future__ import annotations

from enum import StrEnum

from escalator_tui.model.kinds import RowState, Verb
from escalator_tui.model.row import Row


class Outcome(StrEnum):
    """The `outcome` of a line of `--auto --json`."""

    ESCALATED = "escalated"
    BELOW_THRESHOLD = "below_threshold"
    ALREADY_ESCALATED = "already_escalated"
    DISMISSED = "dismissed"
    SNOOZED = "snoozed"
    PENDING = "pending"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    DRY_RUN = "dry_run"


STATES = {
    RowState.WATCHING: Outcome.BELOW_THRESHOLD,
    RowState.NEEDS_DECISION: Outcome.PENDING,
    RowState.HELD: Outcome.PENDING,
    RowState.SENDING: Outcome.PENDING,
    RowState.DISMISSED: Outcome.DISMISSED,
    RowState.SNOOZED: Outcome.SNOOZED,
    RowState.FAILED: Outcome.FAILED,
    RowState.UNCERTAIN: Outcome.UNCERTAIN,
}


def outcome_of(row: Row, *, is_news: bool, dry_run: bool) -> Outcome:
    """The outcome of `row`. `is_news` says that its escalation is this process's to tell of, and not told yet: any other is an earlier
    one, or another process's, even if this cycle told of later messages.
    """
    if row.state is RowState.ESCALATED:
        return Outcome.ESCALATED if is_news else Outcome.ALREADY_ESCALATED
    if row.state is RowState.NEEDS_DECISION and dry_run:
        return Outcome.DRY_RUN
    if row.state is RowState.NEEDS_DECISION and row.record.decision is not None and row.record.decision.verb is Verb.UNDO:
        return Outcome.DISMISSED  # a person took it back; auto mode leaves it alone
    return STATES[row.state]
