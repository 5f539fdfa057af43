"""A ledger of an earlier version, with data, becomes one of this version and goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import text

import escalator_tui.ledger
from escalator_tui.ledger import Ledger
from escalator_tui.ledger.conversations import HISTORY_LIMIT
from escalator_tui.ledger.database import Database
from escalator_tui.ledger.locations import locate
from escalator_tui.ledger.references import reference
from escalator_tui.ledger.schema import VERSION_TABLE, metadata
from escalator_tui.ledger.snapshots import dump
from escalator_tui.model.conversation import Contact
from escalator_tui.model.decision import Baseline, FollowUp
from escalator_tui.model.kinds import DeliveryKind
from tests.ledger.makers import TEXTS, Clock, conversation

COLUMNS = "(ref, escalation_id, conversation_id, kind, state, due_at, waiting, attempts, fence, in_doubt, result, error, cure)"
DATA = (
    "INSERT INTO marks VALUES ('workspace', 'w')",
    "INSERT INTO conversations (id, state, contact_id, company_id, updated_at, snapshot, touched_at)"
    " VALUES ('1', 'open', 'ada', '', 100, :snapshot, 5.0)",
    "INSERT INTO episodes VALUES ('1', 1)",
    "INSERT INTO escalations (id, conversation_id, episode, state, priority, actor, confirmed_at, held_until, texts, reason, score)"
    " VALUES (1, '1', 1, 'open', 'P1', 'Sam', 50.0, 0, :texts, '', 0.5)",
    f"INSERT INTO deliveries {COLUMNS} VALUES (:linear, 1, '1', 'linear', 'done', 0, :no, 1, 1, :no, '{{}}', '', '')",
    f"INSERT INTO deliveries {COLUMNS} VALUES (:slack, 1, '1', 'slack', 'owed', 0, :no, 1, 3, :yes, '{{}}', 'later', '')",
)


ROW = (
    "INSERT INTO conversations (id, state, contact_id, company_id, updated_at, snapshot, touched_at)"
    " VALUES (:id, 'open', :contact, '', 100, :snapshot, 5.0)"
)


def make_first_version(url: str, many: int = 0) -> None:
    database = Database(locate(url), Clock())
    config = Config()
    config.set_main_option("script_location", str(Path(escalator_tui.ledger.__file__).parent / "migrations"))
    refs = {kind.value: reference("w", "1", 1, kind) for kind in (DeliveryKind.LINEAR, DeliveryKind.SLACK)}
    values = {"snapshot": dump(conversation()), "texts": dump(TEXTS), "no": False, "yes": True, **refs}
    with database.write() as tx:
        config.attributes["connection"] = tx.conn
        command.upgrade(config, "0001")
        for statement in DATA:
            query = text(statement)
            tx.conn.execute(query, {name: values[name] for name in query._bindparams})
        for number in range(many):
            known = replace(conversation(f"m{number}"), contact=Contact(f"c{number}", email=f"user{number}@acme.example"))
            row = {"id": known.id, "contact": known.id, "snapshot": dump(known)}
            tx.conn.execute(text(ROW), row)
    database.close()


def test_an_escalation_of_the_first_version_goes_on(empty_url: str) -> None:
    make_first_version(empty_url)
    ledger = Ledger.open(empty_url, clock=Clock())
    assert ledger.workspace == "w"
    (escalation,) = [each.escalation for each in ledger.escalated_records()]
    assert escalation is not None
    assert (escalation.baseline, escalation.score) == (Baseline(), 0.5)
    claimed = ledger.claim(lease=90)
    assert claimed is not None
    assert (claimed.kind, claimed.fence, claimed.in_doubt) == (DeliveryKind.SLACK, 4, True)
    assert ledger.complete(claimed, {"ts": "1", "linked": True})
    for part in ("7", "8"):
        assert ledger.follow_up(ledger.escalation(1), FollowUp(part, 0, "more"))
    assert len({each.ref for each in ledger.escalation(1).deliveries}) == 6
    ledger.close()


def test_the_domains_of_earlier_conversations_are_known(empty_url: str) -> None:
    make_first_version(empty_url, many=1_200)
    ledger = Ledger.open(empty_url)
    colleague = replace(conversation("new"), contact=Contact("c", email="someone@acme.example"))
    assert len(ledger.history_of(colleague, 0)) == HISTORY_LIMIT
    assert {each.id for each in ledger.history_of(replace(colleague, contact=Contact("c", email="x@other.example")), 0)} == set()
    ledger.close()


def test_the_upgraded_schema_is_the_schema(empty_url: str) -> None:
    make_first_version(empty_url)
    ledger = Ledger.open(empty_url)
    with ledger._database.read() as conn:
        context = MigrationContext.configure(conn, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []
    ledger.close()


def test_the_unique_key_and_the_indexes_survive(empty_url: str) -> None:
    make_first_version(empty_url)
    ledger = Ledger.open(empty_url)
    from sqlalchemy import inspect

    with ledger._database.read() as conn:
        found = inspect(conn)
        assert [each["column_names"] for each in found.get_unique_constraints("deliveries")] == [["escalation_id", "kind", "subject"]]
        assert {each["name"] for each in found.get_indexes("deliveries")} >= {
            "deliveries_by_due",
            "deliveries_in_trouble",
            "deliveries_by_conversation",
        }
        assert found.get_foreign_keys("deliveries")[0]["referred_table"] == "escalations"
    ledger.close()
