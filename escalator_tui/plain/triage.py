"""The decisions of a lead at a prompt. Each method does one command; what cannot be done is said and nothing else happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from escalator_tui.model.draft import Draft
from escalator_tui.model.errors import EscalatorError
from escalator_tui.model.kinds import Priority, RowState, Verb
from escalator_tui.model.row import Row
from escalator_tui.plain.commands import UsageError, seconds_of
from escalator_tui.plain.console import Console
from escalator_tui.plain.news import News
from escalator_tui.plain.words import change_lines, draft_lines, joined
from escalator_tui.widgets.actions import BY_ID, Situation
from escalator_tui.widgets.decisions import DOUBLES, Outcome, confirm, each_of, told_of
from escalator_tui.widgets.session import Session
from escalator_tui.widgets.withdrawal import is_withdrawable, withdrawal_text
from escalator_tui.widgets.wording import called, called_all, clock_time

LONGEST_REASON = 200
PRIORITIES = {priority.value.casefold(): priority for priority in Priority}


class RefusedError(EscalatorError):
    """The registry says why an action is off."""


class Triage:
    """Decides for the session's actor."""

    def __init__(self, session: Session, console: Console, news: News) -> None:
        self._session, self._console, self._news = session, console, news

    def send(self, row: Row) -> None:
        """Show the three texts, ask, read again, confirm what was shown."""
        self._refuse("escalate", row)
        desk, draft = self._session.desk, self._session.desk.draft(row.id)
        self._show(draft)
        while self._console.affirms("send"):
            fresh = desk.fresh_draft(draft)
            changes = list(change_lines(draft, fresh, self._session.clock()))
            if not changes:
                self._confirm(fresh)
                return
            self._console.say(joined(changes))
            self._console.say("Nothing was sent. As it is now:")
            draft = fresh
            self._show(draft)
        self._console.say("Nothing was sent.")

    def _show(self, draft: Draft) -> None:
        self._console.say(joined(draft_lines(draft, self._session.settings.linear.team_id)))

    def _confirm(self, draft: Draft) -> None:
        session, name = self._session, called(draft.row.record.conversation)
        attempt = confirm(session, draft)
        self._news.learn(attempt.now)
        if attempt.refusal:
            self._console.say(f"{name} was not sent: {attempt.refusal}")
            return
        session.remember_act(Verb.ESCALATE, [draft.row])
        session.desk.deliverer.wake()
        hold = session.settings.delivery.hold_seconds
        self._console.say(f"{name} goes out in {hold:.0f} s, undo takes it back." if hold else f"{name} goes out now.")

    def prioritise(self, row: Row, text: str) -> None:
        """Give it this priority."""
        wanted = PRIORITIES.get(text.casefold())
        if wanted is None:
            raise UsageError("Say which priority: p0, p1, p2 or p3")
        self._refuse("raise" if wanted <= row.priority else "lower", row)
        if wanted is row.priority and row.priority_known:
            raise RefusedError(f"It is {wanted.value} already")
        session = self._session
        outcome = each_of(session, [row], lambda each: session.desk.override(each.id, wanted, actor=session.actor))
        self._tell(outcome, f"is {wanted.value} now", Verb.OVERRIDE)

    def dismiss(self, row: Row, reason: str) -> None:
        """Set it aside for this reason."""
        self._refuse("dismiss", row)
        if not reason:
            raise UsageError("Say why, as in: dismiss 1 not urgent")
        session, words = self._session, reason[:LONGEST_REASON]
        outcome = each_of(session, [row], lambda each: session.desk.dismiss(each.id, reason=words, actor=session.actor))
        self._tell(outcome, "is dismissed, until something new happens", Verb.DISMISS)

    def snooze(self, row: Row, text: str) -> None:
        """Set it aside for that long."""
        self._refuse("snooze", row)
        session = self._session
        until = session.clock() + seconds_of(text)
        outcome = each_of(session, [row], lambda each: session.desk.snooze(each.id, until=until, reason="", actor=session.actor))
        self._tell(outcome, f"is snoozed until {clock_time(until, session.clock())}", Verb.SNOOZE)

    def undo(self, row: Row | None) -> None:
        """Take back the last decision, or the one on this row; ask when it was sent."""
        session = self._session
        act = session.undoable(row, alone=row is not None)
        self._refuse("undo", row, act.what if act else "")
        if act is None:
            return
        rows = [found for each in act.ids if (found := session.queue.rows.get(each))]
        sent = [each for each in rows if act.verb is Verb.ESCALATE and is_withdrawable(each)]
        if sent:
            self._console.say(f"Withdraw the escalation of {called_all(sent)}:\n{withdrawal_text(sent, session.actor)}")
            if not self._console.affirms("withdraw"):
                self._console.say("Nothing was taken back.")
                return
        # By what it was about: one that was found on the row is among the acts as well.
        session.acts = [each for each in session.acts if (each.verb, each.ids) != (act.verb, act.ids)]
        take_back = self._undoing(act.verb, withdraw=bool(sent))
        self._say_of("Taken back", told_of(session, act.ids, take_back))

    def _undoing(self, verb: Verb, *, withdraw: bool) -> Callable[[str], str]:
        session = self._session
        return lambda each: session.desk.undo(each, actor=session.actor, expecting=verb, withdraw=withdraw)

    def retry(self, row: Row) -> None:
        """Send again what is not done; ask first when it may have arrived."""
        self._refuse("retry", row)
        doubtful = row.state is RowState.UNCERTAIN
        if doubtful:
            self._console.say(f"What went out for {called(row.record.conversation)} may have arrived. {DOUBLES}")
            if not self._console.affirms("send again"):
                self._console.say("Nothing was sent.")
                return
        session = self._session
        again = lambda each: session.desk.retry(each, actor=session.actor, vouch=doubtful)  # noqa: E731 - one line, one use
        self._say_of("Sending again", told_of(session, [row.id], again))

    def set_auto(self, text: str) -> None:
        """Turn auto mode on, once confirmed, or off."""
        session = self._session
        if text.casefold() not in ("on", "off"):
            raise UsageError(f"Auto mode is {'on' if session.auto else 'off'}. Say auto on or auto off")
        self._refuse("auto", None)
        if text.casefold() == "off":
            session.auto = False
            self._console.say("Auto mode is off: nothing goes out without you.")
            return
        need = session.queue.counts().need
        self._console.say("Every conversation that reaches the threshold is then escalated by itself, without a hold.")
        self._console.say(f"{need} need you now, and go out with the next look, which begins at once." if need else "None needs you now.")
        if self._console.affirms("turn it on"):
            session.auto = True
            session.poller.refresh()
        self._console.say(f"Auto mode is {'on' if session.auto else 'off'}.")

    # -- what came of it

    def _refuse(self, action: str, row: Row | None, undoable: str = "") -> None:
        rows = (row,) if row else ()
        refusal = BY_ID[action].refuse(Situation(rows, row, self._session.read_only, undoable))
        if refusal:
            raise RefusedError(refusal)

    def _tell(self, outcome: Outcome, done: str, verb: Verb) -> None:
        self._news.learn(outcome.now)
        if outcome.done:
            self._session.remember_act(verb, outcome.done)
        self._console_lines([f"{called(row.record.conversation)} {done}." for row in outcome.done], outcome)

    def _say_of(self, done: str, outcome: Outcome) -> None:
        self._news.learn(outcome.now)
        self._console_lines([f"{done} for {each}." for each in outcome.said], outcome)

    def _console_lines(self, lines: Sequence[str], outcome: Outcome) -> None:
        for line in (*lines, *map(str, outcome.refused)):
            self._console.say(line)
