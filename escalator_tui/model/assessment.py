"""What detection says of a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sentiment(StrEnum):
    """How the customer sounds, as far as the signals tell."""

    NEUTRAL = "neutral"
    NEGATIVE = "negative"
    FRUSTRATED = "frustrated"


class Category(StrEnum):
    """What the conversation is about."""

    BUG = "bug"
    BILLING = "billing"
    FEATURE_REQUEST = "feature_request"
    ACCOUNT_ISSUE = "account_issue"


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason for the score. `kind` is the signal family, `weight` its share of the score (0 to 1), `detail` the word or fact in short.

    `quote` is the customer's own words around it, safe to draw, empty for signals from behaviour; `part_id` tells where they stand.
    """

    kind: str
    weight: float
    detail: str
    quote: str = ""
    part_id: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """The score of one conversation at one moment. `score` and `threshold` are from 0 to 1; `at` and `crosses_at` are unix seconds.

    `why_not` says what is missing to the threshold (empty when it is reached); `crosses_at` is when the score will reach it by time alone
    if nobody answers, None when it never will or already has.
    """

    conversation_id: str
    score: float
    threshold: float
    signals: tuple[Signal, ...] = ()
    sentiment: Sentiment = Sentiment.NEUTRAL
    category: Category = Category.ACCOUNT_ISSUE
    why_not: str = ""
    crosses_at: int | None = None
    at: int = 0

    @property
    def escalates(self) -> bool:
        """Whether the score reached the threshold."""
        return self.score >= self.threshold

    @property
    def shown_score(self) -> str:
        """The score with two digits. Short of the threshold it is never rounded up to it: "0.40 of 0.40" would read as reached."""
        rounded = f"{self.score:.2f}"
        return rounded if self.escalates or rounded != f"{self.threshold:.2f}" else f"{self.score - 0.01:.2f}"

    @property
    def standing(self) -> str:
        """Score and threshold, as in "0.39 of 0.40"."""
        return f"{self.shown_score} of {self.threshold:.2f}"
