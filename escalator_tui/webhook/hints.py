"""What Intercom hinted at, and the thread that reads it.

Hints wait in memory, each conversation once: whatever is lost with the process is found by the next poll, which stays the truth.
"""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import TextIO

from escalator_tui.agent.backoff import pause
from escalator_tui.agent.cycle import Agent
from escalator_tui.agent.watch import Look
from escalator_tui.model.errors import EscalatorError
from escalator_tui.model.naming import company_name, subject_of
from escalator_tui.model.row import Row
from escalator_tui.reports.cycle import facts_of
from escalator_tui.reports.output import SteadyOutput

logger = logging.getLogger(__name__)


class Hints:
    """Conversations to be read, each once however often it is named. May be used from any thread.

    What could not be read waits for a time of its own, and holds up nothing else.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._changed = threading.Condition()
        self._clock = clock
        self._waiting: set[str] = set()
        self._later: dict[str, float] = {}
        self._ended = False

    def add(self, conversation_ids: Iterable[str]) -> None:
        """These are to be read at once."""
        with self._changed:
            self._waiting.update(conversation_ids)
            self._changed.notify()

    def postpone(self, conversation_ids: Iterable[str], seconds: float) -> None:
        """These are to be read again in so many seconds."""
        with self._changed:
            self._later.update(dict.fromkeys(conversation_ids, self._clock() + seconds))

    def take(self) -> set[str]:
        """Wait for some, and have them. Empty at the end."""
        with self._changed:
            while not self._ended and not (taken := self._pop_due()):
                self._changed.wait(self._pause())
            return set() if self._ended else taken

    def end(self) -> None:
        """No more."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _pop_due(self) -> set[str]:
        now = self._clock()
        taken = self._waiting | {each for each, due in self._later.items() if due <= now}
        self._waiting = set()
        for each in taken:
            self._later.pop(each, None)
        return taken

    def _pause(self) -> float | None:
        """The seconds until something is to be read again, None when nothing is."""
        return max(0.0, min(self._later.values()) - self._clock()) if self._later else None


class Reader:
    """Reads and scores what is hinted at until the hints end, and tells of each conversation on `out`. What fails is tried again, which
    nobody is told any more once `stop` is set.
    """

    def __init__(
        self, agent: Agent, hints: Hints, *, as_json: bool, stop: threading.Event, out: TextIO, err: TextIO, rng: random.Random
    ) -> None:
        self._agent = agent
        self._hints = hints
        self._as_json = as_json
        self._stop = stop
        self._out = SteadyOutput(out, err)
        self._err = err
        self._rng = rng
        self._failures: Counter[str] = Counter()

    def run(self) -> None:
        """Until the end."""
        while wanted := self._hints.take():
            self._read(wanted)

    def _read(self, wanted: set[str]) -> None:
        try:
            look = self._agent.read(wanted)
            lines = [self._line(row) for each in look.changed if (row := self._agent.row(each.id))]
        except EscalatorError as error:
            self._postpone_all(wanted)
            self._complain(wanted, str(error))
        except Exception as error:  # noqa: BLE001 - the receiver must go on, whatever it is
            # Only the type: what else it says may be a customer's words. One by one the others get past what cannot be read.
            logger.error("%s could not be read: %s", _named(wanted), type(error).__name__)  # noqa: TRY400
            self._postpone_each(wanted)
        else:
            self._tell(wanted, look, lines)

    def _line(self, row: Row) -> str:
        return _json_line(row) if self._as_json else _text_line(row)

    def _tell(self, wanted: set[str], look: Look, lines: Iterable[str]) -> None:
        for line in lines:
            self._out.write(line)
        for each in wanted.difference(look.unread):
            del self._failures[each]
        if look.unread:
            self._postpone_each(look.unread)
            self._complain(look.unread, str(look.problem))

    def _postpone_all(self, unread: Collection[str]) -> None:
        """What failed as a whole is tried again as a whole."""
        self._failures.update(unread)
        self._hints.postpone(unread, self._pause(min(unread, key=self._failures.__getitem__)))

    def _postpone_each(self, unread: Collection[str]) -> None:
        self._failures.update(unread)
        for each in unread:
            self._hints.postpone([each], self._pause(each))

    def _pause(self, conversation_id: str) -> float:
        return pause(self._failures[conversation_id], None, self._rng)

    def _complain(self, unread: Collection[str], why: str) -> None:
        if not self._stop.is_set():
            print(f"escalator: {_named(unread)} could not be read and will be tried again: {why}", file=self._err, flush=True)


def _named(ids: Collection[str]) -> str:
    return f"conversation {next(iter(ids))}" if len(ids) == 1 else f"{len(ids)} conversations"


def _json_line(row: Row) -> str:
    return json.dumps({"event": "read", **facts_of(row), "state": row.state}, ensure_ascii=False) + "\n"


def _text_line(row: Row) -> str:
    conversation, assessment = row.record.conversation, row.record.assessment
    score = assessment.standing if assessment else "not scored"
    return f"{row.id}  {score}  {row.state.replace('_', ' ')}  {company_name(conversation)}: {subject_of(conversation)}\n"
