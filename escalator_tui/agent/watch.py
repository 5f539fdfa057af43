"""Watch: find what changed at Intercom, read it, and put it into the ledger.

A look asks the search for what was updated since the last one, overlapping, because the index is late and pages shift while they are read.
Now and then a sweep lists every open conversation, which finds what the index never told. Only what changed is read in full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from escalator_tui.ledger.ledger import Ledger
from escalator_tui.model.conversation import Account, Conversation
from escalator_tui.model.draft import Progress
from escalator_tui.model.errors import EscalatorError
from escalator_tui.services.errors import ConnectorInactiveError, PermanentError, RetryableError, ServiceError, UnreachableError
from escalator_tui.services.intercom import Intercom

OVERLAP = 300
"""Seconds that a look reaches back behind the last one."""
TOLD_EVERY = 25
"""Conversations after which progress is told."""
READERS = 24
"""Conversations read at the same time."""
PAGE_SIZES = (10, 25, 50, 100, 150)
FIRST_PAGE_SIZE = 50
QUICK_PAGE = 2.0
"""Seconds below which a page was quick enough to ask for a larger one."""
ACCOUNT_HOURS = 24.0
NO_ACCOUNT_HOURS = 1.0
SETTLING = 60
"""What changed less than so many seconds ago is read again with the next look: a second change in the same second bears the same
`updated_at` (Intercom's is in whole seconds), and our clock is not Intercom's."""
CURSOR, SWEPT = "watch.cursor", "watch.swept"

Read = tuple[Conversation, ...]
Failures = list[tuple[Conversation, ServiceError]]


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found. `changed` conversations were read and saved; `unread` could not be read and stay due; `problem` is why."""

    at: float
    sweep: bool
    listed: int
    changed: tuple[Conversation, ...] = ()
    unread: tuple[str, ...] = ()
    oldest_unread: int | None = None
    unsettled: frozenset[str] = frozenset()
    problem: EscalatorError | None = field(default=None, compare=False)


class Watch:
    """Reads Intercom into the ledger. One look at a time."""

    def __init__(self, intercom: Intercom, ledger: Ledger, *, full_sweep_seconds: float, clock: Callable[[], float]) -> None:
        self._intercom = intercom
        self._ledger = ledger
        self._full_sweep_seconds = full_sweep_seconds
        self._clock = clock
        self._page_size = FIRST_PAGE_SIZE

    def look(self, progress: Progress | None = None) -> Look:
        """Find and read what changed. Raises ServiceError when nothing could be listed, or when the connection itself is refused.
        `progress` is told how a long look goes on.
        """
        now = self._clock()
        cursor = self._ledger.mark(CURSOR)
        # A sweep in the future was written by a clock that was ahead.
        sweep = cursor is None or not 0 <= now - float(self._ledger.mark(SWEPT) or 0) < self._full_sweep_seconds
        due = self._ledger.due_reads()
        with ThreadPoolExecutor(READERS, thread_name_prefix="read") as pool:
            reading = _Reading(pool, self._intercom, self._ledger, now, frozenset(due), progress)
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
        wanted, due = sorted(set(ids)), self._ledger.due_reads()
        self._ledger.add_due_reads(wanted)
        with ThreadPoolExecutor(READERS, thread_name_prefix="read") as pool:
            reading = _Reading(pool, self._intercom, self._ledger, now, frozenset(due), None)
            for each in wanted:
                reading.start(Conversation(id=each))
            read, failed = reading.finish()
        return _look(now, read, failed, listed=len(wanted))

    def settle(self, look: Look) -> None:
        """What a look read was scored as well: it is no longer due, unless it may have changed again unseen."""
        self._ledger.clear_due_reads(each.id for each in look.changed if each.id not in look.unsettled)

    def _start_listed(
        self, reading: _Reading, updated_after: int | None, due: set[str]
    ) -> tuple[dict[str, Conversation], ServiceError | None]:
        """List, and begin to read what changed or is due. What was listed before a failure is read; without any it is raised."""
        listed: dict[str, Conversation] = {}
        try:
            for page in self._list(updated_after, open_only=updated_after is None):
                versions = self._ledger.versions([item.id for item in page])
                for item in page:
                    listed[item.id] = item
                    changed = versions.get(item.id) != item.updated_at and (item.is_open or item.id in versions)
                    if changed or item.id in due:
                        reading.start(item)
        except ServiceError as error:
            if not listed:
                raise
            return listed, error
        return listed, None

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
            yield page.items
            if self._clock() - started < QUICK_PAGE:
                self._resize(+1)
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
        if sweep:
            self._ledger.set_mark(SWEPT, str(now))


def _look(now: float, read: Read, failed: Failures, *, listed: int, sweep: bool = False, broken: ServiceError | None = None) -> Look:
    return Look(
        now,
        sweep,
        listed,
        read,
        unread=tuple(item.id for item, _ in failed),
        oldest_unread=min((item.updated_at for item, _ in failed if item.updated_at), default=None),
        unsettled=frozenset(each.id for each in read if each.updated_at > now - SETTLING),
        problem=broken or (failed[0][1] if failed else None),
    )


class _Reading:
    """Conversations and accounts being read side by side; saved in batches, so that a long first sync survives a kill."""

    BATCH = 200

    def __init__(
        self,
        pool: ThreadPoolExecutor,
        intercom: Intercom,
        ledger: Ledger,
        now: float,
        due: frozenset[str],
        progress: Progress | None,
    ) -> None:
        self._pool = pool
        self._progress = progress
        self._due = due
        self._intercom = intercom
        self._ledger = ledger
        self._now = now
        self._details: list[tuple[Conversation, Future[Conversation | None]]] = []
        self._accounts: dict[str, Future[Account | None]] = {}

    def start(self, item: Conversation) -> None:
        """Begin to read one conversation, and its account when the listing did not bring it."""
        if not self._details:
            # Known by the time somebody decides on what is read; what goes wrong with it is told then.
            self._pool.submit(self._intercom.me)
        self._details.append((item, self._pool.submit(self._intercom.conversation, item.id)))
        if item.account is None and item.contact is not None:
            self._account(item.contact.id)
        self._tell(0, len(self._details))

    def _tell(self, read: int, found: int) -> None:
        if self._progress and not (read or found) % TOLD_EVERY:
            self._progress(read, found)

    def finish(self) -> tuple[Read, Failures]:
        """Wait for all; returns what was read and what could not be. Raises when the connection as a whole is refused."""
        read: list[Conversation] = []
        failed: Failures = []
        unsaved: list[Conversation] = []
        for at, (item, detail) in enumerate(self._details, 1):
            try:
                conversation = detail.result()
            except ConnectorInactiveError:
                self._pool.shutdown(wait=False, cancel_futures=True)
                self._save(unsaved)
                raise
            except ServiceError as error:
                failed.append((item, error))
                continue
            self._tell(at, len(self._details))
            if conversation is None:
                self._ledger.forget([item.id])
                self._ledger.clear_due_reads([item.id])
                continue
            try:
                conversation = self._with_account(conversation)
            except ServiceError as error:
                # A priority without the company would be wrong in silence. Asked in vain for the second time, it is shown as unknown.
                if item.id not in self._due:
                    failed.append((item, error))
                    continue
            unsaved.append(conversation)
            if len(unsaved) >= self.BATCH:
                self._save(unsaved)
                read += unsaved
                unsaved = []
        self._save(unsaved)
        return (*read, *unsaved), failed

    def _save(self, conversations: list[Conversation]) -> None:
        # Due until they are scored: who dies in between leaves them to the next look.
        self._ledger.add_due_reads(each.id for each in conversations)
        self._ledger.save_conversations(conversations)

    def _with_account(self, conversation: Conversation) -> Conversation:
        if conversation.account is not None or conversation.contact is None:
            return conversation
        return replace(conversation, account=self._account(conversation.contact.id).result())

    def _account(self, contact_id: str) -> Future[Account | None]:
        if contact_id not in self._accounts:
            self._accounts[contact_id] = self._pool.submit(self._read_account, contact_id)
        return self._accounts[contact_id]

    def _read_account(self, contact_id: str) -> Account | None:
        known = self._ledger.account(contact_id)
        if known is not None and self._now - known[1] < 3600 * (ACCOUNT_HOURS if known[0] else NO_ACCOUNT_HOURS):
            return known[0]
        try:
            accounts = self._intercom.accounts_of(contact_id)
        except PermanentError:
            accounts = ()  # no permission for company data, or the contact is gone: shown as unknown, asked again later
        except ServiceError:
            if known is None:
                raise
            return known[0]
        account = max(accounts, key=lambda each: (each.mrr or 0.0, each.plan or ""), default=None)
        self._ledger.save_account(contact_id, account)
        return account
