"""A program in a terminal of its own, timed from outside by the bytes it paints. Part of app.py; needs Linux."""

from __future__ import annotations

import os
import re
import select
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from ptyprocess import PtyProcess

PATIENCE = 60.0
TICKS = os.sysconf("SC_CLK_TCK")


class Terminal:
    """Starts a program. `started` is when, by `time.perf_counter`."""

    def __init__(self, command: Sequence[str], size: tuple[int, int], environ: Mapping[str, str], folder: str) -> None:
        columns, lines = size
        terminal = {**environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
        self.started = time.perf_counter()
        self._process = PtyProcess.spawn(list(command), cwd=folder, env=terminal, dimensions=(lines, columns))
        self.pid: int = self._process.pid
        self._fd: int = self._process.fd

    def type(self, keys: str) -> float:
        """Send keys; the moment they were sent."""
        before = time.perf_counter()
        os.write(self._fd, keys.encode())
        return before

    def painted(self, pattern: str, patience: float = PATIENCE) -> float:
        """Read on until the bytes that arrive match; the moment they had."""
        wanted, seen, until = re.compile(pattern.encode(), re.DOTALL), b"", time.perf_counter() + patience
        while not wanted.search(seen):
            if not self._is_readable(until - time.perf_counter()):
                raise TimeoutError(f"{pattern!r} was not painted; last: {seen[-2000:]!r}")
            seen += os.read(self._fd, 65536)
        return time.perf_counter()

    def read_for(self, seconds: float) -> int:
        """Take what is painted in that time; how many bytes."""
        until, many = time.perf_counter() + seconds, 0
        while self._is_readable(until - time.perf_counter()):
            many += len(os.read(self._fd, 65536))
        return many

    def ended(self) -> float:
        """Wait for the end of the process; the moment of it."""
        until = time.perf_counter() + PATIENCE
        while os.waitpid(self.pid, os.WNOHANG)[0] == 0:
            if time.perf_counter() > until:
                raise TimeoutError("it did not end")
            if self._is_readable(0.005):
                self._drop()
        return time.perf_counter()

    def kill(self) -> None:
        """End it at once."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self._process.fileobj.close()
        self._process.closed = True  # or it would close the next terminal's descriptor when it is collected

    @property
    def cpu_seconds(self) -> float:
        """Processor time it has used so far, all threads together."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    @property
    def megabytes(self) -> float:
        """Its resident memory."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]

    def _is_readable(self, seconds: float) -> bool:
        return bool(select.select([self._fd], [], [], max(0.0, seconds))[0])

    def _drop(self) -> None:
        try:
            os.read(self._fd, 65536)
        except OSError:
            time.sleep(0.005)  # the other side is closed; the process is about to end
