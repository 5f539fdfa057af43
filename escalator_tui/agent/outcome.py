"""What became of a conversation in one cycle, in the words of the command-line contract."""

from __future__ import annotations

from enum import StrEnum

from escalator_tui.model.decision import RowState
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


def outcome_of(row: Row, done: Row | None, *, dry_run: bool) -> Outcome:
    """The outcome of `row`. `done` is how it stood when the cycle decided, None if something was owed when the cycle began: an escalation
    that was complete by then is an earlier one.
    """
    if row.state is RowState.ESCALATED:
        return Outcome.ALREADY_ESCALATED if done is not None and done.state is RowState.ESCALATED else Outcome.ESCALATED
    if row.state is RowState.NEEDS_DECISION and dry_run:
        return Outcome.DRY_RUN
    return STATES[row.state]
