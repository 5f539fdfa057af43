"""Rows by what they have in common, so that nobody walks through ten thousand of them to find a few."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from escalator_tui.model.kinds import MOVING, STUCK, RowState

if TYPE_CHECKING:
    from escalator_tui.model.row import Row

Keys = Callable[["Row"], Iterable[Hashable]]


class Index:
    """Ids of rows by each of their keys."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._ids: defaultdict[Hashable, set[str]] = defaultdict(set)

    def put(self, row: Row, before: Row | None) -> None:
        """Take in a row in place of what it was before."""
        if before is not None:
            self.drop(before)
        identity = row.id
        for key in self._keys(row):
            self._ids[key].add(identity)

    def drop(self, row: Row) -> None:
        """Forget a row."""
        for key in self._keys(row):
            self._ids[key].discard(row.id)
            if not self._ids[key]:
                del self._ids[key]

    def ids(self, *keys: Hashable) -> set[str]:
        """The rows that have one of these keys."""
        return set().union(*(self._ids.get(key, ()) for key in keys))

    def count(self, key: Hashable) -> int:
        """How many rows have this key."""
        return len(self._ids.get(key, ()))

    def alike(self, row: Row) -> set[str]:
        """The rows that share a key with this one, itself among them when it was taken in."""
        return self.ids(*self._keys(row))


GUESSED = "guessed"


def standing_of(row: Row) -> tuple[Hashable, ...]:
    """Where it stands, and whether its priority is a guess."""
    return (row.state,) if row.priority_known else (row.state, GUESSED)


def customer_of(row: Row) -> list[Hashable]:
    """Whose it is: the same contact or company, by id, or one company domain."""
    talk = row.record.conversation
    keys: list[Hashable] = []
    if talk.contact and talk.contact.id:
        keys.append(("contact", talk.contact.id))
    if talk.account and talk.account.id:
        keys.append(("company", talk.account.id))
    if domain := talk.domain:
        keys.append(("domain", domain))
    return keys


class Counts(Struct, frozen=True):
    """How many rows stand where, and of how many the priority is a guess."""

    need: int = 0
    sending: int = 0
    watching: int = 0
    failed: int = 0
    unsent: int = 0
    guessed: int = 0


def counts_of(standing: Index, over: Sequence[Row]) -> Counts:
    """The counts of the rows in an index of where they stand, without those that are `over`."""
    left_out = Counter(row.state for row in over)

    def many(*states: RowState) -> int:
        return sum(standing.count(each) - left_out[each] for each in states)

    return Counts(
        need=many(RowState.NEEDS_DECISION),
        sending=many(*MOVING),
        watching=many(RowState.WATCHING),
        failed=many(*STUCK),
        unsent=many(RowState.UNSENT),
        guessed=standing.count(GUESSED) - sum(not row.priority_known for row in over),
    )
