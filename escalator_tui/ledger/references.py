"""References: what a service's copy of a delivery carries, so that it is found again instead of made again."""

from __future__ import annotations

import hashlib
import uuid

from escalator_tui.model.kinds import DeliveryKind

# Made under an id of our own, which Linear keeps.
UUIDS = (DeliveryKind.LINEAR, DeliveryKind.COMMENT)


def reference(workspace: str, conversation_id: str, episode: int, kind: DeliveryKind, subject: str = "") -> str:
    """The reference of one delivery, always the same for the same values. `subject` is the message that a follow-up is about.

    Linear wants the shape of a random UUID ("identifier in UUID v4 format", Linear's GraphQL schema); the others are short words.
    """
    digest = hashlib.sha256(
        "\x1f".join((workspace, conversation_id, str(episode), kind, *filter(None, (subject,)))).encode("utf-8", "replace")
    ).digest()
    if kind in UUIDS:
        return str(uuid.UUID(bytes=digest[:16], version=4))
    return f"esc-{digest.hex()[:24]}"
