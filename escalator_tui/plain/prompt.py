"""The prompt: reads a command, does it, tells the news, and so on until the lead leaves."""

from __future__ import annotations

import threading
from collections.abc import Callable

from escalator_tui.model.errors import EscalatorError
from escalator_tui.model.row import Row
from escalator_tui.plain.activity import activity_summary, call_line, explained
from escalator_tui.plain.asking import Asking
from escalator_tui.plain.commands import ANSWERS, COMMANDS, SEVERAL, YES, Command, UsageError, is_number, number_of, numbers_of, parse
from escalator_tui.plain.console import Console, LeftError
from escalator_tui.plain.ending import Ending
from escalator_tui.plain.news import News
from escalator_tui.plain.numbers import Numbers
from escalator_tui.plain.reasons import Reasons
from escalator_tui.plain.sending import Sending
from escalator_tui.plain.triage import Triage
from escalator_tui.plain.waiting import Waiting
from escalator_tui.plain.words import conversation_lines, joined, row_line, sentence, summary
from escalator_tui.session.columns import URGENCY
from escalator_tui.session.crash import explain
from escalator_tui.session.filtering import compile_filter
from escalator_tui.session.memory import MemoryFile
from escalator_tui.session.session import Session

FIRST_LINES = 20
UNDONE = "undone"


