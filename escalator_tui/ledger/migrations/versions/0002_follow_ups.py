"""Follow-ups and withdrawals: several deliveries of a kind per escalation, and what an escalation had seen of its conversation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

INDEXES: tuple[tuple[str, list[str], str | None], ...] = (
    ("deliveries_by_due", ["due_at"], "state = 'owed'"),
    ("deliveries_in_trouble", ["state"], "state <> 'done'"),
    ("deliveries_by_conversation", ["conversation_id"], None),
)


def upgrade() -> None:
    """Add the columns and widen the unique key."""
    op.add_column("escalations", sa.Column("baseline", sa.Text, nullable=False, server_default=sa.text("'{}'")))
    op.add_column("escalations", sa.Column("withdrawn_by", sa.String, nullable=False, server_default=sa.text("''")))
    for name, _, _ in INDEXES:
        op.drop_index(name, "deliveries")
    # SQLite cannot change a constraint: there the table is copied.
    with op.batch_alter_table("deliveries") as table:
        table.add_column(sa.Column("subject", sa.String, nullable=False, server_default=sa.text("''")))
        table.add_column(sa.Column("number", sa.Integer, nullable=False, server_default=sa.text("0")))
        table.add_column(sa.Column("text", sa.Text, nullable=False, server_default=sa.text("''")))
        table.drop_constraint("deliveries_one_of_a_kind", type_="unique")
        table.create_unique_constraint("deliveries_one_of_a_kind", ["escalation_id", "kind", "subject"])
    for name, columns, condition in INDEXES:
        where = sa.text(condition) if condition else None
        op.create_index(name, "deliveries", columns, sqlite_where=where, postgresql_where=where)
