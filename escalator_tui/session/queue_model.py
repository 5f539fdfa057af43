"""The queue behind the table: rows by conversation id, their order, the filter, the marks, and who waits to be let in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from escalator_tui.model.kinds import MOVING, STUCK, RowState
from escalator_tui.session.columns import BY_ID, Sort, needs_something
from escalator_tui.session.filtering import Filter, compile_filter, haystack
from escalator_tui.session.index import Index, customer_of, standing_of
from escalator_tui.session.news import FreshCells
from escalator_tui.session.wording import is_over

if TYPE_CHECKING:
    from escalator_tui.model.row import Row


class Change(Struct, frozen=True):
    """What a batch of rows did: ids drawn differently, and whether the order or the set of lines moved."""

    touched: frozenset[str] = frozenset()
    moved: bool = False


class Counts(Struct, frozen=True):
    """How many rows stand where."""

    need: int = 0
    sending: int = 0
    watching: int = 0
    failed: int = 0
    unsent: int = 0


@dataclass(eq=False)
class Queue:
    """All rows and the order of those shown. `now` is the time ages are reckoned at, in unix seconds.

    `waiting` holds new conversations kept back while the lead is down in the table. A row that leaves the queue stays as long as it is
    `pinned` (under the cursor), so that no key ever acts on another conversation than the one being read; so does one that changes until
    the filter no longer finds it. Nothing is `news` while the first look of all is `filling` the queue.
    """

    now: float = 0.0
    rows: dict[str, Row] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    waiting: set[str] = field(default_factory=set)
    marks: set[str] = field(default_factory=set)
    news: FreshCells = field(default_factory=FreshCells)
    sort: Sort = field(default_factory=Sort)
    needle: str = ""
    pinned: str | None = None
    filling: bool = False
    places: dict[str, int] = field(default_factory=dict)
    _keys: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    _words: dict[str, str] = field(default_factory=dict)
    _over: set[str] = field(default_factory=set)
    _filter: Filter = field(default_factory=Filter)
    _kept: str | None = None
    _states: Index = field(default_factory=lambda: Index(standing_of))
    _customers: Index = field(default_factory=lambda: Index(customer_of))

    def apply(self, rows: Iterable[Row], *, hold_new: bool = False) -> Change:
        """Take in rows as they are now. With `hold_new`, conversations not seen before wait until `let_in`."""
        first = not self.rows
        touched = {row.id: row for row in rows if self._take(row, hold_new=hold_new, quiet=first or self.filling)}
        if first or not touched:
            return Change(frozenset(touched), bool(touched) and self.arrange())
        self._over = (self._over - touched.keys()) | {each for each, row in touched.items() if is_over(row)}
        self._drop_over()
        return Change(frozenset(touched), self._rearrange(touched.keys()))

    def let_in(self) -> bool:
        """Show the conversations that were kept back. True when there were any."""
        if not self.waiting:
            return False
        self.waiting.clear()
        return self.arrange()

    def pin(self, conversation_id: str | None) -> bool:
        """Keep this row while it is being read, and drop the one kept so far if it left. True when lines moved."""
        self.pinned = conversation_id
        released = self._kept is not None and self._kept != conversation_id
        if released:
            self._kept = None
        return (self._drop_over() or released) and self.arrange()

    def sort_by(self, sort: Sort) -> bool:
        """Sort otherwise."""
        self.sort = sort
        return self.arrange()

    def filter_by(self, needle: str) -> bool:
        """Show only rows that the filter finds. What of it cannot be read is told by `filter.problem`, and left out."""
        self.needle, self._kept = needle, None
        return self.arrange()

    def pass_time(self, now: float) -> bool:
        """Let the filter and the order follow the clock. The row being read stays. True when lines moved."""
        self.now = now
        if self.pinned in self._keys and not self._matches(self.rows[self.pinned]):
            self._kept = self.pinned
        return self.arrange()

    @property
    def filter(self) -> Filter:
        """The filter in force."""
        if self._filter.text != self.needle:
            self._filter = compile_filter(self.needle)
        return self._filter

    def arrange(self) -> bool:
        """Make the order anew. True when it differs."""
        key, now = BY_ID[self.sort.column].sort, self.now
        shown = [each for each in self.rows if self._is_shown(each)] if self.filter or self.waiting else list(self.rows)
        self._keys = {each: (key(self.rows[each], now), -self.rows[each].score, each) for each in shown}
        return self._order(shown)

    def _rearrange(self, touched: Set[str]) -> bool:
        """Put the touched rows where they belong now; the others keep their keys."""
        key, now, moved = BY_ID[self.sort.column].sort, self.now, False
        for each in touched:
            if each == self.pinned and each in self._keys:
                self._kept = each
            row = self.rows.get(each)
            new = (key(row, now), -row.score, each) if row is not None and self._is_shown(each) else None
            moved |= new != self._keys.pop(each, None)
            if new is not None:
                self._keys[each] = new
        if not moved:
            return False
        # The untouched first: they are in order already, and a sort takes advantage of that.
        stay = [each for each in self.order if each in self._keys and each not in touched]
        return self._order([*stay, *(each for each in touched if each in self._keys)])

    def _order(self, shown: Iterable[str]) -> bool:
        order = sorted(shown, key=self._keys.__getitem__, reverse=self.sort.reverse)
        if order == self.order:
            return False
        self.order = order
        self.places = {each: at for at, each in enumerate(order)}
        return True

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
        needy = [each for each in around if needs_something(self.rows[each])]
        calm = (each for each in needy if self.rows[each].state is not RowState.UNSENT)
        return next(calm, next(iter(needy or around), None))

    def counts(self) -> Counts:
        """How many rows stand where, whatever the filter."""
        over = Counter(self.rows[each].state for each in self._over)

        def many(*states: RowState) -> int:
            return sum(self._states.count(each) - over[each] for each in states)

        return Counts(
            need=many(RowState.NEEDS_DECISION),
            sending=many(*MOVING),
            watching=many(RowState.WATCHING),
            failed=many(*STUCK),
            unsent=many(RowState.UNSENT),
        )

    def standing(self, *states: RowState) -> list[Row]:
        """The rows in one of these states, in no order."""
        return [self.rows[each] for each in self._states.ids(*states)]

    def related(self, row: Row) -> list[Row]:
        """The same customer's other conversations, by contact, company or company domain, oldest first."""
        others = (self.rows[each] for each in sorted(self._customers.alike(row) - {row.id}))
        return sorted(others, key=lambda each: each.record.conversation.created_at or 0)

    def _take(self, row: Row, *, hold_new: bool, quiet: bool) -> bool:
        before = self.rows.get(row.id)
        if before == row or (before is None and is_over(row)):
            return False
        if before is None and hold_new and self.order:
            self.waiting.add(row.id)
        if not quiet:
            self.news.take(before, row, self.now)
        self.rows[row.id] = row
        self._states.put(row, before)
        self._customers.put(row, before)
        self._words.pop(row.id, None)
        return True

    def _is_shown(self, conversation_id: str) -> bool:
        waits = conversation_id in self.waiting
        return not waits and (conversation_id == self._kept or self._matches(self.rows[conversation_id]))

    def _matches(self, row: Row) -> bool:
        return self.filter.finds(row, self._seen_of, self.now)

    def _seen_of(self, row: Row) -> str:
        if row.id not in self._words:
            self._words[row.id] = haystack(row)
        return self._words[row.id]

    def _drop_over(self) -> bool:
        gone = self._over - {self.pinned}
        for each in gone:
            row = self.rows.pop(each)
            self._states.drop(row)
            self._customers.drop(row)
            self.news.cells.pop(each, None)
            self._words.pop(each, None)
        self._over -= gone
        self.marks -= gone
        self.waiting -= gone
        return bool(gone)
