"""The wording model: a row of labelled text with its pieces, and the weights that rows teach. `fit_wording` judges and writes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
from labelled import ROOT, messages
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from escalator_tui.detect.judging import judge
from escalator_tui.detect.lexicon import lexicon
from escalator_tui.detect.reading import Message, read
from escalator_tui.detect.scoring import weigh
from escalator_tui.detect.weights import weights_for
from escalator_tui.detect.wording import Piece, Wording, kept, pieces
from escalator_tui.detect.words import tokenise
from escalator_tui.model.rules import Rules

CORPUS: Final = ROOT / "tools/corpus"
PUBLIC: Final = frozenset({"bitext", "nlupp", "multidogo_ordinary"})
SEEN_BEFORE: Final = 0.3  # weight of the rows that the lexicon was mended by: it knows too much of them
FEWEST: Final = 2  # messages with a piece, below which it is not learnt
COST: Final = 2.0  # the inverse of how strongly weights are pulled to zero
UNEVENNESS: Final = 0.75  # how much pieces are scaled by how unevenly they fall on the labels
VALUE: Final = 0.2  # of a piece that is there, beside the lexicon's points
FULL: Final = 1000
SMALLEST: Final = 3  # of a full sign's thousandths; what weighs less is dropped
LOUDER: Final = 3.0  # by which the lexicon's points are less held back than the pieces
UNHEARING: Final = Wording({}, FULL)
RULES: Final = Rules()


@dataclass(slots=True)
class Row:
    """One conversation: its messages, what the lexicon makes of them, and the pieces of the wording."""

    group: str
    source: str
    label: int
    messages: list[Message]
    points: float = 0.0
    pieces: set[Piece] = field(default_factory=set)
    pair: int = -1

    def __post_init__(self) -> None:
        """Read once."""
        self.points = points(self, UNHEARING)
        for message in self.messages:
            tokens = lexicon().correct(tokenise(message.text))
            self.pieces |= pieces(tokens, judge(tokens, lexicon().find(tokens), frozenset()))

    @property
    def is_public(self) -> bool:
        """Whether its words may be published."""
        return self.group != "dev" or self.source in PUBLIC


def points(row: Row, model: Wording) -> float:
    said = read(row.messages, lexicon(), frozenset(), model=model)
    return sum(each.points for each in weigh(said, weights_for(RULES)))


def corpus_rows() -> list[Row]:
    rows = []
    for path in sorted(CORPUS.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            label, _, text = line.split("\t")
            rows.append(Row("corpus", path.stem, int(label), messages([text.replace(" / ", "\n")])))
    _pair_up(rows)
    return rows


def _pair_up(rows: Sequence[Row]) -> None:
    """Neighbours of different labels that share two words in five are a minimal pair."""
    for number, (one, other) in enumerate(pairwise(rows)):
        words = [set(tokenise(row.messages[0].text)) for row in (one, other)]
        shared = len(words[0] & words[1]) >= 0.4 * min(map(len, words))
        if one.pair < 0 and one.source == other.source and one.label != other.label and shared:
            one.pair = other.pair = number


# ---- the model


def fit(rows: Sequence[Row]) -> dict[Piece, int]:
    """The weights that the rows teach, in thousandths of a full sign."""
    names = _vocabulary(rows)
    found = _table(rows, {name: at for at, name in enumerate(names)})
    labels = np.array([row.label for row in rows])
    scale = _scale(found, labels, np.array([row.is_public for row in rows]))
    inputs = hstack([found.multiply(scale[None, :]), csr_matrix([[row.points] for row in rows]) * LOUDER]).tocsr()
    shares = [1.0 if row.group in ("dev", "corpus") else SEEN_BEFORE for row in rows]
    fitted = LogisticRegression(C=COST, solver="liblinear", tol=0.01, intercept_scaling=5.0).fit(inputs, labels, sample_weight=shares)
    *spoken, counted = fitted.coef_[0]
    full = counted * LOUDER * weights_for(RULES).strong["wording"]
    whole = np.rint(np.array(spoken) * scale * VALUE / full * FULL).astype(int)
    return {name: int(value) for name, value in zip(names, whole, strict=True) if abs(value) >= SMALLEST}


def _vocabulary(rows: Sequence[Row]) -> list[Piece]:
    counted = Counter(piece for row in rows if row.is_public for piece in row.pieces if not _is_masked(piece))
    return sorted(piece for piece, count in counted.items() if count >= FEWEST)


def _is_masked(piece: Piece) -> bool:
    """Whether a word of it was made unreadable, as those of addresses, code and quotations are."""
    return any(not token.strip("x") for token in piece)


def _table(rows: Sequence[Row], places: dict[Piece, int]) -> csr_matrix:
    """One line a row: the pieces it has, drawn together as detection draws them together."""
    columns = [sorted(places[piece] for piece in row.pieces & places.keys()) for row in rows]
    values = [VALUE * kept(len(each)) for each in columns for _ in each]
    ends = np.cumsum([0, *map(len, columns)])
    return csr_matrix((values, [at for each in columns for at in each], ends), shape=(len(rows), len(places)))


def _scale(found: csr_matrix, labels: np.ndarray, lend: np.ndarray) -> np.ndarray:
    """How unevenly each piece falls on the labels, about 1 in the mean."""
    there = (found > 0).astype(float)
    shares = [there.T @ (lend & (labels == label)).astype(float) + 1.0 for label in (1, 0)]
    uneven = np.abs(np.log((shares[0] / shares[0].sum()) / (shares[1] / shares[1].sum())))
    return 1.0 - UNEVENNESS + UNEVENNESS * uneven / uneven.mean()
