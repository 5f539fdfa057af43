"""One port for two protocols: the SDK sends HTTP and gRPC over TLS to the same address, and the first byte tells which it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

TLS_HANDSHAKE = 0x16


class Front:
    """A listener on 127.0.0.1 that pipes each connection to the TLS port or to the HTTP port behind it."""

    def __init__(self, tls_port: int, http_port: int) -> None:
        self._tls_port = tls_port
        self._http_port = http_port
        self._server: asyncio.Server | None = None

    async def listen(self, port: int = 0) -> int:
        """Begin; returns the port."""
        self._server = await asyncio.get_running_loop().create_server(lambda: _Caller(self._choose), "127.0.0.1", port)
        return int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        """Accept no more connections."""
        if self._server:
            self._server.close()

    def _choose(self, first: int) -> int:
        return self._tls_port if first == TLS_HANDSHAKE else self._http_port


class _Pipe(asyncio.Protocol):
    """One end of a connection, which writes what it reads to the other end."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.other: _Pipe | None = None
        self._waiting: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        for data in self._waiting:
            self.transport.write(data)
        self._waiting.clear()

    def data_received(self, data: bytes) -> None:
        if self.other:
            self.other.write(data)

    def write(self, data: bytes) -> None:
        if self.transport is None:
            self._waiting.append(data)
        else:
            self.transport.write(data)

    def pause_writing(self) -> None:
        if self.other and self.other.transport:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other and self.other.transport:
            self.other.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        if not (self.other and self.other.transport):
            return
        # An aborted connection must look aborted to the other side too.
        if exc:
            self.other.transport.abort()
        else:
            self.other.transport.close()


class _Caller(_Pipe):
    def __init__(self, choose: Callable[[int], int]) -> None:
        super().__init__()
        self._choose = choose
        self._opening: asyncio.Task[None] | None = None

    def data_received(self, data: bytes) -> None:
        if self.other is None:
            self.other = _Pipe()
            self.other.other = self
            self._opening = asyncio.create_task(self._open(self._choose(data[0])))
        self.other.write(data)

    async def _open(self, port: int) -> None:
        far = self.other
        assert far is not None  # noqa: S101 - set by the caller
        try:
            await asyncio.get_running_loop().create_connection(lambda: far, "127.0.0.1", port)
        except OSError:
            if self.transport:
                self.transport.abort()
            return
        if self.transport is None or self.transport.is_closing():
            cast("asyncio.Transport", far.transport).close()
