"""What waits without an error says for what, and until when."""

from __future__ import annotations

import time

import pytest

from escalator_tui.agent.triage import row_of
from escalator_tui.agent.waits import waits
from escalator_tui.ledger.schema import NEVER
from escalator_tui.model.decision import Delivery, Escalation
from escalator_tui.model.kinds import DeliveryKind, Priority
from escalator_tui.model.record import Record
from escalator_tui.model.rules import Rules
from tests.ledger.makers import TEXTS, conversation

NOW = 1_790_000_000.0
UNTIL = time.strftime("%H:%M:%S", time.localtime(NOW + 60))


def escalation(**first: object) -> Escalation:
    kinds = (DeliveryKind.SLACK, DeliveryKind.ATTACHMENT)
    alert, attachment = (Delivery(str(kind), 1, "1", kind, due_at=due) for kind, due in zip(kinds, (NOW + 60, NEVER), strict=True))
    for name, value in first.items():
        object.__setattr__(alert, name, value)
    return Escalation(1, "1", 1, Priority.P0, "Ann", NOW - 9, TEXTS, deliveries=(alert, attachment))


@pytest.mark.parametrize(
    ("first", "said"),
    [
        ({}, f"slack waits until {UNTIL} for its time to come"),
        ({"result": {"turn": NOW + 60}}, f"slack waits until {UNTIL} for its turn in the channel"),
        ({"in_doubt": True}, f"slack waits until {UNTIL} to look whether it arrived, since a process ended while it was sent"),
        ({"due_at": NOW}, ""),
        ({"attempts": 1, "in_doubt": True}, ""),
        ({"error": "Slack is down"}, ""),
        ({"due_at": NEVER}, ""),
    ],
)
def test_what_it_waits_for(first: dict[str, object], said: str) -> None:
    assert waits(escalation(**first), NOW) == said


def test_the_row_tells_it() -> None:
    row = row_of(Record(conversation(), escalation=escalation()), Rules(), NOW)
    assert row.note == f"0/2, slack waits until {UNTIL} for its time to come"
