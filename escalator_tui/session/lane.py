"""Threads that do one blocking thing after another and hand each outcome back to the terminal's own thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from escalator_tui.session.crash import explain

if TYPE_CHECKING:
    from escalator_tui.model.errors import EscalatorError

Result = TypeVar("Result")
HandBack = Callable[[Callable[[], None]], object]


class Lane:
    """Work done outside the terminal's thread, in order unless there are `most` things at once. `hand_back` must carry a call to the
    terminal's thread, and may be used from any other.

    Threads are daemons: they never keep the process. `pending` tells whether leaving now would drop something.
    """

    def __init__(self, name: str, hand_back: HandBack, most: int = 1) -> None:
        self._hand_back, self._name, self._most = hand_back, name, most
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._pending = 0
        self._threads: list[threading.Thread] = []

    @property
    def pending(self) -> int:
        """Things asked for and not done yet."""
        with self._lock:
            return self._pending

    def submit(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], None],
        failed: Callable[[EscalatorError], None],
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        """Do `work`, then call `done` with its result or `failed` with what went wrong. Unless it is still `wanted` when its turn comes
        (asked in the lane's thread), nothing is done and nothing called.
        """
        with self._lock:
            self._pending += 1
            if len(self._threads) < min(self._pending, self._most):
                self._begin()
        self._work.put(lambda: self._do(work, done, failed, wanted))

    def stop(self) -> None:
        """End after what was asked for; does not wait."""
        for _ in range(self._most):
            self._work.put(None)

    def join(self, seconds: float) -> None:
        """Wait so long at most for the end of what was asked for; `stop` comes before."""
        until = time.monotonic() + seconds
        for each in self._threads:
            each.join(max(0.0, until - time.monotonic()))

    def _begin(self) -> None:
        thread = threading.Thread(target=self._run, name=f"escalator-{self._name}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self) -> None:
        while (each := self._work.get()) is not None:
            each()

    def _do(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], None],
        failed: Callable[[EscalatorError], None],
        wanted: Callable[[], bool],
    ) -> None:
        try:
            if not wanted():
                return
            result = work()
        except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for an answer
            told = explain(error)
            self._hand_back(lambda: failed(told))
        else:
            self._hand_back(lambda: done(result))
        finally:
            with self._lock:
                self._pending -= 1
