"""What a person made of a conversation, read from the decisions on it: the yardstick that settings are judged by. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from escalator_tui.agent.legacy import ACTOR as REFERENCE_AGENT
from escalator_tui.model.decision import Decision
from escalator_tui.model.kinds import AUTO, Verb

STANDING = (Verb.ESCALATE, Verb.DISMISS, Verb.SNOOZE)
MACHINES = frozenset({AUTO, REFERENCE_AGENT})


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person escalated the conversation (True) or dismissed it (False), at a moment in unix seconds. `customer_part` is the customer's
    last message that was seen then, empty when only the moment was kept.
    """

    escalated: bool
    at: float
    customer_part: str = ""


def verdicts(decisions: Iterable[Decision]) -> list[Verdict]:
    """The newest verdict of every episode, oldest first. `decisions` are those on one conversation, in their order.

    What a machine did is no verdict, nor is a snooze, nor what was taken back.
    """
    found: list[Verdict] = []
    standing: list[Decision] = []
    for each in decisions:
        if each.verb in STANDING:
            standing.append(each)
        elif each.verb is Verb.UNDO and standing:
            standing.pop()
        elif each.verb is Verb.REOPEN:
            found += _newest(standing)
            standing = []
    return [*found, *_newest(standing)]


def _newest(standing: list[Decision]) -> list[Verdict]:
    judged = [each for each in standing if each.verb is not Verb.SNOOZE and each.actor not in MACHINES]
    return [Verdict(each.verb is Verb.ESCALATE, each.at, each.customer_part) for each in judged[-1:]]
