"""Fit the wording model on labelled messages and write it, with what it reached on messages it had not seen, beside the lexicon.

    python -m venv fit && fit/bin/pip install scikit-learn      # only this tool needs it
    PYTHONPATH=. fit/bin/python tools/fit_wording.py [FOLDER] [--date 2026-01-31] [--dry-run]

FOLDER (default ../shared/detect) holds dev.jsonl and adversarial_dev.jsonl; tools/corpus and the minimal pairs of tests/detect/data join
them, but for held_out.jsonl, by which nothing is fitted. The vocabulary comes from what may be published alone: of dev.jsonl, only the
sources of dev_public.jsonl lend words. A logistic model learns what the lexicon's points do not tell: the points are one of its inputs, so
a piece of a message weighs what it adds. Pieces are scaled before by how unevenly they fall on the two labels.

All that is printed is about rows left out of the fit: one source of dev.jsonl and one writer of the corpus after another, and fifths of
everything, by which the level is set: the default threshold stands for the share of false alarms asked for, strict for half of it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from labelled import ROOT, development, pairs
from sklearn.metrics import average_precision_score
from wording_model import FULL, Row, corpus_rows, fit, points

from escalator_tui.detect.weights import share
from escalator_tui.detect.wording import Piece, Wording

WORDING: Final = ROOT / "escalator_tui/detect/lexicon/wording.json"
WEIGHTS: Final = WORDING.with_name("weights.json")
FIFTHS: Final = 5
THRESHOLD: Final = 0.4
ALARMS, STRICT_ALARMS = 0.035, 0.0175  # of ordinary rows left out at random; the bars on unseen rows are 5 % and 2.5 %
STRICTEST: Final = 62  # hundredths; a request for somebody in charge, a threat to leave and a legal threat have more
ORDINARY: Final = 50  # sum of weights, in thousandths of a full sign, below which a message sounds ordinary
TOLERANCE: Final = 0.01
ABOUT: Final = (
    "What pieces of one to three words tell beside the lexicon, in thousandths of a full sign: a sum above alarming speaks for an "
    "escalation, one below ordinary against it. Pieces of one weight stand together, parted by |. A slash is the edge of a line, capitals "
    "are families of the lexicon. Written by tools/fit_wording.py."
)


def main() -> int:
    """Fit, judge, write. Returns 1, and writes nothing, when rows left out are told apart worse than by the model in force."""
    options = _options()
    rows = [*(Row(*each) for each in (*development(options.folder), *pairs())), *corpus_rows()]
    before = json.loads(WORDING.read_text(encoding="utf-8")).get("fitted", {})
    fifths = _folds(rows, _by_chance(rows))
    alarming = _alarming(rows, fifths)
    by_chance = _scores(rows, fifths, alarming)
    strict = _strict(rows, by_chance)
    figures = {
        "left_out_by_chance": _figures(rows, by_chance, strict),
        "left_out_by_source": _figures(rows, _scores(rows, _folds(rows, _by_source(rows)), alarming), strict),
    }
    print(f"{len(rows)} rows, alarming from {alarming}, strict from {strict}", json.dumps(figures, indent=1))
    print("the lexicon alone", json.dumps(_figures(rows, np.array([share(row.points) for row in rows]), strict), indent=1))
    if worse := list(_worse(figures, before, len(rows))):
        print(f"Worse than before: {', '.join(worse)}. Nothing is written", file=sys.stderr)
        return 1
    if not options.dry_run:
        _write(fit(rows), alarming, strict, {"rows": len(rows), **figures}, options.date)
    return 0


def _strict(rows: Sequence[Row], scores: np.ndarray) -> float:
    """The lowest threshold in hundredths at which few enough ordinary rows are flagged, below what nobody may silence."""
    calm = scores[[row.group == "dev" and row.label == 0 for row in rows]]
    return next((each / 100 for each in range(41, STRICTEST) if (calm >= each / 100).mean() <= STRICT_ALARMS), STRICTEST / 100)


def _worse(figures: dict[str, dict[str, float]], before: dict[str, Any], rows: int) -> Iterator[str]:
    """What got worse. Recall and false alarms go up and down together and are judged by the others; a corpus with other rows, which may
    be harder, is not compared.
    """
    of_the_corpus = ("corpus_average_precision", "pairs_ranked", "pairs_right") if before.get("rows") == rows else ()
    for kind, after in figures.items():
        for name in ("dev_average_precision", *of_the_corpus):
            if after[name] < before.get(kind, {}).get(name, 0.0) - TOLERANCE:
                yield f"{name} {kind.replace('_', ' ')}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT.parent / "shared/detect")
    parser.add_argument("--date", default=datetime.now(UTC).date().isoformat())
    parser.add_argument("--dry-run", action="store_true", help="print the figures and write nothing")
    return parser.parse_args()


# ---- what it reaches on rows it has not seen


@dataclass(frozen=True, slots=True)
class Fold:
    """Rows left out, and the weights fitted without them."""

    places: list[int]
    weights: dict[Piece, int]


def _folds(rows: Sequence[Row], names: Sequence[Any]) -> list[Fold]:
    """One fold for each name that rows go by."""
    folds = []
    for name in sorted(set(names)):
        places = [at for at, each in enumerate(names) if each == name]
        folds.append(Fold(places, fit([row for row, each in zip(rows, names, strict=True) if each != name])))
    return folds


def _by_source(rows: Sequence[Row]) -> list[int]:
    """The sources and the writers numbered, so that each fold leaves out one of both. Minimal pairs go by their file."""
    numbers: dict[str, dict[str, int]] = defaultdict(dict)
    return [numbers[row.group].setdefault(row.source, len(numbers[row.group])) for row in rows]


def _by_chance(rows: Sequence[Row]) -> list[int]:
    """Fifths, neighbours together: both sides of a pair are in one."""
    return [at // 20 % FIFTHS for at in range(len(rows))]


def _scores(rows: Sequence[Row], folds: Iterable[Fold], alarming: int) -> np.ndarray:
    scores = np.zeros(len(rows))
    for fold in folds:
        model = Wording(fold.weights, FULL, alarming, ORDINARY)
        for at in fold.places:
            scores[at] = share(points(rows[at], model))
    return scores


def _alarming(rows: Sequence[Row], folds: Sequence[Fold]) -> int:
    """The lowest sum of weights that may speak for an escalation so that few enough ordinary rows of dev.jsonl are flagged."""
    calm = {at for at, row in enumerate(rows) if row.group == "dev" and row.label == 0}
    ordinary = [Fold([at for at in fold.places if at in calm], fold.weights) for fold in folds]
    low, high = 0, 2 * FULL
    while high - low > 5:
        middle = (low + high) // 2
        flagged = (_scores(rows, ordinary, middle) >= THRESHOLD).sum() / len(calm)
        low, high = (low, middle) if flagged <= ALARMS else (middle, high)
    return high


def _figures(rows: Sequence[Row], scores: np.ndarray, strict: float) -> dict[str, float]:
    """How rows of dev.jsonl and of the corpus are told apart."""
    labels = np.array([row.label for row in rows])
    groups = np.array([row.group for row in rows])
    figures: dict[str, float] = {}
    for group in ("dev", "corpus"):
        known = groups == group
        flagged, escalated = scores[known] >= THRESHOLD, labels[known] == 1
        figures |= {
            f"{group}_average_precision": average_precision_score(labels[known], scores[known]),
            f"{group}_recall": flagged[escalated].mean(),
            f"{group}_false_alarms": flagged[~escalated].mean(),
            f"{group}_right": (flagged == escalated).mean(),
            f"{group}_strict_recall": (scores[known][escalated] >= strict).mean(),
            f"{group}_strict_false_alarms": (scores[known][~escalated] >= strict).mean(),
        }
    return {name: round(float(value), 3) for name, value in (figures | _pair_figures(rows, scores)).items()}


def _pair_figures(rows: Sequence[Row], scores: np.ndarray) -> dict[str, float]:
    pairs: dict[int, dict[int, float]] = defaultdict(dict)
    for row, score in zip(rows, scores, strict=True):
        if row.pair >= 0:
            pairs[row.pair][row.label] = score
    both = list(pairs.values())
    return {
        "pairs_ranked": float(np.mean([pair[1] > pair[0] for pair in both])),
        "pairs_right": float(np.mean([pair[1] >= THRESHOLD > pair[0] for pair in both])),
    }


def _write(weights: dict[Piece, int], alarming: int, strict: float, figures: dict[str, Any], day: str) -> None:
    """The pieces by their weight, the strongest first: a tenth of the size of a list of both."""
    listed: dict[int, list[str]] = defaultdict(list)
    for piece, weight in sorted(weights.items()):
        listed[weight].append(" ".join(piece))
    data = {
        "about": ABOUT,
        "full": FULL,
        "alarming": alarming,
        "ordinary": ORDINARY,
        "fitted": {"date": day, **figures},
        "weights": {str(weight): "|".join(listed[weight]) for weight in sorted(listed, reverse=True)},
    }
    weighed = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    weighed["presets"]["strict"]["threshold"] = strict
    WEIGHTS.write_text(json.dumps(weighed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    WORDING.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
