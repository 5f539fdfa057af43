"""What any process changed since the last look."""

from __future__ import annotations

import threading

from escalator_tui.ledger.database import Database
from escalator_tui.ledger.records import read_records, touched_since
from escalator_tui.ledger.schema import conversations
from escalator_tui.model.record import Record

# On PostgreSQL a transaction can commit after a later one was seen. It is found as long as it took no longer than this, in seconds.
OVERLAP = 30.0
# How many callers are remembered, and the most ids one query asks for.
CALLERS = 8
CHUNK = 10_000


class Changes:
    """Looks for changes, and remembers for each mark it gave out what was told already, so that the overlap repeats nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # SQLite's writers go one after the other, so what is later has the later mark.
        self._overlap = 0.0 if database.is_sqlite else OVERLAP
        self._told: dict[float, dict[str, float]] = {}
        self._lock = threading.Lock()

    def since(self, mark: float) -> tuple[list[Record], float]:
        """The changed records and the next mark."""
        with self._lock:
            told = self._told.get(mark, {})
        with self._database.read() as conn:
            touched = touched_since(conn, mark - self._overlap)
            new = [each for each, at in touched.items() if told.get(each) != at]
            parts = (new[at : at + CHUNK] for at in range(0, len(new), CHUNK))
            records = [record for part in parts for record in read_records(conn, conversations.c.id.in_(part))]
        latest = max(mark, *touched.values()) if touched else mark
        self._remember(latest, touched)
        return records, latest

    def _remember(self, mark: float, touched: dict[str, float]) -> None:
        if not self._overlap:
            return
        with self._lock:
            self._told.pop(mark, None)
            self._told[mark] = touched
            while len(self._told) > CALLERS:
                del self._told[next(iter(self._told))]
