"""How a message sounds: each word, pair and triple of words speaks a little for or against an escalation.

The weights were fitted on labelled messages (`tools/fit_wording.py`) and lie beside the lexicon. A message is read twice: as it stands,
and with every phrase of the lexicon replaced by the name of its family, so that what was learnt of one way to be angry holds for all
("your ANGER", "CHURN your order", and "NO-LEGAL" for a phrase that does not count). Punctuation and the edges of lines are words too: a
question is put otherwise than a reproach. Nothing counts twice, and the sum over a long message is drawn together, or its length alone
would decide.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from sys import intern
from typing import Final, NamedTuple

from escalator_tui.detect.data import read_data
from escalator_tui.detect.folding import fold
from escalator_tui.detect.judging import Phrase
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
_UNKNOWN: Final = 0
"""The number of pieces without a weight."""
_MARKS: Final = PUNCTUATION | {EDGE}
_LOUDEST: Final = 24
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
        self._full, self._alarming, self._ordinary = full, alarming, ordinary
        self._pieces, self._weights = ((), *weights), (0, *weights.values())
        self._numbers = {_key(piece): number for number, piece in enumerate(weights, 1)}

    def hear(self, tokens: Sequence[str], phrases: Sequence[Phrase], removed: Collection[str] = ()) -> Heard:
        """How a tokenised message sounds. A piece with a word of a removed phrase in it does not count."""
        if removed:
            tokens = without(tokens, removed)
            phrases = [each for each in phrases if _REMOVED not in tokens[each.start : each.end]]
        weighed = self._numbers_in([END, *tokens])
        if phrases:
            weighed |= self._numbers_in(_around_names(tokens, phrases))
        weighed.discard(_UNKNOWN)
        total = sum(map(self._weights.__getitem__, weighed)) * kept(len(weighed))
        if total < self._ordinary:
            return Heard((total - self._ordinary) / self._full)
        sign = (total - self._alarming) / self._full
        return Heard(sign, *self._loudest(tokens, weighed)) if sign >= AUDIBLE else Heard(0.0)

    def weighs(self, word: str) -> bool:
        """Whether any piece has this word in it."""
        return any(word in piece for piece in self._pieces)

    def _numbers_in(self, said: Sequence[str]) -> set[int]:
        """The numbers of the pieces of a row of tokens, one for all without a weight. No piece is kept, as most have none."""
        number, unknown, second, third = self._numbers.get, repeat(_UNKNOWN), said[1:], said[2:]
        pairs, triples = zip(said, second, strict=False), zip(said, second, third, strict=False)
        return {*map(number, said, unknown), *map(number, pairs, unknown), *map(number, triples, unknown)}

    def _loudest(self, said: Sequence[str], weighed: Iterable[int]) -> tuple[str, int, int]:
        """The telling words of the pieces that spoke most for an escalation, and the place of the first of them; none when it is small
        words that did.
        """
        raising = sorted((-self._weights[number], self._pieces[number]) for number in weighed if self._weights[number] > 0)
        quoted: dict[str, tuple[int, int]] = {}
        for _, piece in raising[:_LOUDEST]:
            words = _telling(piece)
            text = " ".join(words)
            place = _place(said, words) if text and not any(text in other or other in text for other in quoted) else None
            if place:
                quoted[text] = place
            if len(quoted) == _QUOTED:
                break
        first, last = next(iter(quoted.values()), (0, -1))
        return ", ".join(quoted), first, last


def _telling(piece: Piece) -> list[str]:
    """The words of a piece from the first to the last that tells something."""
    words, small = [word for word in piece if word not in _MARKS], small_words()
    places = [at for at, word in enumerate(words) if word not in small and not word.isdigit()]
    return words[places[0] : places[-1] + 1] if places else []


def tells(words: str) -> bool:
    """Whether any of these folded words tells something by itself."""
    return any(word not in small_words() and any(map(str.isalpha, word)) for word in words.split())


@lru_cache(maxsize=1)
def small_words() -> frozenset[str]:
    """The words that every sentence needs, of all languages, folded."""
    return frozenset(fold(word) for listed in read_data("small")["words"].values() for word in listed.split())


def _key(piece: Piece) -> str | Piece:
    """What a piece is looked up by: a single word by itself. The words are those of all pieces, each kept once."""
    words = tuple(intern(END if word == EDGE else word) for word in piece)
    return words if len(words) > 1 else words[0]


def kept(count: int) -> float:
    """What is kept of the sum of so many weights."""
    return 1.0 if count <= _ROOM else (_ROOM / count) ** 0.5


def pieces(tokens: Sequence[str], phrases: Sequence[Phrase]) -> set[Piece]:
    """Every piece of a message as it stands, and every piece with the name of a family in it."""
    found: set[Piece] = set()
    for row in ([END, *tokens], _around_names(tokens, phrases)):
        said = [EDGE if token == END else token for token in row]
        found.update(zip(said), zip(said, said[1:]), zip(said, said[1:], said[2:]))  # noqa: B905, RUF007 - each is shorter than the one before
    return found


def _around_names(tokens: Sequence[str], phrases: Sequence[Phrase]) -> list[str]:
    """What is around the phrases of the lexicon, which are replaced by the names of their families, in capitals; the strongest goes first.
    Pieces of it without a name are pieces of the message too.
    """
    said, first, last = [END, *tokens], len(tokens), 0
    for phrase in reversed(phrases):
        start, end = phrase.start + 1, phrase.end + 1
        said[start:end] = [_name(phrase.entry.family, counts=phrase.counts > 0)] * (end - start)
        first, last = min(first, start), max(last, end)
    near = said[max(0, first - _LONGEST + 1) : last + _LONGEST - 1]
    # A name that follows itself stands once.
    return [each for before, each in zip(("", *near), near, strict=False) if each != before or not each.isupper()]


@lru_cache
def _name(family: str, *, counts: bool) -> str:
    return family.upper() if counts else f"NO-{family.upper()}"


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
    rows = ((int(weight), listed.split("|")) for weight, listed in data["weights"].items())
    weights = {tuple(piece.split(" ")): weight for weight, row in rows for piece in row if piece}
    return Wording(weights, data["full"], data["alarming"], data["ordinary"])
