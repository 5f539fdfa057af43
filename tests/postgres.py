"""A PostgreSQL server for the tests: the one that is named, else one of our own, else none."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

VARIABLE = "ESCALATOR_TEST_POSTGRES_URL"
USERS = ("postgres", "nobody")
"""Who may run the server when we are root, which it refuses."""
GUARDED = "guarded"
"""The only role that a server of our own asks for its password. A test that wants it makes it."""
READY_SECONDS = 30.0
# Whatever a crash of this machine would lose, the tests make again.
FAST = ("fsync=off", "full_page_writes=off", "max_wal_size=256MB", "max_connections=200", "autovacuum=off")


class NoPostgresError(Exception):
    """There is none; the message says why."""


@cache
def address() -> str:
    """The address of a server. One of our own is started once and ends with this process. Raises NoPostgresError."""
    named = os.environ.get(VARIABLE)
    if named:
        return named
    server = _Server(_binaries())
    atexit.register(server.stop)
    return server.start()


@contextmanager
def schema(server: str = "") -> Iterator[str]:
    """The address of an empty schema, which is gone afterwards."""
    import psycopg

    server = server or address()
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE SCHEMA "{name}"')
        try:
            yield f"{server}{'&' if '?' in server else '?'}options=-csearch_path%3D{name}"
        finally:
            connection.execute(f'DROP SCHEMA "{name}" CASCADE')


def _binaries() -> Path:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: float(each.parts[-3]))
    found = str(installed[-1]) if installed else shutil.which("initdb")
    if not found:
        raise NoPostgresError(f"{VARIABLE} is not set and no PostgreSQL server is installed: not tried on PostgreSQL")
    return Path(found).resolve().parent


class _Server:
    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Returns its address once it takes connections."""
        data, user, port = str(self._folder / "data"), _unprivileged(), _free_port()
        if user:
            shutil.chown(self._folder, user)
        try:
            self._launch(user, "initdb", "-D", data, "-U", "escalator", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync").wait(120)
            options = [word for each in FAST for word in ("-c", each)]
            access = Path(data, "pg_hba.conf")
            access.write_text(f"host all {GUARDED} 127.0.0.1/32 scram-sha-256\n{access.read_text()}")
            place = ("-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", str(self._folder))
            self._process = self._launch(user, "postgres", *place, *options)
            url = f"postgresql://escalator@127.0.0.1:{port}/postgres"
            self._wait_for(url)
        except BaseException:
            self.stop()
            raise
        return url

    def stop(self) -> None:
        """End it at once, and forget its data."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGINT)  # to PostgreSQL: without waiting for its clients
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _launch(self, user: str, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [str(self._binaries / program), *arguments]
        # The server must not outlive tests that are killed. The signal comes when the thread ends that started it.
        setpriv = shutil.which("setpriv") if threading.current_thread() is threading.main_thread() else None
        if setpriv:
            identity = (f"--reuid={user}", f"--regid={_group_of(user)}", "--clear-groups") if user else ()
            command = [setpriv, "--pdeathsig=INT", *identity, *command]
            user = ""
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(command, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, user=user or None)

    def _wait_for(self, url: str) -> None:
        import psycopg

        until = time.monotonic() + READY_SECONDS
        while True:
            try:
                psycopg.connect(url, connect_timeout=5).close()
            except psycopg.OperationalError:
                if time.monotonic() > until or self._process is None or self._process.poll() is not None:
                    told = (self._folder / "log").read_text(encoding="utf-8", errors="replace").strip()
                    raise NoPostgresError(f"PostgreSQL did not start: {told[-500:]}") from None
                time.sleep(0.05)
            else:
                return


def _unprivileged() -> str:
    """Whom the server must run as, "" for ourselves."""
    if os.geteuid() != 0:
        return ""
    import pwd

    known = {each.pw_name for each in pwd.getpwall()}
    found = next((each for each in USERS if each in known), "")
    if not found:
        raise NoPostgresError("PostgreSQL refuses to run as root and there is no other user: not tried on PostgreSQL")
    return found


def _group_of(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
