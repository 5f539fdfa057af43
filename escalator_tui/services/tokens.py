"""A token kept in memory until shortly before it expires. It is never written anywhere."""

from __future__ import annotations

from collections.abc import Callable

from escalator_tui.services.single_flight import SingleFlight

EARLY = 300.0
"""Seconds before its expiry from which a token is read again: Scalekit renews it about then."""
_AT_LEAST = 30.0


class TokenCache:
    """One token for all threads, read by one of them."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._reading: SingleFlight[str] = SingleFlight()
        self._kept: tuple[str, float] | None = None

    def get(self, read: Callable[[], tuple[str, float | None]], refused: str | None = None) -> str:
        """The token kept, unless it is old or `refused`; else what `read` returns (token, unix seconds of expiry or None)."""
        return self._fresh(refused) or self._reading.run(lambda: self._fresh(refused) or self.keep(*read()))

    def keep(self, token: str, expires: float | None) -> str:
        """Remember the token and return it."""
        now = self._clock()
        # One that is about to expire is still used for a moment, lest every call reads it again.
        until = float("inf") if expires is None else max(expires - EARLY, min(expires, now + _AT_LEAST))
        self._kept = (token, until)
        return token

    def _fresh(self, refused: str | None) -> str | None:
        kept = self._kept
        return kept[0] if kept is not None and kept[0] != refused and self._clock() < kept[1] else None
