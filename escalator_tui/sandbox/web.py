"""HTTP servers inside the sandbox's own event loop, whose connections can be cut."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import uvicorn
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from uvicorn.protocols.http.h11_impl import H11Protocol

from escalator_tui.sandbox.faults import Rule

_open_connections: dict[tuple[str, int], asyncio.BaseTransport] = {}


class CuttableProtocol(H11Protocol):
    """HTTP/1.1 that remembers its connection by the caller's address."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        _open_connections[transport.get_extra_info("peername")] = transport
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        _open_connections.pop(self.transport.get_extra_info("peername"), None)
        super().connection_lost(exc)


def cut(request: Request) -> None:
    """Break the connection the request came over: its caller gets no answer at all."""
    transport = _open_connections.get(tuple(request.scope["client"]))
    if isinstance(transport, asyncio.Transport):
        transport.abort()


def injected_response(rule: Rule) -> Response:
    """The answer a rule of kind http asks for: HTML, JSON, or an empty body that claims to be JSON."""
    if isinstance(rule.body, str):
        return HTMLResponse(rule.body, rule.status, rule.headers)
    if rule.body is None:
        return Response(b"", rule.status, rule.headers, "application/json")
    return JSONResponse(rule.body, rule.status, rule.headers)


class WebServer(uvicorn.Server):
    """One application on a port of 127.0.0.1. Signals stay with the process that runs it."""

    def __init__(self, app: Any, port: int = 0) -> None:  # noqa: ANN401 - an ASGI application
        super().__init__(uvicorn.Config(app, http=CuttableProtocol, ws="none", lifespan="off", log_config=None, access_log=False))
        # Named as TCP, or asyncio leaves Nagle's algorithm on and every answer comes 40 ms late.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self._task: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._socket.getsockname()[1])

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle none."""
        yield

    async def begin(self) -> None:
        """Serve in the background; returns once connections are accepted."""
        self._task = asyncio.create_task(self.serve(sockets=[self._socket]))
        while not self.started and not self._task.done():
            await asyncio.sleep(0.001)

    async def end(self) -> None:
        """Stop without waiting for calls under way."""
        self.should_exit = self.force_exit = True
        if self._task:
            await self._task
