"""In which order the deliveries of one escalation go out. Pure.

Linear first; then the attachment and the Slack alert; then the note and the tag. Nothing waits for ever: when Linear does not answer, Slack
goes out without the link after a bound, and the note after Slack, or after twice the bound. The bound counts from the first attempt that
failed: see `turns`. An alert that went out without the link is edited once the issue exists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from escalator_tui.ledger.schema import NEVER
from escalator_tui.model.decision import Delivery
from escalator_tui.model.kinds import DeliveryKind, DeliveryState

States = Mapping[DeliveryKind, DeliveryState]

# What is refused with the Linear issue: these can only be done to an issue that exists.
NEEDS_ISSUE = (DeliveryKind.ATTACHMENT, DeliveryKind.SLACK_EDIT)

# What makes a second copy when it is sent again: never without looking first. The others are recognised by the service itself.
DOUBLES = (DeliveryKind.SLACK, DeliveryKind.NOTE, DeliveryKind.REPLY, DeliveryKind.RETRACTION)

# What must have landed, or never will, before anything follows it: what would double, and an edit, which would take a strike off again.
SETTLES = (*DOUBLES, DeliveryKind.SLACK_EDIT)

# In the result of an uncertain delivery: who looked and says that it did not arrive. Holds for one attempt.
VOUCHED = "vouched"

# What is done to the alert itself, by its address.
NEEDS_ALERT = (DeliveryKind.SLACK_EDIT, DeliveryKind.REPLY, DeliveryKind.STRIKE)

# What goes first while it can: the later one has its link.
GOES_AFTER = {
    DeliveryKind.SLACK: (DeliveryKind.LINEAR,),
    DeliveryKind.NOTE: (DeliveryKind.LINEAR, DeliveryKind.SLACK),
    DeliveryKind.TAG: (DeliveryKind.LINEAR, DeliveryKind.SLACK),
}

# What a follow-up is done to: it waits until that exists, for as long as it takes.
FOLLOWED = {
    DeliveryKind.COMMENT: DeliveryKind.LINEAR,
    DeliveryKind.RAISE: DeliveryKind.LINEAR,
    DeliveryKind.REPLY: DeliveryKind.SLACK,
}

# In the result of an issue that may be on its way although its escalation was withdrawn: it has had its time to land.
SETTLED = "settled"

# What takes back what, once that is known to have happened.
UNDONE_BY = {
    DeliveryKind.ARCHIVE: DeliveryKind.LINEAR,
    DeliveryKind.STRIKE: DeliveryKind.SLACK,
    DeliveryKind.RETRACTION: DeliveryKind.NOTE,
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """`start` is when the escalation may begin to go out (unix seconds); `patience` is how long Slack waits for Linear, in seconds."""

    start: float
    patience: float


def due_among(delivery: Delivery, siblings: Sequence[Delivery], bounds: Bounds) -> float:
    """When a delivery that was never tried may go, given all deliveries of its escalation.

    Follow-ups of a kind go in the order in which the customer wrote; one that is refused for good does not hold up the next.
    """
    if delivery.kind in UNDONE_BY:
        return _amends_due(delivery.kind, siblings, bounds)
    target = FOLLOWED.get(delivery.kind)
    if target is None:
        return due_at(delivery.kind, {each.kind: each.state for each in siblings if each.kind not in FOLLOWED}, bounds)
    exists = any(each.kind is target and each.state is DeliveryState.DONE for each in siblings)
    before = (each for each in siblings if each.kind is delivery.kind and each.number < delivery.number)
    return bounds.start if exists and not any(each.state is DeliveryState.OWED for each in before) else NEVER


def is_moot(delivery: Delivery, siblings: Sequence[Delivery]) -> bool:
    """Whether a delivery was to take back what, as is known by now, did not happen."""
    targets = [each for each in siblings if each.kind is UNDONE_BY.get(delivery.kind)]
    return any(each.state not in (DeliveryState.OWED, DeliveryState.DONE) and not each.in_doubt for each in targets)


def seer(delivery: Delivery, siblings: Sequence[Delivery]) -> str:
    """By whose word alone the alert is there that a delivery was to be done to: then it can never be done. Empty when it can."""
    alert = next((each for each in siblings if each.kind is DeliveryKind.SLACK), None)
    return alert.seen_by if alert and delivery.kind in NEEDS_ALERT else ""


def _amends_due(kind: DeliveryKind, siblings: Sequence[Delivery], bounds: Bounds) -> float:
    states = {each.kind: each.state for each in siblings}
    # An edit that is still on its way would take the strike off again.
    edited = kind is not DeliveryKind.STRIKE or not _is_owed(DeliveryKind.SLACK_EDIT, states)
    return bounds.start if edited and states.get(UNDONE_BY[kind]) is DeliveryState.DONE else NEVER


def due_at(kind: DeliveryKind, states: States, bounds: Bounds) -> float:
    """When a delivery that was never tried may go: a time in the past when all that it comes after is settled."""
    issue, alert = DeliveryKind.LINEAR, DeliveryKind.SLACK
    if kind is DeliveryKind.LINEAR:
        return bounds.start
    if kind in NEEDS_ISSUE:
        return bounds.start if states.get(issue) is DeliveryState.DONE else NEVER
    if kind is DeliveryKind.SLACK:
        return bounds.start + (bounds.patience if _is_owed(issue, states) else 0.0)
    if _is_owed(alert, states):
        return bounds.start + 2 * bounds.patience
    # An alert that is settled before the issue is had all the patience there is.
    return bounds.start + (bounds.patience if _is_owed(issue, states) and alert not in states else 0.0)


def patience_ends(kind: DeliveryKind, failed: DeliveryKind, states: States, began: float, patience: float) -> float:
    """When a delivery no longer waits for one that failed and was first tried at `began`. The note then waits for Slack as well."""
    both = failed is DeliveryKind.LINEAR and kind is not DeliveryKind.SLACK and _is_owed(DeliveryKind.SLACK, states)
    return began + (2 if both else 1) * patience


def needs_edit(deliveries: Sequence[Delivery]) -> bool:
    """Whether the alert went out without the link to an issue that exists by now."""
    by_kind = {each.kind: each for each in deliveries}
    issue, alert = by_kind.get(DeliveryKind.LINEAR), by_kind.get(DeliveryKind.SLACK)
    if issue is None or alert is None or DeliveryKind.SLACK_EDIT in by_kind:
        return False
    return issue.state is alert.state is DeliveryState.DONE and not alert.result.get("linked") and not alert.seen_by


def _is_owed(kind: DeliveryKind, states: States) -> bool:
    return states.get(kind) is DeliveryState.OWED
