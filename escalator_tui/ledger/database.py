"""Transactions: one way to read, one way to write, on either engine, with every failure explained."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, func, select, text, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from escalator_tui.ledger.locations import WRITE_ACCESS
from escalator_tui.ledger.schema import conversations
from escalator_tui.model.errors import LedgerDownError, LedgerError

BUSY_SECONDS = 15.0
FROZEN_SECONDS = 10.0
# A write must survive a crash of the server once it is committed, whatever the server's default; and the time is the server's, the
# only clock that all processes share.
PREPARE_WRITE = text(
    "SELECT CASE WHEN current_setting('synchronous_commit') IN ('off', 'local') THEN set_config('synchronous_commit', 'on', true) END,"
    " extract(epoch FROM clock_timestamp())::float8"
)


@dataclass(slots=True)
class Write:
    """A write transaction that has begun. `now` is the ledger's time, unix seconds."""

    conn: Connection
    now: float
    _touch: float = 0.0

    def touch(self, *conversation_ids: str) -> None:
        """Let `changes` report these conversations."""
        self.conn.execute(update(conversations).where(conversations.c.id.in_(conversation_ids)).values(touched_at=self.touched_at))

    @property
    def touched_at(self) -> float:
        """The mark of this transaction's changes: later than every earlier one, even after the clock was set back."""
        if not self._touch:
            last = self.conn.scalar(select(func.max(conversations.c.touched_at))) or 0.0
            self._touch = max(self.now, last + 1e-5)
        return self._touch

    def upsert(self, table: Table) -> Any:  # noqa: ANN401 - both dialects' Insert have the same methods but no common type
        """An INSERT that knows ON CONFLICT."""
        if self.conn.dialect.name == "postgresql":
            from sqlalchemy.dialects import postgresql

            return postgresql.insert(table)
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)


class Database:
    """The engine with its transactions. Thread-safe. With a `mode`, as `reading_mode` tells, an SQLite file is read only."""

    def __init__(self, url: URL, clock: Callable[[], float], mode: str = "") -> None:
        self.name = url.database or "" if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self.is_read_only = bool(mode)
        self.clock = clock
        # A clock that was passed in is obeyed; otherwise PostgreSQL's own is.
        self._asks_server = not self.is_sqlite and clock is time.time
        self._ahead = 0.0
        self._engine = _sqlite(url, mode) if self.is_sqlite else _postgresql(url)
        self._reader = self._engine if self.is_sqlite else self._engine.execution_options(isolation_level="REPEATABLE READ")
        self._writer = self._engine.execution_options(writes=True)
        # SQLite has one writer at a time. Waiting for it inside the process is fair and prompt; SQLite's own waiting is neither.
        self._turn: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else nullcontext()

    @property
    def now(self) -> float:
        """The ledger's time, as far as this process knows without asking."""
        return self.clock() + self._ahead

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view."""
        with self._explained(), self._reader.connect() as conn, conn.begin():
            yield conn

    @contextmanager
    def write(self) -> Iterator[Write]:
        """A transaction that is committed at the end, or leaves no trace."""
        with self._explained(), self._turn, self._writer.begin() as conn:
            yield Write(conn, self._time(conn))

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()

    def _time(self, conn: Connection) -> float:
        if self.is_sqlite:
            return self.clock()
        server = float(conn.execute(PREPARE_WRITE).one()[1])
        if not self._asks_server:
            return self.clock()
        self._ahead = server - self.clock()
        return server

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise  # a broken rule of ours
        except (DBAPIError, PoolTimeoutError) as error:
            raise explain(error, self.name) from error


def explain(error: Exception, name: str) -> LedgerError:
    """What the engine's words mean for the user."""
    words = next(iter(str(getattr(error, "orig", None) or error).strip().splitlines()), type(error).__name__)
    if re.search("is locked|lock timeout", words, re.IGNORECASE):
        return LedgerDownError(
            f"Another process has kept the ledger {name} to itself for too long",
            cure="Look for a suspended Escalator process and end it or let it go on.",
        )
    for sign, message, cure in _MEANINGS:
        if found := re.search(sign, words, re.IGNORECASE):
            told = {"name": name, **found.groupdict()}
            return LedgerError(message.format(**told), cure=cure.format(**told))
    if isinstance(error, DataError):
        return LedgerError(f"The ledger {name} cannot keep a value: {words}", cure="Report this: nothing of that step was written.")
    message, cure = f"The ledger {name} cannot be used: {words}", "Check the address (ledger.url) and that the database is up."
    refused = any(sign in words.lower() for sign in _REFUSALS)
    return LedgerError(message, cure=cure) if refused or not _is_outage(error) else LedgerDownError(message, cure=cure)


