"""Ledgers to test on: a fresh SQLite file, and a fresh schema of a PostgreSQL server when there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from escalator_tui.ledger import Ledger
from tests.ledger.makers import Clock, process
from tests.ledger.urls import ENGINES, fresh_url, require
from tests.postgres import address


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A PostgreSQL server: the one that is named, or one of our own, which ends with the tests."""
    require("postgresql")
    return address()


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with fresh_url(request.param, tmp_path) as address:
        yield address


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where no ledger is yet."""
    with fresh_url(request.param, tmp_path, ready=False) as address:
        yield address


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_ledger(url: str, clock: Clock) -> Iterator[Callable[[], Ledger]]:
    """Opens the same ledger as often as wanted, each time as another process."""
    opened: list[Ledger] = []

    def open_one() -> Ledger:
        opened.append(Ledger.open(url, clock=clock, owner=process(len(opened))))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


@pytest.fixture
def ledger(open_ledger: Callable[[], Ledger]) -> Ledger:
    return open_ledger()
