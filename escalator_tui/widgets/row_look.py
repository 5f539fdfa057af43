"""Which component styles a cell of the queue is drawn with. Colour only repeats what glyph and word say. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalator_tui.model.kinds import Priority, RowState
from escalator_tui.widgets.columns import is_person_only
from escalator_tui.widgets.wording import is_over

if TYPE_CHECKING:
    from escalator_tui.model.row import Row

STATES = {
    RowState.NEEDS_DECISION: "queue--needs",
    RowState.CHECKING: "queue--moving",
    RowState.HELD: "queue--moving",
    RowState.SENDING: "queue--moving",
    RowState.ESCALATED: "queue--done",
    RowState.FAILED: "queue--failed",
    RowState.UNSENT: "queue--failed",
    RowState.UNCERTAIN: "queue--failed",
}
PRIORITIES = {Priority.P0: "queue--p0", Priority.P1: "queue--p1"}
QUIET = "queue--quiet"
LOOKS = {
    "queue--header", "queue--row", QUIET, "queue--marked", "queue--cursor", "queue--stale", "queue--fresh",
    *STATES.values(), *PRIORITIES.values(),
}  # fmt: skip


def looks(row: Row, column: str, *, stale: bool) -> list[str]:
    """The styles of one cell beside those of its line: loud where the lead is needed, quiet elsewhere."""
    if stale or is_over(row) or row.state in (RowState.DISMISSED, RowState.SNOOZED):
        return [QUIET]
    if column == "company" and is_person_only(row):
        return [QUIET]
    if column == "state":
        return [STATES.get(row.state, QUIET)]
    calm = row.state in (RowState.WATCHING, RowState.ESCALATED)
    if column in ("priority", "bar"):
        return [QUIET if calm else PRIORITIES.get(row.priority, QUIET)]
    if (calm and column not in ("subject", "company")) or column in ("why", "plan"):
        return [QUIET]
    return []


def news(fresh: frozenset[str] | None) -> str:
    """What is told beside a row by the columns that changed since the last look: nothing, • a change, + that the whole row is new."""
    if fresh is None:
        return " "
    return "•" if fresh else "+"
