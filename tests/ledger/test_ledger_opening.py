"""Opening: what cannot be used is refused with a clear word and left as it was."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

import escalator_tui.ledger
from escalator_tui.ledger import Ledger
from escalator_tui.ledger.locations import file_system, is_there, locate, try_creating
from escalator_tui.ledger.schema import HEAD, VERSION_TABLE, VERSIONS, metadata
from escalator_tui.model.errors import LedgerError
from tests.ledger.makers import conversation

OPEN = "import sys; from escalator_tui.ledger import Ledger; print(Ledger.open(sys.argv[1]).workspace, 'alembic' in sys.modules)"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def refusal(path: Path) -> str:
    before = digest(path)
    with pytest.raises(LedgerError) as refused:
        Ledger.open(str(path))
    assert refused.value.cure
    assert digest(path) == before
    return refused.value.message


def test_keeps_its_identity_and_needs_no_migration_tool_again(empty_url: str) -> None:
    runs = [
        subprocess.run([sys.executable, "-c", OPEN, empty_url], capture_output=True, text=True, check=True).stdout.split() for _ in range(2)
    ]
    assert runs[0][0] == runs[1][0]
    assert [run[1] for run in runs] == ["True", "False"]


def test_a_new_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "state" / "ledger.sqlite3"
    Ledger.open(f"sqlite:///{path}").close()
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_processes_that_start_together_migrate_once(empty_url: str) -> None:
    started = [subprocess.Popen([sys.executable, "-c", OPEN, empty_url], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    told = [each.communicate()[0].split()[0] for each in started]
    assert len(set(told)) == 1
    assert [each.returncode for each in started] == [0] * 4


def test_a_damaged_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    path.write_bytes(b"this is no database at all, whatever it is called" * 100)
    assert "damaged" in refusal(path)


def test_a_truncated_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    Ledger.open(str(path)).close()
    path.write_bytes(path.read_bytes()[:5000])
    assert "damaged" in refusal(path)


def test_a_newer_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    Ledger.open(str(path)).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    connection.close()
    assert "newer" in refusal(path)


def test_another_programs_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()
    assert "no ledger" in refusal(path)


@contextmanager
def without_privileges() -> Iterator[None]:
    """Root may write to everything: then be somebody else for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


def test_a_read_only_ledger_is_refused() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, path = Path(name), Path(name) / "ledger.sqlite3"
        Ledger.open(str(path)).close()
        folder.chmod(0o755)
        path.chmod(0o444)
        with without_privileges():
            assert "read-only" in refusal(path)


