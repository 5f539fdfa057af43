"""What the terminal sends, read so that a paste is one paste, whatever is in it.

Textual 8 takes an escape code inside a paste for keys: it leaves the paste, comes before it, and acts. Logs with colours are full of them.
"""

from __future__ import annotations

import os
import selectors
from codecs import getincrementaldecoder
from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING

from textual import events
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.message import Message

WAIT_SECONDS = 0.1
"""How long to wait for a key until it is looked whether an escape code was left unfinished, as Textual does."""
AT_ONCE = 4096  # bytes


class PasteParser(XTermParser):
    """Keys and the mouse are Textual's; what stands between the marks of a paste it never sees."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._pasted: str | None = None
        self._last = ""  # the mark may come in two halves

    def feed(self, data: str) -> Iterable[Message]:
        """The messages of what was read. A paste is told when its end was read."""
        if not data:
            yield from super().feed(data)
        while data:
            data = yield from (self._keys(data) if self._pasted is None else self._paste(data))

    def tick(self) -> Iterable[Message]:
        """What an escape code that was left unfinished means as keys. What comes then begins no paste."""
        for message in super().tick():
            self._last = ""
            yield message

    def _keys(self, data: str) -> Generator[Message, None, str]:
        seen = self._last + data
        before, mark, rest = seen.partition(BRACKETED_PASTE_START)
        if not mark:
            self._last = seen[1 - len(BRACKETED_PASTE_START) :]
            yield from super().feed(data)
            return ""
        begun = (before + mark)[len(self._last) :]
        self._last, self._pasted = "", ""
        # It has seen the first half of the mark, perhaps: it gets the other, and a paste of nothing.
        for message in super().feed(begun + BRACKETED_PASTE_END):
            if not isinstance(message, events.Paste):
                yield message
        return rest

    def _paste(self, data: str) -> Generator[Message, None, str]:
        text, mark, rest = f"{self._pasted}{data}".partition(BRACKETED_PASTE_END)
        self._pasted = None if mark else text
        if mark:
            yield events.Paste(text)
        return rest


class TerminalDriver(LinuxDriver):
    """Textual's own, but for how it reads. Bytes that are no UTF-8 are drawn as signs that stand for them, and do not end the app."""

    def run_input_thread(self) -> None:
        """Hand on what is read until the driver stops."""
        parser, decode = PasteParser(self._debug), getincrementaldecoder("utf-8")("replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                sent = os.read(self.fileno, AT_ONCE) if selector.select(WAIT_SECONDS) else None
                if sent == b"":
                    return  # nobody is there any more: it would be ready to be read, and empty, for ever
                read = decode(sent or b"")
                for message in parser.feed(read) if read else parser.tick():
                    self.process_message(message)
