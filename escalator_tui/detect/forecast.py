"""When a score will cross the threshold by time alone, and why it has not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Final

from escalator_tui.model.assessment import Signal

_HORIZON: Final = 60 * 86_400  # seconds; further ahead nobody plans
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


def crossing(score_at: Callable[[int], float], threshold: float, now: int, drops: Iterable[int]) -> int | None:
    """The first second after `now` at which `score_at` reaches the threshold, None when it does not within 60 days.

    The score grows with time except at `drops`, where something becomes too old to count; between them a binary search is exact.
    """
    end = now + _HORIZON
    borders = [now, *sorted({drop for drop in drops if now < drop < end}), end]
    for start, stop in pairwise(borders):
        if score_at(stop - 1) >= threshold:
            return _first(score_at, threshold, start, stop - 1)
    return None


def _first(score_at: Callable[[int], float], threshold: float, low: int, high: int) -> int:
    while low < high:
        middle = (low + high) // 2
        if score_at(middle) >= threshold:
            high = middle
        else:
            low = middle + 1
    return low


def missing(score: float, threshold: float, signals: tuple[Signal, ...]) -> str:
    """One sentence on what is missing to the threshold; empty when it is reached."""
    if score >= threshold:
        return ""
    gap = f"{max(threshold - score, 0.01):.2f} short of {threshold:.2f}"
    if not signals:
        return f"{gap}: nothing the customer wrote or waits for points to an escalation"
    names = " and ".join(_NAMES.get(signal.kind, signal.kind) for signal in signals[:2])
    return f"{gap}: only {names} counts so far" if len(signals) == 1 else f"{gap}: {names} alone are not enough yet"
