"""The real command without one of its safeguards: `python -m tests.campaign.canary slack|intercom|later|lease …`.

A campaign over it has to find doubles, or it would find none in the real command either.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable

from escalator_tui.__main__ import run
from escalator_tui.model.decision import Delivery
from escalator_tui.model.kinds import DeliveryKind

SHORT, MOST = 0.05, 0.7


def without_look(*kinds: DeliveryKind) -> None:
    """Whatever may have happened already is sent again."""
    from escalator_tui.agent.aftermath import FINDERS

    for kind in kinds:
        del FINDERS[kind]


def without_lease() -> None:
    """Most claims are over before the call is; were it all of them, nothing would ever be recorded as done."""
    from escalator_tui.ledger.ledger import Ledger

    claim = Ledger.claim

    def claim_for_a_moment(self: Ledger, *, lease: float) -> Delivery | None:
        return claim(self, lease=SHORT if random.random() < MOST else lease)

    Ledger.claim = claim_for_a_moment  # type: ignore[assignment, method-assign]


SAFEGUARDS: dict[str, Callable[[], None]] = {
    "slack": lambda: without_look(DeliveryKind.SLACK),
    "intercom": lambda: without_look(DeliveryKind.NOTE),
    "later": lambda: without_look(DeliveryKind.REPLY, DeliveryKind.RETRACTION),
    "lease": without_lease,
}

if __name__ == "__main__":
    SAFEGUARDS[sys.argv[1]]()
    sys.exit(run(sys.argv[2:]))
