"""One attempt at a time for work that many threads ask for at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Threads that ask while an attempt is under way wait for it and share its result or its exception; nothing is kept afterwards."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: Future[T] | None = None

    def run(self, work: Callable[[], T]) -> T:
        """The result of `work`, or of the attempt that was already under way."""
        with self._lock:
            attempt = self._under_way
            if attempt is None:
                mine = self._under_way = Future()
        if attempt is not None:
            return attempt.result()
        try:
            result = work()
        except BaseException as error:
            self._land()
            mine.set_exception(error)
            raise
        self._land()
        mine.set_result(result)
        return result

    def _land(self) -> None:
        with self._lock:
            self._under_way = None
