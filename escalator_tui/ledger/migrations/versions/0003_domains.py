"""The domain of a customer's company, so that colleagues of a company that Intercom does not know are found."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from escalator_tui.model.domains import company_domain

revision = "0003"
down_revision = "0002"

AT_ONCE = 500
conversations = sa.table("conversations", sa.column("id", sa.String), sa.column("domain", sa.String), sa.column("snapshot", sa.Text))


def upgrade() -> None:
    """Add the column, fill it from the snapshots, and index it."""
    op.add_column("conversations", sa.Column("domain", sa.String, nullable=False, server_default=sa.text("''")))
    _fill(op.get_bind())
    op.create_index("conversations_by_domain", "conversations", ["domain", "updated_at"])


def _fill(conn: sa.Connection) -> None:
    c, last = conversations.c, ""
    while rows := conn.execute(sa.select(c.id, c.snapshot).where(c.id > last).order_by(c.id).limit(AT_ONCE)).all():
        last = rows[-1].id
        known = [{"b_id": row.id, "domain": domain} for row in rows if (domain := _domain(row.snapshot))]
        if known:
            conn.execute(conversations.update().where(c.id == sa.bindparam("b_id")).values(domain=sa.bindparam("domain")), known)


def _domain(snapshot: str) -> str:
    contact = json.loads(snapshot).get("contact") or {}
    return company_domain(contact.get("email") or "")
