"""When a score will cross the threshold by time alone, and why it has not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Final

from escalator_tui.detect.weights import points
from escalator_tui.model.assessment import Signal

_HORIZON: Final = 60 * 86_400  # seconds; further ahead nobody plans
_NEAR: Final = 1  # seconds around a guess
_NAMES: Final = {
    "waiting_hours": "waiting time",
    "open_hours": "age",
    "unanswered": "unanswered messages",
    "replies": "number of replies",
    "history": "other conversations",
    "legal": "legal or public threat",
    "churn": "threat to leave",
    "manager": "request for somebody in charge",
    "repeat": "repeated contact",
}


def crossing(score_at: Callable[[int], float], threshold: float, now: int, bends: Iterable[int]) -> int | None:
    """The first second after `now` at which `score_at` reaches the threshold, None when it does not within 60 days.

    The score grows with time except at `bends`, where something becomes too old to count, or begins or ceases to grow: between them a
    binary search is exact, and the points of the score are nearly a straight line, so that it begins close to its end.
    """
    end = now + _HORIZON
    borders = [now, *sorted({bend for bend in bends if now < bend < end}), end]
    for start, stop in pairwise(borders):
        if score_at(stop - 1) >= threshold:
            return _first(score_at, threshold, start, stop - 1)
    return None


def _first(score_at: Callable[[int], float], threshold: float, low: int, high: int) -> int:
    first, last, wanted = (points(score) for score in (score_at(low), score_at(high), threshold))
    guess = _guess(first, last, wanted, low, high)
    for edge in (guess - _NEAR, guess + _NEAR):
        if low <= edge < high:
            low, high = (low, edge) if score_at(edge) >= threshold else (edge + 1, high)
    while low < high:
        middle = (low + high) // 2
        if score_at(middle) >= threshold:
            high = middle
        else:
            low = middle + 1
    return low


def _guess(first: float, last: float, wanted: float, low: int, high: int) -> int:
    """Where a straight line from the first points to the last reaches those wanted."""
    return low + round((wanted - first) / (last - first) * (high - low)) if last > first else low


def missing(score: float, threshold: float, signals: tuple[Signal, ...]) -> str:
    """One sentence on what is missing to the threshold; empty when it is reached."""
    if score >= threshold:
        return ""
    gap = f"{max(threshold - score, 0.01):.2f} short of {threshold:.2f}"
    if not signals:
        return f"{gap}: nothing the customer wrote or waits for points to an escalation"
    names = " and ".join(_NAMES.get(signal.kind, signal.kind) for signal in signals[:2])
    return f"{gap}: only {names} counts so far" if len(signals) == 1 else f"{gap}: {names} alone are not enough yet"
