"""The headless agent: `escalator --auto`. It decides by itself, asks nothing, and says on stdout what it did."""

from __future__ import annotations

import math
import secrets
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TextIO, TypeVar

from escalator_tui.agent.cycle import Agent
from escalator_tui.agent.outcome import Outcome, outcome_of
from escalator_tui.agent.undone import is_undone, standing, why_undone
from escalator_tui.model.draft import PollReport
from escalator_tui.model.errors import EscalatorError, LedgerDownError, LedgerError
from escalator_tui.model.kinds import RowState
from escalator_tui.model.row import Row
from escalator_tui.reports.cycle import JsonReport, Report, TextReport
from escalator_tui.reports.output import SteadyOutput
from escalator_tui.services.errors import ConnectorInactiveError, ServiceError
from escalator_tui.services.scalekit import ConnectionStatus

T = TypeVar("T")

SHORTEST_PAUSE, LONGEST_PAUSE = 0.25, 5.0
"""Seconds between two questions to a ledger that is away."""
LEAST_PATIENCE = 5.0
"""Seconds that a ledger may be away however short the time for deliveries is."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: `repeat` every `interval` seconds, deliver for at most `drain` seconds a cycle, `dry_run`: write to no service."""

    repeat: bool = False
    interval: float = 120.0
    drain: float = 120.0
    dry_run: bool = False
    as_json: bool = False


class _Drain:
    """Delivers what is owed for so many seconds, in all calls together: a call may have to be repeated."""

    def __init__(self, agent: Agent, seconds: float, stop: threading.Event, monotonic: Callable[[], float]) -> None:
        self._agent = agent
        self._left = seconds
        self._stop = stop
        self._monotonic = monotonic

    def __call__(self, *, keep: float = 0.0) -> None:
        """Use up the time that is left but for what is to be kept."""
        began = self._monotonic()
        try:
            self._agent.deliverer.drain(max(0.0, self._left - keep), stop=self._stop)
        finally:
            self._left -= self._monotonic() - began


