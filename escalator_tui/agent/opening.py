"""Opens an agent, and what takes long to load before its first work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from escalator_tui.agent.cycle import Agent
    from escalator_tui.config import Settings
    from escalator_tui.services.gateway import Services


@contextmanager
def open_agent(settings: Settings, services: Services, memory: Path | None) -> Iterator[Agent]:
    """An agent over the configured ledger, closed at the end. `memory` is the folder from which the reference agent's is imported."""
    from escalator_tui.agent.cycle import Agent
    from escalator_tui.agent.legacy import import_reference_state
    from escalator_tui.ledger.ledger import Ledger

    agent = Agent(settings, Ledger.open(settings.ledger.url), services)
    with closing(agent):
        if memory:
            import_reference_state(agent.ledger, memory)
        yield agent


def read_lexicon(settings: Settings) -> None:
    """Now, or the first conversation would wait for it."""
    from escalator_tui.detect import assess
    from escalator_tui.model.conversation import Conversation

    assess(Conversation(id=""), (), settings.rules, 0)
