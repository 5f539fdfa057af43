"""Families joined into one score.

Each family gives points: the geometric sum of its signs, the strongest first (the second counts half, the third a quarter), so that ten
curses are not ten reasons. Points of independent families add up, and the score is 1 - exp(-points), which lies between 0 and 1. That is
the same as saying that each family leaves some doubt and the doubts multiply (a "noisy or"). Thanks make what was said count less, but
take back no firm demand: "please cancel our contract, thank you". The weak families, taken together, are cut off below the threshold.

How a message sounds is one more family, `wording`: one sign a message, of which the loudest counts. Where a message sounds ordinary, its
other signs count less, but for those that nothing learnt may silence. Where nothing but weak families speaks beside the wording, they are
not added up: the louder of the two counts, so that neither carries the other over a threshold that it does not reach alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from escalator_tui.detect.behaviour import Fact
from escalator_tui.detect.reading import GOOD, NEVER_DOUBTED, Found, Reading
from escalator_tui.detect.weights import Weights, points, share
from escalator_tui.model.assessment import Signal
from escalator_tui.model.text import one_line

_DETAILS: Final = 4
_QUOTE: Final = 160
UNTOLD: Final = "how the message as a whole is put"
"""The detail of a wording of which no word tells anything by itself."""
_BESIDE_PRAISE: Final = 0.4
"""What plain signs count beside praise."""
_DOUBTED: Final = 1.5
"""How much an ordinary wording takes off a sign, as powers of what a full sign of an alarming one adds."""


@dataclass(frozen=True, slots=True)
class Said:
    """The points of one text family and what was found of it, strongest first."""

    family: str
    points: float
    found: tuple[Found, ...]


def weigh(reading: Reading, weights: Weights) -> list[Said]:
    """The points of every text family, thanks taken off and the weak ones cut."""
    thanks = reading.found.get("thanks")
    kept = math.exp(-_sum(thanks, points(weights.thanks.strong), points(weights.thanks.plain), weights)) if thanks else 1.0
    praised = kept * (_BESIDE_PRAISE if reading.praises(GOOD if weights.strong.get("wording") else GOOD | {"wording"}) else 1.0)
    said = [
        _weigh_family(family, found, weights, kept if family in NEVER_DOUBTED else praised)
        for family, found in reading.found.items()
        if family != "thanks"
    ]
    weak = sum(each.points for each in said if each.family in weights.weak)
    cut = min(1.0, weights.weak_limit / weak) if weak else 1.0
    said = [Said(each.family, each.points * (cut if each.family in weights.weak else 1.0), each.found) for each in said if each.points > 0]
    return _not_carried(said, weights.weak)


def _not_carried(said: list[Said], weak: frozenset[str]) -> list[Said]:
    """The points as they are, or drawn together to the louder of the wording and the weak families where nothing else was said."""
    if not {each.family for each in said} <= weak | {"wording"}:
        return said
    total, sounds = (sum(each.points for each in said if each.family in families) for families in (weak | {"wording"}, {"wording"}))
    kept = max(sounds, total - sounds) / total if total else 1.0
    return [Said(each.family, each.points * kept, each.found) for each in said]


def _weigh_family(family: str, found: list[Found], weights: Weights, kept: float) -> Said:
    ordered = sorted(found, key=lambda each: (not each.strong, -each.counts)) if len(found) > 1 else found
    if family in ("emphasis", "wording"):  # a tone, not a number of reasons
        ordered = ordered[:1]
    strong = weights.strong.get(family, 0.0) * (1.0 if family in weights.firm else kept)
    return Said(family, _sum(ordered, strong, kept * weights.plain.get(family, 0.0), weights), tuple(ordered))


def _sum(found: Sequence[Found], strong: float, plain: float, weights: Weights) -> float:
    total, factor = 0.0, 1.0
    for each in sorted(found, key=lambda one: not one.strong) if len(found) > 1 else found:
        total += factor * each.counts * hearing(each, weights) * (strong if each.strong else plain)
        factor /= 2
    return total


def hearing(found: Found, weights: Weights) -> float:
    """What is left of a phrase, from 0 to 1, when the message around it sounds ordinary."""
    return math.exp(-_DOUBTED * weights.strong.get("wording", 0.0) * found.doubt) if found.doubt else 1.0


def fact_points(facts: Iterable[Fact], weights: Weights) -> list[tuple[Fact, float]]:
    """The points of every signal from behaviour."""
    return [(fact, weights.behaviour.get(fact.kind, 0.0) * fact.strength) for fact in facts]


def signals(said: Iterable[Said], facts: Iterable[tuple[Fact, float]]) -> tuple[Signal, ...]:
    """One signal for each family that counts, strongest first. Their weights add up to the score."""
    said, facts = list(said), list(facts)
    if not said and not facts:
        return ()
    total = sum(each.points for each in said) + sum(value for _, value in facts)
    unit = share(total) / total if total else 0.0
    listed = [_said_signal(each, each.points * unit) for each in said]
    listed += [Signal(fact.kind, value * unit, fact.detail) for fact, value in facts if value > 0]
    return tuple(sorted(listed, key=lambda signal: (-signal.weight, signal.kind)))


def _said_signal(said: Said, weight: float) -> Signal:
    first = said.found[0]
    details = ", ".join(dict.fromkeys(found.words for found in said.found[:_DETAILS] if found.words)) or UNTOLD
    return Signal(said.family, weight, one_line(details, _QUOTE), one_line(first.quote, _QUOTE), first.message.part_id)
