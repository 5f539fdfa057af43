"""`escalator authorize`: the magic link of every connector that is not ACTIVE, and a wait until somebody has used it."""

from __future__ import annotations

import os
import sys
import time
import webbrowser
from collections.abc import Sequence
from typing import TextIO

from escalator_tui.services.authorization import wait_until_active
from escalator_tui.services.errors import ConnectorInactiveError
from escalator_tui.services.scalekit import ConnectionStatus, Scalekit

WAIT_SECONDS = 600.0
"""How long one connector is waited for."""


def authorize_connectors(scalekit: Scalekit, services: Sequence[str], *, wait: bool, out: TextIO) -> int:
    """Show each connector's state, print (and open) the links of those that are not ACTIVE, and wait for them. Returns 0, or 3 when one
    is still not ACTIVE and nobody waited. Raises ConnectorInactiveError when waiting was in vain, ServiceError when Scalekit fails.
    """
    statuses = [scalekit.status(each) for each in services]
    pending = [each for each in statuses if not _tell(each, out)]
    for each in pending:
        _offer_link(scalekit, each, out)
    if not wait:
        return ConnectorInactiveError.exit_code if pending else 0
    for each in pending:
        _wait(scalekit, each.service, out)
    return 0


def _tell(status: ConnectionStatus, out: TextIO) -> bool:
    """One line on a connector; whether it is ACTIVE."""
    print(f"{status.service:<9} {status.status}: {status.explanation}", file=out, flush=True)
    return status.is_active


def _offer_link(scalekit: Scalekit, status: ConnectionStatus, out: TextIO) -> None:
    link = scalekit.authorization_link(status.service)
    print(f"\nAuthorize {status.service} as {status.user} here:\n  {link}", file=out, flush=True)
    if _has_browser(out):
        webbrowser.open(link)


def _has_browser(out: TextIO) -> bool:
    """Only a person at a graphical terminal gets a browser: a text browser would take the terminal away."""
    return out.isatty() and (sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")))


def _wait(scalekit: Scalekit, service: str, out: TextIO) -> None:
    began = time.monotonic()

    def on_tick(status: ConnectionStatus) -> None:
        if out.isatty():
            print(f"\r{service}: {status.status}, waited {time.monotonic() - began:.0f} s (Ctrl+C ends) ", end="", file=out, flush=True)

    status = wait_until_active(scalekit, service, seconds=WAIT_SECONDS, sleep=time.sleep, clock=time.monotonic, on_tick=on_tick)
    if out.isatty():
        print(file=out)
    if not _tell(status, out):
        raise ConnectorInactiveError(status.explanation, service=service, cure=status.cure)
