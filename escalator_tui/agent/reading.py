"""Conversations and accounts read side by side, and what came of it."""

from __future__ import annotations

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


class Reading:
    """Reads in threads of its own, which end with the `with` around it. What was read is saved in batches, so that a long first sync
    survives a kill. `due` are those that were asked for in vain before.
    """

    BATCH = 200

    def __init__(
        self,
        intercom: Intercom,
        ledger: Ledger,
        now: float,
        due: set[str],
        progress: Progress | None = None,
    ) -> None:
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="read")
        self._progress = progress
        self._due = due
        self._intercom = intercom
        self._ledger = ledger
        self._now = now
        self._details: list[tuple[Conversation, Future[Conversation | None]]] = []
        self._accounts: dict[str, Future[Account | None]] = {}

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for the calls under way."""
        self._pool.shutdown()

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
