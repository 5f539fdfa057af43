"""What Intercom hinted at, and the thread that reads it.

Hints wait in memory, each conversation once: whatever is lost with the process is found by the next poll, which stays the truth.
"""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterable
from typing import TextIO

from escalator_tui.agent.backoff import pause
from escalator_tui.agent.cycle import Agent
from escalator_tui.model.errors import EscalatorError
from escalator_tui.model.naming import company_name, subject_of
from escalator_tui.model.row import Row
from escalator_tui.reports.cycle import facts_of
from escalator_tui.reports.output import SteadyOutput


class Hints:
    """Conversations to be read, each once however often it is named. May be used from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: set[str] = set()
        self._ended = False

    def add(self, conversation_ids: Iterable[str]) -> None:
        """These are to be read."""
        with self._changed:
            self._waiting.update(conversation_ids)
            self._changed.notify()

    def take(self) -> set[str]:
        """Wait for some, and have them. Empty at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended)
            taken, self._waiting = self._waiting, set()
            return set() if self._ended else taken

    def rest(self, seconds: float) -> None:
        """Wait so long, or until the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended, seconds)

    def end(self) -> None:
        """No more."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()


class Reader:
    """Reads and scores what is hinted at until the hints end, and tells of each conversation on `out`; what fails is tried again."""

    def __init__(self, agent: Agent, hints: Hints, *, as_json: bool, out: TextIO, err: TextIO, rng: random.Random) -> None:
        self._agent = agent
        self._hints = hints
        self._as_json = as_json
        self._out = SteadyOutput(out, err)
        self._err = err
        self._rng = rng
        self._failures = 0

    def run(self) -> None:
        """Until the end."""
        while wanted := self._hints.take():
            self._failures = self._failures + 1 if self._read(wanted) else 0
            if self._failures:
                self._hints.rest(pause(self._failures, None, self._rng))

    def _read(self, wanted: set[str]) -> bool:
        """Whether something has to be read again."""
        try:
            look = self._agent.read(wanted)
            rows = [row for each in look.changed if (row := self._agent.row(each.id))]
        except EscalatorError as error:
            self._postpone(wanted, str(error))
            return True
        for row in rows:
            self._out.write(_json_line(row) if self._as_json else _text_line(row))
        if look.unread:
            self._postpone(look.unread, str(look.problem))
        return bool(look.unread)

    def _postpone(self, unread: Iterable[str], why: str) -> None:
        unread = sorted(unread)
        self._hints.add(unread)
        named = f"conversation {unread[0]}" if len(unread) == 1 else f"{len(unread)} conversations"
        print(f"escalator: {named} could not be read and will be tried again: {why}", file=self._err, flush=True)


def _json_line(row: Row) -> str:
    return json.dumps({"event": "read", **facts_of(row), "state": row.state}, ensure_ascii=False) + "\n"


def _text_line(row: Row) -> str:
    conversation, assessment = row.record.conversation, row.record.assessment
    score = f"{row.score:.2f} of {assessment.threshold:.2f}" if assessment else "not scored"
    return f"{row.id}  {score}  {row.state.replace('_', ' ')}  {company_name(conversation)}: {subject_of(conversation)}\n"
