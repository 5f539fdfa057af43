"""What is asked all the time costs the same however much is remembered: no query looks through all that is done."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from escalator_tui.ledger import Ledger
from tests.ledger.makers import confirm, conversation
from tests.ledger.urls import fresh_url

# These indexes hold only what is not done.
SCAN = re.compile(r"SCAN (conversations|escalations|deliveries|decisions)(?! USING (COVERING )?INDEX deliveries_(by_due|in_trouble))")
OFTEN: dict[str, Callable[[Ledger], Any]] = {
    "record": lambda ledger: ledger.record("1"),
    "open_records": lambda ledger: ledger.open_records(),
    "escalated_records": lambda ledger: ledger.escalated_records(),
    "changes": lambda ledger: ledger.changes(0.0),
    "owed": lambda ledger: ledger.owed(),
    "next_due": lambda ledger: ledger.next_due(),
    "claim": lambda ledger: ledger.claim(lease=90.0),
    "take_over": lambda ledger: ledger.take_over(),
    "retry_stuck": lambda ledger: ledger.retry_stuck(),
    "activity": lambda ledger: ledger.activity(),
    "confirm": lambda ledger: confirm(ledger, "2"),
    "prune": lambda ledger: ledger.prune(90),
}


@pytest.mark.parametrize("name", OFTEN)
def test_nothing_is_looked_through(name: str, tmp_path: Path) -> None:
    with fresh_url("sqlite", tmp_path) as url:
        ledger = Ledger.open(url)
        ledger.save_conversations([conversation("1"), conversation("2")])
        confirm(ledger)
        scanned: list[str] = []

        @event.listens_for(ledger._database._engine, "before_cursor_execute")
        def explain(conn: Connection, _cursor: object, statement: str, parameters: Any, _context: object, many: bool) -> None:
            if statement.startswith(("SELECT", "UPDATE", "DELETE")) and not many:
                plan = conn.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
                scanned.extend(f"{line[-1]}: {statement}" for line in plan if SCAN.match(line[-1]))

        OFTEN[name](ledger)
        ledger.close()
        assert scanned == []