class Prompt:
    """One session at a console. `heard` is set whenever the poller found something; `asked_to_leave` tells whether a signal came,
    `ending` gathers what is told at the end.
    """

    def __init__(
        self,
        session: Session,
        console: Console,
        heard: threading.Event,
        asked_to_leave: Callable[[], bool],
        memory: MemoryFile | None,
        ending: Ending,
    ) -> None:
        self._session, self._console, self._asked_to_leave = session, console, asked_to_leave
        self._numbers = Numbers()
        news = News(session, self._numbers, ending)
        self._waiting = Waiting(session, console, news, heard, asked_to_leave)
        asking = Asking(session, console, self._numbers)
        self._triage = Triage(session, console, news, asking, Reasons(session, console, memory), self._numbers)
        self._sending = Sending(session, console, news, self._numbers, asking, ending)
        self._ending, self._leaving = ending, False

    def run(self) -> None:
        """Greet, then do what is asked. Raises LeftError when nobody asks any more."""
        self._console.say(f"Escalator{', read-only' if self._session.read_only else ''}. Asking Intercom. Type help for the commands.")
        self._waiting.await_look()
        self._list()
        while not self._leaving and not self._asked_to_leave():
            self._waiting.tell_news()
            try:
                self._do(self._console.read())
            except KeyboardInterrupt:
                self._console.say()
                self._quit()

    def _do(self, line: str) -> None:
        if not line.strip():
            if not self._waiting.tell_news():
                self._console.say("Nothing new.")
            return
        try:
            command, rest = parse(line)
            # Before, so that the command acts on what is so now.
            self._waiting.tell_news()
            self._call(command, rest)
        except EscalatorError as error:
            self._console.say(sentence(str(error)))
        except LeftError:
            raise  # also in the middle of a question
        except Exception as error:  # noqa: BLE001 - one command failed; the session, and what is on its way, go on
            self._console.say(sentence(str(explain(error))))

    def _call(self, command: Command, rest: str) -> None:
        if not command.takes_number:
            self._general[command.name](rest)
        elif command.takes_several:
            numbers, rest = numbers_of(command, rest)
            if rest and command.takes_nothing_else and not (command.takes_yes and rest.casefold() in YES):
                raise UsageError(f"Say numbers of the list and nothing else, as in: {command.example(*numbers)}")
            self._deciding[command.name]([self._row(number) for number in numbers], rest)
        else:
            number, rest = number_of(command, rest)
            if rest:
                raise UsageError(f"Say one number and nothing else, as in: {command.example(number)}")
            self._particular[command.name](self._row(number))

    @property
    def _general(self) -> dict[str, Callable[[str], None]]:
        return {
            "list": self._list,
            "undo": self._undo,
            "activity": self._activity,
            "filter": self._filter,
            "refresh": lambda _: self._refresh(),
            "wait": self._waiting.wait,
            "auto": self._triage.set_auto,
            "help": lambda _: self._console.say(joined((*(f"{each.usage}: {each.help}" for each in COMMANDS), SEVERAL, ANSWERS))),
            "quit": lambda _: self._quit(),
        }

    @property
    def _particular(self) -> dict[str, Callable[[Row], None]]:
        return {"read": self._read, "open": lambda row: self._console.say(self._session.desk.conversation_url(row.id))}

    @property
    def _deciding(self) -> dict[str, Callable[[list[Row], str], None]]:
        return {
            "send": lambda rows, _: self._sending.send(rows),
            "priority": self._triage.prioritise,
            "dismiss": self._triage.dismiss,
            "snooze": self._triage.snooze,
            "retry": lambda rows, rest: self._triage.retry(rows, yes=bool(rest)),
            "arrived": lambda rows, _: self._triage.record_arrival(rows),
            "missing": lambda rows, _: self._triage.record_absence(rows),
        }

    def _row(self, number: int) -> Row:
        """The conversation that was said with this number, as it is now, wherever it stands in the list by now."""
        identity = self._numbers.conversation(number)
        row = (self._session.queue.rows.get(identity) or self._session.desk.row(identity)) if identity else None
        if row is None:
            raise UsageError(f"No conversation was listed as {number}", cure="Type list.")
        return row

    # -- commands that decide nothing

    def _list(self, rest: str = "") -> None:
        many = FIRST_LINES
        if rest:
            if not (rest.isascii() and rest.isdigit() and int(rest[:9])):
                raise UsageError("Say how many, as in: list 50")
            many = int(rest[:9])
        queue, now = self._session.queue, self._session.clock()
        rows = sorted((queue.rows[each] for each in queue.order), key=lambda row: URGENCY[row.state])
        found = f" Filter: {queue.needle}." if queue.needle else ""
        self._console.say(summary(queue.counts(), len(rows)) + found)
        for row in rows[:many]:
            self._console.say(row_line(self._numbers.say(row), row, now))
        if len(rows) > many:
            self._console.say(f"And {len(rows) - many} more: list {min(len(rows), many * 5)} says more of them, filter fewer.")

    def _read(self, row: Row) -> None:
        self._numbers.say(row)
        self._console.say(joined(conversation_lines(row, self._session.queue.related(row), self._session.clock())))

    def _activity(self, rest: str) -> None:
        if rest not in ("", UNDONE) and not is_number(rest):
            raise UsageError("Say activity alone for every call, activity undone, or a number, as in: activity 1")
        now, only = self._session.clock(), self._row(int(rest)) if is_number(rest) else None
        found = self._session.desk.activity(only.id if only else None)
        shown = [each for each in found if rest != UNDONE or not each.is_settled]
        self._console.say(activity_summary(found))
        for each in shown if only else shown[:FIRST_LINES]:
            number = self._numbers.of(each.conversation.id)
            self._console.say(joined(explained(number, each, now)) if only else call_line(number, each, now))
        if len(shown) > FIRST_LINES and not only:
            self._console.say(f"And {len(shown) - FIRST_LINES} older: a number tells all calls of one conversation.")

    def _undo(self, rest: str) -> None:
        number, _, yes = rest.partition(" ")
        if rest and not (is_number(number) and yes.strip().casefold() in ("", *YES)):
            raise UsageError("Say undo alone for your last decision, or with a number, as in: undo 1")
        self._triage.undo(self._row(int(number)) if number else None, yes=bool(yes))

    def _filter(self, rest: str) -> None:
        found = compile_filter(rest)
        # A field without a value keeps nothing out; here nobody is still typing it.
        if wrong := found.problem or (found.hint if not found else ""):
            kept = self._session.queue.needle
            raise UsageError(wrong.rstrip("."), cure=f"The filter is still {kept}." if kept else "All are listed.")
        self._session.queue.filter_by(rest)
        self._list()

    def _refresh(self) -> None:
        self._console.say("Asking Intercom.")
        self._session.poller.refresh()
        self._waiting.await_look()
        report = self._session.watch.report
        if report is not None and "poll" not in self._session.watch.failures:
            self._console.say(f"{report.changed} read, {report.scored} scored, {report.total_open} open.")

    def _quit(self) -> None:
        under_way = self._session.leaving_drops()
        if under_way:
            self._console.say(f"{under_way}. What is under way is finished; the rest {self._ending.fate}.")
            if not self._console.affirms("leave"):
                return
        self._leaving, self._ending.quiet = True, not under_way
