"""Outgoing calls in words: how each stands, what happened, what it means, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from escalator_tui.model.kinds import AMENDS, DeliveryKind, DeliveryState
from escalator_tui.session.wording import called, clock_time

if TYPE_CHECKING:
    from escalator_tui.model.activity import Activity

SLACK = (DeliveryKind.SLACK, DeliveryKind.SLACK_EDIT, DeliveryKind.REPLY, DeliveryKind.STRIKE)
INTERCOM = (DeliveryKind.NOTE, DeliveryKind.TAG, DeliveryKind.RETRACTION)


def service_of(kind: DeliveryKind) -> str:
    """Whom the call went to."""
    return "Slack" if kind in SLACK else "Intercom" if kind in INTERCOM else "Linear"


def status_of(activity: Activity, now: float) -> tuple[str, str]:
    """Glyph and word for how it stands."""
    delivery = activity.delivery
    settled = {
        DeliveryState.DONE: ("✔", "done"),
        DeliveryState.BLOCKED: ("✕", "refused"),
        DeliveryState.UNCERTAIN: ("?", "uncertain"),
        DeliveryState.CANCELLED: ("×", "cancelled"),
    }
    if delivery.state in settled:
        return settled[delivery.state]
    if delivery.error:
        return ("?", "in doubt") if delivery.in_doubt else ("↻", f"again {clock_time(delivery.due_at, now)}")
    if delivery.attempts:
        return "»", "sending"
    return ("»", "held") if activity.held_until > now else ("·", "waits")


def moment(at: float, now: float) -> str:
    """When, to the second today."""
    day = clock_time(at, now)
    return day if " " in day else f"{datetime.fromtimestamp(at, tz=UTC).astimezone():%H:%M:%S}"


def said_of(activity: Activity) -> list[str]:
    """What the service said, else what it made and who is behind it."""
    delivery = activity.delivery
    if delivery.error:
        return [delivery.error]
    names = (delivery.result.get("identifier"), delivery.remark, delivery.channel, delivery.result.get("tag"))
    return [*(str(each) for each in names if each), f"by {activity.actor}"]


def happened(activity: Activity, now: float) -> str:
    """The outcome so far, in one sentence."""
    delivery, service = activity.delivery, service_of(activity.delivery.kind)
    refused = delivery.result.get("refused")
    if delivery.state is DeliveryState.DONE:
        moved = f" It was meant for {refused}, which did not take it ({delivery.result.get('refusal')})." if refused else ""
        if delivery.seen_by:
            return f"{delivery.seen_by} saw it there {clock_time(activity.at, now)}; {service} could not be asked.{moved}"
        return f"{service} took it {clock_time(activity.at, now)}.{moved}"
    if delivery.state is DeliveryState.CANCELLED and not activity.is_moot:
        return "It was called off before it happened."
    if delivery.error:
        return f"{delivery.error.rstrip('.')}."
    if delivery.attempts:
        return f"{service} is being asked, and has not answered yet."
    return "It has not been tried yet."


def meaning(activity: Activity, now: float) -> str:
    """Where that leaves it."""
    delivery = activity.delivery
    match delivery.state:
        case DeliveryState.DONE:
            return "It is there once and is not sent again."
        case DeliveryState.CANCELLED if activity.is_moot:
            return "It can never be done, and is not tried again. The rest of the escalation is not touched by that."
        case DeliveryState.CANCELLED:
            return "It is not wanted any more: the escalation was taken back."
        case DeliveryState.BLOCKED:
            return "It was not done, and is not tried again by itself."
        case DeliveryState.UNCERTAIN:
            return "It may be there or not. Nothing is sent again by itself, so that nothing arrives twice."
    if delivery.error and delivery.in_doubt:
        return f"It may have arrived. Escalator looks {clock_time(delivery.due_at, now)}, and sends only what it does not find."
    if delivery.error:
        return f"It was not done. It is tried again by itself {clock_time(delivery.due_at, now)}."
    if delivery.attempts:
        return "When no answer comes, Escalator looks before it sends again."
    return "It leaves when the hold is over." if activity.held_until > now else "It goes out when what it comes after is done."


def advice(activity: Activity, now: float, *, again: str, back: str) -> str:
    """The cure, and what is pressed or typed to send it again or to take it back."""
    delivery = activity.delivery
    cure = f"{delivery.cure.rstrip('.')}. " if delivery.cure else ""
    if delivery.state is DeliveryState.UNCERTAIN:
        search = f"Search {service_of(delivery.kind)} for the marker below"
        if activity.withdrawn_by and delivery.kind not in AMENDS:
            return f"{cure}{search}; {again} takes your word whether it arrived, or looks once more and takes back what is found."
        return f"{cure}{search}; {again} takes your word that it arrived, or looks once more and sends what is not found."
    if delivery.state is DeliveryState.BLOCKED:
        return f"{cure}Then {again} sends it again."
    if delivery.state is DeliveryState.OWED and delivery.error:
        return f"{cure}{again} tries it now."
    if activity.held_until > now:
        return f"Nothing, or {back} to take it back."
    return "Nothing."


def facts(activity: Activity, now: float) -> Iterator[tuple[str, str]]:
    """Who, how often, when, and where."""
    delivery = activity.delivery
    yield "for", f"{called(activity.conversation)} · conversation {activity.conversation.id}"
    yield "by", activity.actor
    yield "tries", str(delivery.attempts)
    if delivery.first_attempt_at and not activity.tries:
        yield "first try", clock_time(delivery.first_attempt_at, now)
    if delivery.state is DeliveryState.OWED and delivery.error:
        yield "next try", clock_time(delivery.due_at, now)
    if service_of(delivery.kind) == "Slack":
        yield "channel", delivery.channel or activity.channel
    for name in ("identifier", "url"):
        if delivery.result.get(name):
            yield {"identifier": "issue"}.get(name, name), str(delivery.result[name])
    yield "marker", delivery.ref
