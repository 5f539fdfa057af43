"""A team that undoes what was escalated: `python -m tests.campaign.undoing`, with the product's own agent and the settings of the command.

Every other pair of conversations is taken back as soon as it is escalated, whether it was sent or not.
"""

from __future__ import annotations

import sys
from contextlib import closing, suppress

from escalator_tui.agent.cycle import Agent
from escalator_tui.config import load_settings
from escalator_tui.ledger import Ledger
from escalator_tui.model.decision import Delivery
from escalator_tui.model.errors import DecisionError
from escalator_tui.services.gateway import open_services

ACTOR = "Sam"
DRAIN_SECONDS = 60.0


def is_undone(conversation_id: str) -> bool:
    """Whether this conversation is one of them."""
    return int(conversation_id) // 2 % 2 == 0


def undo_all() -> list[Delivery]:
    """Undo what there is, deliver what is owed then, and return what still is."""
    settings = load_settings()
    services = open_services(settings)
    with closing(services), closing(Agent(settings, Ledger.open(settings.ledger.url), services)) as agent:
        agent.deliverer.start()
        for row in agent.rows():
            if is_undone(row.id) and row.record.escalation is not None:
                with suppress(DecisionError):  # undone before, by a process that was killed since
                    agent.undo(row.id, actor=ACTOR, withdraw=True)
        agent.deliverer.stop()
        return agent.deliverer.drain(DRAIN_SECONDS)


if __name__ == "__main__":
    sys.exit(1 if undo_all() else 0)
