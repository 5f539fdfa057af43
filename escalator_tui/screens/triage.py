"""What the queue and the detail screen have in common: keys, refusals, and decisions taken on conversations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from escalator_tui.model.decision import Priority
from escalator_tui.model.errors import EscalatorError
from escalator_tui.model.row import Row
from escalator_tui.screens.ask import AskScreen
from escalator_tui.screens.dismiss import DismissScreen
from escalator_tui.screens.help import HelpScreen
from escalator_tui.screens.send import Confirmed, SendScreen
from escalator_tui.screens.snooze import SnoozeScreen
from escalator_tui.widgets.actions import ACTIONS, BY_ID, Situation
from escalator_tui.widgets.session import Session
from escalator_tui.widgets.wording import called, clock_time

PRIORITIES = tuple(Priority)


@dataclass
class RowsReceived(Message):
    """Rows as they are now. `decided` are those the lead is done with: the cursor goes on to the next one."""

    rows: list[Row]
    decided: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Outcome:
    """What came of a decision on several conversations."""

    done: tuple[Row, ...]
    refused: tuple[EscalatorError, ...]
    now: list[Row]
    said: tuple[str, ...] = ()


class TriageScreen(Screen[None]):
    """A screen on which a lead decides. Every key is an action of the registry; a refused one says why."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # The filter's key comes before the focus: what is typed right behind it belongs to the filter and may not become a command.
        Binding(action.keys, f"act('{action.id}')", action.title, show=False, id=action.id, priority=action.id == "filter")
        for action in ACTIONS
        if action.keys
    ]

    def __init__(self, session: Session, name: str) -> None:
        super().__init__(name=name)
        self.session = session

    def situation(self) -> Situation:
        """What a key would act on now."""
        raise NotImplementedError

    def refresh_view(self) -> None:
        """Draw again what may have changed."""
        raise NotImplementedError

    def action_act(self, action_id: str) -> None:
        """Do what the registry calls so, or say why not."""
        refusal = BY_ID[action_id].refuse(self.situation())
        if refusal:
            self.say(refusal, "warning")
            return
        getattr(self, f"do_{action_id}")()

    # -- decisions

    def do_escalate(self) -> None:
        """Show what would go out."""
        rows = self.situation().rows
        self.app.push_screen(SendScreen(self.session, rows), lambda confirmed: self.on_confirmed(confirmed))

    def on_confirmed(self, confirmed: Confirmed | None) -> None:
        """The escalations are in the ledger; they leave when the hold is over."""
        if confirmed and confirmed.rows:
            self.session.remember_act("escalate", confirmed.rows)
            self._receive(confirmed.rows, confirmed.now)

    def do_raise(self) -> None:
        """More urgent by one."""
        self._shift(-1)

    def do_lower(self) -> None:
        """Less urgent by one."""
        self._shift(+1)

    def _shift(self, by: int) -> None:
        rows = [replace(row, priority=shifted(row.priority, by)) for row in self.situation().rows]
        # Shown at once, so that a second press counts from it; if the ledger refuses, the row is read back.
        self.app.post_message(RowsReceived(list(rows)))
        session = self.session
        work = lambda row: session.desk.override(row.id, row.priority, actor=session.actor)  # noqa: E731 - one line, one use
        self._decide(rows, work, self._complain_only)

    def do_dismiss(self) -> None:
        """Ask for the reason, then dismiss."""
        rows = self.situation().rows
        self.app.push_screen(DismissScreen(rows, self.session.reasons), lambda reason: self._dismiss(rows, reason))

    def _dismiss(self, rows: Sequence[Row], reason: str | None) -> None:
        if reason is None:
            return
        session = self.session
        session.remember_reason(reason)
        self._decide(
            rows, lambda row: session.desk.dismiss(row.id, reason=reason, actor=session.actor), lambda out: self._settled("dismiss", out)
        )

    def do_snooze(self) -> None:
        """Ask for how long, then snooze."""
        rows = self.situation().rows
        self.app.push_screen(SnoozeScreen(rows, self.session.clock()), lambda until: self._snooze(rows, until))

    def _snooze(self, rows: Sequence[Row], until: float | None) -> None:
        if until is None:
            return
        session = self.session
        self._decide(
            rows,
            lambda row: session.desk.snooze(row.id, until=until, reason="", actor=session.actor),
            lambda out: self._settled("snooze", out, f" until {clock_time(until, session.clock())}"),
        )

    def do_undo(self) -> None:
        """Take back the last decision, or this row's."""
        session = self.session
        act = session.undoable(self.situation().cursor)
        if act is None:
            return
        session.acts = [each for each in session.acts if each is not act]
        session.decisions.submit(lambda: undo(session, act.ids), self._undone, self._complain)

    def _undone(self, outcome: Outcome) -> None:
        self.app.post_message(RowsReceived(outcome.now))
        self._complain_only(outcome)
        if outcome.said:
            self.say(outcome.said[0] if len(outcome.said) == 1 else f"{outcome.said[0]} (and {len(outcome.said) - 1} more)")

    def _decide(self, rows: Sequence[Row], work: Callable[[Row], object], done: Callable[[Outcome], None]) -> None:
        session = self.session
        session.decisions.submit(lambda: each_of(session, rows, work), done, self._complain)

    def _settled(self, what: str, outcome: Outcome, detail: str = "") -> None:
        if outcome.done:
            self.session.remember_act(what, outcome.done)
            name = called(outcome.done[0].record.conversation) if len(outcome.done) == 1 else f"{len(outcome.done)} conversations"
            self.say(f"{name} {what}{'d' if what[-1] == 'e' else 'ed'}{detail} · u takes it back")
        self._receive(outcome.done, outcome.now)
        self._complain_only(outcome)

    def _receive(self, done: Sequence[Row], now: list[Row]) -> None:
        ids = frozenset(row.id for row in done)
        self.session.queue.marks -= ids
        self.app.post_message(RowsReceived(now, ids))

    def _complain_only(self, outcome: Outcome) -> None:
        for error in outcome.refused:
            self._complain(error)
        if outcome.refused:
            self.app.post_message(RowsReceived(outcome.now))

    # -- the rest

    def do_open(self) -> None:
        """In the browser."""
        row = self.situation().cursor
        if row is not None:
            desk, identity = self.session.desk, row.id
            self.session.reads.submit(lambda: desk.conversation_url(identity), self.app.open_url, self._complain)

    def do_auto(self) -> None:
        """Turn auto mode on, once confirmed, or off."""
        if self.session.auto:
            self._set_auto(on=False)
            return
        need = self.session.queue.counts().need
        now = f"{need} conversation{'s need' if need != 1 else ' needs'} you: they go out with the next look, which begins at once."
        text = f"Every conversation that reaches the threshold is escalated by itself, without a hold.\n{now if need else ''}"
        self.app.push_screen(AskScreen("Turn auto mode on", text, "on"), lambda yes: self._set_auto(on=True) if yes else None)

    def _set_auto(self, *, on: bool) -> None:
        self.session.auto = on
        self.say("Auto mode is on: escalations go out by themselves" if on else "Auto mode is off: nothing goes out without you")
        if on:
            self.session.poller.refresh()
        self.refresh_view()

    def do_refresh(self) -> None:
        """Ask Intercom now."""
        self.session.poller.refresh()
        self.say("Asking Intercom")

    def do_pause(self) -> None:
        """Stop asking Intercom, or go on."""
        watch = self.session.watch
        watch.paused = self.session.poller.paused = not watch.paused
        self.refresh_view()

    def do_help(self) -> None:
        """Every key and what it does."""
        self.app.push_screen(HelpScreen(self.situation()))

    def do_quit(self) -> None:
        """Leave; ask when something is under way."""
        under_way = self.session.leaving_drops()
        if not under_way:
            self.app.exit()
            return
        text = f"{under_way}.\nWhat is under way is finished; the rest stays owed and goes out when Escalator runs again."
        self.app.push_screen(AskScreen("Leave now", text, "leave"), lambda yes: self.app.exit() if yes else None)

    def say(self, text: str, severity: Literal["information", "warning", "error"] = "information") -> None:
        """A short word in the corner."""
        self.app.notify(text, severity=severity, markup=False, timeout=4)

    def _complain(self, error: EscalatorError) -> None:
        self.app.notify(str(error), severity="error", markup=False, timeout=8)


def shifted(priority: Priority, by: int) -> Priority:
    """The priority so many steps down (or up), within P0 to P3."""
    return PRIORITIES[min(max(PRIORITIES.index(priority) + by, 0), len(PRIORITIES) - 1)]


def each_of(session: Session, rows: Sequence[Row], work: Callable[[Row], object]) -> Outcome:
    """Do something to every row; one refusal does not keep the others from it. The rows are read again afterwards."""
    done, refused = [], []
    for row in rows:
        try:
            work(row)
            done.append(row)
        except EscalatorError as error:
            refused.append(error)
    return Outcome(tuple(done), tuple(refused), session.read([row.id for row in rows]))


def undo(session: Session, ids: Sequence[str]) -> Outcome:
    """Take back the newest decision on each of these conversations."""
    desk, said, refused = session.desk, [], []
    for each in ids:
        try:
            said.append(desk.undo(each, actor=session.actor))
        except EscalatorError as error:
            refused.append(error)
    return Outcome((), tuple(refused), session.read(ids), tuple(said))
