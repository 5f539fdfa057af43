"""Triage, the pure part: where a conversation stands, how urgent it is, and whether an earlier decision still holds."""

from __future__ import annotations

from collections.abc import Iterable

from escalator_tui.agent.waits import waits
from escalator_tui.model.conversation import Account, Conversation
from escalator_tui.model.decision import Decision, Delivery, Escalation
from escalator_tui.model.kinds import AMENDS, ASIDE, DeliveryKind, DeliveryState, Priority, RowState, Verb
from escalator_tui.model.record import Record
from escalator_tui.model.row import Row
from escalator_tui.model.rules import Rules

URGENCY = tuple(Priority)
WORST_FIRST = (DeliveryState.BLOCKED, DeliveryState.UNCERTAIN, DeliveryState.OWED)


def row_of(record: Record, rules: Rules, now: float) -> Row:
    """The line that every front end shows for a record."""
    priority, known = priority_of(record, rules)
    state = state_of(record, now)
    return Row(record, state, priority, known, _note(record, state, now), _is_taken_back(record, now))


def priority_of(record: Record, rules: Rules) -> tuple[Priority, bool]:
    """The priority, and whether there was company data (or a person) to judge it by."""
    if record.priority_override is not None:
        return record.priority_override, True
    if record.escalation is not None:
        return record.escalation.priority, True
    account = record.conversation.account
    known = account is not None and (account.plan is not None or account.mrr is not None)
    return (Priority.P0 if account is not None and _is_high_value(account, rules) else Priority.P1), known


def raised(priority: Priority, by: int) -> Priority:
    """The priority `by` steps more urgent (negative: less), within P0 to P3."""
    return URGENCY[min(max(URGENCY.index(priority) - by, 0), len(URGENCY) - 1)]


def state_of(record: Record, now: float) -> RowState:
    """Where a conversation stands."""
    if record.escalation is not None:
        return _escalation_state(record.escalation, now)
    if record.decision is not None and record.decision.verb in (Verb.DISMISS, Verb.SNOOZE) and holds(record.decision, record, now):
        return RowState.SNOOZED if record.decision.verb is Verb.SNOOZE else RowState.DISMISSED
    if record.assessment is not None and record.assessment.escalates and record.conversation.is_open:
        return RowState.NEEDS_DECISION
    return RowState.WATCHING


def holds(decision: Decision, record: Record, now: float) -> bool:
    """A dismissal or snooze holds until the customer writes again and the score is higher than it was, a snooze at most until its time."""
    if decision.verb is Verb.SNOOZE and decision.until is not None and now >= decision.until:
        return False
    wrote_again = last_customer_part(record.conversation) != decision.customer_part
    score = record.assessment.score if record.assessment else 0.0
    return not (wrote_again and score > decision.score)


def _is_taken_back(record: Record, now: float) -> bool:
    return record.decision is not None and record.decision.verb is Verb.UNDO and holds(record.decision, record, now)


def sent_by_itself(rows: Iterable[Row]) -> list[Row]:
    """Of these, what auto mode escalates: all that needs a decision, but for what it leaves alone."""
    return [row for row in rows if row.state is RowState.NEEDS_DECISION and not row.left_alone]


def last_customer_part(conversation: Conversation) -> str:
    """The id of the customer's newest message, empty when there is none."""
    messages = conversation.customer_messages
    return messages[-1].id if messages else ""


def trouble(escalation: Escalation) -> Delivery | None:
    """Of the deliveries that are not done and have something to say, the worst: refused before uncertain, and both before what is tried
    again.
    """
    found = [each for each in escalation.deliveries if each.state in WORST_FIRST and each.error]
    return min(found, key=lambda each: WORST_FIRST.index(each.state), default=None)


def _is_high_value(account: Account, rules: Rules) -> bool:
    plan = (account.plan or "").casefold()
    return plan in rules.high_value_plans or (account.mrr or 0.0) > rules.mrr_threshold


def _escalation_state(escalation: Escalation, now: float) -> RowState:
    states = {each.state for each in escalation.deliveries}
    if DeliveryState.UNCERTAIN in states:
        return RowState.UNCERTAIN
    if DeliveryState.BLOCKED in states:
        return RowState.FAILED
    if DeliveryState.OWED not in states:
        return RowState.ESCALATED
    untouched = all(each.attempts == 0 for each in escalation.deliveries)
    return RowState.HELD if untouched and now < escalation.held_until else RowState.SENDING


def _note(record: Record, state: RowState, now: float) -> str:
    """What neither the state nor a moment tells. Front ends say when something ends, and with which key."""
    if record.escalation is not None:
        return _escalation_note(record.escalation, state, now)
    if record.decision is not None and state in ASIDE:
        return record.decision.reason
    if _is_taken_back(record, now):
        return f"taken back by {record.decision.actor}" if record.decision else ""
    if record.decision is not None and state is RowState.NEEDS_DECISION and record.decision.verb is Verb.REOPEN:
        return f"back: {record.decision.reason}"
    if record.decision is not None and state is RowState.NEEDS_DECISION:
        is_over = record.decision.until is not None and now >= record.decision.until
        return "back from snooze" if is_over else f"back after {record.decision.verb}: the customer wrote again"
    return ""


def _escalation_note(escalation: Escalation, state: RowState, now: float) -> str:
    if state is RowState.HELD:
        return ""
    wrong = trouble(escalation)
    if wrong is not None:
        return wrong.error
    if escalation.withdrawn_by:
        amends = [each for each in escalation.deliveries if each.kind in AMENDS]
        return f"withdrawing {sum(each.state is DeliveryState.DONE for each in amends)}/{len(amends)}"
    done = sum(1 for each in escalation.deliveries if each.state is DeliveryState.DONE)
    if state is RowState.SENDING:
        return ", ".join(filter(None, (f"{done}/{len(escalation.deliveries)}", waits(escalation, now))))
    linear = escalation.delivery(DeliveryKind.LINEAR)
    identifier = linear.result.get("identifier", "") if linear else ""
    channel = escalation.channel if escalation.delivery(DeliveryKind.SLACK) else ""
    return " ".join(filter(None, (identifier, channel))) or f"by {escalation.actor}"
