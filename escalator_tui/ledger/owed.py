"""The part of the ledger that delivering uses: what is owed, who holds it, and how it ended."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from escalator_tui.ledger import again, audit, outbox, records, throttle
from escalator_tui.ledger.database import Database
from escalator_tui.ledger.owners import Owner
from escalator_tui.ledger.schema import escalations
from escalator_tui.model.decision import Delivery, Escalation
from escalator_tui.model.errors import LedgerError


class Owed:
    """Methods of the ledger: see there for what they can raise, and how long they can take."""

    workspace: str
    patience: float
    settle: float
    _database: Database
    _owner: Owner

    @property
    def owner(self) -> str:
        """The name of the process that uses this ledger, as deliveries bear it."""
        return str(self._owner)

    def tell(self, escalation_ids: Collection[int], teller: str) -> set[int]:
        """Of these escalations those that `teller` is to report, and nobody else. May be asked again."""
        with self._database.write() as tx:
            return audit.tell(tx, escalation_ids, teller)

    def escalation(self, escalation_id: int) -> Escalation:
        """One escalation with its deliveries. Raises LedgerError when there is none."""
        with self._database.read() as conn:
            found = records.read_escalations(conn, escalations.c.id == escalation_id)
        if not found:
            raise LedgerError(f"There is no escalation {escalation_id} in the ledger")
        return found[0]

    def claim(self, *, lease: float) -> Delivery | None:
        """Claim the delivery that is due longest for `lease` seconds. It has its new fence, and `in_doubt` as it was before the claim."""
        with self._database.write() as tx:
            return outbox.claim(tx, lease, self._owner, self.patience)

    def renew(self, delivery: Delivery, *, lease: float) -> bool:
        """Keep what is claimed for `lease` seconds from now. False when the claim was lost to another process."""
        with self._database.write() as tx:
            return outbox.renew(tx, delivery, lease)

    def complete(self, delivery: Delivery, result: dict[str, Any]) -> bool:
        """It happened. False when the claim was lost to another process, which then says how it ended; so for the next three."""
        with self._database.write() as tx:
            return outbox.complete(tx, replace(delivery, result=result), self.workspace, self.patience)

    def postpone(
        self,
        delivery: Delivery,
        *,
        due_at: float,
        error: str = "",
        cure: str = "",
        in_doubt: bool,
        counted: bool = True,
    ) -> bool:
        """Not done: try again at `due_at`, looking first when in doubt. `counted` False takes the attempt back from the count."""
        attempts = delivery.attempts if counted else delivery.attempts - 1
        new = replace(delivery, due_at=due_at, error=error, cure=cure, in_doubt=in_doubt, attempts=attempts)
        with self._database.write() as tx:
            return outbox.postpone(tx, new, self.patience)

    def block(self, delivery: Delivery, *, error: str, cure: str) -> bool:
        """Refused for good, until somebody applies the cure and asks to `retry`."""
        with self._database.write() as tx:
            return outbox.block(tx, replace(delivery, error=error, cure=cure), self.workspace, self.patience)

    def doubt(self, delivery: Delivery, *, error: str, cure: str) -> bool:
        """It may have happened and nobody can look: never repeated blindly."""
        with self._database.write() as tx:
            return outbox.doubt(tx, replace(delivery, error=error, cure=cure), self.workspace, self.patience)

    def drop(self, delivery: Delivery) -> bool:
        """It did not happen and never will: its escalation was withdrawn, or what it was to be done to is gone, as `error` tells."""
        with self._database.write() as tx:
            return outbox.drop(tx, delivery, self.workspace, self.patience)

    def owed(self) -> list[Delivery]:
        """Everything owed, the longest due first."""
        with self._database.read() as conn:
            return outbox.read_owed(conn)

    def next_due(self) -> float | None:
        """When the next delivery becomes due by time alone; None when there is none."""
        with self._database.read() as conn:
            return outbox.read_next_due(conn, self._database.now, self.patience)

    def take_token(self, key: str, *, burst: int, per_second: float, reserve: bool = False) -> float:
        """0.0 when a token of the bucket was taken, else the seconds until there is one; with `reserve` that one is the caller's own when
        it comes within LONGEST_TURN.
        """
        with self._database.write() as tx:
            return throttle.take_token(tx, key, burst=burst, per_second=per_second, reserve=reserve)

    def pause(self, key: str, seconds: float) -> None:
        """Let all processes leave `key` alone for so long, or longer when that was said before."""
        with self._database.write() as tx:
            throttle.pause(tx, key, seconds)

    def paused(self, key: str) -> float:
        """The seconds that `key` is still to be left alone, 0.0 when it is not."""
        with self._database.read() as conn:
            return throttle.read_pause(conn, key, self._database.now)

    def take_over(self) -> int:
        """Free what dead processes of this machine hold. What would double is due after the settle time, and looked for first."""
        with self._database.write() as tx:
            return again.take_over(tx, self._owner, self.settle, self.patience)
