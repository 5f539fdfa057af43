"""The same customer's other conversations: what writes on Monday and on Wednesday and on Friday is one story in three conversations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from escalator_tui.detect.behaviour import Fact
from escalator_tui.detect.lexicon import Lexicon
from escalator_tui.detect.reading import Reading, messages, read
from escalator_tui.model.conversation import Conversation

DAYS: Final = 7
_DAY: Final = 86_400
_MOST_READ: Final = 10
_UNEASY: Final = 0.55
_ORDINARY: Final = 0.25
_ONLY_ORDINARY: Final = 0.6  # contacting us often is no complaint, so ordinary conversations alone stay below any threshold
_MOST_KNOWN: Final = 50_000
_KNOWN: Final[WeakKeyDictionary[Lexicon, dict[tuple[str, str, frozenset[str]], bool]]] = WeakKeyDictionary()
_COLLEAGUE: Final = 0.75  # of what the same person's other conversation counts
_CALM: Final = 0.3  # a colleague's or an earlier trouble makes little of a conversation in which nothing is wrong


@dataclass(frozen=True, slots=True)
class Episode:
    """Another conversation of the customer: when they last wrote in it (unix seconds), and whether anything was
    wrong, and whether somebody else of the company wrote it.
    """

    at: int
    is_uneasy: bool
    is_colleague: bool = False

    @property
    def doubt(self) -> float:
        """What this conversation leaves of the doubt that there is one story."""
        return 1.0 - (_UNEASY if self.is_uneasy else _ORDINARY) * (_COLLEAGUE if self.is_colleague else 1.0)


def episodes(conversation: Conversation, history: Sequence[Conversation], lexicon: Lexicon, removed: frozenset[str]) -> list[Episode]:
    """The other conversations in which the customer wrote, newest first, at most ten of them."""
    others = {other.id: other for other in history if other.id != conversation.id and other.customer_messages}
    newest = sorted(others.values(), key=_last_written, reverse=True)[:_MOST_READ]
    return [Episode(_last_written(other), _is_uneasy(other, lexicon, removed), _is_colleague(conversation, other)) for other in newest]


def _is_colleague(conversation: Conversation, other: Conversation) -> bool:
    """Another person of the same company; who cannot be told apart, or writes from the same address, is the same person."""
    one, two = conversation.contact, other.contact
    if one is None or two is None or one.id == two.id:
        return False
    return not one.email or one.email.lower() != two.email.lower()


def _last_written(conversation: Conversation) -> int:
    times = [part.created_at for part in conversation.customer_messages if part.created_at is not None]
    return max(times, default=conversation.created_at or conversation.updated_at)


def _is_uneasy(other: Conversation, lexicon: Lexicon, removed: frozenset[str]) -> bool:
    """Whether anything was wrong. Remembered: the same conversation stands in the history of many."""
    known = _KNOWN.setdefault(lexicon, {})
    key = (other.id, other.version, removed)
    answer = known.get(key)
    if answer is None:
        if len(known) >= _MOST_KNOWN:
            known.clear()
        reading = read(messages(other), lexicon, removed)
        answer = known[key] = not is_calm(reading) or reading.has_strong("wording")
    return answer


def is_calm(reading: Reading) -> bool:
    """Whether no phrase of the customer says that something is wrong: how it all sounds does not say what."""
    return all(family in ("thanks", "emphasis", "wording") for family in reading.found)


def history_fact(others: Sequence[Episode], now: int, *, is_calm: bool = False) -> Fact | None:
    """The signal that the customer's other conversations of the last seven days make. `is_calm`: nothing is wrong in this one itself."""
    recent = [episode for episode in others if now - DAYS * _DAY < episode.at <= now]
    if not recent:
        return None
    uneasy = sum(episode.is_uneasy for episode in recent)
    doubt = math.prod(episode.doubt for episode in recent)
    strength = (1.0 - doubt if uneasy else min(_ONLY_ORDINARY, 1.0 - doubt)) * (_CALM if is_calm else 1.0)
    conversations = "conversation" if len(recent) == 1 else "conversations"
    trouble = f", {uneasy} about trouble" if uneasy else ""
    return Fact("history", strength, f"{len(recent)} other {conversations} in {DAYS} days{trouble}")
