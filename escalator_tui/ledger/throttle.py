"""Token buckets shared by all processes."""

from __future__ import annotations

from sqlalchemy import select

from escalator_tui.ledger.database import Write
from escalator_tui.ledger.schema import buckets


def take_token(tx: Write, key: str, *, burst: int, per_second: float, reserve: bool) -> float:
    """0.0 when a token was taken, else the seconds until there is one. With `reserve` that one is then the caller's own."""
    # Made first, so that there always is a row to lock.
    tx.conn.execute(tx.upsert(buckets).values(key=key, tokens=float(burst), at=tx.now).on_conflict_do_nothing())
    row = tx.conn.execute(select(buckets).where(buckets.c.key == key).with_for_update()).one()
    if row.at > tx.now:
        # The clock was ahead and has been set back: from here on tokens come again.
        tx.conn.execute(buckets.update().where(buckets.c.key == key).values(at=tx.now))
    tokens = min(float(burst), row.tokens + max(0.0, tx.now - row.at) * per_second)
    wait: float = max(0.0, (1.0 - tokens) / per_second)
    if wait and not reserve:
        return wait
    tx.conn.execute(buckets.update().where(buckets.c.key == key).values(tokens=tokens - 1.0, at=tx.now))
    return wait
