"""What was seen, decided and done. A facade: each theme lives in a module of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from escalator_tui.ledger import (
    activity,
    again,
    audit,
    conversations,
    decisions,
    followups,
    records,
    retention,
    withdrawals,
)
from escalator_tui.ledger.audit import Event
from escalator_tui.ledger.changes import Changes
from escalator_tui.ledger.database import Database
from escalator_tui.ledger.opening import open_database
from escalator_tui.ledger.owed import Owed
from escalator_tui.ledger.owners import Owner, this_process
from escalator_tui.ledger.recorded import read_recorded
from escalator_tui.ledger.schema import conversations as table
from escalator_tui.ledger.schema import escalations
from escalator_tui.ledger.seen import Seen
from escalator_tui.model.activity import Activity
from escalator_tui.model.conversation import Conversation
from escalator_tui.model.decision import Baseline, Decision, Escalation, FollowUp, Texts
from escalator_tui.model.kinds import DeliveryKind, Priority
from escalator_tui.model.record import Record, Recorded


class Ledger(Seen, Owed):
    """The ledger of one installation, or of a team on PostgreSQL. Thread-safe, and safe with any number of processes.

    Every method can block for as long as another process writes, and raises LedgerError when the ledger cannot be used.
    `workspace` is its random identity, part of every reference; `patience` is how many seconds the Slack alert of an escalation waits for
    the Linear issue, counted from the first attempt that failed; `settle` how many seconds a request of a process that died may still be
    on its way.
    The deliverer sets both from the settings.
    """

    def __init__(self, database: Database, workspace: str, owner: Owner) -> None:
        self.workspace = workspace
        self.patience = 60.0
        self.settle = 20.0
        self._database = database
        self._owner = owner
        self._changes = Changes(database)

    @classmethod
    def open(cls, url: str, *, clock: Callable[[], float] = time.time, owner: Owner | None = None, to_read: bool = False) -> Ledger:
        """Open, create or update the ledger at a path, sqlite:///… or postgresql://… ("" is the user's own file).

        On PostgreSQL the server's clock is used unless another one than `time.time` is passed in. `owner` is this process unless told.
        Who opens it only `to_read` may do so without the right to write to the file or its folder.
        Raises LedgerError, and leaves the ledger as it was, when it is corrupt, newer, read-only, not a ledger or out of reach.
        """
        database, workspace = open_database(url, clock, to_read=to_read)
        return cls(database, workspace, owner or this_process())

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()

    @property
    def now(self) -> float:
        """The ledger's time, unix seconds: what `due_at` is measured by."""
        return self._database.now

    # Read

    def record(self, conversation_id: str) -> Record | None:
        """Everything known of one conversation."""
        with self._database.read() as conn:
            return next(iter(records.read_records(conn, table.c.id == conversation_id)), None)

    def open_records(self) -> list[Record]:
        """Conversations that are open at Intercom, or have a delivery that is owed, blocked or uncertain."""
        with self._database.read() as conn:
            return records.read_records(conn, records.open_or_owing())

    def escalated_records(self) -> list[Record]:
        """Conversations that are open at Intercom and have an escalation."""
        with self._database.read() as conn:
            return records.read_records(conn, records.escalated())

    def last_change(self) -> float:
        """The mark to call `changes` with first: take it before `open_records` and nothing falls in between."""
        with self._database.read() as conn:
            return records.last_touch(conn)

    def changes(self, since: float) -> tuple[list[Record], float]:
        """The records that any process changed since a mark, and the mark to call with next. May repeat one, never misses one."""
        return self._changes.since(since)

    def history_of(self, conversation: Conversation, since: float) -> list[Conversation]:
        """The newest other conversations of the same contact, company or company domain updated since (unix seconds), oldest first."""
        with self._database.read() as conn:
            return conversations.history_of(conn, conversation, since)

    def updated_since(self, since: float) -> list[Conversation]:
        """Every conversation updated since (unix seconds), open or not."""
        with self._database.read() as conn:
            return conversations.updated_since(conn, since)

    def recorded(self, *, since: float = 0.0, limit: int) -> Iterator[Recorded]:
        """The conversations updated last, at most `limit` and since a moment (unix seconds), each with all that was decided on it."""
        return read_recorded(self._database, since, limit)

    # Triage

    def wake_snoozed(self) -> int:
        """Let `changes` report, once for all processes, the snoozes that ran out. Returns how many did since the last call."""
        with self._database.write() as tx:
            return conversations.wake_snoozed(tx)

    def decide(self, decision: Decision) -> None:
        """Dismiss, snooze, override, undo (ends the dismissal or snooze in force) or reopen (ends the episode). Raises DecisionError."""
        with self._database.write() as tx:
            decisions.decide(tx, decision)

    def take_priority_back(self, conversation_id: str, actor: str, *, own: bool) -> tuple[Decision, Decision | None]:
        """Give again the priority that stood before the one in force: the one taken back, and what stands again, if anything. Raises
        DecisionError when none was given, or with `own` when somebody else gave it.
        """
        with self._database.write() as tx:
            return decisions.take_priority_back(tx, conversation_id, actor, own=own)

    def confirm(
        self,
        conversation_id: str,
        *,
        priority: Priority,
        texts: Texts,
        actor: str,
        kinds: Sequence[DeliveryKind],
        hold: float = 0.0,
        reason: str = "",
        score: float = 0.0,
        unless_decided: bool = False,
        baseline: Baseline | None = None,
    ) -> Escalation:
        """Escalate: the escalation, what it owes, the decision and the event in one transaction. Raises DecisionError when one is open, or
        when something would be sent for a conversation that is not known (any more).

        Nothing leaves within `hold` seconds, by the ledger's clock. `unless_decided` refuses as well when the conversation is closed, or
        was dismissed, snoozed (and still is) or withdrawn since the customer last wrote: whether an older decision holds is the caller's
        to tell. `baseline` is what was known of the conversation, so that what comes later can be told from it.
        """
        asked = decisions.Confirmation(
            conversation_id=conversation_id,
            priority=priority,
            texts=texts,
            actor=actor,
            kinds=decisions.kinds_of(kinds),
            hold=hold,
            reason=reason,
            score=score,
            baseline=baseline or Baseline(),
            unless_decided=unless_decided,
        )
        with self._database.write() as tx:
            escalation_id = decisions.confirm(tx, asked, self.workspace, self.patience)
            return records.read_escalations(tx.conn, escalations.c.id == escalation_id)[0]

    def was_escalated(self, conversation_id: str) -> bool:
        """Whether a conversation ever had an escalation, even one that ended or was dropped since."""
        with self._database.read() as conn:
            return decisions.was_escalated(conn, conversation_id)

    def cancel(self, escalation_id: int, actor: str) -> None:
        """Undo an escalation that is still held. Raises DecisionError when it is not, or something of it may have left."""
        with self._database.write() as tx:
            decisions.cancel(tx, escalation_id, actor)

    def withdraw(self, escalation_id: int, decision: Decision, text: str) -> None:
        """Undo after sending: cancel what has not left, owe what makes up for the rest and says `text`. Raises DecisionError."""
        with self._database.write() as tx:
            withdrawals.withdraw(tx, escalation_id, decision, text, self.workspace, self.patience)

    def reopen(self, escalation_id: int, decision: Decision) -> bool:
        """End this episode by rule, so that the conversation may escalate again. False when it is no longer the open one."""
        with self._database.write() as tx:
            return decisions.reopen(tx, escalation_id, decision)

    def follow_up(self, escalation: Escalation, new: FollowUp) -> bool:
        """Owe what tells the services of a customer's new messages. False, and nothing, when another process told of them first."""
        with self._database.write() as tx:
            return followups.follow_up(tx, escalation.id, escalation.baseline, new, self.workspace, self.patience)

    def retry(self, escalation_id: int, actor: str, *, vouch: bool = False) -> int:
        """Owe again what was refused for good or is uncertain, after the cure. Returns how many deliveries that are.

        With `vouch` the actor says that what is uncertain did not arrive: where nobody can look, it is sent, once. Of a withdrawn
        escalation that is said with `record_absence`: here nothing but what takes it back is sent by such a word.
        """
        with self._database.write() as tx:
            return again.retry(tx, escalation_id, actor, self.patience, vouch=vouch)

    def record_arrival(self, escalation_id: int, actor: str) -> int:
        """The actor saw that what is uncertain arrived: it is done by that word. Returns how many deliveries that were."""
        with self._database.write() as tx:
            return again.record_arrival(tx, escalation_id, actor, self.patience)

    def record_absence(self, escalation_id: int, actor: str) -> int:
        """The actor saw that what is uncertain of a withdrawn escalation did not arrive: nothing of it is to be taken back. Returns how
        many deliveries that were.
        """
        with self._database.write() as tx:
            return again.record_absence(tx, escalation_id, actor, self.patience)

    def retry_stuck(self) -> int:
        """Owe again whatever was refused for good or is uncertain, as the settings or rights may have been mended. Returns how many."""
        with self._database.write() as tx:
            return again.retry_stuck(tx, self.patience)

    # Audit

    def prune(self, keep_days: int) -> int:
        """Drop what ended longer ago than that, at most once a day whoever asks. Returns how many conversations were dropped."""
        return retention.prune(self._database, keep_days)

    def events(self, conversation_id: str | None = None, limit: int = 200) -> list[Event]:
        """The newest events, oldest of them first."""
        with self._database.read() as conn:
            return audit.read_events(conn, conversation_id, limit)

    def activity(self, limit: int = 200, conversation_id: str | None = None) -> list[Activity]:
        """The newest deliveries first: what happened last, and what is still owed, refused or uncertain, `limit` of each at most."""
        with self._database.read() as conn:
            return activity.read_activity(conn, limit, conversation_id)
