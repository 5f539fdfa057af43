"""The lexicon: phrases by family and language, kept as JSON beside this file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from sys import intern
from typing import Final, Self

from escalator_tui.detect.data import read_data
from escalator_tui.detect.index import Entry, Hit, Index, alternatives
from escalator_tui.detect.pattern import PUNCTUATION, Steps, Words, literal, read_classes, read_phrase
from escalator_tui.detect.typos import Corrector
from escalator_tui.detect.words import END, tokenise

FAMILIES: Final = ("anger", "frustration", "complaint", "manager", "churn", "legal", "repeat", "waiting", "outage", "problem")
_FILES: Final = (*FAMILIES, "thanks", "protected", "asking")
_SPELT: Final = ("en",)
_CORRECTED: Final = frozenset({"anger", "frustration", "complaint"})
OPENING: Final = "^ "
_ALWAYS_RIGHT: Final = 4  # letters; shorter words are taken as they are
_LONG_ENOUGH: Final = 8  # letters; shorter words of languages other than English are not mended: their endings vary too much


class Lexicon:
    """What the phrases are, and which words are known and mended. Reading it is thread-safe."""

    def __init__(self) -> None:
        self._phrases: list[tuple[Steps, Entry]] = []
        self._index = Index(())
        self._read_as: dict[str, str] = {}
        self._vocabulary: set[str] = set()
        self._corrector = Corrector()
        self._spelt: dict[str, str] = {}

    def add(self, sequence: Steps, entry: Entry) -> None:
        """Find one sequence of elements, once all is sorted."""
        for each in alternatives(sequence):
            self._phrases.append((each, entry))
            for element in each:
                self._vocabulary.update(element.words or ())
            if len(each) == 1 and entry.strong and entry.family in _CORRECTED:
                for word in each[0].words or ():
                    if _is_correctable(word, entry.language):
                        self._corrector.learn(word, by_sound=entry.language == "en")

    def learn(self, word: str) -> None:
        """Mend slips of the pen in this word."""
        self._corrector.learn(word)

    def know(self, words: Words) -> None:
        """Take these as they are, whatever they resemble."""
        self._vocabulary |= words

    def spell(self, word: str, misspelt: str) -> None:
        """Read every one of these spellings, parted by spaces, as the word."""
        self._spelt.update(dict.fromkeys(misspelt.split(), word))

    def sort(self) -> Self:
        """Make all that was added ready to be found. A known word is read as the lexicon's own copy, which is told at a glance."""
        self._index = Index(self._phrases)
        known = {word: word for word in (*map(intern, self._vocabulary), *PUNCTUATION)}
        self._read_as = known | {misspelt: known.get(word) or self._mended(word) for misspelt, word in self._spelt.items()}
        return self

    def correct(self, tokens: list[str]) -> list[str]:
        """The tokens with common misspellings and small slips of the pen in strong words mended; other words the lexicon knows stay."""
        read_as = self._read_as.get
        return [read_as(token) or self._mended(token) for token in tokens]

    def _mended(self, word: str) -> str:
        return self._corrector.correct(word) if len(word) > _ALWAYS_RIGHT else word

    def find(self, tokens: list[str]) -> list[Hit]:
        """Every phrase in a tokenised message, in the order of their first words."""
        return self._index.find(tokens)


def _is_correctable(word: str, language: str) -> bool:
    return language == "en" or len(word) >= _LONG_ENOUGH


def _phrases() -> Iterator[tuple[str, Entry]]:
    for name in _FILES:
        for language, levels in read_data(name)["phrases"].items():
            for level, phrases in levels.items():
                entry = Entry(name, level == "strong", language)
                yield from ((phrase.removeprefix(OPENING), entry._replace(opening=phrase.startswith(OPENING))) for phrase in phrases)
    for category, phrases in read_data("category")["phrases"].items():
        yield from ((phrase, Entry(category, strong=False, language="")) for phrase in phrases)


@lru_cache(maxsize=8)
def lexicon(extra: frozenset[tuple[str, tuple[str, ...]]] = frozenset()) -> Lexicon:
    """The shipped lexicon with a team's own words, as (family, words) pairs; compiled once for each set of words."""
    compiled = Lexicon()
    classes = read_classes(read_data("classes"))
    for phrase, entry in _phrases():
        for sequence in read_phrase(phrase, classes):
            compiled.add(sequence, entry)
    for word in classes["slips"]:
        compiled.learn(word)
    for name, ordinary in classes.items():
        if name.startswith("ordinary"):
            compiled.know(ordinary)
    for language in _SPELT:
        for word, misspelt in read_data("spelling")[language].items():
            compiled.spell(word, misspelt)
    for family, words in extra:
        for word in words:
            tokens = [token for token in tokenise(word) if token != END]
            compiled.add(literal(tokens), Entry(family, strong=True, language=""))
    return compiled.sort()


def extra_words(words: Mapping[str, tuple[str, ...]]) -> frozenset[tuple[str, tuple[str, ...]]]:
    """A team's words in the form that `lexicon` takes."""
    return frozenset((family, tuple(listed)) for family, listed in words.items() if listed)
