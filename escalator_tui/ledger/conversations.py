"""What was seen: conversations, accounts, assessments and the marks of the watch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, and_, bindparam, delete, func, or_, select, update

from escalator_tui.ledger.database import Database, Write
from escalator_tui.ledger.schema import accounts, conversations, due_reads, marks
from escalator_tui.ledger.snapshots import dump, load
from escalator_tui.model.assessment import Assessment
from escalator_tui.model.conversation import Account, Conversation, ConversationState

T = TypeVar("T")

# Rows of one transaction: short enough that other writers, and the readers of changes, need not wait long.
CHUNK = 500
HISTORY_LIMIT = 100
OPEN = ConversationState.OPEN.value


def read_mark(conn: Connection, name: str) -> str | None:
    """The value of a mark."""
    return conn.scalar(select(marks.c.value).where(marks.c.name == name))


def write_mark(tx: Write, name: str, value: str) -> None:
    """Set a mark."""
    tx.conn.execute(tx.upsert(marks).values(name=name, value=value).on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def save_conversations(database: Database, found: Iterable[Conversation]) -> None:
    """Keep the newest snapshot of each; an older one never overwrites a newer one, and the same one is no change."""
    for chunk in _chunks(found):
        # In one order for all processes, so that two of them never wait for each other.
        rows = [_row(each) for each in sorted(chunk, key=lambda each: each.id)]
        with database.write() as tx:
            insert = tx.upsert(conversations)
            new = insert.excluded
            insert = insert.on_conflict_do_update(
                index_elements=["id"],
                set_={**{name: new[name] for name in rows[0] if name != "id"}, "touched_at": new.touched_at},
                where=or_(
                    new.updated_at > conversations.c.updated_at,
                    and_(new.updated_at == conversations.c.updated_at, new.snapshot != conversations.c.snapshot),
                ),
            )
            tx.conn.execute(insert, [{**row, "touched_at": tx.touched_at} for row in rows])


def _row(each: Conversation) -> dict[str, Any]:
    return {
        "id": each.id,
        "state": each.state.value,
        "contact_id": each.contact.id if each.contact else "",
        "company_id": each.account.id if each.account else None,
        "domain": each.domain,
        "updated_at": each.updated_at,
        "snapshot": dump(each),
    }


def read_versions(conn: Connection, ids: Collection[str] | None) -> dict[str, int]:
    """Conversation id to `updated_at` as saved, of these or of all."""
    query = select(conversations.c.id, conversations.c.updated_at)
    return {row.id: row.updated_at for row in conn.execute(query if ids is None else query.where(conversations.c.id.in_(ids)))}


def forget(tx: Write, conversation_ids: Iterable[str]) -> None:
    """Mark conversations that are gone at Intercom as closed."""
    c = conversations.c
    for row in tx.conn.execute(select(c.id, c.snapshot).where(c.id.in_(list(conversation_ids))).order_by(c.id)).all():
        closed = replace(load(Conversation, row.snapshot), state=ConversationState.CLOSED)
        values = {"state": closed.state.value, "snapshot": dump(closed), "touched_at": tx.touched_at}
        tx.conn.execute(conversations.update().where(c.id == row.id).values(**values))


def read_account(conn: Connection, contact_id: str) -> tuple[Account | None, float] | None:
    """(account, fetched_at) of a contact, None when it was never asked for."""
    row = conn.execute(select(accounts).where(accounts.c.contact_id == contact_id)).one_or_none()
    return None if row is None else (load(Account, row.account) if row.account else None, row.fetched_at)


def save_account(tx: Write, contact_id: str, account: Account | None) -> None:
    """Keep a contact's account, or that there is none."""
    values = {"account": dump(account) if account else None, "fetched_at": tx.now}
    statement = tx.upsert(accounts).values(contact_id=contact_id, **values)
    tx.conn.execute(statement.on_conflict_do_update(index_elements=["contact_id"], set_=values))


