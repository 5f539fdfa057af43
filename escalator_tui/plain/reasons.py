"""Why something is dismissed: the reasons remembered of earlier sessions, here and in the app, offered by their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from escalator_tui.model.decision import LONGEST_REASON
from escalator_tui.plain.commands import BY_NAME, NO, YES, UsageError, is_command, is_number
from escalator_tui.plain.console import Console
from escalator_tui.plain.words import sentence
from escalator_tui.session.memory import MemoryFile, remember_reason, restore_reasons
from escalator_tui.session.session import Session


class Reasons:
    """The session's reasons. `memory` keeps them for the next one; None: they last as long as this."""

    def __init__(self, session: Session, console: Console, memory: MemoryFile | None) -> None:
        self._session, self._console, self._memory = session, console, memory
        if memory is not None:
            restore_reasons(session, memory.read())
            self._tell_of(memory)

    def ask(self, numbers: Sequence[int]) -> str:
        """A reason used before, by its number, or a new one; empty when there shall be none. `numbers` are those of the conversations.

        Raises UsageError for a number that was not offered, and through a pipe: there the next line is the next command.
        """
        if not self._console.is_terminal:
            raise UsageError(f"Say why behind the number, as in: {BY_NAME['dismiss'].example(*numbers)}. Nothing was changed")
        known = self._session.reasons
        for number, reason in enumerate(known, 1):
            self._console.say(f"Reason {number}: {sentence(reason)}")
        answer = self._console.asks("Type one of these numbers, or another reason, or nothing to keep it: ")
        if not is_number(answer):
            return answer[:LONGEST_REASON] if self._is_meant(answer) else ""
        if not 1 <= int(answer) <= len(known):
            raise UsageError(f"There is no reason {answer}. Nothing was changed")
        return known[int(answer) - 1]

    def _is_meant(self, answer: str) -> bool:
        """A command may have been typed for the prompt; a reason may begin with the same word."""
        if answer.casefold() in (*YES, *NO):
            return False  # of no other question: a slip would be kept as a reason, here and in the app
        return not is_command(answer) or self._console.affirms(f"dismiss with “{answer}” as the reason, which reads like a command")

    def remember(self, reason: str) -> None:
        """Offer it the next time."""
        remember_reason(self._session.reasons, reason)
        if self._memory is not None:
            # Read again: an app may have remembered something else meanwhile.
            self._memory.write(replace(self._memory.read(), reasons=tuple(self._session.reasons)))
            self._tell_of(self._memory)

    def _tell_of(self, memory: MemoryFile) -> None:
        if problem := memory.news():
            self._console.say(sentence(problem))
