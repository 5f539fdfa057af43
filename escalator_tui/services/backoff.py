"""Reads tried again: capped exponential back-off with full jitter."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeVar

from escalator_tui.services.errors import ConnectorInactiveError, RetryableError

T = TypeVar("T")

ATTEMPTS = 4
BASE = 0.5
CAP = 8.0
BUDGET = 90.0
"""Seconds of attempts and pauses together, after which no further attempt is begun."""


class Backoff:
    """Repeats a read that failed and may succeed. Never used for writes."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], object], rng: random.Random) -> None:
        self._clock = clock
        self._sleep = sleep
        self._rng = rng

    def repeat(self, attempt: Callable[[], T], *, worth_it: Callable[[RetryableError], bool] = lambda _: True) -> T:
        """The result of the first attempt that succeeds. Raises the last error after four attempts or when the time is up; errors that
        are not retryable, want an authorization or are not `worth_it` are raised at once.
        """
        started = self._clock()
        number = 1
        while True:
            try:
                return attempt()
            except RetryableError as error:
                pause = self._pause(number, error.retry_after)
                late = self._clock() - started + pause > BUDGET
                if number == ATTEMPTS or late or isinstance(error, ConnectorInactiveError) or not worth_it(error):
                    raise
            self._sleep(pause)
            number += 1

    def _pause(self, number: int, wanted: float | None) -> float:
        jittered = self._rng.uniform(0.0, min(CAP, BASE * 2**number))
        return jittered if wanted is None else wanted + min(jittered, 1.0)
