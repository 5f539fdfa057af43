"""The tables. One schema for SQLite and PostgreSQL; times are unix seconds, snapshots are JSON text."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

# The versions a ledger can have, oldest first. The last one is what this program reads and writes.
VERSIONS = ("0001", "0002", "0003")
HEAD = VERSIONS[-1]
VERSION_TABLE = "escalator_version"

# The due time of a delivery that only another delivery's success can release. A number, so that it sorts last in the index.
NEVER = 32_503_680_000.0

# Which rows an index holds: few of all, so that looking for what is due costs nothing.
CROSSING = "crosses_at IS NOT NULL"
WAKING = "wakes_at IS NOT NULL"

metadata = MetaData()

# `workspace` and the watch's marks.
marks = Table("marks", metadata, Column("name", String, primary_key=True), Column("value", Text, nullable=False))

conversations = Table(
    "conversations",
    metadata,
    Column("id", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("contact_id", String, nullable=False),
    # NULL without a company; empty for one whose id is not known.
    Column("company_id", String),
    # Of the contact's e-mail address; empty for free mail.
    Column("domain", String, nullable=False, server_default=text("''")),
    Column("updated_at", BigInteger, nullable=False),
    Column("snapshot", Text, nullable=False),
    # Without its `at`, so that scoring again to the same result is no change.
    Column("assessment", Text),
    Column("assessed_at", BigInteger, nullable=False, server_default=text("0")),
    # The assessment's: when the score reaches the threshold by time alone.
    Column("crosses_at", BigInteger),
    Column("priority_override", String),
    # The dismissal or snooze in force, and when a snooze has to be shown as over; NULL once it was.
    Column("decision", Text),
    Column("wakes_at", Double),
    # A logical clock: rises with each change to anything of the conversation, whoever made it.
    Column("touched_at", Double, nullable=False),
    Index("conversations_by_touch", "touched_at"),
    Index("conversations_by_state", "state", "company_id", "id"),
    Index("conversations_by_update", "updated_at", "id"),
    Index("conversations_by_crossing", "crosses_at", sqlite_where=text(CROSSING), postgresql_where=text(CROSSING)),
    Index("conversations_by_waking", "wakes_at", sqlite_where=text(WAKING), postgresql_where=text(WAKING)),
    Index("conversations_by_contact", "contact_id", "updated_at"),
    Index("conversations_by_company", "company_id", "updated_at"),
    Index("conversations_by_domain", "domain", "updated_at"),
)

# Conversations that were listed and could not be read yet.
due_reads = Table("due_reads", metadata, Column("conversation_id", String, primary_key=True))

accounts = Table(
    "accounts",
    metadata,
    Column("contact_id", String, primary_key=True),
    Column("account", Text),
    Column("fetched_at", Double, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", String, nullable=False),
    Column("verb", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("at", Double, nullable=False),
    Column("reason", Text, nullable=False),
    Column("priority", String),
    Column("until", Double),
    Column("score", Double, nullable=False),
    Column("customer_part", String, nullable=False),
    Index("decisions_by_conversation", "conversation_id", "id"),
)

# The last episode number ever used. It outlives the escalations: were it to start again, the references would repeat.
episodes = Table(
    "episodes",
    metadata,
    Column("conversation_id", String, primary_key=True),
    Column("last", Integer, nullable=False),
)

escalations = Table(
    "escalations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", String, nullable=False),
    Column("episode", Integer, nullable=False),
    Column("state", String, nullable=False),  # open, cancelled, withdrawn or reopened
    Column("priority", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("confirmed_at", Double, nullable=False),
    Column("held_until", Double, nullable=False),
    Column("texts", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("score", Double, nullable=False),
    # Who took it back after it was sent.
    Column("withdrawn_by", String, nullable=False, server_default=text("''")),
    # A model.decision.Baseline: what had been seen of the conversation. Moves on with each follow-up.
    Column("baseline", Text, nullable=False, server_default=text("'{}'")),
    UniqueConstraint("conversation_id", "episode", name="escalations_once_per_episode"),
    Index(
        "escalations_one_open",
        "conversation_id",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("ref", String, primary_key=True),
    Column("escalation_id", Integer, ForeignKey("escalations.id"), nullable=False),
    Column("conversation_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    # When it may be claimed: the hold's end, a back-off's end, or the end of the claimant's lease.
    Column("due_at", Double, nullable=False),
    # Not released yet by the deliveries it comes after.
    Column("waiting", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("in_doubt", Boolean, nullable=False),
    Column("first_attempt_at", Double),
    # The process that holds the claim, while it does; of what is over, the one that did it.
    Column("owner", String),
    Column("result", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("cure", Text, nullable=False),
    # Follow-ups: the customer's message it is about, its place among the follow-ups, and what it says.
    Column("subject", String, nullable=False, server_default=text("''")),
    Column("number", Integer, nullable=False, server_default=text("0")),
    Column("text", Text, nullable=False, server_default=text("''")),
    UniqueConstraint("escalation_id", "kind", "subject", name="deliveries_one_of_a_kind"),
    Index("deliveries_by_due", "due_at", sqlite_where=text("state = 'owed'"), postgresql_where=text("state = 'owed'")),
    Index("deliveries_in_trouble", "state", sqlite_where=text("state <> 'done'"), postgresql_where=text("state <> 'done'")),
    Index("deliveries_by_conversation", "conversation_id"),
)

buckets = Table(
    "buckets",
    metadata,
    Column("key", String, primary_key=True),
    Column("tokens", Double, nullable=False),
    Column("at", Double, nullable=False),
)

# The audit trail: rows are only ever added.
events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Double, nullable=False),
    Column("actor", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("conversation_id", String, nullable=False),
    Column("detail", Text, nullable=False),
    Index("events_by_conversation", "conversation_id", "id"),
)
