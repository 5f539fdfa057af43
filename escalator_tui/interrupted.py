"""Ctrl+C and SIGTERM as a wish that a process without a screen ends."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from escalator_tui.model.errors import EscalatorError

if TYPE_CHECKING:
    from types import FrameType

INTERRUPTED = 130
GRACE_SECONDS = 3.0
"""How long calls under way may take to end after Ctrl+C or SIGTERM. The ledger bears being cut off: what is owed stays owed."""


def until_interrupted(run: Callable[[threading.Event], int]) -> int:
    """The exit code of what runs until the event is set. Raises EscalatorError, unless the end was asked for: whoever did that takes no
    answer but the code for it.
    """
    asked = threading.Event()
    with interruptible(asked):
        try:
            code = run(asked)
        except EscalatorError:
            if not asked.is_set():
                raise
    return INTERRUPTED if asked.is_set() else code


@contextmanager
def interruptible(asked: threading.Event) -> Iterator[None]:
    """Ctrl+C and SIGTERM ask for an end, and force it when calls under way do not end in time or the user insists."""

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            os._exit(INTERRUPTED)
        asked.set()
        print("escalator: interrupted; what is owed stays in the ledger", file=sys.stderr, flush=True)
        watchdog = threading.Timer(GRACE_SECONDS, os._exit, args=(INTERRUPTED,))
        watchdog.daemon = True
        watchdog.start()

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
