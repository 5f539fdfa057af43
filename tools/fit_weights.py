"""Fit the weights of the text families on labelled conversations and write them, with what they reached, into the lexicon.

    python tools/fit_weights.py [FOLDER] [--date 2026-01-31] [--strength 0.01] [--dry-run]

FOLDER (default ../shared/detect) holds dev.jsonl and adversarial_dev.jsonl, rows of {id, source, parts: [{author, text}], label}; the
minimal pairs of tests/detect/data join them. A logistic model over what `detect` reads, its signs fixed: thanks lower, all else raises.
It is pulled towards the weights that are in force, and leaving out one source after another tells how strongly to pull. A request for
somebody in charge, a threat to leave and a legal threat keep a floor above both thresholds, so that nothing fitted silences them; weak
families keep a ceiling. The scale is chosen at the end: the default threshold stands for the share of false alarms asked for.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import labelled
from labelled import ROOT
from weights_model import FLOOR, SHAPE, Row, Vector, bounded, families, fit, points_of, row_of, vector

from escalator_tui.detect.weights import points, share

WEIGHTS: Final = ROOT / "escalator_tui/detect/lexicon/weights.json"
STRENGTHS: Final = (0.001, 0.01, 0.1)
DEFAULT_ALARMS, STRICT_ALARMS = 0.032, 0.016  # of ordinary rows; the bars on unseen rows are 5 % and 2.5 %
TOLERANCE: Final = 0.001


def main() -> int:
    """Fit, compare, write. Returns 1 when the fitted weights are worse than those in force: these stay, with what they reach now."""
    options = _options()
    rows, pairs = ([row_of(each) for each in some] for some in (labelled.development(options.folder), labelled.pairs()))
    in_force = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    start = vector(in_force)
    left_out = _tried(rows, pairs, start, [options.strength] if options.strength else STRENGTHS)
    strength = max((each for each in left_out if each < math.inf), key=lambda each: (round(left_out[each], 3), each))
    fitted = _rounded(_scaled(fit([*rows, *pairs], start, strength), rows))
    strict = _strict_threshold(fitted, rows)
    before = _figures(start, rows, pairs, in_force["presets"]["strict"]["threshold"]) | {"left_out_precision": left_out[math.inf]}
    after = _figures(fitted, rows, pairs, strict) | {"left_out_precision": left_out[strength]}
    print(f"in force  {before}\nfitted    {after}, strength {strength}, strict from {strict}")
    compared = ("recall", "average_precision", "pairs_right", "left_out_precision")
    is_worse = any(after[name] < before[name] - TOLERANCE for name in compared)
    if is_worse:
        print("The fitted weights are worse: those in force stay", file=sys.stderr)
        strength, fitted, strict, after = in_force["fitted"]["strength"], start, in_force["presets"]["strict"]["threshold"], before
    if not options.dry_run:
        _write(in_force, fitted, strict, after | {"strength": strength}, options.date)
    return int(is_worse)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT.parent / "shared/detect")
    parser.add_argument("--date", default=datetime.now(UTC).date().isoformat())
    parser.add_argument("--strength", type=float, help="how strongly to pull, instead of trying it out")
    parser.add_argument("--dry-run", action="store_true", help="print the figures and write nothing")
    return parser.parse_args()


def _tried(rows: Sequence[Row], pairs: Sequence[Row], start: Vector, strengths: Sequence[float]) -> dict[float, float]:
    """How well sources are ranked which the weights have not seen, by strength of the pull; under infinity that of the weights in force."""
    sources = sorted({row.source for row in rows if {each.label for each in rows if each.source == row.source} == {0, 1}})

    def ranked(fit: Callable[[list[Row]], Vector]) -> float:
        halves = [([row for row in rows if row.source != source], [row for row in rows if row.source == source]) for source in sources]
        return round(_mean(_precision(unseen, fit([*seen, *pairs])) for seen, unseen in halves), 4)

    tried = {math.inf: ranked(lambda _: start)}
    for strength in strengths:
        tried[strength] = ranked(lambda seen, by=strength: fit(seen, start, by))  # type: ignore[misc]
    return tried


# ---- scale, thresholds, figures


def _scaled(weights: Vector, rows: Sequence[Row]) -> Vector:
    """All weights times one factor, so that the default threshold is reached by the share of ordinary rows asked for."""
    threshold = points(SHAPE["presets"]["default"]["threshold"])

    def at(factor: float) -> Vector:
        return bounded({name: value * (1.0 if name.startswith("thanks") else factor) for name, value in weights.items()})

    low, high = 0.3, 3.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if _alarms(rows, at(middle), threshold) <= DEFAULT_ALARMS else (low, middle)
    return at(low)


def _rounded(weights: Vector) -> Vector:
    """As they are written: shares in hundredths, which a lead can step through."""
    return {name: points(round(share(value), 2)) for name, value in weights.items()}


def _strict_threshold(weights: Vector, rows: Sequence[Row]) -> float:
    """The lowest threshold in hundredths at which few enough ordinary rows are flagged, below what nobody may silence."""
    hundredths = (each / 100 for each in range(41, round(FLOOR * 100)))
    return next((each for each in hundredths if _alarms(rows, weights, points(each)) <= STRICT_ALARMS), FLOOR - 0.01)


def _alarms(rows: Iterable[Row], weights: Vector, threshold: float) -> float:
    return _mean(float(points_of(row, weights) >= threshold) for row in rows if row.label == 0)


def _recall(rows: Iterable[Row], weights: Vector, threshold: float) -> float:
    return _mean(float(points_of(row, weights) >= threshold) for row in rows if row.label == 1)


def _precision(rows: Sequence[Row], weights: Vector) -> float:
    """Average precision; rows of equal points are one step."""
    steps: dict[float, list[int]] = defaultdict(list)
    for row in rows:
        steps[points_of(row, weights)].append(row.label)
    total, seen, right, area = sum(row.label for row in rows), 0, 0, 0.0
    for _, labels in sorted(steps.items(), reverse=True):
        seen, right = seen + len(labels), right + sum(labels)
        area += sum(labels) / total * right / seen
    return area


def _figures(weights: Vector, rows: Sequence[Row], pairs: Sequence[Row], strict: float) -> dict[str, float]:
    default = points(SHAPE["presets"]["default"]["threshold"])
    of: Callable[[int], list[Row]] = lambda label: [row for row in pairs if row.label == label]  # noqa: E731
    both = zip(of(1), of(0), strict=True)
    figures = {
        "recall": _recall(rows, weights, default),
        "false_alarms": _alarms(rows, weights, default),
        "average_precision": _precision(rows, weights),
        "strict_recall": _recall(rows, weights, points(strict)),
        "strict_false_alarms": _alarms(rows, weights, points(strict)),
        "pairs_right": _mean(float(points_of(one, weights) >= default > points_of(other, weights)) for one, other in both),
    }
    return {name: round(value, 3) for name, value in figures.items()}


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)


def _write(data: dict[str, Any], weights: Vector, strict: float, figures: dict[str, float], day: str) -> None:
    for family, pair in families(data):
        pair |= {level: round(share(weights[f"{family}.{level}"]), 2) for level in pair}
    data["thanks"] |= {level: round(share(weights[f"thanks.{level}"]), 2) for level in data["thanks"]}
    data["presets"]["strict"]["threshold"] = strict
    data["fitted"] = {"date": day, "sets": ["dev", "adversarial_dev", "pairs"], **figures}
    WEIGHTS.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
