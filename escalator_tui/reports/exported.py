"""Conversations of a file, which are held to more than those of the service: a time that is given and cannot be read is refused, as
nobody would miss it, and the score would be another.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from escalator_tui.model.conversation import Conversation
from escalator_tui.model.kinds import AuthorKind
from escalator_tui.services.intercom_objects import read_conversation, seconds

_TIMES: Final = ("created_at", "updated_at", "waiting_since", "snoozed_until")
_SHOWN: Final = 40  # characters


def conversation_in(value: object) -> Conversation:
    """The conversation that a JSON value stands for. Raises ValueError with a sentence when it is none, or when one of its times is no
    number of seconds or milliseconds since 1970 and no date in ISO 8601.
    """
    if not isinstance(value, Mapping):
        raise ValueError("This is not a conversation: it is not a JSON object")  # noqa: TRY004 - what a file says
    for name, given in _times(value):
        if not _is_unset(given) and seconds(given) is None:
            raise ValueError(f"{name} is {repr(given)[:_SHOWN]}: expected unix seconds, or a date such as 2026-01-31T09:30:00Z")
    return read_conversation(value)


def nameless(conversation: Conversation) -> int:
    """How many parts say something and have no author that is known: neither the customer's nor ours, they count for nothing."""
    return sum(part.author.kind is AuthorKind.UNKNOWN and bool(part.text) and not part.is_note for part in conversation.parts)


def _is_unset(given: object) -> bool:
    """Intercom sends null or 0 for a time that is none."""
    return given is None or given == "" or (isinstance(given, int | float) and not isinstance(given, bool) and -math.inf < given <= 0)


def _times(value: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    yield from ((name, value.get(name)) for name in _TIMES)
    parts = value.get("conversation_parts")
    listed = parts.get("conversation_parts") if isinstance(parts, Mapping) else parts
    for number, part in enumerate(listed if isinstance(listed, list) else (), 1):
        if isinstance(part, Mapping):
            yield f"created_at of part {number}", part.get("created_at")
