"""How long a delivery waits before it is tried again."""

from __future__ import annotations

import random

from escalator_tui.ledger.clocks import LONGEST_PAUSE

LONGEST = LONGEST_PAUSE
SHORTEST = 0.2


def pause(attempts: int, retry_after: float | None, rng: random.Random) -> float:
    """Seconds to wait after that many attempts: the service's own wish, or doubling from one second with jitter; at most five minutes."""
    if retry_after is not None:
        # A little later than asked for, and not everybody at once.
        return min(LONGEST, max(SHORTEST, retry_after * rng.uniform(1.0, 1.1)))
    return min(LONGEST, 2.0 ** min(max(attempts - 1, 0), 16) * rng.uniform(0.75, 1.25))
