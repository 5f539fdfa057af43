"""Lines in, lines out. What is written has no colour, no drawing and no cursor movement."""

from __future__ import annotations

from typing import TextIO

from escalator_tui.model.text import one_line, sanitise
from escalator_tui.plain.commands import YES, is_command

PROMPT = "> "
LONGEST_LINE = 1000


class LeftError(Exception):
    """Nobody types any more: the end of the input, a signal, or the other side of the output is gone."""


class Console:
    """A lead at a prompt, or a script at the other end of a pipe."""

    def __init__(self, source: TextIO, out: TextIO) -> None:
        self._source, self._out = source, out
        self.reading = False
        self._ahead = ""

    @property
    def is_terminal(self) -> bool:
        """Whether somebody sits there who sees a question before answering it. Through a pipe the next line was written before."""
        return self._source.isatty()

    def say(self, text: str = "") -> None:
        """Write this. Control characters that anybody smuggled in are dropped."""
        self._write("".join(f"{sanitise(line)}\n" for line in text.split("\n")))

    def read(self, prompt: str = PROMPT) -> str:
        """The next line. Raises LeftError when there is none, KeyboardInterrupt when Ctrl+C was pressed."""
        self._write(prompt)
        if self._ahead:
            line, self._ahead = self._ahead, ""
            self.say(line)
            return line
        self.reading = True
        try:
            line = self._source.readline()
        except (OSError, ValueError):
            line = ""
        finally:
            self.reading = False
        if not line:
            self._write("\n")
            raise LeftError
        return one_line(line, LONGEST_LINE)

    def affirms(self, what: str) -> bool:
        """Whether the answer is yes, in every question by the same words; anything else is a no. A command is no answer, and is what is
        read next: a script's must not be lost to a question that it did not expect.
        """
        answer = self.asks(f"Type {YES[0]} to {what}: ")
        if is_command(answer):
            self._ahead = answer
        return answer.casefold() in YES

    @property
    def was_passed_over(self) -> bool:
        """Whether a command stands where an answer was awaited."""
        return bool(self._ahead)

    def asks(self, what: str) -> str:
        """The answer to a question; Ctrl+C gives none."""
        try:
            return self.read(what)
        except KeyboardInterrupt:
            self.say()
            return ""

    def _write(self, text: str) -> None:
        try:
            self._out.write(text)
            self._out.flush()
        except OSError:
            raise LeftError from None
