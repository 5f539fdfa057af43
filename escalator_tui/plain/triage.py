"""The decisions of a lead at a prompt. Each method does one command; what cannot be done is said and nothing else happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from escalator_tui.model.decision import LONGEST_REASON
from escalator_tui.model.kinds import Priority, RowState, Verb
from escalator_tui.model.row import Row
from escalator_tui.plain.asking import Asking, RefusedError
from escalator_tui.plain.commands import UsageError, seconds_of
from escalator_tui.plain.console import Console
from escalator_tui.plain.news import News
from escalator_tui.plain.numbers import Numbers
from escalator_tui.plain.reasons import Reasons
from escalator_tui.plain.words import row_line
from escalator_tui.session.actions import BY_ID, Situation
from escalator_tui.session.auto_mode import RULE, foretold
from escalator_tui.session.decisions import Outcome, each_of, taking_back, told_of
from escalator_tui.session.doubt import again_text, is_unwanted, vouched
from escalator_tui.session.session import Session
from escalator_tui.session.undoing import Act, is_withdrawable
from escalator_tui.session.verdicts import Verdict, dismissal, override, recording_absence, recording_arrival, sending_again, snooze
from escalator_tui.session.withdrawal import withdrawal_text
from escalator_tui.session.wording import called, called_all, clock_time

SAW_IT = "If you saw it there, answer no and type arrived with its number."
NOT_THERE = "If you looked and it is not there, answer no and type missing with its number."
KEPT = "Nothing was changed."
PRIORITIES = {priority.value.casefold(): priority for priority in Priority}


class Triage:
    """Decides for the session's actor."""

    def __init__(self, session: Session, console: Console, news: News, asking: Asking, reasons: Reasons, numbers: Numbers) -> None:
        self._session, self._console, self._news, self._asking, self._reasons = session, console, news, asking, reasons
        self._numbers = numbers

    def prioritise(self, rows: Sequence[Row], text: str) -> None:
        """Give them this priority."""
        wanted = PRIORITIES.get(text.casefold())
        if wanted is None:
            raise UsageError("Say which priority: p0, p1, p2 or p3")

        def refusal(row: Row) -> str:
            if wanted is row.priority and row.priority_known:
                return f"{called(row.record.conversation)} is {wanted.value} already"
            return self._asking.refusal("raise" if wanted <= row.priority else "lower", row)

        able = self._asking.able(rows, refusal)
        verdict = override(self._session, {row.id: wanted for row in able})
        self._decide(f"give {wanted.value} to", able, verdict, f"is {wanted.value} now", len(rows))

    def dismiss(self, rows: Sequence[Row], reason: str) -> None:
        """Set them aside for this reason; without one, those used before are offered."""
        able = self._able("dismiss", rows)
        words = reason[:LONGEST_REASON] or self._reasons.ask(self._asking.numbers_of(rows))
        if not words:
            self._console.say(KEPT)
            return
        heard = [self._numbers.heard(row) for row in able]
        if self._decide("dismiss", heard, dismissal(self._session, words), "is dismissed, until something new happens", len(rows)):
            self._reasons.remember(words)

    def snooze(self, rows: Sequence[Row], text: str) -> None:
        """Set them aside for that long."""
        session = self._session
        until, heard = session.clock() + seconds_of(text), [self._numbers.heard(row) for row in self._able("snooze", rows)]
        self._decide("snooze", heard, snooze(session, until), f"is snoozed until {clock_time(until, session.clock())}", len(rows))

    def undo(self, row: Row | None, *, yes: bool = False) -> None:
        """Take back the last decision, or the one on this row; ask when it was sent, unless the lead said `yes` beforehand."""
        session = self._session
        act = session.acts.undoable(row, alone=row is not None)
        if act is None and row is None and (gone := session.acts.sent):
            raise RefusedError(f"{called_all(gone)} went out: undo with a number withdraws what was sent")
        self._refuse("undo", row, act)
        if act is None:
            return
        rows = [found for each in act.ids if (found := session.queue.rows.get(each))]
        sent = [each for each in rows if act.verb is Verb.ESCALATE and is_withdrawable(each)]
        if sent:
            self._console.say(f"Withdraw the escalation of {called_all(sent)}:\n{withdrawal_text(sent, session.actor)}")
            if not (yes or self._asking.affirms("withdraw", "undo", sent)):
                self._console.say("Nothing was taken back.")
                return
        outcome = told_of(session, act.ids, taking_back(session, act, withdraw=bool(sent)))
        session.acts.forget(act.verb, [each for each in act.ids if each not in outcome.failed])
        self._say_of("Taken back", outcome)

    def retry(self, rows: Sequence[Row], *, yes: bool = False) -> None:
        """Send again what is not done; ask first when it may have arrived, unless the lead said `yes` beforehand."""
        session, able = self._session, self._able("retry", rows)
        doubtful = [row for row in able if row.state is RowState.UNCERTAIN]
        gone = all(is_unwanted(row) for row in able)
        if doubtful:
            hints = () if yes else (SAW_IT, NOT_THERE) if any(is_unwanted(row) for row in doubtful) else (SAW_IT,)
            self._console.say(" ".join((*again_text(doubtful).splitlines(), *hints)))
        if not (yes or self._asking.agrees("look again" if gone else "send again", able, named=len(rows), by="retry" if doubtful else "")):
            self._console.say("Nothing was sent.")
            return
        told = "Looking again" if gone else "Sending again"
        self._say_of(told, told_of(session, [row.id for row in able], sending_again(session, vouched(doubtful))))

    def record_arrival(self, rows: Sequence[Row]) -> None:
        """Take the lead's word that what is uncertain is there."""
        self._settle(rows, "as arrived", recording_arrival(self._session))

    def record_absence(self, rows: Sequence[Row]) -> None:
        """Take the lead's word that what is uncertain of a withdrawn escalation is not there."""
        self._settle(rows, "as not there", recording_absence(self._session))

    def _settle(self, rows: Sequence[Row], how: str, record: Callable[[str], str]) -> None:
        able = self._able("retry", rows)
        if not self._asking.agrees(f"record {how}", able, named=len(rows)):
            self._console.say(KEPT)
            return
        self._say_of(f"Recorded {how}", told_of(self._session, [row.id for row in able], record))

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
        self._console.say(RULE)
        for told in foretold(session.queue.standing(RowState.NEEDS_DECISION)) or ["None needs you now."]:
            self._console.say(told)
        if self._console.affirms("turn it on"):
            session.auto = True
            session.poller.refresh()
        self._console.say(f"Auto mode is {'on' if session.auto else 'off'}.")

    # -- what came of it

    def _able(self, action: str, rows: Sequence[Row]) -> list[Row]:
        return self._asking.able(rows, lambda row: self._asking.refusal(action, row))

    def _decide(self, do: str, rows: Sequence[Row], verdict: Verdict, done: str, named: int) -> bool:
        """Do it to each of those left of so many `named`, once the lead agrees, and say of each that it is `done`. Whether the lead did."""
        agreed = self._asking.agrees(do, rows, named=named)
        if agreed:
            self._tell(each_of(self._session, rows, verdict.write), done, verdict.verb)
        else:
            self._console.say(KEPT)
        return agreed

    def _refuse(self, action: str, row: Row | None, undoable: Act | None = None) -> None:
        rows = (row,) if row else ()
        refusal = BY_ID[action].refuse(Situation(rows, row, self._session.read_only, undoable))
        if refusal:
            raise RefusedError(refusal)

    def _tell(self, outcome: Outcome, done: str, verb: Verb) -> None:
        self._news.learn(outcome.now)
        if outcome.done:
            self._session.acts.remember(verb, outcome.done)
        lines = [f"{called(row.record.conversation)} {done}." for row in outcome.done]
        if verb in (Verb.DISMISS, Verb.SNOOZE):
            now = self._session.clock()
            done_with = {row.id for row in outcome.done}
            back = [row for row in outcome.now if row.id in done_with and row.state is RowState.NEEDS_DECISION]
            lines += [f"It is back at once: {row_line(self._numbers.say(row), row, now)}" for row in back]
        self._console_lines(lines, outcome)

    def _say_of(self, done: str, outcome: Outcome) -> None:
        self._news.learn(outcome.now)
        self._console_lines([f"{done} for {each}." for each in outcome.said], outcome)

    def _console_lines(self, lines: Sequence[str], outcome: Outcome) -> None:
        for line in (*lines, *map(str, outcome.refused)):
            self._console.say(line)
