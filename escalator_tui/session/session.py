"""What all screens share: the desk, the queue, the state of the watch, and what can be taken back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from escalator_tui.model.errors import EscalatorError
from escalator_tui.model.kinds import RowState
from escalator_tui.session.actions import ACTIONS, Action
from escalator_tui.session.approvals import Approvals
from escalator_tui.session.browser import open_link
from escalator_tui.session.decisions import Unwritten
from escalator_tui.session.interruption import has_job_control
from escalator_tui.session.lane import HandBack, Lane
from escalator_tui.session.memory import FIRST_REASONS
from escalator_tui.session.poller import Event, Failed, PollBegan, Polled, Poller, Reading, Recovered
from escalator_tui.session.queue_model import Queue
from escalator_tui.session.trends import Trends
from escalator_tui.session.undoing import Acts
from escalator_tui.session.wording import ends_at

if TYPE_CHECKING:
    from escalator_tui.agent.desk import Desk
    from escalator_tui.config import Settings
    from escalator_tui.config.saving import ConfigFile
    from escalator_tui.model.draft import PollReport
    from escalator_tui.model.row import Row

CHECKS_AT_ONCE = 4
_Count = tuple[int, str, str]
"""How many there are, what one of them is called, and what several."""


@dataclass(eq=False)
class WatchState:
    """How the watch is doing. Times are unix seconds."""

    report: PollReport | None = None
    next_at: float | None = None
    polling: bool = False
    reading: Reading | None = None
    paused: bool = False
    failures: dict[str, Failed] = field(default_factory=dict)

    def absorb(self, event: Event) -> None:
        """Take in what the poller tells."""
        match event:
            case PollBegan():
                self.polling, self.reading = True, None
            case Reading():
                self.reading = event
            case Polled(report, next_at):
                self.report, self.next_at, self.polling = report, next_at, False
            case Failed(duty):
                self.failures[duty] = event
                self.polling = self.polling and duty != "poll"
            case Recovered(duty):
                self.failures.pop(duty, None)

    @property
    def failure(self) -> Failed | None:
        """What to show of the failures: the poll's first."""
        return self.failures.get("poll") or next(iter(self.failures.values()), None)


class Receive(Protocol):
    """Takes in rows as they are now."""

    def __call__(self, rows: Sequence[Row], decided: frozenset[str] = frozenset()) -> object:
        """`decided` are those the lead is done with: the cursor goes on to the next one."""


def show_nowhere(rows: Sequence[Row], decided: frozenset[str] = frozenset()) -> None:
    """Where there is no screen."""


