"""The queue behind the table: rows by conversation id, their order, the filter, the marks, and who waits to be let in."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct

from escalator_tui.model.kinds import MOVING, RowState
from escalator_tui.session.columns import BY_ID, Sort, needs_something
from escalator_tui.session.filtering import Filter, compile_filter, haystack
from escalator_tui.session.index import Counts, Index, counts_of, customer_of, standing_of
from escalator_tui.session.news import FreshCells
from escalator_tui.session.places import Key, Places
from escalator_tui.session.undoing import is_withdrawable
from escalator_tui.session.wording import is_over

if TYPE_CHECKING:
    from escalator_tui.model.row import Row


class Change(Struct, frozen=True):
    """What a batch of rows did: ids drawn differently, and whether the order or the set of lines moved."""

    touched: frozenset[str] = frozenset()
    moved: bool = False


@dataclass(eq=False)
class Queue:
    """All rows and the order of those shown. `now` is the time ages are reckoned at, in unix seconds.

    `waiting` holds new conversations kept back while the lead is down in the table. A row that leaves the queue stays as long as it is
    `pinned` (under the cursor), so that no key ever acts on another conversation than the one being read; so does one that changes until
    the filter no longer finds it or it belongs elsewhere, one that is `asked` about, and one that is the lead's `own`, escalated
    here, until anybody withdraws it. Nothing is `news` while the first look of all is `filling` the queue.
    """

    now: float = 0.0
    rows: dict[str, Row] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    marks: set[str] = field(default_factory=set)
    news: FreshCells = field(default_factory=FreshCells)
    sort: Sort = field(default_factory=Sort)
    needle: str = ""
    pinned: str | None = None
    asked: frozenset[str] = frozenset()
    own: set[str] = field(default_factory=set)
    filling: bool = False
    places: Places = field(default_factory=Places)
    _words: dict[str, str] = field(default_factory=dict)
    _over: set[str] = field(default_factory=set)
    _filter: Filter = field(default_factory=Filter)
    _kept: Row | None = None  # the pinned row as it was when it got its place, once it would be elsewhere by now
    _states: Index = field(default_factory=lambda: Index(standing_of))
    _customers: Index = field(default_factory=lambda: Index(customer_of))

    def apply(self, rows: Iterable[Row], *, hold_new: bool = False, hold_pinned: bool = False) -> Change:
        """Take in rows as they are now. New ones wait with `hold_new`, the row being read keeps its place with `hold_pinned`."""
        first, read = not self.rows, self.rows.get(self.pinned or "")
        touched = {row.id: row for row in rows if self._take(row, hold_new=hold_new, quiet=first or self.filling)}
        if first:
            return Change(frozenset(touched), bool(touched) and self.arrange())
        self._over = (self._over - touched.keys()) | {each for each, row in touched.items() if is_over(row)}
        gone = self._drop_over()  # with what nobody asks about any more, whatever touched it last
        if read and read.id in touched and read.id in self.places and not (hold_pinned and self._kept):
            self._kept = read if hold_pinned else touched[read.id]
        changed = gone | touched.keys()
        return Change(changed, self._rearrange(changed))

    def let_in(self) -> bool:
        """Show the conversations that were kept back. True when there were any."""
        if not self.waiting:
            return False
        self.waiting.clear()
        return self.arrange()

    def pin(self, conversation_id: str | None) -> bool:
        """Keep this row while it is being read, and let the one kept so far go where it belongs. True when lines moved."""
        self.pinned, released = conversation_id, self._kept is not None and self._kept.id != conversation_id
        if released:
            self._kept = None
        return bool(self._drop_over() or released) and self.arrange()

    def release(self) -> bool:
        """Let the row being read go where it belongs, or leave, as the cursor is about to. True when lines moved."""
        read, moved = self.pinned, self.pin(None)
        self.pinned = read if read in self.rows else None
        return moved

    def found_by(self, wanted: Filter) -> list[Row]:
        """The rows that another filter would show now, in no order."""
        return [row for row in self.rows.values() if row.id not in self.waiting and wanted.finds(row, self._seen_of, self.now)]

    def sort_by(self, sort: Sort) -> bool:
        """Sort otherwise, the row being read as well."""
        self.sort, self._kept = sort, self.rows[self._kept.id] if self._kept else None
        return self.arrange()

    def filter_by(self, needle: str) -> bool:
        """Show only rows that the filter finds. What of it cannot be read is told by `filter.problem`, and left out."""
        self.needle, self._kept = needle, None
        return self.arrange()

    def pass_time(self, now: float) -> bool:
        """Let the filter and the order follow the clock. The row being read stays. True when lines moved."""
        self.now = now
        if self.pinned and self.pinned in self.places and not (self._kept or self._matches(self.rows[self.pinned])):
            self._kept = self.rows[self.pinned]
        return self.arrange()

    @property
    def filter(self) -> Filter:
        """The filter in force."""
        if self._filter.text != self.needle:
            self._filter = compile_filter(self.needle)
        return self._filter

    @property
    def order(self) -> list[str]:
        """The ids of the rows shown, from the first to the last."""
        return self.places.order

    def arrange(self) -> bool:
        """Make the order anew. True when it differs."""
        sort, now = BY_ID[self.sort.column].sort, self.now
        shown = [row for row in self.rows.values() if self._is_shown(row)] if self.filter or self.waiting else self.rows.values()
        keys = {(identity := row.id): (*sort(row, now), -row.score, identity) for row in shown}
        if self._kept:
            keys[self._kept.id] = self._key(self._kept)
        return self.places.fill(keys, reverse=self.sort.reverse)

    def _rearrange(self, touched: Iterable[str]) -> bool:
        """Put the touched rows where they belong now; the others keep their places."""
        moved = False
        for each in touched:
            row = self.rows.get(each)
            moved |= self.places.put(each, self._key(row) if row and self._is_shown(row) else None)
        return moved

    def _key(self, row: Row) -> Key:
        stood = self._kept if self._kept and self._kept.id == row.id else row
        return (*BY_ID[self.sort.column].sort(stood, self.now), -stood.score, row.id)

    def toggle_mark(self, conversation_id: str) -> None:
        """Mark a row, or take its mark away."""
        self.marks ^= {conversation_id} & self.rows.keys()

    def mark(self, ids: Iterable[str]) -> None:
        """Mark these."""
        self.marks |= self.rows.keys() & ids

    def mark_shown(self) -> None:
        """Mark all shown that needs a decision; when all of it is marked already, take every mark away."""
        needy = self._states.ids(RowState.NEEDS_DECISION) & self.places.keys() - self._over
        self.marks = set() if needy <= self.marks else self.marks | needy

    def unmark(self, ids: Set[str]) -> None:
        """These were decided. Once only what went out is left of the marks, which the decision left out, it is unmarked as well."""
        if ids & self.marks:
            left = self.marks - ids
            self.marks = left if any(self.rows[each].state not in (*MOVING, RowState.ESCALATED) for each in left) else set()

    def marked(self) -> list[Row]:
        """The marked rows that are shown, in their order: nothing is done to what the filter hides."""
        # An intersection with the places would walk through all of them.
        shown = (each for each in self.marks if each in self.places)
        return [self.rows[each] for each in sorted(shown, key=self.places.__getitem__)]

    def following(self, conversation_id: str, without: Set[str]) -> str | None:
        """The next conversation that needs something, below this one or else above it; when none does, the next of any kind. Never one
        of `without`, and what came back unsent only when nothing else needs anything: it wants to be read, and keys may be on their way.
        """
        at = self.places.get(conversation_id, -1)
        around = [each for each in (*self.order[at + 1 :], *reversed(self.order[: max(at, 0)])) if each not in without]
        unsent = (each for each in around if self.rows[each].state is RowState.UNSENT)
        calm = (each for each in around if needs_something(self.rows[each]) and self.rows[each].state is not RowState.UNSENT)
        return next(chain(calm, unsent, around), None)

    def counts(self) -> Counts:
        """How many rows stand where, whatever the filter."""
        return counts_of(self._states, [self.rows[each] for each in self._over])

    def newly_needy(self) -> int:
        """How many of the conversations kept back need a decision."""
        return len(self.waiting & self._states.ids(RowState.NEEDS_DECISION)) if self.waiting else 0

    def standing(self, *states: RowState) -> list[Row]:
        """The rows in one of these states, in no order."""
        return [self.rows[each] for each in self._states.ids(*states)]

    def related(self, row: Row) -> list[Row]:
        """The same customer's other conversations, by contact, company or company domain, oldest first."""
        others = (self.rows[each] for each in sorted(self._customers.alike(row) - {row.id}))
        return sorted(others, key=lambda each: each.record.conversation.created_at or 0)

    def _take(self, row: Row, *, hold_new: bool, quiet: bool) -> bool:
        identity = row.id
        before = self.rows.get(identity)
        if is_over(row) if before is None else before == row:
            return False
        if before is None and hold_new and self.order:
            self.waiting.add(identity)
        if not quiet:
            self.news.take(before, row, self.now)
        self.rows[identity] = row
        self._states.put(row, before)
        self._customers.put(row, before)
        self._words.pop(identity, None)
        return True

    def _is_shown(self, row: Row) -> bool:
        return row.id not in self.waiting and (bool(self._kept and row.id == self._kept.id) or self._matches(row))

    def _matches(self, row: Row) -> bool:
        return self.filter.finds(row, self._seen_of, self.now)

    def _seen_of(self, row: Row) -> str:
        if row.id not in self._words:
            self._words[row.id] = haystack(row)
        return self._words[row.id]

    def _drop_over(self) -> frozenset[str]:
        sent = {each for each in self._over & self.own if is_withdrawable(self.rows[each])}
        gone = self._over - self.asked - sent - {self.pinned}
        for each in gone:
            row = self.rows.pop(each)
            self._states.drop(row)
            self._customers.drop(row)
            self.news.cells.pop(each, None)
            self._words.pop(each, None)
        self._over -= gone
        self.marks -= gone
        self.waiting -= gone
        return frozenset(gone)
