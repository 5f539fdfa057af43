"""Recorded conversations as cases: each at the moment it is judged by, with the same customer's others as they were then. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from escalator_tui.agent.histories import HISTORY_SECONDS, Histories
from escalator_tui.agent.verdicts import Verdict, verdicts
from escalator_tui.model.conversation import Conversation, ConversationState, Part
from escalator_tui.model.record import Recorded


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation as it was at `at` (unix seconds), and what a person made of it: escalated True, dismissed False, None nobody did."""

    conversation: Conversation
    history: tuple[Conversation, ...] = ()
    at: int = 0
    verdict: bool | None = None


def cases_of(recorded: Sequence[Recorded], now: int) -> list[Case]:
    """One case for each verdict, on the conversation as it was then. One without any is taken as it is when it is open, else as it was
    right before it ended: what is over knows no waiting time.
    """
    histories = Histories(each.conversation for each in recorded)
    return [case for each in recorded for case in _cases(each, histories, now)]


def labelled_cases(found: Iterable[tuple[Conversation, bool | None]]) -> list[Case]:
    """Cases from an export: each conversation as it was when it was updated last, with the verdict that stands in the file."""
    listed = list(found)
    histories = Histories(conversation for conversation, _ in listed)
    return [_case(each, _end(each), histories, verdict) for each, verdict in listed]


def _cases(recorded: Recorded, histories: Histories, now: int) -> Iterator[Case]:
    conversation = recorded.conversation
    judged = verdicts(recorded.decisions)
    for verdict in judged:
        yield _case(_seen(conversation, verdict), int(verdict.at), histories, verdict.escalated)
    if not judged:
        yield _case(conversation, now if conversation.is_open else _end(conversation), histories, None)


def _case(conversation: Conversation, at: int, histories: Histories, verdict: bool | None) -> Case:
    others = (each for each in histories.of(conversation) if (each.created_at or 0) <= at and each.updated_at > at - HISTORY_SECONDS)
    then = replace(as_of(conversation, at), state=ConversationState.OPEN)
    return Case(then, tuple(as_of(each, at) for each in others), at, verdict)


def _seen(conversation: Conversation, verdict: Verdict) -> Conversation:
    """Without what the customer wrote after the message that was the last one seen."""
    customers = [part.id for part in conversation.customer_messages]
    if verdict.customer_part not in customers:
        return conversation
    unseen = set(customers[customers.index(verdict.customer_part) + 1 :])
    return _only(conversation, [part for part in conversation.parts if part.id not in unseen])


def as_of(conversation: Conversation, at: int) -> Conversation:
    """The conversation with the parts that were there at a moment (unix seconds)."""
    return _only(conversation, [part for part in conversation.parts if part.created_at is None or part.created_at <= at])


def _only(conversation: Conversation, parts: list[Part]) -> Conversation:
    if len(parts) == len(conversation.parts):
        return conversation
    return replace(conversation, parts=tuple(parts), waiting_since=None)


def _end(conversation: Conversation) -> int:
    """When it was closed, else when it was updated last, else when it began."""
    closed = [part.created_at for part in conversation.parts if part.kind == "close" and part.created_at is not None]
    return (closed[-1] if closed and not conversation.is_open else 0) or conversation.updated_at or conversation.created_at or 0
