"""Decisions on the marked conversations or the one under the cursor, and taking them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from escalator_tui.model.kinds import SET_ASIDE, RowState, Verb
from escalator_tui.screens.approving import ApprovingScreen
from escalator_tui.screens.keyed import listed
from escalator_tui.session.decisions import Outcome, each_of, taking_back, told_of
from escalator_tui.session.memory import remember_reason
from escalator_tui.session.undoing import is_withdrawable
from escalator_tui.session.wording import called_all, clock_time

if TYPE_CHECKING:
    from escalator_tui.model.errors import EscalatorError
    from escalator_tui.model.row import Row
    from escalator_tui.session.doubt import Asked
    from escalator_tui.session.undoing import Act
    from escalator_tui.session.verdicts import Verdict


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
        from escalator_tui.session.verdicts import override, priorities_told

        rows, left_out = self.rows_for("raise"), self.session.action("raise").left_out(self.situation().rows)
        to = {row.id: raised(row.priority, by) for row in rows}
        told = partial(priorities_told, to, left_out)
        self._decide(rows, override(self.session, to), lambda done: self._tell_of_done(done, told(done)))

    def do_dismiss(self) -> None:
        """Ask for the reason, then dismiss."""
        from escalator_tui.screens.dismiss import DismissScreen

        rows = self.rows_for("dismiss")
        self.app.push_screen(DismissScreen(rows, self.session.reasons).then(lambda reason: self._dismiss(rows, reason)))

    def _dismiss(self, rows: Sequence[Row], reason: str | None) -> None:
        from escalator_tui.session.verdicts import dismissal

        if reason is None:
            return
        remember_reason(self.session.reasons, reason)
        self._set_aside(rows, dismissal(self.session, reason), SET_ASIDE[Verb.DISMISS])

    def do_snooze(self) -> None:
        """Ask for how long, then snooze."""
        from escalator_tui.screens.snooze import SnoozeScreen

        rows = self.rows_for("snooze")
        self.app.push_screen(SnoozeScreen(rows, self.session.clock).then(lambda until: self._snooze(rows, until)))

    def _snooze(self, rows: Sequence[Row], until: float | None) -> None:
        from escalator_tui.session.verdicts import snooze

        if until is None:
            return
        told = f"{SET_ASIDE[Verb.SNOOZE]} until {clock_time(until, self.session.clock())}"
        self._set_aside(rows, snooze(self.session, until), told)

    def _set_aside(self, rows: Sequence[Row], verdict: Verdict, told: str) -> None:
        """Go on, so that the next key is for the next row; what the ledger refuses comes back with the reason."""
        session, ids = self.session, frozenset(row.id for row in rows)
        session.receive(session.approvals.drop(ids))  # what came back unsent is answered by this
        session.queue.unmark(ids)
        self._decide(rows, verdict, lambda done: self._tell_of_done(done, told), ids)

    def _tell_of_done(self, done: Sequence[Row], told: str) -> None:
        key = self.session.action("undo").shown
        hint = f" · {key} takes {'it' if len(done) == 1 else 'them'} back" if key else ""
        self.say(f"{called_all(done)} {told}{hint}")

    def do_undo(self) -> None:
        """Take back what the key line says, and nothing else. What was sent already is withdrawn, but only after a question."""
        from escalator_tui.screens.ask import AskScreen
        from escalator_tui.screens.modal import titled
        from escalator_tui.session.withdrawal import withdrawal_text

        session, act = self.session, self.situation().undoable
        if act is None:
            self._go_to(session.acts.sent)
            return
        rows = [session.queue.rows[each] for each in act.ids if each in session.queue.rows]
        sent = [row for row in rows if act.verb is Verb.ESCALATE and is_withdrawable(row)]
        if not sent:
            self._undo(act, withdraw=False)
            return
        ask = AskScreen(f"Withdraw the escalation of {titled(sent)}", withdrawal_text(sent, session.actor), "withdraw", unforeseen=True)
        self.app.push_screen(ask.then(lambda yes: self._undo(act, withdraw=True) if yes else None))

    def _go_to(self, sent: Sequence[Row]) -> None:
        """To withdraw it, the lead has to see it."""
        rows = sent if self.situation().in_queue else sent[:1]
        self.session.queue.mark([row.id for row in rows] if len(rows) > 1 else ())
        again = f"{self.session.action('undo').shown} again asks whether to withdraw {'it' if len(rows) == 1 else 'them'}"
        self.say(f"{called_all(rows)} went out: {again if self.reach(rows[0].id) else 'the queue has it'}")

    def reach(self, conversation_id: str) -> bool:  # noqa: ARG002 - there is no cursor here
        """Put the cursor on it, whatever hides it. Whether that can be done from here."""
        return False

    def point_at(self, conversation_id: str) -> None:
        """Put the cursor on it, where there is one."""

    def _undo(self, act: Act, *, withdraw: bool) -> None:
        session = self.session
        self.point_at(act.ids[0])  # at once: the next key means what was taken back
        session.acts.forget(act.verb, act.ids)
        session.acts.pending |= set(act.ids)
        approved = session.approvals.revocable(act.ids) if act.verb is Verb.ESCALATE else []
        if approved:
            rows = session.approvals.drop(approved)
            session.receive(rows)
            session.acts.pending -= set(approved)
            self.say(f"Taken back: the approval of {called_all(rows)}, before anything was sent")
        if withdraw:
            session.queue.unmark(frozenset(act.ids))
        elif len(act.ids) > 1:
            session.queue.mark(act.ids)  # as they were when they were decided on together
        if written := [each for each in act.ids if each not in approved]:
            work = partial(told_of, session, written, taking_back(session, act, withdraw=withdraw))
            session.decisions.submit(work, lambda outcome: self._undone(act, outcome), self.complain)

    def _undone(self, act: Act, outcome: Outcome) -> None:
        self.session.acts.pending -= set(act.ids)
        self.session.acts.restore(act, outcome.failed)
        self._told("Taken back", outcome)

    def do_retry(self) -> None:
        """Send again what was not done; ask first when it may have arrived, and take the word of who saw it there."""
        from escalator_tui.screens.ask import AskScreen
        from escalator_tui.screens.modal import titled
        from escalator_tui.session.doubt import asked_of

        rows = self.rows_for("retry")
        doubtful = [row for row in rows if row.state is RowState.UNCERTAIN]
        if not doubtful:
            self._retry(rows, vouched=frozenset())
            return
        asked = asked_of(rows, doubtful, self.session.action("retry").shown or "retry")
        ask = AskScreen(f"{asked.title}: {titled(rows)}", asked.text, asked.verb, asked.other, unforeseen=True)
        self.app.push_screen(ask.then(lambda again: self._resolve(rows, asked, again=again)))

    def _resolve(self, rows: Sequence[Row], asked: Asked, *, again: bool | None) -> None:
        from escalator_tui.session.doubt import vouched

        if again:
            self._retry(rows, vouched(asked.seen), "Looking again" if asked.gone else "Sending again")
        elif again is not None:
            (self._ask_whether_it_is_there if asked.gone else self._record_arrival)(asked.seen)

    def _ask_whether_it_is_there(self, doubtful: Sequence[Row]) -> None:
        from escalator_tui.screens.ask import AskScreen
        from escalator_tui.screens.modal import titled
        from escalator_tui.session.doubt import IS_IT_THERE, SAW_IT

        def settle(absent: bool | None) -> None:
            if absent is not None:
                (self._record_absence if absent else self._record_arrival)(doubtful)

        ask = AskScreen(f"What you saw: {titled(doubtful)}", IS_IT_THERE, "it is not there", SAW_IT, unforeseen=True)
        self.app.push_screen(ask.then(settle))

    def _record_arrival(self, doubtful: Sequence[Row]) -> None:
        from escalator_tui.session.verdicts import recording_arrival

        self._tell_of("Recorded as arrived", self._go_on(doubtful), recording_arrival(self.session))

    def _record_absence(self, doubtful: Sequence[Row]) -> None:
        from escalator_tui.session.verdicts import recording_absence

        self._tell_of("Recorded as not there", self._go_on(doubtful), recording_absence(self.session))

    def _retry(self, rows: Sequence[Row], vouched: frozenset[str], told: str = "Sending again") -> None:
        from escalator_tui.session.verdicts import sending_again

        self._tell_of(told, self._go_on(rows), sending_again(self.session, vouched))

    def _go_on(self, rows: Sequence[Row]) -> list[str]:
        """Go on at once, as after every decision: sent, the rows sink to what is done. Their ids."""
        ids = [row.id for row in rows]
        self.session.queue.unmark(frozenset(ids))
        self.session.receive((), frozenset(ids))
        return ids

    def _decide(
        self, rows: Sequence[Row], verdict: Verdict, tell: Callable[[Sequence[Row]], None], left: frozenset[str] = frozenset()
    ) -> None:
        """Show it at once, so that the next key counts from it, and write it in turn. The cursor goes on from those `left`."""
        session = self.session
        session.acts.remember(verdict.verb, rows)
        now = [session.queue.rows.get(row.id, row) for row in rows]
        session.receive(session.unwritten.begin(now, verdict.draw), left)
        self.go_on(left)
        work = partial(each_of, session, rows, verdict.write)
        lost = partial(self._lose, rows, verdict)
        session.decisions.submit(work, lambda outcome: self._written(rows, verdict, outcome, tell), lost)

    def _lose(self, rows: Sequence[Row], verdict: Verdict, error: EscalatorError) -> None:
        """Nobody knows what came of it: what stood before is shown until the poller reads what is true."""
        self.session.receive(self.session.unwritten.end(verdict.draw))
        self.session.acts.forget(verdict.verb, [row.id for row in rows])
        self.complain(error)

    def _written(self, rows: Sequence[Row], verdict: Verdict, outcome: Outcome, tell: Callable[[Sequence[Row]], None]) -> None:
        session, done = self.session, {row.id for row in outcome.done}
        if done:
            tell(outcome.done)
        # In case they cannot be read again, what is known of them.
        known = {row.id: verdict.draw(row) if row.id in done else row for row in session.unwritten.end(verdict.draw)}
        session.receive(list((known | {row.id: row for row in outcome.now}).values()))
        # What never became true is not taken back: that would hit what somebody decided before.
        session.acts.forget(verdict.verb, [row.id for row in rows if row.id not in done])
        self._complain_of(outcome)

    def _complain_of(self, outcome: Outcome) -> None:
        for error in outcome.refused:
            self.complain(error)

    def _tell_of(self, what: str, ids: Sequence[str], work: Callable[[str], str]) -> None:
        session = self.session
        session.decisions.submit(lambda: told_of(session, ids, work), lambda outcome: self._told(what, outcome), self.complain)

    def _told(self, what: str, outcome: Outcome) -> None:
        self.session.receive(outcome.now)
        self._complain_of(outcome)
        if outcome.said:
            self.say(f"{what} for {listed(outcome.said, self.room)}")
