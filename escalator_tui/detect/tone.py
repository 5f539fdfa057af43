"""Sentiment and category: what the table shows beside the score."""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from escalator_tui.detect.reading import Reading
from escalator_tui.model.assessment import Category, Sentiment

FRUSTRATED_FROM: Final = 0.7
_FEELINGS: Final = ("anger", "frustration")
_ORDER: Final = tuple(Category)
_CALM: Final = frozenset({"thanks", "emphasis", "problem", "wording"})


def sentiment(score: float, reading: Reading) -> Sentiment:
    """Frustrated from a score of 0.7 or with a strong word of anger or frustration,
    negative when any family that is not weak was found, or the wording is loud, beside no praise.
    """
    if score >= FRUSTRATED_FROM or any(reading.has_strong(family) for family in _FEELINGS):
        return Sentiment.FRUSTRATED
    is_uneasy = reading.found.keys() - _CALM or reading.has_strong("wording")
    return Sentiment.NEGATIVE if is_uneasy and not reading.is_praise else Sentiment.NEUTRAL


def category(mentioned: Set[str]) -> Category:
    """The first category that was mentioned, in the order of the enumeration."""
    return next((each for each in _ORDER if each in mentioned), Category.ACCOUNT_ISSUE) if mentioned else Category.ACCOUNT_ISSUE
