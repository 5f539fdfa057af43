"""The weights of the text families as a model: what was read of a conversation, its points as `scoring` joins them, and the weights of
least loss. `fit_weights` tries, judges and writes them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from labelled import Labelled

from escalator_tui.detect.data import read_data
from escalator_tui.detect.lexicon import FAMILIES, lexicon
from escalator_tui.detect.reading import Found, read
from escalator_tui.detect.weights import points
from escalator_tui.detect.wording import Wording

FLOOR: Final = 0.62  # share of a strong sign of the families nobody may silence
NEVER_SILENCED: Final = ("manager", "churn", "legal")
PLAIN_CEILING: Final = 0.38  # a plain sign alone stays below the threshold, but for words of anger
CEILING: Final = 0.75
ROUNDS: Final = 150
UNHEARING: Final = Wording({}, 1)
Vector = dict[str, float]


@dataclass(frozen=True, slots=True)
class Row:
    """What was read of one conversation: how much of each sign counts, and how much thanks."""

    source: str
    label: int
    signs: Vector
    thanks: Vector


def row_of(told: Labelled) -> Row:
    """Minimal pairs are one source, whatever their file."""
    reading = read(told.messages, lexicon(), frozenset(), model=UNHEARING)
    signs: Vector = defaultdict(float)
    for family, found in reading.found.items():
        if family != "thanks":
            _count(signs, family, found[:1] if family == "emphasis" else found)
    thanks: Vector = defaultdict(float)
    _count(thanks, "thanks", reading.found.get("thanks", ()))
    return Row("pairs" if told.group == "pairs" else told.source, told.label, dict(signs), dict(thanks))


def _count(into: Vector, family: str, found: Iterable[Found]) -> None:
    factor = 1.0
    for each in sorted(found, key=lambda one: (not one.strong, -one.counts)):
        into[f"{family}.{'strong' if each.strong else 'plain'}"] += factor * each.counts
        factor /= 2


def families(data: dict[str, Any]) -> list[tuple[str, dict[str, float]]]:
    """The families with phrases: what the wording adds is fitted beside them."""
    return [(family, pair) for family, pair in data["text"].items() if family != "wording"]


def vector(data: dict[str, Any]) -> Vector:
    weights = {f"{family}.{level}": points(value) for family, pair in families(data) for level, value in pair.items()}
    return weights | {f"thanks.{level}": points(value) for level, value in data["thanks"].items()}


SHAPE: Final = read_data("weights")
_FIRM: Final = frozenset(f"{family}.strong" for family in SHAPE["firm"])
_WEAK: Final = frozenset(f"{family}.{level}" for family in SHAPE["weak"] for level in ("strong", "plain"))
_WEAK_LIMIT: Final = points(SHAPE["weak_limit"])


def _kept(row: Row, weights: Vector) -> float:
    return math.exp(-sum(weights[name] * value for name, value in row.thanks.items()))


def points_of(row: Row, weights: Vector) -> float:
    kept = _kept(row, weights)
    weak = sum(weights[name] * value * kept for name, value in row.signs.items() if name in _WEAK)
    rest = sum(weights[name] * value * (1.0 if name in _FIRM else kept) for name, value in row.signs.items() if name not in _WEAK)
    return rest + min(weak, _WEAK_LIMIT)


def _slopes(row: Row, weights: Vector) -> Vector:
    """How the points of a row change with each weight."""
    kept = _kept(row, weights)
    slopes = {name: value * (1.0 if name in _FIRM else kept) for name, value in row.signs.items()}
    if sum(weights[name] * slopes[name] for name in slopes if name in _WEAK) > _WEAK_LIMIT:
        slopes |= dict.fromkeys(slopes.keys() & _WEAK, 0.0)
    lowered = sum(weights[name] * slopes[name] for name in slopes if name not in _FIRM)
    return slopes | {name: -value * lowered for name, value in row.thanks.items()}


def bounded(weights: Vector) -> Vector:
    """Fixed signs, floors, ceilings, and no plain sign above a strong one of its family."""
    result = {name: min(max(value, points(0.02)), points(CEILING)) for name, value in weights.items()}
    for family in NEVER_SILENCED:
        result[f"{family}.strong"] = max(result[f"{family}.strong"], points(FLOOR))
    for name in _WEAK:
        result[name] = min(result[name], _WEAK_LIMIT)
    for family in FAMILIES:
        if family != "anger":
            result[f"{family}.plain"] = min(result[f"{family}.plain"], points(PLAIN_CEILING))
    for family in (*FAMILIES, "thanks"):
        result[f"{family}.plain"] = min(result[f"{family}.plain"], result[f"{family}.strong"])
    return result


def fit(rows: Sequence[Row], start: Vector, strength: float) -> Vector:
    """The weights of least logistic loss, pulled towards `start`; gradient descent with momentum and steps of each weight's own size."""
    weights, slope, offset = bounded(start), 4.0, -2.0
    speed: Vector = defaultdict(float)
    size: Vector = defaultdict(float)
    for turn in range(1, ROUNDS + 1):
        gradient: Vector = defaultdict(float)
        for row in rows:
            wrong = _sigmoid(slope * points_of(row, weights) + offset) - row.label
            for name, value in _slopes(row, weights).items():
                gradient[name] += wrong * slope * value / len(rows)
            gradient["slope"] += wrong * points_of(row, weights) / len(rows)
            gradient["offset"] += wrong / len(rows)
        for name, origin in start.items():
            gradient[name] += 2 * strength * (weights[name] - origin) / origin**2
        step: Vector = {}
        for name, value in gradient.items():
            speed[name] = 0.9 * speed[name] + 0.1 * value
            size[name] = 0.99 * size[name] + 0.01 * value * value
            rate = 0.2 if name in ("slope", "offset") else 0.02
            step[name] = rate * speed[name] / (1 - 0.9**turn) / (math.sqrt(size[name] / (1 - 0.99**turn)) + 1e-9)
        slope, offset = max(1.0, slope - step.pop("slope")), offset - step.pop("offset")
        weights = bounded({name: value - step.get(name, 0.0) for name, value in weights.items()})
    return weights


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, value))))
