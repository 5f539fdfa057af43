"""`escalator reopen`: lets a conversation escalate again."""

from __future__ import annotations

import json
import time
from typing import TextIO

from escalator_tui.config import Settings
from escalator_tui.config.login import login_name
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.model.decision import Decision
from escalator_tui.model.errors import ConfigError, DecisionError
from escalator_tui.model.kinds import Verb


def reopen_conversation(settings: Settings, conversation_id: str, *, as_json: bool, out: TextIO) -> None:
    """End the conversation's episode, or the decision that sets it aside, and say so. Raises ConfigError when there is none of them."""
    actor = login_name()
    ledger = Ledger.open(settings.ledger.url)
    try:
        ledger.decide(Decision(conversation_id, Verb.REOPEN, actor, time.time(), f"reopened by {actor}"))
    except DecisionError as error:
        # The command was asked for something that is not there: a usage error, whatever the decision.
        raise ConfigError(error.message, cure=error.cure) from None
    finally:
        ledger.close()
    if as_json:
        print(json.dumps({"event": "reopened", "id": conversation_id, "actor": actor}), file=out)
    else:
        print(f"Conversation {conversation_id} may escalate again.", file=out)
