"""SIGTERM and SIGHUP as a wish to leave: the terminal is restored and what is being sent is finished, as on quit. Without Textual."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from types import FrameType

EXIT_CODE = 130
SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))  # Windows knows no SIGHUP


class Interruption:
    """Whether somebody asked the process to end. `came` is set by the first signal, before, while or after the app runs."""

    def __init__(self) -> None:
        self.came = False
        self._leave: Callable[[], object] | None = None

    def heed(self, leave: Callable[[], object] | None) -> None:
        """Call `leave` when a signal comes, at once when it came already. It is called between two steps of the main thread, whatever
        that does: it may only hand the wish on.
        """
        self._leave = leave
        if leave and self.came:
            leave()

    @contextlib.contextmanager
    def caught(self) -> Iterator[None]:
        """Signals are taken as wishes inside. What the process was started to ignore (nohup) stays ignored."""
        before = {each: signal.getsignal(each) for each in SIGNALS}
        taken = [each for each, handler in before.items() if handler is not signal.SIG_IGN]
        for each in taken:
            signal.signal(each, self._take)
        try:
            yield
        finally:
            for each in taken:
                signal.signal(each, before[each])

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        self.came = True
        if self._leave:
            self._leave()
