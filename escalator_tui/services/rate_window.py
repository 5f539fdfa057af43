"""Intercom's rate limit as its answers tell it: so many calls in a window of seconds, shared by all threads."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping

LONGEST_WAIT = 60.0
"""Seconds at most: a window lasts ten, so a Reset further away is a difference between two clocks."""
_SPREAD = 0.25


class RateWindow:
    """Counts what is left of the window. Source of the headers: Intercom's API reference, rate limiting.

    Reads leave a little of the window to writes, which do not wait here.
    """

    def __init__(self, clock: Callable[[], float], rng: random.Random) -> None:
        self._clock = clock
        self._rng = rng
        self._lock = threading.Lock()
        self._limit = 0
        self._remaining: int | None = None
        self._window = 0.0
        self._opens = 0.0

    def take(self, *, write: bool) -> float:
        """Take one call of the window: 0.0 when there was one, else the seconds until the window is over."""
        with self._lock:
            now = self._clock()
            if self._remaining is None or now >= self._opens:
                self._remaining = None
                return 0.0
            if self._remaining > (0 if write else min(2, self._limit // 20)):
                self._remaining -= 1
                return 0.0
            # Spread, so that all threads do not come back in the same millisecond.
            return self._opens - now + self._rng.uniform(0.0, _SPREAD)

    def learn(self, headers: Mapping[str, str]) -> None:
        """Read X-RateLimit-Limit, -Remaining and -Reset (unix seconds) of an answer. Answers to bad credentials have none."""
        remaining, reset = _number(headers, "X-RateLimit-Remaining"), _number(headers, "X-RateLimit-Reset")
        if remaining is None or reset is None:
            return
        with self._lock:
            if reset < self._window:
                return  # a straggler from the window before
            same_window = reset == self._window and self._remaining is not None
            # Within one window the count only falls: calls that are on their way are not in the header yet.
            self._remaining = min(self._remaining or 0, int(remaining)) if same_window else int(remaining)
            self._limit = int(_number(headers, "X-RateLimit-Limit") or 0)
            self._window, self._opens = reset, min(reset, self._clock() + LONGEST_WAIT)


def reset_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds until the window of an answer is over, at most a minute; None when the answer does not tell."""
    reset = _number(headers, "X-RateLimit-Reset")
    if reset is not None:
        return min(max(reset - now, 0.0), LONGEST_WAIT)
    after = _number(headers, "Retry-After")
    return None if after is None else min(max(after, 0.0), LONGEST_WAIT)


def _number(headers: Mapping[str, str], name: str) -> float | None:
    value = headers.get(name, "")
    return float(value) if value.isascii() and value.isdigit() and len(value) < 16 else None
