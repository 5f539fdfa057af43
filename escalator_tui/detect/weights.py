"""The weights of the families under a team's rules, as shares of the score, and how shares are joined."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from escalator_tui.detect.data import read_data
from escalator_tui.model.rules import Rules

_OWN_FAMILY: Final = 0.5
"""The weight of a family that a team invented and gave no weight."""
_ALMOST_SURE: Final = 0.999


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return read_data("weights")


def family_names() -> tuple[str, ...]:
    """The shipped signal families, of words and of behaviour."""
    return (*_data()["text"], *_data()["behaviour"])


def points(share: float) -> float:
    """A share of the score (0 to 1) on the scale where independent reasons add up: minus the logarithm of the doubt it leaves."""
    return -math.log(1.0 - min(max(share, 0.0), _ALMOST_SURE))


def share(total: float) -> float:
    """The score that a sum of points makes, from 0 to 1."""
    return 1.0 - math.exp(-max(0.0, total))


@dataclass(frozen=True, slots=True)
class Thanks:
    """How much strong and plain thanks take away, as shares."""

    strong: float
    plain: float


@dataclass(frozen=True, slots=True)
class Weights:
    """Points by family: `strong` and `plain` for what is said, `behaviour` for what is counted.

    Strong signs of `firm` families are not lowered by thanks; `weak` families together stay below `weak_limit`, which is in points too.
    """

    threshold: float
    strong: dict[str, float]
    plain: dict[str, float]
    behaviour: dict[str, float]
    thanks: Thanks
    firm: frozenset[str]
    weak: frozenset[str]
    weak_limit: float


def weights_for(rules: Rules) -> Weights:
    """The weights of the preset with the team's own in their place. A team's weight is that of a strong sign; a plain one scales along.
    A weak family that a team weighs itself is weak no more. An unknown preset is read as the default one: the settings refuse it earlier.
    """
    return _weights(rules.preset, rules.threshold, tuple(rules.weights.items()), tuple(rules.words))


@lru_cache(maxsize=32)
def _weights(preset: str, threshold: float | None, own: tuple[tuple[str, float], ...], families: tuple[str, ...]) -> Weights:
    data = _data()
    strong = {name: pair["strong"] for name, pair in data["text"].items()}
    plain = {name: pair["plain"] for name, pair in data["text"].items()}
    behaviour = dict(data["behaviour"])
    for name in families:
        strong.setdefault(name, _OWN_FAMILY)
    for name, weight in own:
        if name in behaviour:
            behaviour[name] = weight
        else:
            plain[name] = weight * plain.get(name, 0.0) / (strong.get(name) or 1.0)
            strong[name] = weight
    presets = data["presets"]
    return Weights(
        threshold=presets.get(preset, presets["default"])["threshold"] if threshold is None else threshold,
        strong={name: points(weight) for name, weight in strong.items()},
        plain={name: points(weight) for name, weight in plain.items()},
        behaviour={name: points(weight) for name, weight in behaviour.items()},
        thanks=Thanks(**data["thanks"]),
        firm=frozenset(data["firm"]),
        weak=frozenset(data["weak"]) - dict(own).keys(),
        weak_limit=points(data["weak_limit"]),
    )
