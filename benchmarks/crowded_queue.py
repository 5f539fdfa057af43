"""The terminal app over a queue of many rows, 50 of which change every second. Part of app.py.

Run: python benchmarks/crowded_queue.py rows file

Writes into the file how long the first rows took: the milliseconds from their arrival in the terminal's thread to the painted table.
"""

from __future__ import annotations

import gc
import random
import sys
import time
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from escalator_tui.__main__ import YOUNG_OBJECTS
from escalator_tui.config import Settings
from escalator_tui.model.kinds import RowState
from escalator_tui.model.row import Row
from escalator_tui.running import run_app
from escalator_tui.screens.queue import QueueScreen
from tests.app.desk import ScriptedDesk
from tests.app.story import row

CHANGES_PER_SECOND = 50
KEPT = 2  # the two rows between which the benchmark moves the cursor


class BusyDesk(ScriptedDesk):
    """Fifty conversations change every second: their scores, and with them their place."""

    def changed_rows(self) -> list[Row]:
        """What changed since the last call, at first all."""
        before, self._asked_at = self._asked_at, time.monotonic()
        if before:
            self.put(*(self._change() for _ in range(round((self._asked_at - before) * CHANGES_PER_SECOND))))
        return super().changed_rows()

    _asked_at = 0.0
    rng = random.Random(1)

    def _change(self) -> Row:
        return crowd_row(self.rng.randrange(KEPT, len(self.book)), self.rng)


def crowd_row(number: int, rng: random.Random) -> Row:
    """One row; a tenth of all need a decision."""
    score = 0.99 - number / 1000 if number < KEPT else round(rng.random() * 0.95, 2)
    state = RowState.NEEDS_DECISION if number < KEPT or rng.random() < 0.1 else RowState.WATCHING
    return row(f"{number}", f"Row {number:05}", f"Company {number % 700}", score=score, state=state, waits=rng.random() * 3e5)


def time_the_first_rows(file: Path) -> None:
    """Measure the first rows that come."""
    receive = QueueScreen.receive

    def timed(self: QueueScreen, rows: Iterable[Row], decided: frozenset[str] = frozenset()) -> None:
        QueueScreen.receive = receive  # type: ignore[method-assign]
        before = time.perf_counter()
        receive(self, rows, decided)
        self.call_after_refresh(lambda: file.write_text(f"{(time.perf_counter() - before) * 1000:.1f}"))

    QueueScreen.receive = timed  # type: ignore[method-assign]


def main() -> int:
    """Run the app, under the collector of garbage as the command sets it."""
    gc.set_threshold(YOUNG_OBJECTS)
    many, file = int(sys.argv[1]), Path(sys.argv[2])
    rng = random.Random(0)
    desk = BusyDesk({str(number): crowd_row(number, rng) for number in range(many)})
    time_the_first_rows(file)
    return run_app(desk, Settings())


if __name__ == "__main__":
    sys.exit(main())
