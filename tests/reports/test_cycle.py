"""What `--auto --json` says, line by line."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from escalator_tui.agent.outcome import Outcome
from escalator_tui.model.decision import Delivery
from escalator_tui.model.kinds import DeliveryKind, DeliveryState, Priority, RowState
from escalator_tui.model.row import Row
from escalator_tui.reports.cycle import JsonReport
from escalator_tui.reports.output import SteadyOutput
from tests.agent.builders import delivery, escalation, record

LINK = {"identifier": "INF-42", "url": "https://linear.app/acme/issue/INF-42"}


def told(*deliveries: Delivery) -> dict[str, Any]:
    """The line of an escalated conversation with these deliveries."""
    out = io.StringIO()
    row = Row(record(escalation=escalation(*deliveries)), RowState.ESCALATED, Priority.P0, True, "")
    JsonReport(SteadyOutput(out, out)).conversation(row, Outcome.ESCALATED)
    return dict(json.loads(out.getvalue()))


def test_an_issue_in_the_trash_is_told_beside_its_link() -> None:
    trashed = delivery(DeliveryKind.LINEAR, state=DeliveryState.DONE, result={**LINK, "trashed": True})
    assert told(trashed)["linear"] == {**LINK, "remark": "in Linear's trash"}


def test_what_is_pending_is_counted_and_otherwise_no_key_is_added() -> None:
    out = io.StringIO()
    report = JsonReport(SteadyOutput(out, out))
    report.summary([Outcome.PENDING, Outcome.ESCALATED, Outcome.PENDING, Outcome.SNOOZED], 1.0)
    report.summary([Outcome.ESCALATED], 1.0)
    owing, done = map(json.loads, out.getvalue().splitlines())
    assert owing["pending"] == 2
    assert owing["evaluated"] == sum(owing[each] for each in ("escalated", "skipped", "pending", "failed", "uncertain"))
    assert set(done) == {"event", "evaluated", "escalated", "skipped", "failed", "uncertain", "duration_s"}


@pytest.mark.parametrize("state", [DeliveryState.DONE, DeliveryState.OWED])
def test_without_a_remark_there_is_no_such_key(state: DeliveryState) -> None:
    line = told(*(delivery(kind, state=state, result=LINK) for kind in (DeliveryKind.LINEAR, DeliveryKind.SLACK, DeliveryKind.NOTE)))
    assert "remark" not in json.dumps(line)
