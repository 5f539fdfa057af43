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


def outcome_of(row: Row, done: Row | None, *, dry_run: bool) -> Outcome:
    """The outcome of `row`. `done` is how it stood when the cycle decided, None if its escalation was owed when the cycle began: one that
    had arrived by then is an earlier one, even if this cycle told of later messages.
    """
    if row.state is RowState.ESCALATED:
        return Outcome.ALREADY_ESCALATED if done is not None and _had_arrived(row, done) else Outcome.ESCALATED
    if row.state is RowState.NEEDS_DECISION and dry_run:
        return Outcome.DRY_RUN
    if row.state is RowState.NEEDS_DECISION and row.record.decision is not None and row.record.decision.verb is Verb.UNDO:
        return Outcome.DISMISSED  # a person took it back; auto mode leaves it alone
    return STATES[row.state]


def _had_arrived(row: Row, before: Row) -> bool:
    earlier, now = before.record.escalation, row.record.escalation
    return earlier is not None and now is not None and earlier.id == now.id and earlier.has_arrived
