"""Fresh, empty ledgers: an SQLite file, and a schema of a PostgreSQL server when one is named."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from escalator_tui.ledger import Ledger

VARIABLE = "ESCALATOR_TEST_POSTGRES_URL"
ENGINES = ("sqlite", "postgresql")


@cache
def _ready_made() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite3"
        Ledger.open(str(path)).close()
        return path.read_bytes()


def require(engine: str) -> None:
    """Skip the test, saying so, when there is no such engine to test on."""
    if engine == "postgresql" and not os.environ.get(VARIABLE):
        pytest.skip(f"{VARIABLE} is not set: not tried on PostgreSQL")


@contextmanager
def fresh_url(engine: str, folder: Path, *, ready: bool = True) -> Iterator[str]:
    """The address of a new ledger, which is gone afterwards. `ready` means migrated already, on SQLite, which saves time."""
    if engine == "sqlite":
        path = folder / "ledger.sqlite3"
        if ready:
            path.write_bytes(_ready_made())
        yield str(path)
        return
    require(engine)
    server = os.environ[VARIABLE]
    import psycopg

    schema = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE SCHEMA "{schema}"')
        try:
            yield f"{server}{'&' if '?' in server else '?'}options=-csearch_path%3D{schema}"
        finally:
            connection.execute(f'DROP SCHEMA "{schema}" CASCADE')
