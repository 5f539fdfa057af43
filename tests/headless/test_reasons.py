"""What is said of an escalation that a cycle left undone."""

from __future__ import annotations

import pytest

from escalator_tui.agent.undone import why_undone
from escalator_tui.model.kinds import DeliveryKind, DeliveryState
from tests.agent.builders import NOW, delivery, escalation


def why(**slack: object) -> str:
    """Of an escalation whose issue is there and whose alert is as given."""
    linear = delivery(DeliveryKind.LINEAR, state=DeliveryState.DONE)
    return why_undone(escalation(linear, delivery(DeliveryKind.SLACK, **slack)), NOW)


@pytest.mark.parametrize(
    ("slack", "said"),
    [
        ({"error": "Slack is away", "cure": "Wait.", "attempts": 1}, "slack: Slack is away. Wait."),
        ({"due_at": NOW - 1}, "slack: not delivered yet"),
        ({"state": DeliveryState.UNCERTAIN}, "slack: not delivered yet"),
    ],
)
def test_whatever_is_undone_has_a_reason(slack: dict[str, object], said: str) -> None:
    assert why(**slack) == said


def test_what_only_waits_says_for_what() -> None:
    said = why(due_at=NOW + 60, result={"turn": NOW + 60})
    assert said.startswith("slack waits until ")
    assert said.endswith(" for its turn in the channel")
