"""Fresh, empty ledgers: an SQLite file, and a schema of a PostgreSQL server when there is one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from escalator_tui.ledger import Ledger
from tests.postgres import NoPostgresError, address, schema

ENGINES = ("sqlite", "postgresql")


@cache
def _ready_made() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite3"
        Ledger.open(str(path)).close()
        return path.read_bytes()


def require(engine: str) -> None:
    """Skip the test, saying so, when there is no such engine to test on."""
    if engine == "postgresql":
        try:
            address()
        except NoPostgresError as error:
            pytest.skip(str(error))


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
    with schema() as url:
        yield url
