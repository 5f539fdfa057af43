"""The database itself: clocks, locks and failures."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, DBAPIError, InternalError, NotSupportedError, OperationalError, ProgrammingError

from escalator_tui.ledger import Ledger, owners
from escalator_tui.ledger.database import explain
from escalator_tui.ledger.owners import Owner, this_process
from escalator_tui.ledger.schema import marks
from escalator_tui.model.errors import LedgerError
from tests.ledger.makers import NO_PROCESS, confirm, conversation
from tests.postgres import GUARDED, VARIABLE


def test_the_servers_clock_is_everybodys(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not url.startswith("postgresql"):
        pytest.skip("SQLite has no clock of its own")
    ledger = Ledger.open(url)
    real = time.time()
    monkeypatch.setattr(ledger._database, "clock", lambda: real - 5000)  # this machine's clock is wrong
    escalation = confirm(ledger, hold=5.0)
    assert abs(escalation.confirmed_at - real) < 60
    assert escalation.held_until == ledger.next_due() == escalation.confirmed_at + 5.0
    assert abs(ledger.now - real) < 60
    ledger.close()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("database is locked", "to itself"),
        ("canceling statement due to lock timeout\nCONTEXT:  while locking tuple", "to itself"),
        ("database disk image is malformed", "damaged"),
        ("file is not a database", "damaged"),
        ("attempt to write a readonly database", "read-only"),
        ("database or disk is full", "full"),
        ("unable to open database file", "cannot be opened"),
        ("connection refused\nmore", "cannot be used: connection refused"),
        ("permission denied for schema public\nLINE 1", "not open to this database user"),
        ("cannot execute UPDATE in a read-only transaction", "read-only"),
        ('relation "marks" does not exist', "a table is missing"),
        ('no pg_hba.conf entry for host "::1", user "a", database "b", no encryption', "keeps this user or machine out"),
        ('column "x" does not exist', 'cannot be used: column "x" does not exist'),
        ("", "cannot be used"),
    ],
)
def test_the_engines_words_are_explained(words: str, told: str) -> None:
    error = explain(OperationalError("SELECT", {}, Exception(words)), "the-file")
    assert told in error.message
    assert "the-file" in error.message
    assert error.cure


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("database is locked", 4),
        ("canceling statement due to lock timeout", 4),
        ("connection refused", 4),
        ("the database system is starting up", 4),
        ("database disk image is malformed", 2),
        ('database "x" does not exist', 2),
        ("Peer authentication failed for user", 2),
        ('pg_hba.conf rejects connection for host "::1", user "a", database "b", no encryption', 2),
    ],
)
def test_an_outage_is_told_from_what_is_wrong(words: str, code: int) -> None:
    assert explain(OperationalError("SELECT", {}, Exception(words)), "the-file").exit_code == code


def test_a_ledger_damaged_while_open_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    ledger = Ledger.open(str(path))
    with ledger._database.write() as tx:
        tx.conn.exec_driver_sql("DROP TABLE marks")
    with pytest.raises(LedgerError, match="damaged"):
        ledger.mark("cursor")
    ledger.close()


@pytest.mark.parametrize("kind", [ProgrammingError, DataError, InternalError, NotSupportedError])
def test_whatever_the_engine_refuses_is_explained(url: str, kind: type[DBAPIError]) -> None:
    ledger = Ledger.open(url)
    with pytest.raises(LedgerError) as told, ledger._database.write():
        raise kind("SELECT", {}, Exception("it will not"))
    assert "it will not" in told.value.message
    assert told.value.cure
    ledger.close()


@pytest.mark.parametrize(
    ("user", "database", "told", "cure"),
    [
        ("", "no such {x}", 'answers, but the database "no such {x}" does not exist', "`createdb no such {x}`"),
        ("nobody_at_all", "", 'there is no role "nobody_at_all" that may log in', "Let an administrator create it"),
        ("{role}", "", 'there is no role "{role}" that may log in', "Let an administrator create it"),
    ],
)
def test_what_the_server_does_not_have_is_named(postgres_url: str, user: str, database: str, told: str, cure: str) -> None:
    import psycopg

    role = f"out_{uuid.uuid4().hex}"
    user, told = user.replace("{role}", role), told.replace("{role}", role)
    url = make_url(postgres_url)
    wanted = url.set(username=user or url.username, database=database or url.database).render_as_string(hide_password=False)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'CREATE ROLE "{role}" NOLOGIN')
        try:
            with pytest.raises(LedgerError) as refused:
                Ledger.open(wanted)
        finally:
            connection.execute(f'DROP ROLE "{role}"')
    assert told in refused.value.message
    assert cure in refused.value.cure
    assert "ESCALATOR_LEDGER_URL" in refused.value.cure
    assert refused.value.exit_code == 2


@pytest.mark.parametrize(
    ("password", "told"), [("wrong", 'does not know the user "guarded" with this password'), (None, "wants a password")]
)
def test_a_password_that_is_not_right_is_told(
    postgres_url: str, password: str | None, told: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if os.environ.get(VARIABLE):
        pytest.skip("the server that is named may ask nobody for a password")
    import psycopg

    monkeypatch.delenv("PGPASSWORD", raising=False)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {GUARDED} LOGIN PASSWORD 'right'")
        try:
            with pytest.raises(LedgerError, match=told) as refused:
                Ledger.open(make_url(postgres_url).set(username=GUARDED, password=password).render_as_string(hide_password=False))
        finally:
            connection.execute(f"DROP ROLE {GUARDED}")
    assert "ESCALATOR_LEDGER_URL" in refused.value.cure
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("right", ["", "USAGE"])
def test_a_user_without_rights_is_told_what_to_ask_for(empty_url: str, right: str) -> None:
    if not empty_url.startswith("postgresql"):
        pytest.skip("SQLite knows no users")
    import psycopg

    user = f"nobody_{uuid.uuid4().hex}"
    with psycopg.connect(empty_url, autocommit=True) as connection:
        connection.execute(f'CREATE ROLE "{user}"')
        try:
            if right:
                schema = connection.execute("SELECT current_schema()").fetchone()[0]  # type: ignore[index]
                connection.execute(f'GRANT {right} ON SCHEMA "{schema}" TO "{user}"')
            with pytest.raises(LedgerError, match="not open to this database user") as told:
                Ledger.open(f"{empty_url}%20-crole%3D{user}")
            assert "GRANT" in told.value.cure
        finally:
            connection.execute(f'DROP OWNED BY "{user}"')
            connection.execute(f'DROP ROLE "{user}"')


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


def test_a_process_that_cannot_be_looked_at_lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where /proc hides other users' processes."""
    owner = Owner("a|machine|", os.getpid(), "4711")
    assert owner.is_gone, "started at another time"
    monkeypatch.setattr(owners, "PROC", tmp_path)
    assert not owner.is_gone
    assert Owner("a|machine|", NO_PROCESS, "4711").is_gone


def test_machines_of_one_name_that_tell_no_boot_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two Macs, say: what one of them does must not be taken for the work of a dead process of the other."""
    monkeypatch.setattr(owners, "PROC", tmp_path)
    monkeypatch.setattr(uuid, "getnode", lambda: 1)
    one = this_process()
    monkeypatch.setattr(uuid, "getnode", lambda: 2)
    assert this_process().machine != one.machine


def test_a_process_that_ended_is_gone_before_its_parent_notices() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    owner = Owner("a|machine|", child.pid, owners._look_at(child.pid)[1])
    assert not owner.is_gone
    child.stdin.close()  # type: ignore[union-attr]
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert owner.is_gone
    child.wait()
    assert owner.is_gone
