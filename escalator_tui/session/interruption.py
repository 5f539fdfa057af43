"""A signal, or a terminal that is gone, as a wish to leave: what is being sent is finished, as on quit."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

EXIT_CODE = 130
GRACE_SECONDS = 5.0
"""How long leaving may take after a signal. The ledger bears being cut off: what is being sent stays in doubt and is looked for."""
SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))  # Windows knows no SIGHUP


class Interruption:
    """Whether somebody asked the process to end. `came` is set by the first signal, before, while or after the app runs.

    What cannot leave within `grace` seconds, such as a main thread that writes to a terminal nobody reads, is ended.
    """

    def __init__(self, grace: float = GRACE_SECONDS) -> None:
        self.came = False
        self._watchdog = threading.Timer(grace, os._exit, args=(EXIT_CODE,))
        self._watchdog.daemon = True
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
            self._watchdog.cancel()
            for each in taken:
                signal.signal(each, before[each])

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        """There is nobody any more who could be asked. May be called from any thread."""
        if not self.came:
            self.came = True
            self._watchdog.start()
        if self._leave:
            self._leave()


def has_job_control() -> bool:
    """Whether a shell gave this process a group of its own, and so can let it go on. What a script started stops for good."""
    return hasattr(os, "getsid") and os.getpgrp() == os.getpid() != os.getsid(0)
