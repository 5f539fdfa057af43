"""A sandbox in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

READY_SECONDS = 30.0
STOP_SECONDS = 5.0


class SandboxError(Exception):
    """The sandbox did not start; the message is a sentence."""


class SandboxProcess:
    """Starts a sandbox and stops it. As a context manager, or with `start` and `stop`.

    `env` are the environment variables of a client (to be laid over the process's own), `control` the address of the
    control side. The sandbox ends with this process, however it ends. Raises SandboxError when it does not get ready.
    """

    def __init__(
        self,
        *,
        world: str | int = "demo",
        story: bool = False,
        story_seconds: float = 6.0,
        seed: int = 1,
        latency: float = 0.0,
        pending: Iterable[str] = (),
        port: int = 0,
        journal: Path | None = None,
        cert_dir: Path | None = None,
    ) -> None:
        self.env: dict[str, str] = {}
        self.control = ""
        self.pid = 0
        self._owns_certificates = cert_dir is None
        self._process: subprocess.Popen[bytes] | None = None
        options = ["--world", str(world), "--story" if story else "--no-story", "--story-seconds", str(story_seconds)]
        options += ["--seed", str(seed), "--latency", str(latency), "--port", str(port)]
        options += [word for each in pending for word in ("--pending", each)]
        options += ["--journal", str(journal)] if journal else []
        options += ["--cert-dir", str(cert_dir)] if cert_dir else []
        self._command = [sys.executable, "-m", "escalator_tui.sandbox", *options]

    def start(self, timeout: float = READY_SECONDS) -> Self:
        """Start it and wait until it is ready, `timeout` seconds at most."""
        # A file, because nobody reads a pipe while the sandbox runs and a full one would stop it.
        with tempfile.TemporaryFile() as errors:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                # An interrupt from the terminal is for the program in front, which may still need its sandbox.
                start_new_session=True,
            )
            try:
                ready = json.loads(_first_line(self._process.stdout, timeout))
            except ValueError:
                self.stop()
                errors.seek(0)
                told = errors.read().decode("utf-8", "replace").strip().splitlines()
                raise SandboxError(told[-1] if told else f"The sandbox was not ready within {timeout:g} seconds") from None
            except BaseException:
                self.stop()  # interrupted: nobody else knows of it
                raise
        self.env, self.control, self.pid = ready["env"], ready["control"], ready["pid"]
        return self

    def stop(self) -> None:
        """End it; does nothing when it has ended."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill(self) -> None:
        """End it as a crash would; only its temporary folder is cleared away for it."""
        if self._process:
            self._process.kill()
        self.stop()
        if self._owns_certificates and self.env:
            shutil.rmtree(Path(self.env["GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"]).parent, ignore_errors=True)

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop."""
        self.stop()


def _first_line(pipe: IO[bytes] | None, timeout: float) -> bytes:
    """The first line, or what there is of it when the time is up or the other side ended."""
    assert pipe is not None  # noqa: S101 - asked for above
    line = b""
    until = time.monotonic() + timeout
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while not line.endswith(b"\n") and selector.select(max(until - time.monotonic(), 0)):
            chunk = os.read(pipe.fileno(), 65_536)
            if not chunk:
                break
            line += chunk
    return line
