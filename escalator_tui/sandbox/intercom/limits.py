"""Intercom's request quota, spread over windows of ten seconds."""

from __future__ import annotations

from collections.abc import Mapping

from escalator_tui.sandbox.clock import Clock
from escalator_tui.sandbox.intercom.errors import IntercomError
from escalator_tui.sandbox.options import Options

WINDOW = 10


class RateLimit:
    """Counts requests in the running window."""

    def __init__(self, clock: Clock, options: Options) -> None:
        self._clock = clock
        self._options = options
        self._window = 0
        self._used = 0

    def take(self) -> Mapping[str, str]:
        """Count one request; returns the headers its answer carries. Raises IntercomError 429, which has no Retry-After."""
        window = self._clock.seconds // WINDOW
        if window != self._window:
            self._window, self._used = window, 0
        self._used += 1
        limit = self._options.rate_limit
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(limit - self._used, 0)),
            "X-RateLimit-Reset": str((window + 1) * WINDOW),
        }
        if self._used > limit:
            raise IntercomError(429, "rate_limit_exceeded", f"Exceeded rate limit of {limit} in 10_seconds", headers)
        return headers
