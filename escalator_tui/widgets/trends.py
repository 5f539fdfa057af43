"""How the day went, in hours: conversations that began, and how many needed the lead. Without Textual."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from escalator_tui.model.row import Row

HOURS: Final = 24
_HOUR: Final = 3600
_LEVELS: Final = "▁▂▃▄▅▆▇█"


@dataclass(eq=False)
class Trends:
    """What is known of the last 24 hours. Times are unix seconds.

    When conversations began is read from every row that was ever shown here, so those that ended before the app began are missing. How many
    needed the lead is counted while the app runs.
    """

    _began: dict[str, int] = field(default_factory=dict)
    _needed: dict[int, int] = field(default_factory=dict)

    def take(self, rows: Iterable[Row], now: float) -> None:
        """Take in rows, old or new."""
        oldest = now - HOURS * _HOUR
        started = ((row.id, row.record.conversation.created_at) for row in rows)
        self._began.update((each, at // _HOUR) for each, at in started if at is not None and at >= oldest)

    def note(self, needed: int, now: float) -> None:
        """Keep how many need the lead now: of each hour the most."""
        hour = int(now // _HOUR)
        if hour not in self._needed:
            self._needed = {each: many for each, many in self._needed.items() if each > hour - HOURS}
            self._began = {each: at for each, at in self._began.items() if at > hour - HOURS}
        self._needed[hour] = max(needed, self._needed.get(hour, 0))

    def began(self, now: float) -> list[int]:
        """Conversations that began in each of the last 24 hours, the one that runs last."""
        many, hour = Counter(self._began.values()), int(now // _HOUR)
        return [many[each] for each in range(hour - HOURS + 1, hour + 1)]

    def needed(self, now: float) -> list[int]:
        """The most that needed the lead in each hour since the first one known, 24 at most."""
        hour = int(now // _HOUR)
        first = min(self._needed, default=hour)
        return [self._needed.get(each, 0) for each in range(max(first, hour - HOURS + 1), hour + 1)]


def sparkline(values: Sequence[int]) -> str:
    """The values as bars of one cell each, the largest full; nothing is the lowest bar, anything above it at least the next."""
    most = max(values, default=0)
    return "".join(_LEVELS[-(-each * (len(_LEVELS) - 1) // most) if most else 0] for each in values)
