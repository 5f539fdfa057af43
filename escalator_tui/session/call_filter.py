"""The words that a call is found by. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from escalator_tui.model.kinds import DeliveryState
from escalator_tui.session.calls import SLACK, service_of, status_of
from escalator_tui.session.filtering import LIMIT
from escalator_tui.session.wording import DELIVERY_NAMES, company_name, customer_name, subject

if TYPE_CHECKING:
    from escalator_tui.model.activity import Activity

EXAMPLE: Final = "words such as acme slack refused"


def find_calls(calls: Sequence[Activity], text: str, now: float) -> list[Activity]:
    """Those of the calls that have every word of the text, in any case and order. `now` is in unix seconds. An issue's identifier finds
    all that went out with it.
    """
    words = text[:LIMIT].casefold().split()
    if not words:
        return list(calls)
    issues = {each.escalation_id: str(name) for each in (call.delivery for call in calls) if (name := each.result.get("identifier"))}
    return [each for each in calls if _has_all(words, (*_known_of(each, now), issues.get(each.delivery.escalation_id, "")))]


def _has_all(words: Iterable[str], known: Iterable[str]) -> bool:
    text = "\n".join(known).casefold()
    return all(word in text for word in words)


def _known_of(activity: Activity, now: float) -> Iterator[str]:
    """Whose it is, what it is, how it ended and what the service said. Times are left out, as in the queue's filter."""
    talk, delivery = activity.conversation, activity.delivery
    yield from (company_name(talk), customer_name(talk), talk.contact.email if talk.contact else "", subject(talk))
    yield from (DELIVERY_NAMES[delivery.kind], service_of(delivery.kind), f"by {activity.actor}")
    yield from (delivery.error, delivery.remark, str(delivery.result.get("tag", "")))
    if delivery.kind in SLACK:
        yield delivery.channel or activity.channel
    word = status_of(activity, now)[1]
    yield "again" if word.startswith("again ") else word
    if delivery.state is DeliveryState.BLOCKED:
        yield "failed"  # as the queue calls it
