"""What is news to the lead: the cells that others, or the customer, changed since the last look, and what became of rows that leave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from escalator_tui.model.kinds import ON_THE_WAY, WENT_WRONG, RowState
from escalator_tui.session.columns import COLUMNS, needs_something
from escalator_tui.session.wording import called, is_over, where_it_went

if TYPE_CHECKING:
    from escalator_tui.model.row import Row

BY_ITSELF = frozenset(("score", "bar", "why", "open", "waits", "state"))
"""Columns that can change without anybody's doing: our own note at Intercom is reason enough to score a conversation anew."""
TOLD_SECONDS = 8.0


@dataclass(eq=False)
class Tidings:
    """What is told for some seconds, as long as it is so, since such rows go where nobody looks: escalations that arrived everywhere, and
    conversations that needed the lead and were closed at Intercom.
    """

    _arrived: dict[str, tuple[float, Row]] = field(default_factory=dict)
    _closed: dict[str, tuple[float, Row]] = field(default_factory=dict)

    def take(self, before: Row, after: Row, now: float) -> None:
        """Take in a row that changed."""
        if before.state in ON_THE_WAY and after.state is RowState.ESCALATED:
            self._arrived[after.id] = (now + TOLD_SECONDS, after)
        elif before.state is RowState.NEEDS_DECISION and is_over(after) and not is_over(before):
            self._closed[after.id] = (now + TOLD_SECONDS, after)
        if after.state is not RowState.ESCALATED:
            self._arrived.pop(after.id, None)
        if not is_over(after):
            self._closed.pop(after.id, None)

    def told(self, now: float) -> tuple[str, str]:
        """Of both kinds, in words: one by its name, several by their number; empty when there is nothing to tell."""
        arrived, closed = _lasting(self._arrived, now), _lasting(self._closed, now)
        return (
            f"✔ {_all(arrived)} went out{_as_issue(arrived)}" if arrived else "",
            f"✓ {_all(closed)} closed at Intercom" if closed else "",
        )


@dataclass(eq=False)
class FreshCells:
    """`cells` names the changed columns by conversation, none of one that is new. What comes of the lead's own decisions is no news."""

    cells: dict[str, frozenset[str]] = field(default_factory=dict)
    tidings: Tidings = field(default_factory=Tidings)
    _own: dict[str, str] = field(default_factory=dict)
    _own_before: dict[str, str] = field(default_factory=dict)

    def decide(self, actor: str, ids: Iterable[str]) -> None:
        """The lead here, who is `actor`, decided on these, or took a decision back. Holds until the look after the next one, since
        an approval is checked before it stands anywhere.
        """
        self._own.update((each, actor) for each in ids)

    def decided(self, conversation_id: str) -> str:
        """The lead who decided on it here lately, else nothing."""
        return self._own.get(conversation_id) or self._own_before.get(conversation_id, "")

    def take(self, before: Row | None, after: Row, now: float) -> None:
        """Take in a row that changed."""
        if before is not None:
            self.tidings.take(before, after, now)
        cells = changed_cells(before, after, now) if before else frozenset[str]()
        if before is None or (cells and not self.is_own(before, after)):
            self.cells[after.id] = cells | self.cells.get(after.id, frozenset())

    def settle(self) -> frozenset[str]:
        """Another look begins. The ids that are drawn differently by that."""
        faded = frozenset(self.cells)
        self.cells.clear()
        self._own_before, self._own = self._own, {}
        return faded

    def is_own(self, before: Row, after: Row) -> bool:
        """Whether the lead here knows why the row changed: by what the lead decided lately, and nothing went wrong with that."""
        actor = self.decided(after.id)
        if not actor or after.state in WENT_WRONG or before.record.conversation.version != after.record.conversation.version:
            return False
        return _done(before) == _done(after) or _actor(after) in ("", actor)


def changed_cells(before: Row, after: Row, now: float) -> frozenset[str]:
    """The columns in which two versions of a row read differently. What only time, a new scoring or Escalator's own way with an
    escalation changed is left out, unless the row needs something by that.
    """
    changed = frozenset(column.id for column in COLUMNS if column.cell(before, now) != column.cell(after, now))
    return changed if not changed & BY_ITSELF or _is_news(before, after) else changed - BY_ITSELF


def _is_news(before: Row, after: Row) -> bool:
    return _done(before) != _done(after) or (needs_something(after) and not needs_something(before))


def _done(row: Row) -> tuple[object, ...]:
    """What people said and did, as far as it is known here."""
    record, made = row.record, row.record.escalation
    return record.conversation.version, record.decision, (made.id, made.withdrawn_by) if made else None


def _actor(row: Row) -> str:
    """Who decided last of what is in force."""
    made, decision = row.record.escalation, row.record.decision
    return (made.withdrawn_by or made.actor) if made else decision.actor if decision else ""


def _lasting(told: dict[str, tuple[float, Row]], now: float) -> list[Row]:
    """Those that are still told; the others are forgotten."""
    for each in [each for each, (until, _) in told.items() if until <= now]:
        del told[each]
    return [row for _, row in told.values()]


def _as_issue(rows: Sequence[Row]) -> str:
    issue = where_it_went(rows[0]).partition(" ")[0] if len(rows) == 1 else ""
    return f" as {issue}" if issue else ""


def _all(rows: Sequence[Row]) -> str:
    return called(rows[0].record.conversation) if len(rows) == 1 else str(len(rows))