@dataclass(eq=False)
class Session:
    """Shared by every screen. `actor` is who decides; the lanes do what may block; `team` is the Linear team's name once it is known.

    `ring` tells the terminal's thread that the poller's inbox is not empty, `hand_back` carries a call to that thread; both are called
    from other threads. `receive` draws rows at once, on the terminal's thread. `config` is where tuned settings are saved; None: they last
    until the app ends. `browse` opens a link, or returns False where no browser can be opened; it may block for a moment. `complaining` is
    what went wrong, the newest last, and until when (of the monotonic clock) that is told; `refusing` that what was said last is why a key
    did nothing.
    """

    desk: Desk
    settings: Settings
    actor: str
    ring: Callable[[], object]
    hand_back: HandBack
    receive: Receive = show_nowhere
    clock: Callable[[], float] = time.time
    queue: Queue = field(default_factory=Queue)
    watch: WatchState = field(default_factory=WatchState)
    trends: Trends = field(default_factory=Trends)
    unwritten: Unwritten = field(default_factory=Unwritten)
    is_demo: bool = False
    """Whether all that is owed is lost at the end: a demo's ledger and services go with it."""
    team: str = ""
    read_only: bool = False
    config: ConfigFile | None = None
    auto: bool = False
    actions: tuple[Action, ...] = ACTIONS
    complaining: tuple[Sequence[str], float] = ((), 0.0)
    refusing: bool = False
    browse: Callable[[str], bool] = open_link
    reasons: list[str] = field(default_factory=lambda: list(FIRST_REASONS))

    approvals: Approvals = field(init=False)
    acts: Acts = field(init=False)
    reads: Lane = field(init=False)
    checks: Lane = field(init=False)
    decisions: Lane = field(init=False)
    names: Lane = field(init=False)
    browser: Lane = field(init=False)
    clipboard: Lane = field(init=False)
    replays: Lane = field(init=False)
    poller: Poller = field(init=False)

    def __post_init__(self) -> None:
        """Make the threads' owners. The lanes' threads idle until asked; the poller's begins with `poller.start()`."""
        self.approvals, self.acts = Approvals(self.actor), Acts(self.actor, self.queue, self.clock)
        interval = self.settings.polling.interval_minutes * 60
        # What is slow has a lane of its own: nothing that is looked at waits for it.
        self.reads, self.decisions, self.names = (Lane(each, self.hand_back) for each in ("reads", "decisions", "names"))
        self.browser, self.clipboard, self.replays = (Lane(each, self.hand_back) for each in ("browser", "clipboard", "replays"))
        self.checks = Lane("checks", self.hand_back, most=CHECKS_AT_ONCE)
        self.poller = Poller(
            self.desk,
            interval=interval,
            ring=self.ring,
            auto=lambda: self.auto,
            spared=lambda each: self.approvals.covers(each) or self.unwritten.covers(each),
            read_only=self.read_only,
            clock=self.clock,
        )
        self.queue.now = self.clock()

    def action(self, action_id: str) -> Action:
        """What the registry calls so, with the keys in force."""
        return next(each for each in self.actions if each.id == action_id)

    @property
    def is_read(self) -> bool:
        """Whether anything was read: before that, no number of the queue means anything."""
        return bool(self.queue.rows) or self.watch.report is not None

    def absorb(self, event: Event) -> None:
        """Take in what the poller tells of the watch."""
        match event:
            case PollBegan():
                self.queue.filling = not self.queue.rows
            case Polled() | Failed("poll"):
                self.queue.filling = False
        self.watch.absorb(event)

    def close(self) -> None:
        """End the threads; calls under way are not waited for."""
        self.poller.stop()
        for lane in (self.reads, self.checks, self.decisions, self.names, self.browser, self.clipboard, self.replays):
            lane.stop()

    def finish(self, seconds: float) -> None:
        """Wait that long at most for what is under way. What is being sent longer stays in doubt in the ledger, which the next start
        looks after.
        """
        until = time.monotonic() + seconds
        self.close()
        self.decisions.join(until - time.monotonic())
        if not self.read_only:
            self.desk.deliverer.stop(until - time.monotonic())
        self.poller.join(until - time.monotonic())

    def read(self, ids: Iterable[str]) -> list[Row]:
        """Rows as they are now, as far as they can be read. Blocks."""
        try:
            return [row for each in ids if (row := self.desk.row(each)) is not None]
        except EscalatorError:
            return []  # the poller reads them within a second or says why it cannot

    def leaving_drops(self) -> str:
        """What is under way, in words; empty when nothing is. From a read-only session nothing goes out, whoever leaves it."""
        if self.read_only:
            return ""
        unsent = len(self.approvals.unsent)
        return _told((unsent, "approval came back and was not sent", "approvals came back and were not sent"), *self._under_way())

    def keeps_running(self) -> str:
        """Why this must not be suspended now, in words; empty when it may. A call frozen in its middle may go out twice, as another process
        takes it over when its lease is over, and a write keeps the ledger from all others.
        """
        if harmed := _told(self._writing(), self._sending()):
            return f"{harmed}. Again in a moment"
        return "" if has_job_control() else "no shell is there that could go on with it"

    @property
    def is_busy(self) -> bool:
        """Whether something is under way that comes to its end without the lead."""
        return not self.read_only and any(many for many, *_ in self._under_way())

    def _under_way(self) -> Sequence[_Count]:
        checking = len(self.approvals.checking)
        return (
            (checking, "approval is being checked before it is confirmed", "approvals are being checked before they are confirmed"),
            self._writing(),
            self._sending(),
            (len(self.held()), "escalation is held and has not left yet", "escalations are held and have not left yet"),
        )

    def _writing(self) -> _Count:
        return self.decisions.pending, "decision is being written", "decisions are being written"

    def _sending(self) -> _Count:
        return self.desk.deliverer.in_flight, "delivery is being sent", "deliveries are being sent"

    def outdated(self) -> list[str]:
        """Ids of the rows whose snooze or hold is over by now."""
        now = self.clock()
        waiting = self.queue.standing(RowState.SNOOZED, RowState.HELD)
        return sorted(each.id for each in waiting if (ends := ends_at(each)) is not None and ends <= now)

    def held(self) -> list[Row]:
        """Rows that are about to go out, the next one first."""
        rows = [row for row in self.queue.standing(RowState.HELD) if row.record.escalation]
        return sorted(rows, key=lambda row: (row.record.escalation.held_until if row.record.escalation else 0.0, row.id))


def _told(*counted: _Count) -> str:
    return ", ".join(f"{many} {one if many == 1 else more}" for many, one, more in counted if many)