def save_assessments(database: Database, found: Iterable[Assessment]) -> None:
    """Keep the newest assessment of each; the same result as before is no change, whatever its `at`."""
    c = conversations.c
    statement = (
        conversations.update()
        .where(c.id == bindparam("b_id"), or_(c.assessment.is_(None), c.assessment != bindparam("assessment")))
        .values({name: bindparam(name) for name in ("assessment", "assessed_at", "crosses_at", "touched_at")})
    )
    for chunk in _chunks(found):
        ordered = sorted(chunk, key=lambda each: each.conversation_id)
        rows = [_assessment_row(each) for each in ordered]
        with database.write() as tx:
            tx.conn.execute(statement, [{**row, "touched_at": tx.touched_at} for row in rows])


def _assessment_row(each: Assessment) -> dict[str, Any]:
    return {
        "b_id": each.conversation_id,
        "assessment": dump(replace(each, at=0)),
        "assessed_at": each.at,
        "crosses_at": each.crosses_at,
    }


def due_for_scoring(conn: Connection, now: float) -> list[Conversation]:
    """Open conversations whose score was to reach the threshold by now."""
    c = conversations.c
    return [load(Conversation, row) for row in conn.scalars(select(c.snapshot).where(c.crosses_at <= now, c.state == OPEN))]


def open_counts(conn: Connection) -> tuple[int, int]:
    """How many are open, and how many of these have no account."""
    c = conversations.c
    total, with_account = conn.execute(select(func.count(), func.count(c.company_id)).where(c.state == OPEN)).one()
    return total, total - with_account


def open_ids(conn: Connection) -> set[str]:
    """The ids of what is open."""
    return set(conn.scalars(select(conversations.c.id).where(conversations.c.state == OPEN)))


def wake_snoozed(tx: Write) -> int:
    """Touch what was snoozed until now, once. Returns how many that are."""
    c = conversations.c
    # What another process is just changing is touched by that, or found the next time.
    over = select(c.id).where(c.wakes_at <= tx.now).with_for_update(skip_locked=True)
    woken = list(tx.conn.scalars(over))
    for chunk in _chunks(woken):
        tx.conn.execute(update(conversations).where(c.id.in_(chunk)).values(wakes_at=None, touched_at=tx.touched_at))
    return len(woken)


def read_due_reads(conn: Connection) -> set[str]:
    """Conversations that were listed and could not be read yet."""
    return set(conn.scalars(select(due_reads.c.conversation_id)))


def add_due_reads(tx: Write, conversation_ids: Iterable[str]) -> None:
    """Remember that these have to be read."""
    rows = [{"conversation_id": each} for each in sorted(set(conversation_ids))]
    if rows:
        tx.conn.execute(tx.upsert(due_reads).on_conflict_do_nothing(), rows)


def clear_due_reads(tx: Write, conversation_ids: Iterable[str]) -> None:
    """These were read."""
    for chunk in _chunks(sorted(set(conversation_ids))):
        tx.conn.execute(delete(due_reads).where(due_reads.c.conversation_id.in_(chunk)))


def history_of(conn: Connection, conversation: Conversation, since: float) -> list[Conversation]:
    """The newest other conversations of the same contact, company or company domain, oldest first."""
    c = conversations.c
    contact = conversation.contact.id if conversation.contact else ""
    company = conversation.account.id if conversation.account else ""
    wanted = ((c.contact_id, contact), (c.company_id, company), (c.domain, conversation.domain))
    same = [column == value for column, value in wanted if value]
    if not same:
        return []
    query = select(c.snapshot).where(or_(*same), c.updated_at >= since, c.id != conversation.id)
    rows = conn.scalars(query.order_by(c.updated_at.desc()).limit(HISTORY_LIMIT)).all()
    return [load(Conversation, row) for row in reversed(rows)]


def updated_since(conn: Connection, since: float) -> list[Conversation]:
    """Every conversation updated since, open or not."""
    c = conversations.c
    return [load(Conversation, row) for row in conn.scalars(select(c.snapshot).where(c.updated_at >= since))]


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    source = iter(items)
    while chunk := list(islice(source, CHUNK)):
        yield chunk
