"""The sandbox's time, which can be moved."""

from __future__ import annotations

import time


class Clock:
    """Unix seconds, shifted by `offset` seconds."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset

    def __call__(self) -> float:
        """Now, in unix seconds."""
        return time.time() + self.offset

    @property
    def seconds(self) -> int:
        """Now, in whole unix seconds, as Intercom tells time."""
        return int(self())
