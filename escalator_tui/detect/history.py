"""The same customer's other conversations: what writes on Monday and on Wednesday and on Friday is one story in three conversations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from escalator_tui.detect.behaviour import Fact
from escalator_tui.detect.lexicon import Lexicon
from escalator_tui.detect.reading import Message, messages, read
from escalator_tui.model.conversation import Conversation

DAYS: Final = 7
_DAY: Final = 86_400
_MOST_READ: Final = 10
_UNEASY: Final = 0.55
_ORDINARY: Final = 0.25
_ONLY_ORDINARY: Final = 0.6  # contacting us often is no complaint, so ordinary conversations alone stay below any threshold


@dataclass(frozen=True, slots=True)
class Episode:
    """Another conversation of the customer: when they last wrote in it (unix seconds), and whether anything was wrong."""

    at: int
    is_uneasy: bool


def episodes(conversation: Conversation, history: Sequence[Conversation], lexicon: Lexicon, removed: frozenset[str]) -> list[Episode]:
    """The other conversations in which the customer wrote, newest first, at most ten of them."""
    found: dict[str, Episode] = {}
    for other in history:
        if other.id == conversation.id or other.id in found:
            continue
        said = messages(other)
        if said or other.customer_messages:
            found[other.id] = Episode(_last_written(other), _is_uneasy(said, lexicon, removed))
    return sorted(found.values(), key=lambda episode: -episode.at)[:_MOST_READ]


def _last_written(conversation: Conversation) -> int:
    times = [part.created_at for part in conversation.customer_messages if part.created_at is not None]
    return max(times, default=conversation.created_at or conversation.updated_at)


def _is_uneasy(said: list[Message], lexicon: Lexicon, removed: frozenset[str]) -> bool:
    found = read(said, lexicon, removed).found
    return any(family not in ("thanks", "emphasis") for family in found)


def history_fact(others: Sequence[Episode], now: int) -> Fact | None:
    """The signal that the customer's other conversations of the last seven days make."""
    recent = [episode for episode in others if now - DAYS * _DAY < episode.at <= now]
    if not recent:
        return None
    uneasy = sum(episode.is_uneasy for episode in recent)
    doubt: float = (1.0 - _UNEASY) ** uneasy * (1.0 - _ORDINARY) ** (len(recent) - uneasy)
    strength = 1.0 - doubt if uneasy else min(_ONLY_ORDINARY, 1.0 - doubt)
    conversations = "conversation" if len(recent) == 1 else "conversations"
    trouble = f", {uneasy} about trouble" if uneasy else ""
    return Fact("history", strength, f"{len(recent)} other {conversations} in {DAYS} days{trouble}")
