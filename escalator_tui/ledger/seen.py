"""The part of the ledger that watching and detecting use: what was seen at Intercom, and how it was scored."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from escalator_tui.ledger import conversations
from escalator_tui.ledger.database import Database
from escalator_tui.model.assessment import Assessment
from escalator_tui.model.conversation import Account, Conversation


class Seen:
    """Methods of the ledger: see there for what they can raise, and how long they can take."""

    _database: Database

    def mark(self, name: str) -> str | None:
        """A mark of the watch, such as its cursor."""
        with self._database.read() as conn:
            return conversations.read_mark(conn, name)

    def set_mark(self, name: str, value: str) -> None:
        """Keep a mark."""
        with self._database.write() as tx:
            conversations.write_mark(tx, name, value)

    def save_conversations(self, conversations_: Iterable[Conversation]) -> None:
        """Keep conversations that were read in full. An older snapshot never overwrites a newer one; the same one is no change."""
        conversations.save_conversations(self._database, conversations_)

    def versions(self, ids: Collection[str] | None = None) -> dict[str, int]:
        """Conversation id to `updated_at` as last saved: of these (a page of them, not thousands), or of all."""
        with self._database.read() as conn:
            return conversations.read_versions(conn, ids)

    def open_ids(self) -> set[str]:
        """The ids of what is open at Intercom."""
        with self._database.read() as conn:
            return conversations.open_ids(conn)

    def open_counts(self) -> tuple[int, int]:
        """(open at Intercom, of these without an account)."""
        with self._database.read() as conn:
            return conversations.open_counts(conn)

    def due_reads(self) -> set[str]:
        """Conversations that some process listed and could not read, or has to read again."""
        with self._database.read() as conn:
            return conversations.read_due_reads(conn)

    def add_due_reads(self, conversation_ids: Iterable[str]) -> None:
        """Remember, for all processes, that these have to be read."""
        with self._database.write() as tx:
            conversations.add_due_reads(tx, conversation_ids)

    def clear_due_reads(self, conversation_ids: Iterable[str]) -> None:
        """These were read, or are gone."""
        with self._database.write() as tx:
            conversations.clear_due_reads(tx, conversation_ids)

    def forget(self, conversation_ids: Iterable[str]) -> None:
        """Mark conversations that are gone at Intercom as closed."""
        with self._database.write() as tx:
            conversations.forget(tx, conversation_ids)

    def account(self, contact_id: str) -> tuple[Account | None, float] | None:
        """(account, fetched_at in unix seconds) of a contact; None when it was never asked for."""
        with self._database.read() as conn:
            return conversations.read_account(conn, contact_id)

    def save_account(self, contact_id: str, account: Account | None) -> None:
        """Keep a contact's account, or that there is none."""
        with self._database.write() as tx:
            conversations.save_account(tx, contact_id, account)

    def save_assessments(self, assessments: Iterable[Assessment]) -> None:
        """Keep the newest assessments of saved conversations. The same result as before is no change."""
        conversations.save_assessments(self._database, assessments)

    def due_for_scoring(self, now: float) -> list[Conversation]:
        """Open conversations whose assessment was to reach the threshold, by time alone, until now (unix seconds)."""
        with self._database.read() as conn:
            return conversations.due_for_scoring(conn, now)
