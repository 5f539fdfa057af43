"""A row of the queue as one line of cells. Colour only repeats what glyph and word say. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from escalator_tui.model.kinds import ASIDE, MOVING, WENT_WRONG, Priority, RowState
from escalator_tui.session.columns import is_person_only, place
from escalator_tui.session.wording import fit, is_over

if TYPE_CHECKING:
    from escalator_tui.model.row import Row

STATES = {
    RowState.NEEDS_DECISION: "queue--needs",
    **dict.fromkeys(MOVING, "queue--moving"),
    RowState.ESCALATED: "queue--done",
    **dict.fromkeys(WENT_WRONG, "queue--failed"),
}
PRIORITIES = {Priority.P0: "queue--p0", Priority.P1: "queue--p1"}
QUIET = "queue--quiet"
LOOKS = {
    "queue--header", "queue--row", QUIET, "queue--marked", "queue--cursor", "queue--stale", "queue--fresh",
    *STATES.values(), *PRIORITIES.values(),
}  # fmt: skip


class Look(Struct, frozen=True):
    """How a row stands in the table: out of date, marked, under the cursor, and the columns that changed, as for `news`."""

    stale: bool = False
    marked: bool = False
    under: bool = False
    fresh: frozenset[str] | None = None


def draw_row(row: Row, look: Look, width: int, now: float, style: Callable[..., Style]) -> Strip:
    """One line of `width` cells at `now`. `style` makes one of the names of component styles, the later on top."""
    base = ["queue--row", *(["queue--cursor"] if look.under else []), *(["queue--stale"] if look.stale else [])]
    plain = style(*base)
    segments = [
        Segment("▌" if look.under else " ", style(*base, "queue--p0") if row.priority is Priority.P0 else plain),
        Segment("✓" if look.marked else news(look.fresh), style(*base, "queue--marked")),
    ]
    for each in place(width):
        changed = ["queue--fresh"] if look.fresh and each.column.id in look.fresh else []
        text = fit(each.column.cell(row, now), each.width, right=each.column.right)
        segments.append(Segment(text, style(*base, *looks(row, each.column.id, stale=look.stale), *changed)))
        segments.append(Segment(" " * each.column.gap, plain))
    return Strip(segments).adjust_cell_length(width, plain)


def looks(row: Row, column: str, *, stale: bool) -> list[str]:
    """The styles of one cell beside those of its line: loud where the lead is needed, quiet elsewhere."""
    if stale or is_over(row) or row.state in ASIDE:
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
