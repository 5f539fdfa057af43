"""How the day went, in hours: conversations that began, and how many needed the lead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from escalator_tui.model.row import Row

HOURS: Final = 24
_HOUR: Final = 3600
_QUARTER: Final = _HOUR // 4
_LEVELS: Final = "▁▂▃▄▅▆▇█"


@dataclass(eq=False)
class Trends:
    """What is known of the last 24 hours. Times are unix seconds.

    When conversations began is read from every row that was ever shown here, so those that ended before the app began are missing. How many
    needed the lead is counted while the app runs, by quarters of an hour, and remembered from one session to the next.
    """

    _began: dict[str, int] = field(default_factory=dict)
    _needed: dict[int, int] = field(default_factory=dict)

    def take(self, rows: Iterable[Row], now: float) -> None:
        """Take in rows, old or new."""
        oldest = now - HOURS * _HOUR
        for row in rows:
            began = row.record.conversation.created_at
            if began is not None and began >= oldest:
                self._began[row.id] = began // _HOUR

    def note(self, needed: int, now: float) -> None:
        """Keep how many need the lead now: of each quarter of an hour the most."""
        hour, quarter = int(now // _HOUR), int(now // _QUARTER)
        if quarter not in self._needed:
            self._needed = {each: many for each, many in self._needed.items() if each > quarter - HOURS * _HOUR // _QUARTER}
            self._began = {each: at for each, at in self._began.items() if at > hour - HOURS}
        self._needed[quarter] = max(needed, self._needed.get(quarter, 0))

    @property
    def noted(self) -> tuple[tuple[int, int], ...]:
        """What `note` kept, to be remembered: quarters of an hour since 1970, and the most that needed the lead in each."""
        return tuple(sorted(self._needed.items()))

    def recall(self, noted: Iterable[tuple[int, int]], now: float) -> None:
        """Take up what an earlier session noted, as far as it is of the last 24 hours."""
        last = int(now // _QUARTER)
        self._needed.update((quarter, many) for quarter, many in noted if last - HOURS * _HOUR // _QUARTER < quarter <= last)

    def began(self, now: float, bars: int = HOURS) -> list[int]:
        """Conversations that began in each part of the last 24 hours, the one that runs last."""
        many = Counter(hour * bars // HOURS for hour in self._began.values())
        last = int(now // _HOUR) * bars // HOURS
        return [many[each] for each in range(last - bars + 1, last + 1)]

    def needed(self, now: float, bars: int = HOURS) -> tuple[list[int | None], int]:
        """The most that needed the lead in each part of the time since the first one known, 24 hours at most, None where no app was
        running, and how many seconds a part is: a quarter of an hour or an hour as long as there are no more of them than `bars`.
        """
        first = min(self._needed, default=int(now // _QUARTER)) * _QUARTER
        size = next((each for each in (_QUARTER, _HOUR) if now // each - first // each < bars), HOURS * _HOUR // bars)
        most: dict[int, int] = {}
        for quarter, many in self._needed.items():
            part = quarter * _QUARTER // size
            most[part] = max(many, most.get(part, 0))
        last = int(now // size)
        return [most.get(each) for each in range(max(first // size, last - bars + 1), last + 1)], size


def sparkline(values: Sequence[int | None]) -> str:
    """The values as bars of one cell each, the largest full; nothing is the lowest bar, anything above it at least the next, and what is
    unknown is left blank.
    """
    most = max((each for each in values if each is not None), default=0)
    return "".join(" " if each is None else _LEVELS[-(-each * (len(_LEVELS) - 1) // most) if most else 0] for each in values)
