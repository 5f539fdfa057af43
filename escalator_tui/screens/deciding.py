"""Decisions on the marked conversations or the one under the cursor, and taking them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from escalator_tui.model.kinds import SET_ASIDE, RowState, Verb
from escalator_tui.screens.approving import ApprovingScreen
from escalator_tui.screens.keyed import listed
from escalator_tui.widgets.decisions import DOUBLES, Outcome, each_of, set_aside, taking_back, told_of
from escalator_tui.widgets.memory import remember_reason
from escalator_tui.widgets.undoing import is_withdrawable
from escalator_tui.widgets.wording import called_all, clock_time

if TYPE_CHECKING:
    from escalator_tui.model.decision import Decision
    from escalator_tui.model.row import Row
    from escalator_tui.widgets.undoing import Act


class DecidingScreen(ApprovingScreen):
    """A screen on which a lead decides. The desk is asked in the lane of decisions, in the order of the keys.

    Dialogues are imported when they are first opened: the first picture does without them.
    """

    def do_raise(self) -> None:
        """More urgent by one."""
        self._shift(+1)

    def do_lower(self) -> None:
        """Less urgent by one."""
        self._shift(-1)

    def _shift(self, by: int) -> None:
        from escalator_tui.agent.triage import raised

        rows = [replace(row, priority=raised(row.priority, by)) for row in self.rows_for("raise")]
        # Shown at once, so that a second press counts from it; if the ledger refuses, the row is read back.
        session = self.session
        session.acts.remember(Verb.OVERRIDE, rows)
        session.receive(rows)
        work = lambda row: session.desk.override(row.id, row.priority, actor=session.actor)  # noqa: E731 - one line, one use
        self._decide(rows, work, lambda outcome: self._shifted(rows, outcome))

    def do_dismiss(self) -> None:
        """Ask for the reason, then dismiss."""
        from escalator_tui.screens.dismiss import DismissScreen

        rows = self.rows_for("dismiss")
        self.app.push_screen(DismissScreen(rows, self.session.reasons).then(lambda reason: self._dismiss(rows, reason)))

    def _dismiss(self, rows: Sequence[Row], reason: str | None) -> None:
        if reason is None:
            return
        session = self.session
        remember_reason(session.reasons, reason)
        work = lambda row: session.desk.dismiss(row.id, reason=reason, actor=session.actor)  # noqa: E731 - one line, one use
        self._set_aside(rows, work, session.decision(Verb.DISMISS, reason))

    def do_snooze(self) -> None:
        """Ask for how long, then snooze."""
        from escalator_tui.screens.snooze import SnoozeScreen

        rows = self.rows_for("snooze")
        self.app.push_screen(SnoozeScreen(rows, self.session.clock()).then(lambda until: self._snooze(rows, until)))

    def _snooze(self, rows: Sequence[Row], until: float | None) -> None:
        if until is None:
            return
        session = self.session
        work = lambda row: session.desk.snooze(row.id, until=until, reason="", actor=session.actor)  # noqa: E731 - one line, one use
        self._set_aside(rows, work, session.decision(Verb.SNOOZE, until=until))

    def _set_aside(self, rows: Sequence[Row], work: Callable[[Row], object], decision: Decision) -> None:
        """Show it at once and go on, so that the next key is for the next row; what the ledger refuses comes back with the reason."""
        session, ids = self.session, frozenset(row.id for row in rows)
        known = {row.id: row for row in session.approvals.drop(ids)}  # what came back unsent is answered by this
        rows = [known.get(row.id, row) for row in rows]
        session.acts.remember(decision.verb, rows)
        session.queue.unmark(ids)
        session.receive([set_aside(row, decision) for row in rows], ids)
        self._decide(rows, work, lambda outcome: self._settled(decision, rows, outcome))

    def do_undo(self) -> None:
        """Take back what the key line says, and nothing else. What was sent already is withdrawn, but only after a question."""
        from escalator_tui.screens.ask import AskScreen
        from escalator_tui.screens.modal import titled
        from escalator_tui.widgets.withdrawal import withdrawal_text

        session, act = self.session, self.situation().undoable
        if act is None:
            return
        rows = [session.queue.rows[each] for each in act.ids if each in session.queue.rows]
        sent = [row for row in rows if act.verb is Verb.ESCALATE and is_withdrawable(row)]
        if not sent:
            self._undo(act, withdraw=False)
            return
        ask = AskScreen(f"Withdraw the escalation of {titled(sent)}", withdrawal_text(sent, session.actor), "withdraw", unforeseen=True)
        self.app.push_screen(ask.then(lambda yes: self._undo(act, withdraw=True) if yes else None))

    def point_at(self, conversation_id: str) -> None:
        """Put the cursor on it, where there is one."""

    def _undo(self, act: Act, *, withdraw: bool) -> None:
        session = self.session
        self.point_at(act.ids[0])  # at once: the next key means what was taken back
        session.acts.forget(act.verb, act.ids)
        approved = session.approvals.revocable(act.ids) if act.verb is Verb.ESCALATE else []
        if approved:
            rows = session.approvals.drop(approved)
            session.receive(rows)
            self.say(f"Taken back: the approval of {called_all(rows)}, before anything was sent")
        session.queue.unmark(frozenset(act.ids) if withdraw else frozenset())
        if written := [each for each in act.ids if each not in approved]:
            self._tell_of("Taken back", written, taking_back(session, act, withdraw=withdraw))

    def do_retry(self) -> None:
        """Send again what was not done; ask first when it may have arrived, and take the word of who saw it there."""
        from escalator_tui.screens.ask import AskScreen
        from escalator_tui.screens.modal import titled

        rows = self.rows_for("retry")
        doubtful = [row for row in rows if row.state is RowState.UNCERTAIN]
        if not doubtful:
            self._retry(rows, vouched=frozenset())
            return
        text = f"What went out for {called_all(doubtful)} may have arrived.\n{DOUBLES}"
        ask = AskScreen(f"Send again: {titled(rows)}", text, "send again", "it arrived, I saw it", unforeseen=True)
        self.app.push_screen(ask.then(lambda again: self._resolve(rows, doubtful, again=again)))

    def _resolve(self, rows: Sequence[Row], doubtful: Sequence[Row], *, again: bool | None) -> None:
        if again is None:
            return
        if again:
            self._retry(rows, frozenset(row.id for row in doubtful))
            return
        session = self.session
        seen = lambda each: session.desk.record_arrival(each, actor=session.actor)  # noqa: E731 - one line, one use
        self._tell_of("Recorded as arrived", self._go_on(doubtful), seen)

    def _retry(self, rows: Sequence[Row], vouched: frozenset[str]) -> None:
        session = self.session
        # Only for what was asked about: the ledger may know of more doubt than the rows did.
        again = lambda each: session.desk.retry(each, actor=session.actor, vouch=each in vouched)  # noqa: E731 - one line, one use
        self._tell_of("Sending again", self._go_on(rows), again)

    def _go_on(self, rows: Sequence[Row]) -> list[str]:
        """Go on at once, as after every decision: sent, the rows sink to what is done. Their ids."""
        ids = [row.id for row in rows]
        self.session.queue.unmark(frozenset(ids))
        self.session.receive((), frozenset(ids))
        return ids

    # -- what came of it

    def _decide(self, rows: Sequence[Row], work: Callable[[Row], object], done: Callable[[Outcome], None]) -> None:
        session = self.session
        session.decisions.submit(lambda: each_of(session, rows, work), done, self.complain)

    def _tell_of(self, what: str, ids: Sequence[str], work: Callable[[str], str]) -> None:
        session = self.session
        session.decisions.submit(lambda: told_of(session, ids, work), lambda outcome: self._told(what, outcome), self.complain)

    def _told(self, what: str, outcome: Outcome) -> None:
        self.session.receive(outcome.now)
        self._complain_only(outcome)
        if outcome.said:
            self.say(f"{what} for {listed(outcome.said, self.room)}")

    def _settled(self, decision: Decision, rows: Sequence[Row], outcome: Outcome) -> None:
        session = self.session
        if outcome.done:
            key = session.action("undo").shown
            until = f" until {clock_time(decision.until, session.clock())}" if decision.until else ""
            hint = f" · {key} takes {'it' if len(outcome.done) == 1 else 'them'} back" if key else ""
            self.say(f"{called_all(outcome.done)} {SET_ASIDE[decision.verb]}{until}{hint}")
        session.receive(self._forget_refused(decision.verb, rows, outcome))  # in case they cannot be read
        session.receive(outcome.now)
        self._complain_only(outcome)

    def _shifted(self, rows: Sequence[Row], outcome: Outcome) -> None:
        self._forget_refused(Verb.OVERRIDE, rows, outcome)
        self._complain_only(outcome)

    def _forget_refused(self, verb: Verb, rows: Sequence[Row], outcome: Outcome) -> list[Row]:
        """What never became true is not taken back: that would hit what somebody decided before. The rows."""
        refused = [row for row in rows if row not in outcome.done]
        self.session.acts.forget(verb, [row.id for row in refused])
        return refused

    def _complain_only(self, outcome: Outcome) -> None:
        for error in outcome.refused:
            self.complain(error)
        if outcome.refused:
            self.session.receive(outcome.now)
