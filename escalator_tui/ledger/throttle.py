"""Token buckets, and the pauses that a service asked for: shared by all processes."""

from __future__ import annotations

from sqlalchemy import Connection, select

from escalator_tui.ledger.clocks import LONGEST_PAUSE, LONGEST_TURN
from escalator_tui.ledger.database import Write
from escalator_tui.ledger.schema import buckets


def take_token(tx: Write, key: str, *, burst: int, per_second: float, reserve: bool) -> float:
    """0.0 when a token was taken, else the seconds until there is one. With `reserve` that one is then the caller's own, unless it is
    further off than LONGEST_TURN.
    """
    # Made first, so that there always is a row to lock.
    tx.conn.execute(tx.upsert(buckets).values(key=key, tokens=float(burst), at=tx.now).on_conflict_do_nothing())
    row = tx.conn.execute(select(buckets).where(buckets.c.key == key).with_for_update()).one()
    if row.at > tx.now:
        # The clock was ahead and has been set back: from here on tokens come again.
        tx.conn.execute(buckets.update().where(buckets.c.key == key).values(at=tx.now))
    tokens = min(float(burst), row.tokens + max(0.0, tx.now - row.at) * per_second)
    wait: float = max(0.0, (1.0 - tokens) / per_second)
    if wait and not (reserve and wait <= LONGEST_TURN):
        return wait
    tx.conn.execute(buckets.update().where(buckets.c.key == key).values(tokens=tokens - 1.0, at=tx.now))
    return wait


def pause(tx: Write, key: str, seconds: float) -> None:
    """Let `key` be left alone for so long. A pause that ends later stands."""
    name, until = _pause_of(key), tx.now + seconds
    tx.conn.execute(tx.upsert(buckets).values(key=name, tokens=0.0, at=until).on_conflict_do_nothing())
    ends_sooner = (buckets.c.at < until) | (buckets.c.at > tx.now + LONGEST_PAUSE)
    tx.conn.execute(buckets.update().where(buckets.c.key == name, ends_sooner).values(at=until))


def read_pause(conn: Connection, key: str, now: float) -> float:
    """The seconds that `key` is still to be left alone. One that is longer than any pause was timed by a clock that was ahead."""
    until = conn.scalar(select(buckets.c.at).where(buckets.c.key == _pause_of(key)))
    return until - now if until is not None and now < until <= now + LONGEST_PAUSE else 0.0


def _pause_of(key: str) -> str:
    return f"pause:{key}"
