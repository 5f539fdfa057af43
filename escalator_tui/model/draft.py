"""What a lead is shown before deciding, and what one look at Intercom brought."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from escalator_tui.model.decision import Texts
from escalator_tui.model.kinds import Priority
from escalator_tui.model.row import Row

Progress = Callable[[int, int], None]
"""Is told during a long look how many conversations are read, and of how many found so far. May be called from any thread."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An escalation as it would go out now. An approval is bound to `texts.digest` and to `version`, the conversation's version then."""

    row: Row
    priority: Priority
    texts: Texts
    version: str

    def holds(self, other: Draft) -> bool:
        """Whether `other` says the same of the same conversation, so that an approval of one is an approval of the other."""
        return (self.row.id, self.version, self.texts.digest) == (other.row.id, other.version, other.texts.digest)


@dataclass(frozen=True, slots=True)
class PollReport:
    """One finished look. `at` is in unix seconds; `changed` conversations were reported, `scored` of them scored, `without_company` of
    those had no company data. `sweep` tells a listing of every open conversation; `total_open` is how many are open now. `unread` changes
    could not be read and stay due, the oldest of them since `oldest_unread` (unix seconds); `problem` says why.
    """

    at: float
    changed: int = 0
    scored: int = 0
    without_company: int = 0
    sweep: bool = False
    total_open: int = 0
    unread: int = 0
    oldest_unread: int | None = None
    problem: str = ""
