"""A thread that does one blocking thing after another and hands each outcome back to the terminal's own thread. Without Textual."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from escalator_tui.widgets.crash import explain

if TYPE_CHECKING:
    from escalator_tui.model.errors import EscalatorError

Result = TypeVar("Result")
HandBack = Callable[[Callable[[], None]], object]


class Lane:
    """Work done in order, outside the terminal's thread. `hand_back` must carry a call to that thread, and may be used from any other.

    The thread is a daemon: it never keeps the process. `pending` tells whether leaving now would drop something.
    """

    def __init__(self, name: str, hand_back: HandBack) -> None:
        self._hand_back = hand_back
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._pending = 0
        self._thread = threading.Thread(target=self._run, name=f"escalator-{name}", daemon=True)
        self._thread.start()

    @property
    def pending(self) -> int:
        """Things asked for and not done yet."""
        with self._lock:
            return self._pending

    def submit(self, work: Callable[[], Result], done: Callable[[Result], None], failed: Callable[[EscalatorError], None]) -> None:
        """Do `work`, then call `done` with its result or `failed` with what went wrong."""
        with self._lock:
            self._pending += 1
        self._work.put(lambda: self._do(work, done, failed))

    def stop(self) -> None:
        """End after what was asked for; does not wait."""
        self._work.put(None)

    def join(self, seconds: float) -> None:
        """Wait so long at most for the end of what was asked for; `stop` comes before."""
        self._thread.join(max(0.0, seconds))

    def _run(self) -> None:
        while (each := self._work.get()) is not None:
            each()

    def _do(self, work: Callable[[], Result], done: Callable[[Result], None], failed: Callable[[EscalatorError], None]) -> None:
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for an answer
            told = explain(error)
            self._hand_back(lambda: failed(told))
        else:
            self._hand_back(lambda: done(result))
        finally:
            with self._lock:
                self._pending -= 1
