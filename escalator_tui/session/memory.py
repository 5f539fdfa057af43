"""What the terminal app remembers of a lead's session: a small file per user."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from escalator_tui.model.text import one_line
from escalator_tui.session.columns import BY_ID as COLUMNS
from escalator_tui.session.columns import Sort

if TYPE_CHECKING:
    from escalator_tui.session.session import Session

VERSION = 1
LONGEST_TEXT = 500
MOST_REASONS = 9
"""As many as there are digits to choose one."""
FIRST_REASONS = ("Not urgent", "Already handled", "Answer is on its way")
LARGEST_FILE = 100_000
MOST_NOTED, LARGEST_NUMBER = 96, 10**9
NEWER = "was written by a newer Escalator: this session neither uses nor changes it"
DAMAGED = "cannot be read: the session starts without it"


@dataclass(frozen=True, slots=True)
class Memory:
    """How the queue was looked at. Empty: as a first session. `cursor` is a conversation id, `sort` a column's; `needed` is what the
    trends noted.
    """

    sort: str = ""
    reverse: bool = False
    filter: str = ""
    theme: str = ""
    cursor: str = ""
    reasons: tuple[str, ...] = ()
    needed: tuple[tuple[int, int], ...] = ()


class MemoryFile:
    """The file. Nothing is raised: `news` tells what went wrong, and the session goes on without."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._problem = ""
        self._told: set[str] = set()
        self._newer = False
        self._written: Memory | None = None

    def read(self) -> Memory:
        """What was remembered, as far as it can be read."""
        try:
            with self.path.open("rb") as file:
                found = json.loads(file.read(LARGEST_FILE))
        except FileNotFoundError:
            return Memory()
        except (OSError, ValueError, RecursionError):
            return self._refuse(DAMAGED)
        if not isinstance(found, dict) or not isinstance(version := found.get("version"), int):
            return self._refuse(DAMAGED)
        if version > VERSION:
            self._newer = True
            return self._refuse(NEWER)
        self._written = _understood(found)
        return self._written

    def write(self, memory: Memory) -> bool:
        """Remember this, all of it or nothing. False when the file cannot be written."""
        if self._newer or memory == self._written:
            return True
        try:
            _replace(self.path, json.dumps({"version": VERSION, **asdict(memory)}, ensure_ascii=False, indent=1))
        except (OSError, RuntimeError) as error:  # RuntimeError: links that lead round in a circle
            reason = getattr(error, "strerror", None) or type(error).__name__
            self._refuse(f"cannot be written ({reason}): this session will not be remembered")
            return False
        self._written = memory
        return True

    def news(self) -> str:
        """What went wrong, as a sentence, when it was not told before."""
        problem, self._problem = self._problem, ""
        if problem in self._told:
            return ""
        self._told.add(problem)
        return problem

    def _refuse(self, why: str) -> Memory:
        self._problem = f"{self.path} {why}"
        return Memory()


def memory_path(*, demo: bool = False) -> Path:
    """Where a session is remembered: in the user's state folder. The demo has a file of its own."""
    return platformdirs.user_state_path("escalator") / ("session-demo.json" if demo else "session.json")


def restore(session: Session, memory: Memory) -> None:
    """Look at the queue as the last session did, as far as there still is what it looked at."""
    if memory.sort in COLUMNS:
        session.queue.sort_by(Sort(memory.sort, memory.reverse))
    session.queue.filter_by(memory.filter)
    restore_reasons(session, memory)


def restore_reasons(session: Session, memory: Memory) -> None:
    """Offer the reasons of the last session, and those built in: an earlier version could forget them, and nobody can bring them back."""
    session.reasons = list(memory.reasons)
    for each in FIRST_REASONS:
        if len(session.reasons) < MOST_REASONS:
            remember_reason(session.reasons, each)
    session.trends.recall(memory.needed, session.clock())


def remember_reason(reasons: list[str], reason: str) -> None:
    """Offer this one too, unless it only repeats another in other letters or blanks. Those known keep their places, and so their digits;
    when all are taken, the last one is replaced.
    """
    if _folded(reason) not in map(_folded, reasons):
        reasons[MOST_REASONS - 1 :] = [reason]


def _folded(reason: str) -> str:
    return " ".join(reason.split()).casefold()


def memory_of(session: Session, theme: str, cursor: str) -> Memory:
    """What to remember of a session."""
    sort = session.queue.sort
    return Memory(sort.column, sort.reverse, session.queue.needle, theme, cursor, tuple(session.reasons), session.trends.noted)


def _understood(found: Mapping[str, Any]) -> Memory:
    """What has the right type, cleaned: anybody may have edited the file."""

    def text(name: str) -> str:
        value = found.get(name)
        return one_line(value, LONGEST_TEXT) if isinstance(value, str) else ""

    listed = found.get("reasons")
    reasons = [one_line(each, LONGEST_TEXT) for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
    kept: list[str] = []
    for each in list(filter(None, reasons))[:MOST_REASONS]:
        remember_reason(kept, each)
    needed = found.get("needed")
    noted = tuple((each[0], each[1]) for each in needed if _is_noted(each)) if isinstance(needed, list) else ()
    return Memory(
        text("sort"), found.get("reverse") is True, text("filter"), text("theme"), text("cursor"), tuple(kept), noted[-MOST_NOTED:]
    )


def _is_noted(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(each) is int and 0 <= each < LARGEST_NUMBER for each in value)


def _replace(path: Path, text: str) -> None:
    path = path.resolve()  # a link stays a link
    path.parent.mkdir(parents=True, exist_ok=True)
    import tempfile  # not to be waited for at the start

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        Path(name).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
