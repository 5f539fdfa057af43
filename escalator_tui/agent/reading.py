"""Conversations and accounts read side by side, and what came of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Self

from escalator_tui.ledger.ledger import Ledger
from escalator_tui.model.conversation import Account, Conversation
from escalator_tui.model.draft import Progress
from escalator_tui.services.errors import ConnectorInactiveError, PermanentError, ServiceError
from escalator_tui.services.intercom import Intercom

TOLD_EVERY = 25
"""Conversations after which progress is told."""
READERS = 24
"""Conversations read at the same time."""
ACCOUNT_HOURS = 24.0
NO_ACCOUNT_HOURS = 1.0

Read = tuple[Conversation, ...]
Failures = list[tuple[Conversation, ServiceError]]
Stored = Callable[[Sequence[Conversation]], object]
"""Is given each full batch once it is saved, by the thread that reads."""


class Reading:
    """Reads in threads of its own, which end with the `with` around it. What was read is saved in batches, so that a long first sync
    survives a kill, and `stored` is given each full one. `due` are those that were asked for in vain before.
    """

    BATCH = 50

    def __init__(
        self,
        intercom: Intercom,
        ledger: Ledger,
        now: float,
        due: set[str],
        progress: Progress | None = None,
        stored: Stored | None = None,
    ) -> None:
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="read")
        self._progress, self._stored = progress, stored
        self._due = due
        self._intercom = intercom
        self._ledger = ledger
        self._now = now
        self._found = self._taken = 0
        self._details: deque[tuple[Conversation, Future[Conversation | None]]] = deque()
        self._accounts: dict[str, Future[Account | None]] = {}
        self._unsaved: list[Conversation] = []
        self._read: list[Conversation] = []
        self._failed: Failures = []

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for the calls under way; what has not begun by now is wanted no more."""
        self._pool.shutdown(cancel_futures=True)

    def start(self, item: Conversation) -> None:
        """Begin to read one conversation, and its account when the listing did not bring it."""
        if not self._found:
            # Known by the time somebody decides on what is read; what goes wrong with it is told then.
            self._pool.submit(self._intercom.me)
        self._found += 1
        self._details.append((item, self._pool.submit(self._intercom.conversation, item.id)))
        if item.account is None and item.contact is not None:
            self._account(item.contact.id)
        if not self._found % TOLD_EVERY:
            self._tell()

    def take_in(self) -> None:
        """Save what is read by now, without waiting for more. Raises as `finish` does."""
        while self._details and self._is_here(*self._details[0]):
            self._take_next()

    def finish(self) -> tuple[Read, Failures]:
        """Wait for all; returns what was read and what could not be. Raises when the connection as a whole is refused."""
        while self._details:
            self._take_next()
        self._save()
        return tuple(self._read), self._failed

    def _is_here(self, item: Conversation, detail: Future[Conversation | None]) -> bool:
        account = self._accounts.get(item.contact.id) if item.contact else None
        return detail.done() and (account is None or account.done())

    def _take_next(self) -> None:
        item, detail = self._details.popleft()
        self._taken += 1
        conversation = self._outcome(item, detail)
        if conversation is not None:
            self._unsaved.append(conversation)
        if not self._taken % TOLD_EVERY:
            self._tell()
        if len(self._unsaved) >= self.BATCH:
            batch = self._save()
            if self._stored:
                self._stored(batch)

    def _tell(self) -> None:
        if self._progress:
            self._progress(self._taken, self._found)

    def _outcome(self, item: Conversation, detail: Future[Conversation | None]) -> Conversation | None:
        """The conversation as it was read, None when it could not be or is gone."""
        try:
            conversation = detail.result()
            if conversation is None:
                self._ledger.forget([item.id])
                self._ledger.clear_due_reads([item.id])
            return conversation and self._with_account(conversation)
        except ConnectorInactiveError:
            self._save()
            raise
        except ServiceError as error:
            self._failed.append((item, error))
            return None

    def _save(self) -> list[Conversation]:
        batch, self._unsaved = self._unsaved, []
        # Due until they are scored: who dies in between leaves them to the next look.
        self._ledger.add_due_reads(each.id for each in batch)
        self._ledger.save_conversations(batch)
        self._read += batch
        return batch

    def _with_account(self, conversation: Conversation) -> Conversation:
        if conversation.account is not None or conversation.contact is None:
            return conversation
        try:
            return replace(conversation, account=self._account(conversation.contact.id).result())
        except ServiceError:
            # A priority without the company would be wrong in silence. Asked in vain for the second time, it is shown as unknown.
            if conversation.id not in self._due:
                raise
            return conversation

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
