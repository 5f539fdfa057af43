"""Where a ledger lies: from what the user wrote to an address SQLAlchemy takes."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from escalator_tui.model.errors import LedgerError

# File systems whose locks SQLite cannot trust across machines (SQLite's "How To Corrupt", section 2.1).
NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "fuse.sshfs", "fuse.glusterfs"})
WRITE_ACCESS = "Give yourself write access to the file and its folder."


def locate(url: str) -> URL:
    """The address of the ledger: "" is the user's own file, else a path, sqlite:///… or postgresql://…. Raises LedgerError."""
    if not url:
        import platformdirs

        return _file(platformdirs.user_state_path("escalator") / "ledger.sqlite3")
    if "://" not in url:
        return _file(Path(url).expanduser())
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise LedgerError("The ledger's address cannot be read", cure="Write a path, sqlite:///… or postgresql://….") from None
    if parsed.get_backend_name() == "sqlite":
        return _file(Path(parsed.database or "").expanduser())
    if parsed.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    raise LedgerError(f"A ledger cannot be kept in {parsed.drivername}", cure="Write a path, sqlite:///… or postgresql://….")


def is_there(url: str) -> bool:
    """Whether there may be a ledger already: a database server is not asked, and a folder may keep others out. Raises LedgerError for an
    address that cannot be read.
    """
    address = locate(url)
    try:
        return address.get_backend_name() != "sqlite" or Path(address.database or "").exists()
    except OSError:
        return True  # opening it says why it cannot be


def try_creating(url: str) -> None:
    """Raises LedgerError when a ledger that is not there yet could not be created. Leaves nothing behind."""
    import tempfile

    path = Path(locate(url).database or "")
    _refuse_network_file_system(path)
    # A link to nowhere is there as well: no folder can be made of it.
    nearest = next(folder for folder in path.parents if os.path.lexists(folder))
    try:
        # Rights alone do not tell: to root everything seems writable, /proc too. A name of its own is in no other process's way.
        Path(tempfile.mkdtemp(prefix=".escalator-", dir=nearest)).rmdir()
    except OSError as error:
        raise _uncreated(path, error) from None


def reading_mode(path: Path) -> str:
    """How SQLite is to open a file that may be read and not written, as the query of a file: address; "" for any other file.

    Either way it leaves nothing behind, which would be the reader's own and keep the file's owner out.
    """
    if not os.access(path, os.R_OK) or _is_writable(path):
        return ""
    _refuse_network_file_system(path)
    # Whoever has the ledger open, or died over it, left a log beside it. Without one the file is all there is, and at rest
    # (SQLite's "Write-Ahead Logging", section 6, and "URI Filenames").
    return "mode=ro&readonly_shm=1" if Path(f"{path}-wal").exists() else "immutable=1"


def prepare_file(path: Path) -> None:
    """Make sure that the file can be read and written; a new one is readable by its owner only, for it holds customers' words."""
    _refuse_network_file_system(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise _uncreated(path, error) from None
    if not path.is_file():
        raise LedgerError(f"The ledger {path} is not a file", cure="Name a file (ledger.url).")
    if not _is_writable(path):
        raise LedgerError(f"The ledger {path} is read-only for you", cure=WRITE_ACCESS)


def _uncreated(path: Path, error: OSError) -> LedgerError:
    return LedgerError(f"The ledger {path} cannot be created: {error.strerror}", cure="Name a folder that you may write to (ledger.url).")


def _is_writable(path: Path) -> bool:
    return os.access(path, os.R_OK | os.W_OK) and os.access(path.parent, os.W_OK)


def _refuse_network_file_system(path: Path) -> None:
    if (kind := file_system(path.parent)) in NETWORK_FILE_SYSTEMS:
        raise LedgerError(
            f"The ledger {path} lies on a network file system ({kind}), where SQLite can lose data",
            cure="Keep it on a local disk, or use PostgreSQL for several machines (ledger.url = postgresql://…).",
        )


def file_system(folder: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """The type of file system that holds a folder, "" where the system does not tell."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    folder = folder.absolute().resolve()
    best, kind = -1, ""
    for line in lines:
        fields = line.split(" ")
        if len(fields) > 2 and folder.is_relative_to(point := fields[1].replace("\\040", " ")) and len(point) >= best:
            best, kind = len(point), fields[2]
    return kind


def _file(path: Path) -> URL:
    if str(path) in {"", ".", ":memory:"}:
        raise LedgerError("A ledger needs a file", cure="Name one, such as sqlite:///escalator.sqlite3 (ledger.url).")
    return URL.create("sqlite", database=str(path.absolute()))
