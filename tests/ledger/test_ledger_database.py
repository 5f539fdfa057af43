"""The database itself: clocks, locks and failures."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from escalator_tui.ledger import Ledger
from escalator_tui.ledger.database import explain
from escalator_tui.ledger.owners import this_process
from escalator_tui.ledger.schema import marks
from escalator_tui.model.errors import LedgerError
from tests.ledger.makers import confirm, conversation


def test_the_servers_clock_is_everybodys(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not url.startswith("postgresql"):
        pytest.skip("SQLite has no clock of its own")
    ledger = Ledger.open(url)
    real = time.time()
    monkeypatch.setattr(ledger._database, "clock", lambda: real - 5000)  # this machine's clock is wrong
    escalation = confirm(ledger)
    assert abs(escalation.confirmed_at - real) < 60
    assert abs(ledger.now - real) < 60
    ledger.close()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("database is locked", "to itself"),
        ("database disk image is malformed", "damaged"),
        ("file is not a database", "damaged"),
        ("attempt to write a readonly database", "read-only"),
        ("database or disk is full", "full"),
        ("unable to open database file", "cannot be opened"),
        ("connection refused\nmore", "cannot be used: connection refused"),
    ],
)
def test_the_engines_words_are_explained(words: str, told: str) -> None:
    error = explain(OperationalError("SELECT", {}, Exception(words)), "the-file")
    assert told in error.message
    assert "the-file" in error.message
    assert error.cure


def test_a_ledger_damaged_while_open_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    ledger = Ledger.open(str(path))
    with ledger._database.write() as tx:
        tx.conn.exec_driver_sql("DROP TABLE marks")
    with pytest.raises(LedgerError, match="damaged"):
        ledger.mark("cursor")
    ledger.close()


def test_a_failed_transaction_leaves_no_trace(url: str) -> None:
    ledger = Ledger.open(url)

    def fail() -> None:
        with ledger._database.write() as tx:
            tx.conn.execute(tx.upsert(marks).values(name="a", value="b"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert ledger.mark("a") is None
    ledger.close()


def test_many_threads_share_one_ledger(url: str) -> None:
    ledger = Ledger.open(url)
    errors: list[BaseException] = []

    def work(number: int) -> None:
        try:
            ledger.save_conversations([conversation(f"{number}-{at}") for at in range(5)])
            confirm(ledger, f"{number}-0")
            while (claimed := ledger.claim(lease=90)) is not None:
                assert ledger.complete(claimed, {"linked": True})
            ledger.open_records()
        except BaseException as error:  # noqa: BLE001 - told in the main thread
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert errors == []
    assert len(ledger.versions()) == 60
    delivered = [event for event in ledger.events(limit=1000) if event.kind == "delivered"]
    assert len({event.detail["ref"] for event in delivered}) == len(delivered)
    ledger.close()


def test_this_process_lives() -> None:
    assert not this_process().is_gone
    assert type(this_process()).parse(str(this_process())) == this_process()
