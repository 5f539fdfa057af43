"""Opening a ledger: look at its version before anything else, and migrate under a lock when it is ours and older."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, inspect, select, text

from escalator_tui.ledger.database import BUSY_SECONDS, Database, explain
from escalator_tui.ledger.locations import WRITE_ACCESS, locate, prepare_file, reading_mode
from escalator_tui.ledger.schema import HEAD, VERSION_TABLE, VERSIONS, marks
from escalator_tui.model.errors import LedgerError

# Any number that other programs in the same database are unlikely to lock.
MIGRATION_LOCK = 7_314_002_651_883_401


def open_database(url: str, clock: Callable[[], float], *, to_read: bool = False) -> tuple[Database, str]:
    """The ledger's database, up to date, and its workspace id. Raises LedgerError and changes nothing when it cannot be used. `to_read`:
    a file that may only be read will do.
    """
    address, mode = locate(url), ""
    if address.get_backend_name() == "sqlite":
        path = Path(address.database or "")
        mode = reading_mode(path) if to_read else ""
        if not mode:
            prepare_file(path)
    database = Database(address, clock, mode)
    try:
        return database, _workspace(database)
    except BaseException:
        database.close()
        raise


def _workspace(database: Database) -> str:
    with database.read() as conn:
        version = look_at_version(conn, database.name)
        if version == HEAD:
            return _read_workspace(conn, database.name)
    if database.is_read_only:
        raise LedgerError(f"The ledger {database.name} has to be brought up to date, and is read-only for you", cure=WRITE_ACCESS)
    return _migrate(database)


def look_at_version(conn: Connection, name: str) -> str:
    """The version of the ledger, "" for an empty database. Raises LedgerError when it is not ours or newer than this program."""
    tables = set(inspect(conn).get_table_names())
    if VERSION_TABLE not in tables:
        if tables:
            raise LedgerError(f"{name} holds other data and no ledger", cure="Name another file or an empty database (ledger.url).")
        return ""
    version = str(conn.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")) or "")  # noqa: S608 - a constant
    if version and version not in VERSIONS:
        raise LedgerError(f"The ledger {name} was written by a newer Escalator", cure="Update Escalator. The ledger is unchanged.")
    return version


def _read_workspace(conn: Connection, name: str) -> str:
    workspace = conn.scalar(select(marks.c.value).where(marks.c.name == "workspace"))
    if not workspace:
        raise LedgerError(f"The ledger {name} is damaged: its identity is missing", cure="Restore it from a backup.")
    return str(workspace)


def _migrate(database: Database) -> str:
    if database.is_sqlite:
        _use_write_ahead_log(database.name)
    with database.write() as tx:  # on SQLite this is the lock
        if not database.is_sqlite:
            tx.conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        if look_at_version(tx.conn, database.name) != HEAD:
            _upgrade(tx.conn)
            tx.conn.execute(tx.upsert(marks).values(name="workspace", value=secrets.token_hex(16)).on_conflict_do_nothing())
        return _read_workspace(tx.conn, database.name)


def _upgrade(conn: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": conn})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    command.upgrade(config, HEAD)


def _use_write_ahead_log(path: str) -> None:
    # The mode is kept in the file. Switching needs the file for a moment alone, and SQLite does not always wait for that by itself.
    until = time.monotonic() + BUSY_SECONDS
    while True:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "full" in str(error):
                raise explain(error, path) from error
            if "locked" not in str(error) or time.monotonic() > until:
                raise LedgerError(f"The ledger {path} cannot be prepared: {error}", cure="Check the disk and the file's rights.") from error
            time.sleep(0.02)
        else:
            return
        finally:
            connection.close()
