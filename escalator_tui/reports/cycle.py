"""What `--auto` prints: the reference agent's steps as text, or one JSON line per conversation and one summary line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, Protocol

from escalator_tui.agent.outcome import Outcome
from escalator_tui.model.assessment import Assessment
from escalator_tui.model.conversation import Account
from escalator_tui.model.decision import Delivery, Escalation
from escalator_tui.model.draft import PollReport
from escalator_tui.model.kinds import DeliveryKind, DeliveryState
from escalator_tui.model.naming import company_name, money, subject_of
from escalator_tui.model.row import Row
from escalator_tui.reports.output import SteadyOutput
from escalator_tui.services.scalekit import ConnectionStatus

SKIPPED = (Outcome.BELOW_THRESHOLD, Outcome.ALREADY_ESCALATED, Outcome.DISMISSED, Outcome.SNOOZED, Outcome.DRY_RUN)
WORDS = {
    Outcome.ESCALATED: "escalated",
    Outcome.BELOW_THRESHOLD: "below the threshold",
    Outcome.ALREADY_ESCALATED: "already escalated",
    Outcome.DISMISSED: "dismissed",
    Outcome.SNOOZED: "snoozed",
    Outcome.PENDING: "confirmed, not all delivered yet",
    Outcome.UNCERTAIN: "uncertain: a delivery may have happened and cannot be looked up",
    Outcome.FAILED: "failed: a service refused for good",
    Outcome.DRY_RUN: "would be escalated (dry run, nothing was sent)",
}


class Report(Protocol):
    """The steps of a cycle as they are told."""

    def connections(self, statuses: Sequence[ConnectionStatus]) -> None:
        """The connector check."""

    def fetched(self, report: PollReport) -> None:
        """What the look at Intercom brought."""

    def conversation(self, row: Row, outcome: Outcome) -> None:
        """One evaluated conversation."""

    def summary(self, outcomes: Sequence[Outcome], seconds: float) -> None:
        """The closing line."""


class JsonReport:
    """JSON lines, as the command-line contract has them."""

    def __init__(self, out: SteadyOutput) -> None:
        self._out = out

    def connections(self, statuses: Sequence[ConnectionStatus]) -> None:
        """Not part of the JSON output."""

    def fetched(self, report: PollReport) -> None:
        """Not part of the JSON output."""

    def conversation(self, row: Row, outcome: Outcome) -> None:
        """One `conversation` line."""
        self._write({"event": "conversation", **facts_of(row), "outcome": outcome, **_effects(row.record.escalation)})

    def summary(self, outcomes: Sequence[Outcome], seconds: float) -> None:
        """The `summary` line. It has the documented keys; `pending` is one more only while something is, so that the parts add up."""
        totals = _totals(outcomes)
        if not totals["pending"]:
            del totals["pending"]
        self._write({"event": "summary", **totals, "duration_s": round(seconds, 3)})

    def _write(self, line: dict[str, Any]) -> None:
        self._out.write(json.dumps(line, ensure_ascii=False) + "\n")


class TextReport:
    """The steps for people and log files."""

    def __init__(self, out: SteadyOutput) -> None:
        self._out = out

    def connections(self, statuses: Sequence[ConnectionStatus]) -> None:
        """A line per connector."""
        self._print("Checking connectors")
        for each in statuses:
            self._print(f"  {each.service:<9} {each.status}: {each.connector} as {each.user}")

    def fetched(self, report: PollReport) -> None:
        """A line with the counts."""
        self._print("Fetching conversations")
        self._print(
            f"  {report.total_open} open, {report.changed} changed, {report.scored} scored, {report.without_company} without company data"
        )

    def conversation(self, row: Row, outcome: Outcome) -> None:
        """A block: who and what, the reasons, the outcome with its links."""
        conversation, assessment = row.record.conversation, row.record.assessment
        account = conversation.account or Account(id="")
        self._print(f"\nConversation {row.id}: {company_name(conversation)}: {subject_of(conversation)}")
        self._print(f"  {row.priority}  plan {account.plan or 'unknown'}, MRR {money(account.mrr)}")
        if assessment is not None:
            self._print(f"  score {assessment.standing}, {assessment.sentiment}, {assessment.category}")
            for signal in assessment.signals:
                self._print(f"    {signal.weight:.2f} {signal.kind} ({signal.detail})" + (f": “{signal.quote}”" if signal.quote else ""))
        self._print(f"  {WORDS[outcome]}")
        for each in row.record.escalation.deliveries if row.record.escalation else ():
            self._print(f"    {_delivery_line(each)}")

    def summary(self, outcomes: Sequence[Outcome], seconds: float) -> None:
        """The closing line."""
        counts = ", ".join(f"{count} {name}" for name, count in _totals(outcomes).items())
        would = outcomes.count(Outcome.DRY_RUN)
        self._print(f"\nDone in {seconds:.1f} s: {counts}{f' ({would} of them would be escalated)' if would else ''}")

    def _print(self, line: str) -> None:
        self._out.write(line + "\n")


def facts_of(row: Row) -> dict[str, Any]:
    """What is known of a conversation, as the JSON outputs have it. Unknown company data is null."""
    conversation = row.record.conversation
    account = conversation.account or Account(id="")
    assessment = row.record.assessment or Assessment(row.id, 0.0, 1.0)
    return {
        "id": row.id,
        "score": round(assessment.score, 4),
        "threshold": assessment.threshold,
        "escalate": assessment.escalates,
        "signals": [
            {"kind": each.kind, "weight": round(each.weight, 4), "detail": each.detail, "quote": each.quote, "part_id": each.part_id}
            for each in assessment.signals
        ],
        "sentiment": assessment.sentiment,
        "category": assessment.category,
        "priority": row.priority,
        "company": account.name or None,
        "plan": account.plan,
        "mrr": account.mrr,
    }


def _effects(escalation: Escalation | None) -> dict[str, Any]:
    linear, slack, note = (_done(escalation, kind) for kind in (DeliveryKind.LINEAR, DeliveryKind.SLACK, DeliveryKind.NOTE))
    return {
        "linear": linear and _effect(linear, identifier=linear.result.get("identifier"), url=linear.result.get("url")),
        "slack": slack and _effect(slack, channel=slack.channel or slack.result.get("channel"), ts=slack.result.get("ts")),
        "intercom": note and _effect(note, note_id=note.result.get("note_id")),
    }


def _done(escalation: Escalation | None, kind: DeliveryKind) -> Delivery | None:
    found = escalation.delivery(kind) if escalation else None
    return found if found and found.state is DeliveryState.DONE else None


def _effect(delivery: Delivery, **facts: object) -> dict[str, object]:
    # Only where there is a remark is there such a key: otherwise the line has the documented ones and no more.
    return facts | {"remark": delivery.remark} if delivery.remark else facts


def _totals(outcomes: Sequence[Outcome]) -> dict[str, int]:
    counts = Counter(outcomes)
    return {
        "evaluated": len(outcomes),
        "escalated": counts[Outcome.ESCALATED],
        "skipped": sum(counts[each] for each in SKIPPED),
        "pending": counts[Outcome.PENDING],
        "failed": counts[Outcome.FAILED],
        "uncertain": counts[Outcome.UNCERTAIN],
    }


def _delivery_line(delivery: Delivery) -> str:
    if delivery.state is DeliveryState.DONE:
        result = delivery.result
        facts = (result.get("identifier"), result.get("url"), delivery.channel, result.get("note_id"))
        remark = f"({delivery.remark})" if delivery.remark else ""
        return " ".join((f"{delivery.kind}: done", *(str(each) for each in (*facts, remark) if each)))
    reason = f": {delivery.error}. {delivery.cure}".rstrip() if delivery.error else ""
    return f"{delivery.kind}: {delivery.state}{reason}"
