"""How a message sounds: each word, pair and triple of words speaks a little for or against an escalation.

The weights were fitted on labelled messages (`tools/fit_wording.py`) and lie beside the lexicon. A message is read twice: as it stands,
and with every phrase of the lexicon replaced by the name of its family, so that what was learnt of one way to be angry holds for all
("your ANGER", "CHURN your order", and "NO-LEGAL" for a phrase that does not count). Punctuation and the edges of lines are words too: a
question is put otherwise than a reproach. Nothing counts twice, and the sum over a long message is drawn together, or its length alone
would decide.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from escalator_tui.detect.judging import Phrase
from escalator_tui.detect.lexicon import read_data
from escalator_tui.detect.pattern import PUNCTUATION
from escalator_tui.detect.words import END

Piece = tuple[str, ...]
EDGE: Final = "/"
"""Stands for the edges of every line, and is no word."""
_REMOVED: Final = "_"
"""Stands for a word that the settings take out; it is no word either."""
AUDIBLE: Final = 0.1
"""Share of a full sign from which the wording is a sign at all."""
_LONGEST: Final = 3
_ROOM: Final = 80
"""Pieces with a weight, about thirty words; the sum of a message that has more of them is drawn together."""
_MARKS: Final = PUNCTUATION | {EDGE}
_LOUDEST: Final = 12
_QUOTED: Final = 3


class Heard(NamedTuple):
    """How a message sounds, as a share of a full sign: above 0 for an escalation, below 0 against it. With the words that spoke most for
    it, and where the first of them stand among the tokens.
    """

    sign: float
    words: str = ""
    first: int = 0
    last: int = -1


class Wording:
    """A linear model over pieces of one to three words. A sum of weights above `alarming` speaks for an escalation, one below `ordinary`
    against it, and `full` beyond either makes a full sign. Reading it is thread-safe.
    """

    def __init__(self, weights: Mapping[Piece, int], full: int = 1000, alarming: int = 0, ordinary: int = 0) -> None:
        self._weights, self._full, self._alarming, self._ordinary = weights, full, alarming, ordinary

    def hear(self, tokens: Sequence[str], phrases: Sequence[Phrase], removed: Collection[str] = ()) -> Heard:
        """How a tokenised message sounds. A piece with a word of a removed phrase in it does not count."""
        if removed:
            tokens = without(tokens, removed)
            phrases = [each for each in phrases if _REMOVED not in tokens[each.start : each.end]]
        weighed = pieces(tokens, phrases) & self._weights.keys()
        total = sum(map(self._weights.__getitem__, weighed)) * kept(len(weighed))
        if total < self._ordinary:
            return Heard((total - self._ordinary) / self._full)
        sign = (total - self._alarming) / self._full
        return Heard(sign, *self._loudest(tokens, weighed)) if sign >= AUDIBLE else Heard(0.0)

    def weighs(self, word: str) -> bool:
        """Whether any piece has this word in it."""
        return any(word in piece for piece in self._weights)

    def _loudest(self, said: Sequence[str], weighed: Iterable[Piece]) -> tuple[str, int, int]:
        """The words that spoke most for an escalation, and the place of the first of them."""
        raising = sorted((piece for piece in weighed if self._weights[piece] > 0), key=lambda piece: (-self._weights[piece], piece))
        quoted: dict[str, tuple[int, int]] = {}
        for piece in raising[:_LOUDEST]:
            words = [word for word in piece if word not in _MARKS]
            text = " ".join(words)
            place = _place(said, words) if text and not any(text in other or other in text for other in quoted) else None
            if place:
                quoted[text] = place
        first, last = next(iter(quoted.values()), (0, -1))
        return ", ".join(list(quoted)[:_QUOTED]), first, last


def kept(count: int) -> float:
    """What is kept of the sum of so many weights."""
    return 1.0 if count <= _ROOM else (_ROOM / count) ** 0.5


def pieces(tokens: Sequence[str], phrases: Sequence[Phrase]) -> set[Piece]:
    """Every piece of a message as it stands, and every piece with the name of a family in it."""
    said = _edged(tokens)
    found: set[Piece] = set(zip(said))
    found.update(zip(said, said[1:]), zip(said, said[1:], said[2:]))  # noqa: B905, RUF007 - each is shorter than the one before
    if phrases:
        found.update(_around_names(_edged(_named(tokens, phrases))))
    return found


def _edged(tokens: Sequence[str]) -> list[str]:
    return [EDGE, *(EDGE if token == END else token for token in tokens)]


def _around_names(said: Sequence[str]) -> Iterator[Piece]:
    """All rows of one, two and three tokens with the name of a family among them."""
    for at, token in enumerate(said):
        if token.isupper():
            for length in range(1, _LONGEST + 1):
                for first in range(max(0, at - length + 1), min(at, len(said) - length) + 1):
                    yield tuple(said[first : first + length])


def _named(tokens: Sequence[str], phrases: Iterable[Phrase]) -> list[str]:
    """The tokens with the phrases of the lexicon replaced by the names of their families, in capitals; the strongest goes first."""
    names: list[str | None] = [None] * len(tokens)
    for phrase in phrases:
        name = phrase.entry.family.upper() if phrase.counts else f"NO-{phrase.entry.family.upper()}"
        for at in range(phrase.start, phrase.end):
            names[at] = names[at] or name
    return list(_once(name or token for name, token in zip(names, tokens, strict=True)))


def _once(said: Iterable[str]) -> Iterator[str]:
    """Names of families that follow themselves, once."""
    before = ""
    for each in said:
        if each != before or each == each.lower():
            yield each
        before = each


def without(tokens: Sequence[str], removed: Collection[str]) -> list[str]:
    """The tokens with those of removed phrases made unreadable."""
    said = list(tokens)
    for phrase in removed:
        words = phrase.split(" ")
        if not set(words) <= set(tokens):
            continue
        for at in range(len(tokens) - len(words) + 1):
            if list(tokens[at : at + len(words)]) == words:
                said[at : at + len(words)] = [_REMOVED] * len(words)
    return said


def _place(said: Sequence[str], words: list[str]) -> tuple[int, int] | None:
    """The first and the last token of the words where they stand first; None when they do not."""
    for at in range(len(said) - len(words) + 1):
        if said[at] == words[0] and list(said[at : at + len(words)]) == words:
            return at, at + len(words) - 1
    return None


@lru_cache(maxsize=1)
def wording() -> Wording:
    """The shipped model."""
    data = read_data("wording")
    weights = {tuple(piece.split(" ")): int(weight) for weight, listed in data["weights"].items() for piece in listed.split("|") if piece}
    return Wording(weights, data["full"], data["alarming"], data["ordinary"])
