"""Made-up conversations for the tests of detection."""

from __future__ import annotations

from collections.abc import Sequence

from escalator_tui.detect import assess
from escalator_tui.model.conversation import Author, Contact, Conversation, ConversationState, Part
from escalator_tui.model.kinds import AuthorKind
from escalator_tui.model.rules import Rules

MONDAY = 1_790_000_000
HOUR = 3600
DAY = 24 * HOUR
_KINDS = {"customer": AuthorKind.CUSTOMER, "teammate": AuthorKind.TEAMMATE, "bot": AuthorKind.BOT, "unknown": AuthorKind.UNKNOWN}


def talk(
    *said: str | tuple[str, str],
    id: str = "1",  # noqa: A002 - the field's name
    start: int = MONDAY,
    gap: int = 60,
    state: ConversationState = ConversationState.OPEN,
    subject: str = "",
    reopens: int = 0,
    kinds: Sequence[str] = (),
) -> Conversation:
    """A conversation of plain strings (the customer's) and (author, text) pairs, `gap` seconds apart."""
    parts = []
    for at, one in enumerate(said):
        author, text = one if isinstance(one, tuple) else ("customer", one)
        kind = kinds[at] if at < len(kinds) else "comment" if at else "source"
        parts.append(Part(f"p{at}", kind, Author(_KINDS[author], f"a-{author}"), text, start + at * gap))
    return Conversation(
        id=id,
        subject=subject,
        state=state,
        created_at=start,
        updated_at=start + len(said) * gap,
        contact=Contact("c1"),
        parts=tuple(parts),
        total_parts=len(parts),
        reopens=reopens,
    )


def escalates(text: str) -> bool:
    """Whether one message by its words alone reaches the threshold."""
    return assess(talk(text), (), Rules(), MONDAY, text_only=True).escalates
