"""An index of phrases by their first two words and the one after them, so that of thousands few are compared with a message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import chain
from operator import attrgetter
from typing import Final, NamedTuple

from escalator_tui.detect.pattern import PUNCTUATION, SENTENCE_ENDS, Element, Steps, Words

_COMMON: Final = frozenset(
    """
    a about all an and are as at be been but by can do for from get has have i i'm if in is it it's just me my no not of on or our so
    that the there this to up us was we were what will with you your
    """.split()  # noqa: SIM905 - a list of so many words is read more easily so
)


_NOTHING: Final = ""
_ANYTHING: Final = "*"
"""Stand in the place of a second word where there is none, and where it may be any; they are no words."""


class Entry(NamedTuple):
    """What a phrase means: its family, whether it is a strong sign of it, and the language it was written for. An `opening` one counts
    only where a sentence begins.
    """

    family: str
    strong: bool
    language: str
    opening: bool = False


class Hit(NamedTuple):
    """A phrase found in a message, from token `start` up to, not including, token `end`."""

    entry: Entry
    start: int
    end: int


class Rest(NamedTuple):
    """What has to follow the first words of a phrase, with its place in the lexicon: the words of which the next is one (None when it may
    be any), words of which the message has to hold one, and all the elements.
    """

    number: int
    following: Words | None
    needed: Words
    steps: Steps
    entry: Entry


class Rests:
    """What may follow the same first words, sorted by the word that comes next: of some hundred phrases few are left to compare. A message
    has to hold one of the words of `needed` for any of them.
    """

    __slots__ = ("_anywhere", "_by_next", "listed", "needed")

    def __init__(self, listed: list[Rest]) -> None:
        self.listed = listed
        self._anywhere: list[Rest] | None = None
        self._by_next: dict[str, list[Rest]] = {}
        self.needed = listed[0].needed if len(listed) == 1 else frozenset().union(*(rest.needed for rest in listed))

    def before(self, token: str) -> list[Rest]:
        """Those that can go on with this word. They are sorted when first asked for: most never are."""
        if self._anywhere is None:
            self._sort()
        return self._by_next.get(token, self._anywhere or [])

    def _sort(self) -> None:
        expected = frozenset().union(*(rest.following for rest in self.listed if rest.following is not None))
        by_next: dict[str, list[Rest]] = {token: [] for token in expected}
        anywhere = []
        for rest in self.listed:
            if rest.following is None:
                anywhere.append(rest)
            for token in expected if rest.following is None else rest.following:
                by_next[token].append(rest)
        self._by_next, self._anywhere = by_next, anywhere


class Start(NamedTuple):
    """Everything that can begin with one word: phrases of this word alone, what begins with two words, and with the word and a gap."""

    single: tuple[Entry, ...]
    pairs: dict[str, Rests]
    loose: Rests | None


class Index:
    """Phrases that can be found in a message. Reading it is thread-safe."""

    def __init__(self, phrases: Iterable[tuple[Steps, Entry]]) -> None:
        """Note under every first word what follows. The sequences are those that `alternatives` makes."""
        by_words: defaultdict[tuple[Words, Words], list[Rest]] = defaultdict(list)
        for number, (sequence, entry) in enumerate(phrases):
            second, steps = _second(sequence)
            by_words[sequence[0].words or frozenset(), second].append(Rest(number, _following(steps), _rarest(steps), steps, entry))
        self._starts = _starts(by_words)
        self._needed = frozenset().union(*(rest.needed for rests in by_words.values() for rest in rests))

    def find(self, tokens: list[str]) -> list[Hit]:
        """Every phrase in a tokenised message, in the order of their first words."""
        hits: list[Hit] = []
        starts, present, last = self._starts, self._needed.intersection((*tokens, _NOTHING)), len(tokens) - 1
        for at, token in enumerate(tokens):
            start = starts.get(token)
            if start is None:
                continue
            single, pairs, loose = start
            if single:
                hits += [Hit(entry, at, at + 1) for entry in single if not entry.opening or _opens(tokens, at)]
            if at < last:
                rests = pairs.get(tokens[at + 1])
                if rests is not None and not rests.needed.isdisjoint(present):
                    _add_matches(hits, rests, tokens, present, at, at + 2)
                if loose is not None and not loose.needed.isdisjoint(present):
                    _add_matches(hits, loose, tokens, present, at, at + 1)
        return hits


def _second(sequence: Steps) -> tuple[Words, Steps]:
    """The words that come second, or what stands for none and for any, and the steps behind them."""
    if len(sequence) == 1:
        return frozenset({_NOTHING}), ()
    words = sequence[1].words
    return (frozenset({_ANYTHING}), sequence[1:]) if words is None else (words, sequence[2:])


def _starts(by_words: Mapping[tuple[Words, Words], list[Rest]]) -> dict[str, Start]:
    """What begins with each word. What follows several pairs of words is kept once."""
    places: defaultdict[str, dict[str, tuple[int, ...]]] = defaultdict(dict)
    for place, (firsts, seconds) in enumerate(by_words):
        for first in firsts:
            following = places[first]
            for second in seconds:
                following[second] = (*following.get(second, ()), place)
    listed = list(by_words.values())
    kept = cache(lambda *places: Rests(sorted(chain.from_iterable(listed[place] for place in places), key=attrgetter("number"))))
    return {first: _start({second: kept(*found) for second, found in following.items()}) for first, following in places.items()}


def _start(following: dict[str, Rests]) -> Start:
    single, loose = following.pop(_NOTHING, None), following.pop(_ANYTHING, None)
    entries = dict.fromkeys(rest.entry for rest in single.listed) if single else ()
    return Start(tuple(entries), following, loose)


def alternatives(sequence: Steps) -> Iterator[Steps]:
    """The sequences it stands for that begin with words that have to be there; none when nothing has to."""
    while sequence and sequence[0].optional:
        yield from alternatives(sequence[1:])
        sequence = (Element(sequence[0].words), *sequence[1:])
    if not sequence or sequence[0].words is None:
        return
    if len(sequence) > 1 and sequence[1].optional and sequence[1].words is not None:
        yield from alternatives((sequence[0], *sequence[2:]))
        sequence = (sequence[0], Element(sequence[1].words), *sequence[2:])
    yield sequence


def _add_matches(hits: list[Hit], rests: Rests, tokens: list[str], present: Words, first: int, at: int) -> None:
    """Add what begins at `first` and whose rest matches from `at` on."""
    for _, _, needed, steps, entry in rests.before(tokens[at] if at < len(tokens) else ""):
        if not needed.isdisjoint(present):
            end = _match(tokens, at, steps, 0)
            if end and (not entry.opening or _opens(tokens, first)):
                hits.append(Hit(entry, first, end))


def _opens(tokens: list[str], at: int) -> bool:
    return not at or tokens[at - 1] in SENTENCE_ENDS


def _following(steps: Steps) -> Words | None:
    """The words that can come next; None when any word can, or none has to."""
    found: Words = frozenset()
    for element in steps:
        if element.words is None:
            return None
        found |= element.words
        if not element.optional:
            return found
    return None


def _rarest(rest: Steps) -> Words:
    """The words of which the message has to hold one for a match, the fewest there are: asked for before anything is compared."""
    fixed = [element.words for element in rest if element.words and not element.optional]
    return min(fixed, key=_commonness, default=frozenset({_NOTHING}))


@lru_cache(maxsize=20_000)
def _commonness(words: Words) -> tuple[bool, int, int]:
    """Punctuation and the end of the message are nearly always there, and the commonest words often."""
    return not words.isdisjoint(PUNCTUATION), len(words & _COMMON), len(words)


def _match(tokens: list[str], at: int, rest: Steps, step: int) -> int:
    """The position after the match of the elements from `step` on, or 0."""
    while step < len(rest):
        element = rest[step]
        step += 1
        if element.words is not None and not element.optional:
            if at >= len(tokens) or tokens[at] not in element.words:
                return 0
            at += 1
            continue
        fewest = 0 if element.optional else 1
        for taken in range(_longest(tokens, at, element), fewest - 1, -1):
            end = _match(tokens, at + taken, rest, step)
            if end:
                return end
        return 0
    return at


def _longest(tokens: list[str], at: int, element: Element) -> int:
    """How many tokens an element that may vary can take at this place. Gaps end at punctuation."""
    if element.words is not None:
        return int(at < len(tokens) and tokens[at] in element.words)
    taken = 0
    while taken < element.most and at + taken < len(tokens) and tokens[at + taken] not in element.stops:
        if tokens[at + taken] in element.barred:
            break
        taken += 1
    return taken
