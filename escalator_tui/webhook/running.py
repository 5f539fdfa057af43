"""The receiver as a process: a socket, a server and the thread that reads."""

from __future__ import annotations

import random
import socket
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TextIO

import uvicorn
from starlette.applications import Starlette

from escalator_tui.agent.cycle import Agent
from escalator_tui.agent.opening import open_agent, read_lexicon
from escalator_tui.config import Settings
from escalator_tui.interrupted import INTERRUPTED, interruptible
from escalator_tui.model.errors import ConfigError
from escalator_tui.services.gateway import open_services
from escalator_tui.webhook.hints import Hints, Reader
from escalator_tui.webhook.web import Refusals, webhook_app

MOST_AT_ONCE = 64
"""Connections; whoever comes on top is answered with 503, and Intercom asks again."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises ConfigError when the address cannot be had."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise ConfigError(
            f"Nothing can listen at {_place(host, port)}: {error.strerror}", cure="Choose another --host or --port."
        ) from None


def _place(host: str, port: int) -> str:
    """As it stands in an address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class _Server(uvicorn.Server):
    """Ends when `stop` is set; signals stay with the process."""

    def __init__(self, app: Starlette, stop: threading.Event) -> None:
        quiet: dict[str, Any] = {"log_config": None, "log_level": "critical", "access_log": False}
        bounds: dict[str, Any] = {"limit_concurrency": MOST_AT_ONCE, "timeout_graceful_shutdown": 1}
        super().__init__(uvicorn.Config(app, ws="none", lifespan="off", **quiet, **bounds))
        self._stop = stop

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle none."""
        yield

    async def on_tick(self, counter: int) -> bool:
        """Whether to end."""
        return self._stop.is_set() or await super().on_tick(counter)


def run_webhooks(settings: Settings, memory: Path | None, host: str, port: int, *, as_json: bool) -> int:
    """Hear Intercom's webhooks until interrupted; returns the exit code. Raises EscalatorError. `memory` is as for `open_agent`."""
    settings.require_services(linear_team=False)
    secret = settings.require_webhook_secret()
    stop = threading.Event()
    services = open_services(settings)
    # Now, or the first hint would wait a second for it.
    services.scalekit.load()
    read_lexicon(settings)
    with interruptible(stop), listen(host, port) as listening, closing(services), open_agent(settings, services, memory) as agent:
        receive(agent, listening, secret, as_json=as_json, stop=stop, out=sys.stdout, err=sys.stderr)
    return INTERRUPTED


def receive(agent: Agent, listening: socket.socket, secret: str, *, as_json: bool, stop: threading.Event, out: TextIO, err: TextIO) -> None:
    """Hear webhooks at a listening socket until `stop` is set."""
    hints = Hints()
    rng = random.Random()  # noqa: S311 - pauses, no secret
    reader = Reader(agent, hints, as_json=as_json, stop=stop, out=out, err=err, rng=rng)
    with ThreadPoolExecutor(1, thread_name_prefix="reader") as pool:
        reading = pool.submit(reader.run)
        # Without its reader it would take in hints and do nothing about them.
        reading.add_done_callback(lambda _: stop.set())
        try:
            place = _place(*listening.getsockname()[:2])
            print(f"escalator: hearing Intercom's webhooks at http://{place}/", file=err, flush=True)
            _Server(webhook_app(secret, hints, Refusals(err)), stop).run(sockets=[listening])
        finally:
            hints.end()
        reading.result()
