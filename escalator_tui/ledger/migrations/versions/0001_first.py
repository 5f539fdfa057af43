"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table."""
    _seen()
    _decided()
    _owed()
    _kept()


def _seen() -> None:
    op.create_table("marks", sa.Column("name", sa.String, primary_key=True), sa.Column("value", sa.Text, nullable=False))
    op.create_table(
        "conversations",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("contact_id", sa.String, nullable=False),
        sa.Column("company_id", sa.String),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.Column("snapshot", sa.Text, nullable=False),
        sa.Column("assessment", sa.Text),
        sa.Column("assessed_at", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("crosses_at", sa.BigInteger),
        sa.Column("priority_override", sa.String),
        sa.Column("decision", sa.Text),
        sa.Column("wakes_at", sa.Double),
        sa.Column("touched_at", sa.Double, nullable=False),
    )
    op.create_index("conversations_by_touch", "conversations", ["touched_at"])
    op.create_index("conversations_by_state", "conversations", ["state", "company_id", "id"])
    op.create_index("conversations_by_update", "conversations", ["updated_at", "id"])
    for name, column in (("conversations_by_crossing", "crosses_at"), ("conversations_by_waking", "wakes_at")):
        known = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, "conversations", [column], sqlite_where=known, postgresql_where=known)
    op.create_index("conversations_by_contact", "conversations", ["contact_id", "updated_at"])
    op.create_index("conversations_by_company", "conversations", ["company_id", "updated_at"])
    op.create_table("due_reads", sa.Column("conversation_id", sa.String, primary_key=True))
    op.create_table(
        "accounts",
        sa.Column("contact_id", sa.String, primary_key=True),
        sa.Column("account", sa.Text),
        sa.Column("fetched_at", sa.Double, nullable=False),
    )


def _decided() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.String, nullable=False),
        sa.Column("verb", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("priority", sa.String),
        sa.Column("until", sa.Double),
        sa.Column("score", sa.Double, nullable=False),
        sa.Column("customer_part", sa.String, nullable=False),
    )
    op.create_index("decisions_by_conversation", "decisions", ["conversation_id", "id"])
    op.create_table("episodes", sa.Column("conversation_id", sa.String, primary_key=True), sa.Column("last", sa.Integer, nullable=False))
    op.create_table(
        "escalations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.String, nullable=False),
        sa.Column("episode", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("priority", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("confirmed_at", sa.Double, nullable=False),
        sa.Column("held_until", sa.Double, nullable=False),
        sa.Column("texts", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("score", sa.Double, nullable=False),
        sa.UniqueConstraint("conversation_id", "episode", name="escalations_once_per_episode"),
    )
    is_open = sa.text("state = 'open'")
    op.create_index("escalations_one_open", "escalations", ["conversation_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open)


def _owed() -> None:
    op.create_table(
        "deliveries",
        sa.Column("ref", sa.String, primary_key=True),
        sa.Column("escalation_id", sa.Integer, sa.ForeignKey("escalations.id"), nullable=False),
        sa.Column("conversation_id", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("due_at", sa.Double, nullable=False),
        sa.Column("waiting", sa.Boolean, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("in_doubt", sa.Boolean, nullable=False),
        sa.Column("first_attempt_at", sa.Double),
        sa.Column("owner", sa.String),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("cure", sa.Text, nullable=False),
        sa.UniqueConstraint("escalation_id", "kind", name="deliveries_one_of_a_kind"),
    )
    owed, unfinished = sa.text("state = 'owed'"), sa.text("state <> 'done'")
    op.create_index("deliveries_by_due", "deliveries", ["due_at"], sqlite_where=owed, postgresql_where=owed)
    op.create_index("deliveries_in_trouble", "deliveries", ["state"], sqlite_where=unfinished, postgresql_where=unfinished)
    op.create_index("deliveries_by_conversation", "deliveries", ["conversation_id"])


def _kept() -> None:
    op.create_table(
        "buckets",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("tokens", sa.Double, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("conversation_id", sa.String, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_index("events_by_conversation", "events", ["conversation_id", "id"])
