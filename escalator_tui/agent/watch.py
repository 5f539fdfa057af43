"""Watch: find what changed at Intercom, read it, and put it into the ledger.

A look asks the search for what was updated since the last one, overlapping, because the index is late and pages shift while they are read.
Now and then a sweep lists every open conversation, which finds what the index never told. Only what changed is read in full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field

from escalator_tui.agent.reading import Failures, Read, Reading, Stored
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.model.conversation import Conversation
from escalator_tui.model.draft import Progress
from escalator_tui.model.errors import EscalatorError
from escalator_tui.services.errors import ConnectorInactiveError, RetryableError, ServiceError, UnreachableError
from escalator_tui.services.intercom import Intercom

OVERLAP = 300
"""Seconds that a look reaches back behind the last one."""
PAGE_SIZES = (10, 25, 50, 100, 150)
FIRST_PAGE_SIZE = 50
QUICK_PAGE = 2.0
"""Seconds below which a page was quick enough to ask for a larger one."""
SETTLING = 60
"""What changed less than so many seconds ago is read again with the next look: a second change in the same second bears the same
`updated_at` (Intercom's is in whole seconds), and our clock is not Intercom's."""
CURSOR, SWEPT = "watch.cursor", "watch.swept"


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found. `changed` conversations were read and saved; `unread` could not be read and stay due; `problem` is why. Not
    `complete` when the listing broke off.
    """

    at: float
    sweep: bool
    listed: int
    changed: tuple[Conversation, ...] = ()
    unread: tuple[str, ...] = ()
    oldest_unread: int | None = None
    unsettled: frozenset[str] = frozenset()
    complete: bool = True
    problem: EscalatorError | None = field(default=None, compare=False)


class Watch:
    """Reads Intercom into the ledger. One look at a time."""

    def __init__(self, intercom: Intercom, ledger: Ledger, *, full_sweep_seconds: float, clock: Callable[[], float]) -> None:
        self._intercom = intercom
        self._ledger = ledger
        self._full_sweep_seconds = full_sweep_seconds
        self._clock = clock
        self._page_size = FIRST_PAGE_SIZE

    def look(self, progress: Progress | None = None, stored: Stored | None = None) -> Look:
        """Find and read what changed. Raises ServiceError when nothing could be listed, or when the connection itself is refused.

        `progress` is told how a long look goes on, and `stored` is given its batches meanwhile, to score them. The cursor moves at the end:
        who dies before it leaves all that was not stored to the next look.
        """
        now = self._clock()
        cursor = self._ledger.mark(CURSOR)
        # A sweep in the future was written by a clock that was ahead.
        sweep = cursor is None or not 0 <= now - float(self._ledger.mark(SWEPT) or 0) < self._full_sweep_seconds
        due = self._ledger.due_reads()

        def keep(batch: Sequence[Conversation]) -> None:
            if stored:
                stored(batch)
                if sweep:  # one that does not come to its end is followed by another, which scores everything
                    self._clear(batch, _unsettled(batch, now))

        with Reading(self._intercom, self._ledger, now, due, progress, keep) as reading:
            listed, broken = self._start_listed(reading, None if sweep or cursor is None else min(int(cursor), int(now)) - OVERLAP, due)
            if broken is None:
                # What a sweep does not list has ended unseen.
                unlisted = (due | self._ledger.open_ids() if sweep else due) - listed.keys()
                for each in sorted(unlisted):
                    reading.start(Conversation(id=each))
            read, failed = reading.finish()
        if failed and not read and cursor is None:
            raise failed[0][1]  # nothing is known and nothing could be read: that is no quiet look
        self._ledger.add_due_reads(item.id for item, _ in failed)
        if broken is None:
            self._advance(listed.values(), cursor, now, sweep)
        return _look(now, read, failed, listed=len(listed), sweep=sweep, broken=broken)

    def read(self, ids: Iterable[str]) -> Look:
        """Read just these, which somebody says have changed. Until they are scored they are due for every process, so that nothing is lost
        with this one. Raises ServiceError when the connection itself is refused.
        """
        now = self._clock()
        wanted = sorted(set(ids))
        self._ledger.add_due_reads(wanted)
        # None counts as asked for in vain: who told of it asks again within a second, too soon to give up on the company.
        with Reading(self._intercom, self._ledger, now, due=set()) as reading:
            for each in wanted:
                reading.start(Conversation(id=each))
            read, failed = reading.finish()
        return _look(now, read, failed, listed=len(wanted))

    def settle(self, look: Look) -> None:
        """What a look read was scored as well: it is no longer due, unless it may have changed again unseen. A sweep counts from now on."""
        self._clear(look.changed, look.unsettled)
        if look.sweep and look.complete:
            self._ledger.set_mark(SWEPT, str(look.at))

    def _clear(self, scored: Iterable[Conversation], unsettled: Set[str]) -> None:
        self._ledger.clear_due_reads(each.id for each in scored if each.id not in unsettled)

    def _start_listed(
        self, reading: Reading, updated_after: int | None, due: set[str]
    ) -> tuple[dict[str, Conversation], ServiceError | None]:
        """List, and begin to read what changed or is due. What was listed before a failure is read; without any it is raised."""
        listed: dict[str, Conversation] = {}
        pages = self._list(updated_after, open_only=updated_after is None)
        while True:
            try:
                page = next(pages, None)
            except ServiceError as error:
                if not listed:
                    raise
                return listed, error
            if page is None:
                return listed, None
            versions = self._ledger.versions([item.id for item in page])
            for item in page:
                listed[item.id] = item
                changed = versions.get(item.id) != item.updated_at and (item.is_open or item.id in versions)
                if changed or item.id in due:
                    reading.start(item)
            reading.take_in()

    def _list(self, updated_after: int | None, *, open_only: bool) -> Iterator[tuple[Conversation, ...]]:
        position: str | None = None
        while True:
            started = self._clock()
            try:
                page = self._intercom.search(updated_after=updated_after, open_only=open_only, cursor=position, per_page=self._page_size)
            except RetryableError as error:
                if isinstance(error, UnreachableError | ConnectorInactiveError) or self._resize(-1) is None:
                    raise
                continue
            if self._clock() - started < QUICK_PAGE:
                self._resize(+1)
            yield page.items
            position = page.next_cursor
            if position is None:
                return

    def _resize(self, step: int) -> int | None:
        """Take the next page size up or down; None when there is none."""
        at = PAGE_SIZES.index(self._page_size) + step
        if not 0 <= at < len(PAGE_SIZES):
            return None
        self._page_size = PAGE_SIZES[at]
        return self._page_size

    def _advance(self, listed: Iterable[Conversation], cursor: str | None, now: float, sweep: bool) -> None:
        # A cursor ahead of the clock would hide everything until the clock catches up.
        newest = min(max((item.updated_at for item in listed), default=int(now) if sweep else 0), int(now))
        if cursor is None or newest > int(cursor) or int(cursor) > now:
            self._ledger.set_mark(CURSOR, str(newest))


def _look(now: float, read: Read, failed: Failures, *, listed: int, sweep: bool = False, broken: ServiceError | None = None) -> Look:
    return Look(
        now,
        sweep,
        listed,
        read,
        unread=tuple(item.id for item, _ in failed),
        oldest_unread=min((item.updated_at for item, _ in failed if item.updated_at), default=None),
        unsettled=_unsettled(read, now),
        complete=broken is None,
        problem=broken or (failed[0][1] if failed else None),
    )


def _unsettled(read: Iterable[Conversation], now: float) -> frozenset[str]:
    return frozenset(each.id for each in read if each.updated_at > now - SETTLING)
