"""What was sent and decided, as a lead reads it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from escalator_tui.model.conversation import Conversation
from escalator_tui.model.decision import Delivery
from escalator_tui.model.kinds import AMENDS, FOLLOW_UPS, DeliveryState

BY_RULE = "escalator"


class Ending(StrEnum):
    """How a try of a delivery ended, by the name that the audit trail has for it. AGAIN is none: a person had it sent again;
    nor are SEEN and ABSENT: a person says that it is there, or is not.
    """

    DELIVERED = "delivered"
    POSTPONED = "postponed"
    BLOCKED = "blocked"
    UNCERTAIN = "uncertain"
    DROPPED = "dropped"
    CUT_OFF = "taken over"
    AGAIN = "retry"
    SEEN = "seen"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Try:
    """One try of a delivery. The trail tells of each reason once: the tries after it that ended alike stand under it. `at` is when it ended
    (unix seconds), `number` counts from 1 since somebody had it sent again, which `actor` names.
    """

    at: float
    ending: Ending
    number: int = 0
    error: str = ""
    actor: str = ""


@dataclass(frozen=True, slots=True)
class Activity:
    """One delivery and what is known of it. `at` is when something last happened to it (unix seconds). `decided_by` confirmed the
    escalation, `withdrawn_by` took it back, `held_until` ends its hold; `channel` is where its alert is or goes; `tries` are those that
    ended, the oldest first.
    """

    delivery: Delivery
    at: float
    conversation: Conversation
    decided_by: str
    withdrawn_by: str = ""
    held_until: float = 0.0
    channel: str = ""
    tries: tuple[Try, ...] = ()

    @property
    def actor(self) -> str:
        """Because of whom it goes out. Later messages are told by rule."""
        if self.delivery.kind in FOLLOW_UPS:
            return BY_RULE
        return self.withdrawn_by if self.delivery.kind in AMENDS else self.decided_by

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do."""
        return self.delivery.state in (DeliveryState.DONE, DeliveryState.CANCELLED)

    @property
    def is_moot(self) -> bool:
        """Whether it was called off because it can never be done, as its error tells, and not because it was taken back."""
        taken_back = self.withdrawn_by and self.delivery.kind not in AMENDS
        return self.delivery.state is DeliveryState.CANCELLED and bool(self.delivery.error) and not taken_back

    @property
    def is_retriable(self) -> bool:
        """Whether asking again now does something."""
        stuck = self.delivery.state in (DeliveryState.BLOCKED, DeliveryState.UNCERTAIN)
        return stuck or (self.delivery.state is DeliveryState.OWED and bool(self.delivery.error))


@dataclass(frozen=True, slots=True)
class Past:
    """One decision that was taken on a conversation, in words, at `at` (unix seconds)."""

    at: float
    actor: str
    what: str


@dataclass(frozen=True, slots=True)
class Background:
    """What lies around a conversation: the same customer's other conversations, oldest first, and the decisions so far, oldest first."""

    others: tuple[Conversation, ...] = ()
    past: tuple[Past, ...] = ()
