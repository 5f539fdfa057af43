"""Alembic's entry: runs in the transaction and under the lock of ledger/opening.py, which passes its connection in."""

from __future__ import annotations

from alembic import context

from escalator_tui.ledger.schema import VERSION_TABLE, metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, version_table=VERSION_TABLE)
context.run_migrations()
