"""Signals from what happened rather than from what was said: time, counts, reopening. All of them weak alone but a long wait for us."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from escalator_tui.model.conversation import Conversation
from escalator_tui.model.rules import Rules

_HOUR: Final = 3600
_PAUSE: Final = 600  # seconds; messages that follow each other faster are one message written in pieces
_FULL_WAIT: Final = 2.0  # times max_open_hours
_FULL_AGE: Final = 3.0
_MANY_UNANSWERED: Final = 4


class Fact(NamedTuple):
    """A signal from behaviour: its family, how strong it is (0 to 1), and the fact in a few words."""

    kind: str
    strength: float
    detail: str


def waiting_since(conversation: Conversation, *, is_farewell: bool = False) -> int | None:
    """Since when the customer waits for us, in unix seconds: None when the last word was ours, or was theirs but only a farewell."""
    unanswered = conversation.unanswered
    if is_farewell and len(unanswered) == 1 and len(unanswered) < len(conversation.customer_messages):
        return None
    if unanswered:
        return unanswered[0].created_at or conversation.waiting_since or conversation.created_at
    return conversation.waiting_since if not conversation.parts else None


class Timing(NamedTuple):
    """What grows by time alone while a conversation is open: since when the customer waits for us and since when it exists, in unix
    seconds, and the hours that are allowed. A conversation that waits for the customer ages, but its wait is not ours.
    """

    since: int | None
    created_at: int | None
    allowed: float

    def strengths(self, at: int) -> tuple[float, float]:
        """How strong waiting and age are at one moment, each from 0 to 1."""
        allowed, waiting, beyond = self.allowed, 0.0, 0.0
        if self.since is not None and at > self.since:
            waiting = (at - self.since) / _HOUR / (allowed * _FULL_WAIT)
        if self.created_at is not None and at > self.created_at:
            beyond = ((at - self.created_at) / _HOUR - allowed) / (allowed * (_FULL_AGE - 1.0))
        return min(1.0, waiting), min(1.0, max(0.0, beyond))

    @property
    def bends(self) -> tuple[int, ...]:
        """When a strength begins or ceases to grow, to the second."""
        full = () if self.since is None else (self.since + round(self.allowed * _FULL_WAIT * _HOUR),)
        ages = () if self.created_at is None else (1.0, _FULL_AGE)
        return (*full, *((self.created_at or 0) + round(self.allowed * each * _HOUR) for each in ages))

    def facts(self, at: int) -> Iterator[Fact]:
        """The signals of time at one moment."""
        waiting, age = self.strengths(at)
        if waiting > 0:
            yield Fact("waiting_hours", waiting, f"waiting for us for {_in_words(_hours_between(self.since, at))}")
        if age > 0:
            yield Fact("open_hours", age, f"open for {_in_words(_hours_between(self.created_at, at))}")


def timing(conversation: Conversation, rules: Rules, *, is_farewell: bool = False, is_nod: bool = False) -> Timing:
    """The timing of a conversation; a closed or snoozed one knows no time. A nod is a farewell unless we had asked something."""
    allowed = max(rules.max_open_hours, 0.01)
    if not conversation.is_open:
        return Timing(None, None, allowed)
    is_over = is_farewell or (is_nod and not _has_asked(conversation))
    return Timing(waiting_since(conversation, is_farewell=is_over), conversation.created_at, allowed)


def _has_asked(conversation: Conversation) -> bool:
    """Whether our last message to the customer holds a question."""
    return "?" in next((part.text for part in reversed(conversation.parts) if part.is_answer), "")


def counted_facts(conversation: Conversation, rules: Rules) -> Iterator[Fact]:
    """What was counted: messages in a row that nobody answered, replies, reopenings."""
    if not conversation.is_open:
        return
    row, many = _apart(conversation), len(conversation.unanswered)
    if row > 1:
        at_times = f", written at {row} times" if many > row else ""
        yield Fact("unanswered", min(1.0, (row - 1) / (_MANY_UNANSWERED - 1)), f"{many} messages in a row without an answer{at_times}")
    if conversation.reply_count > rules.max_replies:
        yield Fact("replies", 1.0, f"{conversation.reply_count} customer replies")
    if conversation.reopens > 0:
        yield Fact("reopened", 1.0, f"reopened {conversation.reopens} times" if conversation.reopens > 1 else "reopened once")


def _apart(conversation: Conversation) -> int:
    """Unanswered messages, counting what was typed in one go once."""
    row, last = 0, None
    for part in conversation.unanswered:
        if row == 0 or (last is not None and part.created_at is not None and part.created_at - last >= _PAUSE):
            row += 1
        last = part.created_at if part.created_at is not None else last
    return row


def _hours_between(since: int | None, at: int) -> float:
    return max(0, at - since) / _HOUR if since is not None else 0.0


def _in_words(hours: float) -> str:
    return f"{hours:.0f} h" if hours >= 1 else f"{hours * 60:.0f} min"