@pytest.fixture
def kept() -> Iterator[Path]:
    """A ledger with one conversation, in a folder whose name needs care in an address."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "a b#c?d%20" / "ledger.sqlite3"
        with closing(Ledger.open(str(path))) as ledger:
            ledger.save_conversations([conversation("1")])
        Path(name).chmod(0o755)
        yield path
        path.parent.chmod(0o700)


def lock(path: Path, mode: int = 0o444, folder: int = 0o555) -> tuple[str, list[str]]:
    """Give it and its folder these rights, and return all there is."""
    path.chmod(mode)
    path.parent.chmod(folder)
    return state(path)


def state(path: Path) -> tuple[str, list[str]]:
    return digest(path) if os.access(path, os.R_OK) else "", sorted(each.name for each in path.parent.iterdir())


@pytest.mark.parametrize(("mode", "folder"), [(0o444, 0o555), (0o444, 0o777), (0o666, 0o555)])
def test_to_read_a_ledger_the_right_to_write_is_not_needed(kept: Path, mode: int, folder: int) -> None:
    before = lock(kept, mode, folder)
    with without_privileges(), closing(Ledger.open(str(kept), to_read=True)) as ledger:
        assert set(ledger.versions()) == {"1"}
        with pytest.raises(LedgerError, match="is read-only") as refused:
            ledger.set_mark("cursor", "5")
    assert "write access" in refused.value.cure
    assert state(kept) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="needs two users")
def test_what_its_owner_has_just_written_is_read(kept: Path) -> None:
    lock(kept, 0o644, 0o755)
    with closing(Ledger.open(str(kept))) as owners:
        owners.save_conversations([conversation("2")])
        with without_privileges(), closing(Ledger.open(str(kept), to_read=True)) as ledger:
            assert set(ledger.versions()) == {"1", "2"}
            owners.save_conversations([conversation("3")])
            assert set(ledger.versions()) == {"1", "2", "3"}


def test_who_may_write_opens_it_as_ever_also_to_read(tmp_path: Path) -> None:
    with closing(Ledger.open(str(tmp_path / "ledger.sqlite3"), to_read=True)) as ledger:
        ledger.set_mark("cursor", "5")
        assert ledger.mark("cursor") == "5"


@pytest.mark.parametrize(
    ("mode", "told"), [(0o444, "has to be brought up to date, and is read-only for you"), (0o000, "ledger.sqlite3 is read-only for you")]
)
def test_what_cannot_be_read_as_it_is_is_refused(kept: Path, mode: int, told: str) -> None:
    with sqlite3.connect(kept) as connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '{VERSIONS[0]}'")
    connection.close()
    before = lock(kept, mode)
    with without_privileges(), pytest.raises(LedgerError, match=told) as refused:
        Ledger.open(str(kept), to_read=True)
    assert "write access" in refused.value.cure
    assert state(kept) == before


def test_a_folder_that_keeps_others_out_is_told(kept: Path) -> None:
    lock(kept, 0o444, 0o000)
    with without_privileges():
        assert is_there(str(kept))
        with pytest.raises(LedgerError, match="Permission denied"):
            Ledger.open(str(kept), to_read=True)


@pytest.mark.parametrize("parts", [(), ("deep", "er")])
def test_trying_to_create_one_leaves_nothing_behind(tmp_path: Path, parts: tuple[str, ...]) -> None:
    try_creating(str(tmp_path.joinpath(*parts, "ledger.sqlite3")))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("below", ["/proc/nope", "file/deep", "link", "link/deep"])
def test_one_that_cannot_be_created_is_refused_before_as_it_is_by_a_run(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    path = tmp_path / below / "ledger.sqlite3"
    refused = []
    for attempt in (try_creating, Ledger.open):
        with pytest.raises(LedgerError, match=f"The ledger {path} cannot be created: ") as told:
            attempt(str(path))
        refused.append(told.value.cure)
    assert refused == ["Name a folder that you may write to (ledger.url)."] * 2
    assert {each.name for each in tmp_path.iterdir()} == {"file", "link"}


def test_one_in_a_folder_of_somebody_else_is_refused_before(kept: Path) -> None:
    lock(kept, 0o644, 0o555)
    with without_privileges(), pytest.raises(LedgerError, match="cannot be created: Permission denied"):
        try_creating(str(kept.parent / "state" / "ledger.sqlite3"))


@pytest.mark.parametrize("url", ["mysql://host/db", "sqlite://", ":memory:", "://"])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(LedgerError):
        locate(url)


def test_an_unreachable_server_is_told_without_its_password() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(LedgerError) as refused:
        Ledger.open("postgresql://me:secret@127.0.0.1:1/db")
    assert "127.0.0.1" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_network_file_systems_are_recognised(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nserver:/home {tmp_path}/a\\040b nfs4 rw 0 0\n")
    (tmp_path / "a b").mkdir()
    assert file_system(tmp_path / "a b", mounts) == "nfs4"
    assert file_system(tmp_path, mounts) == "ext4"
    assert file_system(tmp_path, tmp_path / "none") == ""


def test_the_migrations_lead_to_the_schema(tmp_path: Path) -> None:
    Ledger.open(str(tmp_path / "ledger.sqlite3")).close()
    with create_engine(f"sqlite:///{tmp_path}/ledger.sqlite3").connect() as conn:
        context = MigrationContext.configure(conn, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_every_migration_is_a_known_version() -> None:
    folder = Path(escalator_tui.ledger.__file__).parent / "migrations"
    config = Config()
    config.set_main_option("script_location", str(folder))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_current_head() == HEAD
    assert sorted(each.revision for each in scripts.walk_revisions()) == sorted(VERSIONS)


def test_the_reader_and_the_writer_meet_no_lock(open_ledger: Callable[[], Ledger]) -> None:
    one, other = open_ledger(), open_ledger()
    one.set_mark("cursor", "5")
    assert other.mark("cursor") == "5"
    assert other.mark("unknown") is None