class Headless:
    """Runs cycles of one agent. `check` reads the state of the connections; `stop`, once set, ends the run at the next safe moment."""

    def __init__(
        self,
        agent: Agent,
        options: Options,
        *,
        check: Callable[[], list[ConnectionStatus]],
        stop: threading.Event,
        out: TextIO,
        err: TextIO,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._agent = agent
        self._check = check
        self._stop = stop
        self._options = options
        self._err = err
        self._monotonic = monotonic
        steady = SteadyOutput(out, err)
        self._report: Report = JsonReport(steady) if options.as_json else TextReport(steady)
        self._told: dict[str, Outcome] = {}
        self._undone: dict[str, tuple[object, ...]] = {}
        self._complaints: dict[str, tuple[object, ...]] = {}
        self._begun = self._checked = False
        self._name = secrets.token_hex(8)
        self._decided: set[int] = set()
        self._arrived: set[int] = set()

    def run(self) -> int:
        """One cycle, or cycles until stopped. Returns the exit code. A single cycle lets its EscalatorError out; one of many logs it."""
        if not self._options.repeat:
            return self._single_cycle()
        code = 0
        while not self._stop.is_set():
            try:
                code = self.cycle()
            except EscalatorError as error:
                code = error.exit_code
                self._checked = False
                print(f"escalator: {error} Next cycle in {self._options.interval:.0f} s.", file=self._err, flush=True)
            self._stop.wait(self._options.interval)
        return code

    def _single_cycle(self) -> int:
        try:
            return self.cycle()
        except LedgerDownError:
            raise
        except LedgerError as error:
            # It opened, so it is no usage error: what was confirmed is owed.
            print(f"escalator: {error}", file=self._err, flush=True)
            return 1

    def cycle(self) -> int:
        """Check the connections, finish what is owed, look, decide, deliver, report. Returns 0, or 1 when something is still undone.

        Every step may be done twice: a ledger that is away for a moment is waited for, by each step as long as owed deliveries are.
        Raises LedgerDownError when it stays away.
        """
        started, patiently = self._monotonic(), self._patiently
        patiently(self._begin)
        self._check_connections()
        drain = _Drain(self._agent, self._options.drain, self._stop, self._monotonic)
        patiently(lambda: self._finish_owed(drain))
        report = patiently(self._look)
        self._report.fetched(report)
        self._warn(report)
        listed = patiently(self._agent.rows)
        if not self._options.dry_run and not self._stop.is_set():
            self._decided.update(each.id for each in patiently(lambda: self._agent.auto_decide(listed)))
            patiently(drain)
        rows = patiently(lambda: self._rows_with(row.id for row in listed))
        news = patiently(lambda: self._news(rows.values()))
        return self._tell(rows, news, self._monotonic() - started)

    def _look(self) -> PollReport:
        try:
            return self._agent.poll(follow_up=not self._options.dry_run)
        except ServiceError:
            # What is undone does not wait for Intercom to be said.
            for row in filter(is_undone, self._agent.rows()):
                self._complain(row)
            raise

    def _patiently(self, step: Callable[[], T]) -> T:
        """The step's result, as soon as the ledger answers."""
        pause, until = SHORTEST_PAUSE, math.inf
        while True:
            try:
                return step()
            except LedgerDownError:
                until = min(until, self._monotonic() + max(self._options.drain, LEAST_PATIENCE))
                if self._stop.is_set() or self._monotonic() + pause > until:
                    raise
            self._stop.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _begin(self) -> None:
        """At the start: what earlier runs left goes out beside everything else, and between two cycles."""
        if self._begun:
            return
        if not self._options.dry_run:
            self._agent.deliverer.start()
            # What is stuck may go now: the setting, or the right at the service, may have been mended since.
            self._agent.ledger.retry_stuck()
        self._begun = True

    def _check_connections(self) -> None:
        """At the start and after a failed cycle: a quiet cycle shall cost one call."""
        if self._checked:
            return
        statuses = self._check()
        self._report.connections(statuses)
        inactive = [each for each in statuses if not each.is_active]
        if inactive:
            raise _inactive(inactive)
        self._checked = True

    def _finish_owed(self, drain: _Drain) -> None:
        """Deliver what earlier runs left owed, in half of the time at most (the rest is this cycle's)."""
        if self._options.dry_run:
            return
        self._agent.ledger.take_over()
        if self._agent.ledger.owed():
            drain(keep=self._options.drain / 2)

    def _warn(self, report: PollReport) -> None:
        if report.problem:
            unread = f"{report.unread} changed conversations could not be read" if report.unread else "Not everything could be listed"
            print(f"escalator: {unread} and stay due: {report.problem}", file=self._err, flush=True)

    def _rows_with(self, listed: Iterable[str]) -> dict[str, Row]:
        """The rows as they are now, with those of the listed conversations that ended meanwhile."""
        rows = {row.id: row for row in self._agent.rows()}
        ended = (self._agent.row(each) for each in set(listed) - rows.keys())
        return rows | {row.id: row for row in ended if row is not None}

    def _news(self, rows: Iterable[Row]) -> set[str]:
        """The conversations of which this process says that they were escalated. It has to have decided that or done the last of it, and
        of all processes over the ledger one alone says it, once.
        """
        arrived = {each.id: each for row in rows if row.state is RowState.ESCALATED and (each := row.record.escalation)}
        new, ledger = arrived.keys() - self._arrived, self._agent.ledger
        ours = [each for each in new if each in self._decided or arrived[each].finished_by == ledger.owner]
        told = ledger.tell(ours, self._name) if ours else set()
        self._arrived |= new
        return {arrived[each].conversation_id for each in told}

    def _tell(self, rows: Mapping[str, Row], escalated: Collection[str], seconds: float) -> int:
        """Report the rows of this cycle and their totals: every row at first, then those with news; the undone are counted."""
        outcomes = {row.id: outcome_of(row, is_news=row.id in escalated, dry_run=self._options.dry_run) for row in rows.values()}
        undone = [row for row in rows.values() if is_undone(row)]
        stands = {row.id: standing(row) for row in undone}
        changed = {key for key, now in stands.items() if self._undone.get(key) != now}
        news = {key for key, outcome in outcomes.items() if self._told.get(key) != outcome} | changed
        for row in sorted((rows[key] for key in news), key=lambda row: (-row.score, row.id)):
            self._report.conversation(row, outcomes[row.id])
        self._told, self._undone = outcomes, stands
        self._report.summary([outcomes[key] for key in news | stands.keys()], seconds)
        for row in undone:
            self._complain(row)
        return 1 if undone else 0

    def _complain(self, row: Row) -> None:
        """Once for each reason."""
        stands = standing(row)
        if row.record.escalation is not None and self._complaints.get(row.id) != stands:
            self._complaints[row.id] = stands
            why = why_undone(row.record.escalation, self._agent.ledger.now)
            print(f"escalator: conversation {row.id}, {why}", file=self._err, flush=True)


def _inactive(statuses: list[ConnectionStatus]) -> ConnectorInactiveError:
    said = "; ".join(f"{each.explanation} ({each.status})" for each in statuses)
    return ConnectorInactiveError(
        said, service="scalekit", cure=f"Run `escalator authorize {' '.join(each.service for each in statuses)}`."
    )
