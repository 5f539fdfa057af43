"""A disk that is full: a clear word, and nothing is sent that is not recorded. On a small file system of its own."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from escalator_tui.ledger import Ledger
from escalator_tui.model.errors import LedgerError
from tests.deliver.conftest import Team
from tests.deliver.test_deliver_once import arrived_once
from tests.ledger.makers import confirm


class Disk:
    """A file system of two megabytes that can be filled up and freed again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leave no room: the write-ahead log is emptied first, because what it holds already could be written over."""
        connection = sqlite3.connect(self.folder / "ledger.sqlite3")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        with self._ballast.open("ab", buffering=0) as file:
            for size in (65_536, 4096, 1):
                self._write_until_full(file.write, bytes(size))

    def free(self) -> None:
        """Make room."""
        self._ballast.unlink(missing_ok=True)

    @staticmethod
    def _write_until_full(write: object, block: bytes) -> None:
        assert callable(write)
        with contextlib.suppress(OSError):
            while write(block) == len(block):
                pass


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(tmp_path)], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: a full disk was not tried ({mounted.stderr.strip()})")
    yield Disk(tmp_path)
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


@pytest.fixture
def team(disk: Disk) -> Iterator[Team]:
    team = Team(str(disk.folder / "ledger.sqlite3"))
    yield team
    disk.free()
    team.ledger.close()


def refused(work: object) -> LedgerError:
    assert callable(work)
    with pytest.raises(LedgerError, match="full") as caught:
        work()
    assert "Free some space" in caught.value.cure
    assert caught.value.exit_code == 2
    return caught.value


def test_nothing_is_confirmed_and_the_ledger_goes_on_when_there_is_room(team: Team, disk: Disk) -> None:
    disk.fill()
    refused(lambda: confirm(team.ledger))
    assert team.ledger.owed() == []
    assert not team.deliverer.deliver_next()
    disk.free()
    confirm(team.ledger)
    team.run()
    arrived_once(team)


def test_nothing_is_sent_that_cannot_be_claimed(team: Team, disk: Disk) -> None:
    confirm(team.ledger)
    disk.fill()
    refused(team.deliverer.deliver_next)
    assert team.far.writes == {}
    disk.free()
    team.run()
    arrived_once(team)


@pytest.mark.parametrize("full_at", ["linear", "slack", "note"])
def test_what_was_sent_and_could_not_be_recorded_is_looked_for(team: Team, disk: Disk, full_at: str) -> None:
    confirm(team.ledger)
    team.far.during_write = lambda kind: disk.fill() if kind == full_at else None
    refused(team.run)
    team.far.during_write = lambda _: None
    sent = dict(team.far.writes)
    refused(team.run)
    assert dict(team.far.writes) == sent, "nothing leaves while nothing can be written"
    disk.free()
    team.run()
    arrived_once(team)


def test_a_new_ledger_on_a_full_disk_is_refused(disk: Disk) -> None:
    (disk.folder / "ledger.sqlite3").touch()
    disk.fill()
    error = refused(lambda: Ledger.open(str(disk.folder / "other.sqlite3")))
    assert "other.sqlite3" in str(error)
