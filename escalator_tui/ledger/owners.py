"""Who holds a claim: one process, named so that others on the same machine can tell that it is gone."""

from __future__ import annotations

import os
import socket
import uuid
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
# The states of a process that has ended and is only kept until its parent notices: zombie and dead.
DEAD = ("Z", "X")


@dataclass(frozen=True, slots=True)
class Owner:
    """A process. `machine` is its host, boot and process namespace: process numbers mean something within these only. `start` is when it
    started, in ticks since boot, so that a reused number is not taken for it; "" where the system does not tell.
    """

    machine: str
    pid: int
    start: str

    def __str__(self) -> str:
        return f"{self.machine}|{self.pid}|{self.start}"

    @classmethod
    def parse(cls, text: str) -> Owner:
        """The owner that `str` wrote."""
        machine, pid, start = text.rsplit("|", 2)
        return cls(machine, int(pid), start)

    @property
    def is_gone(self) -> bool:
        """Whether the process is surely dead. Only to be asked on its own machine; when in doubt it lives."""
        if os.name != "posix":
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except OSError:
            pass  # another user's: it may be a later process of the same number
        # What cannot be read, such as another user's process where /proc hides these, proves nothing.
        state, start = _look_at(self.pid)
        return state in DEAD or (bool(self.start and start) and start != self.start)


def this_process() -> Owner:
    """The running process."""
    pid = os.getpid()
    # Where the system names no boot, the network card tells two machines of one name apart; without one nothing is ever taken over.
    boot = _read(PROC / "sys/kernel/random/boot_id") or f"{uuid.getnode():x}"
    return Owner(f"{socket.gethostname()}|{boot}|{_namespace()}", pid, _look_at(pid)[1])


def _look_at(pid: int) -> tuple[str, str]:
    """A process's state and when it started, "" for both where that cannot be read."""
    # The command name stands in brackets and may hold spaces.
    fields = _read(PROC / str(pid) / "stat").rpartition(")")[2].split()
    return (fields[0], fields[19]) if len(fields) > 19 else ("", "")


def _namespace() -> str:
    try:
        return str((PROC / "self/ns/pid").readlink())
    except OSError:
        return ""


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
