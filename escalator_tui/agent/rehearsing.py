"""A rehearsal over the ledger's own history."""

from __future__ import annotations

from escalator_tui.agent.cases import cases_of
from escalator_tui.agent.replay import LIMIT, Rehearsal
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.model.rules import Rules

DAY = 86_400


def rehearse(ledger: Ledger, rules: Rules, *, days: float | None = None) -> Rehearsal:
    """Every recorded conversation, or those updated within so many days, as cases under the rules in force. Reads only."""
    now = ledger.now
    since = 0.0 if days is None else now - days * DAY
    return Rehearsal(cases_of(list(ledger.recorded(since=since, limit=LIMIT)), int(now)), rules)
