"""Detection: a conversation, the same customer's other conversations and the team's rules in, an assessment out.

Pure and deterministic: no clock but the one passed in, no I/O but the lexicon's files, read once. Only what the customer wrote is judged,
without quotes, forwarded messages and signatures; see `scoring` for how families make a score.
"""

from __future__ import annotations

from collections.abc import Sequence

from escalator_tui.detect.assessing import assess_by_families
from escalator_tui.detect.reference import assess_by_reference
from escalator_tui.detect.segments import rules_for
from escalator_tui.model.assessment import Assessment
from escalator_tui.model.conversation import Conversation
from escalator_tui.model.rules import Rules

__all__ = ["assess"]


def assess(conversation: Conversation, history: Sequence[Conversation], rules: Rules, now: int, *, text_only: bool = False) -> Assessment:
    """Score one conversation at `now` (unix seconds). `history` holds the same customer's other conversations and may be empty.

    `text_only` leaves out everything but the customer's words: time, counts and history. Missing times and unknown presets raise nothing.
    """
    rules = rules_for(conversation, rules)
    if rules.preset == "reference":
        return assess_by_reference(conversation, rules, now, text_only=text_only)
    return assess_by_families(conversation, history, rules, now, text_only=text_only)
