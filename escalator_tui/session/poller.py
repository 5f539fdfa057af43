"""The watch in the background: one daemon thread that keeps the queue fresh."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from msgspec import Struct

from escalator_tui.model.errors import LedgerError
from escalator_tui.model.kinds import RowState
from escalator_tui.services.errors import RetryableError, ServiceError
from escalator_tui.session.crash import explain

if TYPE_CHECKING:
    from escalator_tui.agent.desk import Desk
    from escalator_tui.model.decision import Escalation
    from escalator_tui.model.draft import PollReport
    from escalator_tui.model.row import Row

LOOK_SECONDS = 1.0
RESCORE_SECONDS = 60.0
FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS = 5.0, 120.0


class RowsRead(Struct, frozen=True):
    """Rows as they are now."""

    rows: list[Row]


class PollBegan(Struct, frozen=True):
    """Intercom is being asked."""


class Reading(Struct, frozen=True):
    """A long look goes on: so many conversations are read, of those found so far."""

    read: int
    found: int


class Polled(Struct, frozen=True):
    """Intercom was asked; it is asked again at `next_at` (unix seconds)."""

    report: PollReport
    next_at: float


class AutoDecided(Struct, frozen=True):
    """Auto mode confirmed these."""

    escalations: list[Escalation]


class Failed(Struct, frozen=True):
    """A duty failed, and is tried again at `retry_at` (unix seconds). `who` is the service that failed, or the ledger, if it was one."""

    duty: str
    message: str
    cure: str
    retry_at: float
    who: str = ""


class Recovered(Struct, frozen=True):
    """A duty that had failed works again."""

    duty: str


Event = RowsRead | PollBegan | Reading | Polled | AutoDecided | Failed | Recovered


class Duty:
    """Something done again and again. After a failure it is put off, longer each time, or as long as the service asks."""

    def __init__(self, name: str, work: Callable[[], None], every: float, due_at: float) -> None:
        self.name, self.work, self.every, self.due_at = name, work, every, due_at
        self.failures = 0

    def put_off(self, now: float, asked: float | None, rng: random.Random) -> None:
        """Set the time of the next try."""
        self.failures += 1
        delay = min(FIRST_RETRY_SECONDS * 2 ** (self.failures - 1), LONGEST_RETRY_SECONDS)
        self.due_at = now + max(delay * rng.uniform(0.8, 1.2), asked or 0.0)


class Poller:
    """Polls the desk and reads what changed, in a thread of its own; deadlines are the desk's business.

    What happened is put into an inbox; `ring` tells the terminal that there is something in it and must be callable from any thread.
    `auto` tells whether the agent decides by itself, `spared` that it leaves a conversation, by its id, to the lead; both are asked from
    the poller's thread. `read_only` keeps it from deciding anything by rule and from owing anything to a service.
    """

    def __init__(
        self,
        desk: Desk,
        *,
        interval: float,
        ring: Callable[[], object],
        auto: Callable[[], bool],
        spared: Callable[[str], bool] = lambda _: False,
        read_only: bool = False,
        clock: Callable[[], float] = time.time,
        rng: random.Random | None = None,
    ) -> None:
        self._desk, self._interval, self._ring, self._auto, self._clock = desk, interval, ring, auto, clock
        self._spared, self._read_only = spared, read_only
        self._rng = rng or random.Random()  # noqa: S311 - spreads retries, keeps no secret
        self._inbox: SimpleQueue[Event] = SimpleQueue()
        self._wake, self._stop = threading.Event(), threading.Event()
        # The first look is wanted by whoever starts.
        self._wanted, self._answered = 1, 0
        self._thread = threading.Thread(target=self._run, name="escalator-poller", daemon=True)
        self.paused = False

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End soon; a call under way is not waited for."""
        self._stop.set()
        self._wake.set()

    def join(self, seconds: float = 2.0) -> None:
        """Wait so long at most for the end, so that the desk is not closed under a call that is almost done."""
        self.stop()
        if self._thread.is_alive():
            self._thread.join(max(0.0, seconds))

    def refresh(self) -> None:
        """Ask Intercom now, even while paused."""
        self._wanted += 1
        self._wake.set()

    @property
    def is_wanted(self) -> bool:
        """Whether a look that was asked for, the first of all too, is not over yet, answered or not, with what auto mode decides then."""
        return self._answered < self._wanted

    def events(self) -> list[Event]:
        """What happened since the last call."""
        found = []
        while True:
            try:
                found.append(self._inbox.get_nowait())
            except Empty:
                return found

    def _run(self) -> None:
        now = seen = self._clock()
        poll = Duty("poll", self._poll, self._interval, now)
        duties = (
            Duty("look", self._look, LOOK_SECONDS, now),
            poll,
            Duty("rescore", self._rescore, RESCORE_SECONDS, now + RESCORE_SECONDS),
        )
        while not self._stop.is_set():
            wanted, now = self._wanted, self._clock()
            for duty in duties:  # a clock that was set back must not stop the watch for as long
                duty.due_at -= max(0.0, seen - now)
            seen = now
            if self._answered < wanted:
                poll.due_at = self._clock()
            elif self.paused:
                poll.due_at = max(poll.due_at, self._clock() + LOOK_SECONDS)
            for duty in duties:
                if self._clock() >= duty.due_at and not self._stop.is_set():
                    self._do(duty)
            if self._answered < wanted:
                self._answered = wanted
                self._ring()
            self._wake.wait(LOOK_SECONDS)
            self._wake.clear()

    def _do(self, duty: Duty) -> None:
        try:
            # Set before the work, so that an event of the work can name the next time.
            duty.due_at = self._clock() + duty.every
            duty.work()
        except Exception as error:  # noqa: BLE001 - the watch goes on whatever happens, and says so
            told = explain(error)
            duty.put_off(self._clock(), error.retry_after if isinstance(error, RetryableError) else None, self._rng)
            self._tell(Failed(duty.name, told.message, told.cure, duty.due_at, _who(error)))
            return
        if duty.failures:
            duty.failures = 0
            self._tell(Recovered(duty.name))

    def _look(self) -> None:
        rows = self._desk.changed_rows()
        if rows:
            self._tell(RowsRead(rows))

    def _poll(self) -> None:
        self._tell(PollBegan())
        decides = not self._read_only
        report = self._desk.poll(
            follow_up=decides,
            by_rule=decides,
            progress=lambda read, found: self._tell(Reading(read, found)),
            arrived=self._look,
        )
        self._look()
        self._tell(Polled(report, self._clock() + self._interval))
        if self._auto():
            self._decide()

    def _decide(self) -> None:
        waiting = [row for row in self._desk.rows() if row.state is RowState.NEEDS_DECISION]
        escalations: list[Escalation] = []
        try:
            for row in waiting:
                # One by one: who turns it off, or leaves, means those that have not gone out yet.
                if not self._auto() or self._stop.is_set():
                    break
                if self._spared(row.id):
                    continue
                escalations += self._desk.auto_decide([row])
        finally:
            if escalations:
                self._desk.deliverer.wake()
                self._tell(AutoDecided(escalations))
                self._look()

    def _rescore(self) -> None:
        self._desk.rescore()
        self._look()

    def _tell(self, event: Event) -> None:
        self._inbox.put(event)
        self._ring()


def _who(error: Exception) -> str:
    if isinstance(error, ServiceError):
        return error.service.capitalize()
    return "The ledger" if isinstance(error, LedgerError) else ""
