"""A desk whose agent is opened after the front end's first picture: what it needs takes longer to import than to draw."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from escalator_tui.model.errors import LedgerError

if TYPE_CHECKING:
    from escalator_tui.agent.desk import Deliveries, Desk


class Idle:
    """Deliveries of an agent that is not open: there are none."""

    in_flight = 0

    def start(self) -> None:
        """Nothing to do."""

    def stop(self, within: float | None = None) -> None:
        """Nothing to do."""

    def wake(self) -> None:
        """Nothing to do."""


class LateDesk:
    """A `Desk` once `open` has returned. Until then it tells that nothing is being delivered, and refuses the rest."""

    def __init__(self, opening: Callable[[], Desk]) -> None:
        self._opening = opening
        self._desk: Desk | None = None
        self._begun, self._settled = threading.Event(), threading.Event()

    def open(self) -> None:
        """Open the agent. Blocks; raises EscalatorError when it cannot be opened."""
        self._begun.set()
        try:
            self._desk = self._opening()
        finally:
            self._settled.set()

    def settle(self, seconds: float) -> None:
        """Wait a little for an opening under way, so that nothing is taken from under it."""
        if self._begun.is_set():
            self._settled.wait(seconds)

    @property
    def deliverer(self) -> Deliveries:
        """The agent's own, as soon as it is open."""
        return Idle() if self._desk is None else self._desk.deliverer

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the desk has of that name
        """Everything else is the agent's. Raises LedgerError before it is open: whoever asked is told to wait."""
        if self._desk is None:
            raise LedgerError("Escalator is still being opened", cure="Try again in a moment.")
        return getattr(self._desk, name)
