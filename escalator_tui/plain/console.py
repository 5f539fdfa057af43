"""Lines in, lines out. What is written has no colour, no drawing and no cursor movement."""

from __future__ import annotations

from typing import TextIO

from escalator_tui.model.text import one_line, sanitise

PROMPT = "> "
YES = "yes"
LONGEST_LINE = 1000


class LeftError(Exception):
    """Nobody types any more: the end of the input, a signal, or the other side of the output is gone."""


class Console:
    """A lead at a prompt, or a script at the other end of a pipe."""

    def __init__(self, source: TextIO, out: TextIO) -> None:
        self._source, self._out = source, out
        self.reading = False

    def say(self, text: str = "") -> None:
        """Write this. Control characters that anybody smuggled in are dropped."""
        self._write("".join(f"{sanitise(line)}\n" for line in text.split("\n")))

    def read(self, prompt: str = PROMPT) -> str:
        """The next line. Raises LeftError when there is none, KeyboardInterrupt when Ctrl+C was pressed."""
        self._write(prompt)
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
        """Whether the answer is yes in full; anything else is a no."""
        return self.asks(f"Type {YES} to {what}: ").casefold() == YES

    def agrees(self, what: str) -> bool:
        """Whether the answer is yes, or its first letter: where a slip sends nothing."""
        return self.asks(f"Type {YES[0]} to {what}: ").casefold() in (YES, YES[0])

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
