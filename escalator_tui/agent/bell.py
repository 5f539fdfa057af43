"""A bell that is never missed: whoever read the number of rings before it rang does not sleep through it."""

from __future__ import annotations

import threading


class Bell:
    """Wakes sleepers. Thread-safe."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._rings = 0

    @property
    def rings(self) -> int:
        """How often it rang so far."""
        return self._rings

    def ring(self) -> None:
        """Wake everybody."""
        with self._condition:
            self._rings += 1
            self._condition.notify_all()

    def wait(self, heard: int, seconds: float) -> None:
        """Sleep until it rings again after `heard` rings, or the time is up."""
        with self._condition:
            self._condition.wait_for(lambda: self._rings != heard, seconds)