def _is_outage(error: Exception) -> bool:
    """Whether the server was away rather than asked for the wrong thing: it was not reached, or ended the connection."""
    return isinstance(error, OperationalError | PoolTimeoutError) or (isinstance(error, DBAPIError) and error.connection_invalidated)


# The server is there, and says no.
_REFUSALS = ("authentication failed", "does not exist", "no such")
_ANSWERS = "The server of the ledger {name} answers, but "
_ADDRESS = "the address (ESCALATOR_LEDGER_URL, ledger.url)"
_GRANT = "Let an administrator give the user the right to create tables, and to read and write them (GRANT ALL ON SCHEMA public TO …)."
_MEANINGS = (
    (
        "malformed",
        "The ledger {name} is damaged",
        "Restore it from a backup, or move it away to begin a new one, which will not know what was escalated before.",
    ),
    (
        "not a database",
        "The ledger {name} is damaged, or is not a ledger",
        "Restore it from a backup, or name another file (ledger.url).",
    ),
    ("readonly", "The ledger {name} is read-only", WRITE_ACCESS),
    ("disk is full", "The disk that holds the ledger {name} is full", "Free some space; nothing that was confirmed is lost."),
    (
        "disk i/o error",
        "The disk that holds the ledger {name} fails",
        "Check it and start again; nothing that was confirmed is lost.",
    ),
    ("unable to open", "The ledger {name} cannot be opened", "Check that the file and its folder can be read and written."),
    ("no such table", "The ledger {name} is damaged: a table is missing", "Restore it from a backup, or name another file (ledger.url)."),
    (
        'database "(?P<what>.+)" does not exist',
        _ANSWERS + 'the database "{what}" does not exist',
        "Create it with `createdb {what}`, or name another in " + _ADDRESS + ".",
    ),
    (
        'role "(?P<what>.+)" (does not exist|is not permitted to log in)',
        _ANSWERS + 'there is no role "{what}" that may log in',
        "Let an administrator create it, or name another in " + _ADDRESS + ".",
    ),
    (
        'password authentication failed for user "(?P<what>.+)"',
        _ANSWERS + 'does not know the user "{what}" with this password',
        "Correct the user or the password in " + _ADDRESS + ".",
    ),
    (
        "no password supplied",
        _ANSWERS + "wants a password",
        "Put it into " + _ADDRESS + ", as in postgresql://user:password@host/database.",
    ),
    ("pg_hba.conf", _ANSWERS + "its pg_hba.conf keeps this user or machine out", "Let an administrator add a line to it."),
    ("permission denied for", "The ledger {name} is not open to this database user", _GRANT),
    ("no schema has been selected", "The ledger {name} is not open to this database user", _GRANT),
    (
        "read-only transaction",
        "The ledger {name} is read-only",
        "Name the primary server: this one is a standby, or writing is switched off for the user (ledger.url).",
    ),
    ('relation "', "The ledger {name} is damaged: a table is missing", "Restore it from a backup, or name another database (ledger.url)."),
)


def _sqlite(url: URL, mode: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "uri": bool(mode)}, pool_size=4, max_overflow=28)

    @event.listens_for(engine, "do_connect")
    def _name(_dialect: object, _record: object, arguments: list[str], _options: object) -> None:
        if mode:
            arguments[0] = f"{Path(arguments[0]).as_uri()}?{mode}"

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's connection
        # The driver must not begin transactions by itself: it does so deferred, which ends in "database is locked" for two writers.
        connection.isolation_level = None
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN IMMEDIATE" if conn.get_execution_options().get("writes") else "BEGIN")

    return engine


def _postgresql(url: URL) -> Engine:
    try:
        # Server-side prepared statements do not survive PgBouncer's transaction pooling.
        arguments = {
            "prepare_threshold": None,
            "connect_timeout": 10,
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
        }
        engine = create_engine(url, connect_args=arguments, pool_pre_ping=True, pool_size=4, max_overflow=28)
    except ModuleNotFoundError:
        raise LedgerError("PostgreSQL needs a driver that is not installed", cure="Install escalator-tui[postgres].") from None

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's connection
        # A process that sleeps inside a transaction (a closed lid) must not hold up its team: the server ends its transaction, and
        # who waits for it gives up in time to say so.
        connection.execute(f"SET idle_in_transaction_session_timeout = '{FROZEN_SECONDS:g}s'")
        connection.execute(f"SET lock_timeout = '{2 * FROZEN_SECONDS:g}s'")
        connection.commit()

    return engine
