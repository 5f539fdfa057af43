"""Which connections still have to be authorized, and waiting until they are."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from escalator_tui.services.backoff import Backoff
from escalator_tui.services.connection import ConnectionStatus
from escalator_tui.services.errors import RetryableError
from escalator_tui.services.scalekit import SERVICES, Scalekit

PAUSE = 2.0
"""Seconds between two looks."""


def statuses(scalekit: Scalekit, backoff: Backoff) -> list[ConnectionStatus]:
    """The state of the three connections, asked side by side, in the order of SERVICES.

    An answer that fails to come is asked for again, so that one bad moment of Scalekit's does not end a run before it began. Raises
    ServiceError when one cannot be read.
    """
    backoff.repeat(scalekit.connect)
    with ThreadPoolExecutor(len(SERVICES), thread_name_prefix="status") as pool:
        return list(pool.map(lambda service: backoff.repeat(lambda: scalekit.status(service)), SERVICES))


def wait_until_active(
    scalekit: Scalekit,
    service: str,
    *,
    seconds: float,
    sleep: Callable[[float], object],
    clock: Callable[[], float],
    on_tick: Callable[[ConnectionStatus], None] | None = None,
) -> ConnectionStatus:
    """Look every two seconds until the connection is ACTIVE or `seconds` have passed; returns the last status seen.

    `on_tick` is called with every status. A look that fails for now is repeated; if the last one fails too, its error is raised.
    """
    until = clock() + seconds
    while True:
        late = clock() >= until
        try:
            status = scalekit.status(service)
        except RetryableError:
            if late:
                raise
        else:
            if on_tick is not None:
                on_tick(status)
            if status.is_active or late:
                return status
        sleep(PAUSE)
