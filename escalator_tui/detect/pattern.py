"""The little language of the lexicon's phrases, read into elements that match one token each.

`(a|b)` is a choice, `[a|b]` a choice that may be missing, `$name` a class of words, `!name` any one word outside of it, `_` any one word,
`~` up to three words of one clause, `~~` up to eight of one sentence, `!!name` up to eight of one sentence outside of a class, and
`frustrat{ed,ing}` several endings. A hyphen is a space. Choices may hold several words and other choices. A phrase that begins with `^ `
counts only where a sentence begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from sys import intern
from typing import Final, NamedTuple

from escalator_tui.detect.folding import fold

Words = frozenset[str]
_WORDS: Final = r"[^()\[\]|\s]+(?:\|[^()\[\]|\s]+)*"
_LEXEME: Final = re.compile(rf"\({_WORDS}\)|\[{_WORDS}\]|" r"[()\[\]|]|\$\w+|!{1,2}\w+|(?:[^\s()\[\]|{]|\{[^}]*\})+|\n")
_BRACES: Final = re.compile(r"\{([^}]*)\}")
PUNCTUATION: Final = frozenset(".!?…,;:()\n")
SENTENCE_ENDS: Final = frozenset(".!?…\n")
_SPOKEN_WITHOUT_APOSTROPHE: Final = ("'t", "'m", "'ve", "'s")
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class Element(NamedTuple):
    """One step of a phrase. `words` None matches any word but those of `barred`; `most` is how many tokens a gap may take (1 for a
    word), and `stops` at which tokens it ends.
    """

    words: Words | None
    optional: bool = False
    most: int = 1
    barred: Words = frozenset()
    stops: Words = PUNCTUATION


Steps = tuple[Element, ...]
_GAPS: Final = {
    "_": Element(None),
    "~": Element(None, optional=True, most=3),
    "~~": Element(None, optional=True, most=8, stops=SENTENCE_ENDS),
}


def read_phrase(phrase: str, classes: Mapping[str, Words]) -> list[Steps]:
    """All sequences of elements that a phrase of the lexicon stands for. Raises ValueError when a bracket is open or a class unknown."""
    lexemes = _LEXEME.findall(phrase.replace("[-]", " ").replace("-", " "))
    sequences, rest = _read_sequence(lexemes, 0, classes)
    if rest != len(lexemes):
        raise ValueError(f"a bracket is closed that was never opened in {phrase!r}")
    return sequences


def literal(tokens: Sequence[str]) -> Steps:
    """The sequence that matches exactly these tokens."""
    return tuple(Element(frozenset(_spellings(token))) for token in tokens)


def _read_sequence(lexemes: list[str], at: int, classes: Mapping[str, Words]) -> tuple[list[Steps], int]:
    sequences: list[Steps] = [()]
    while at < len(lexemes) and lexemes[at] not in ("|", ")", "]"):
        lexeme = lexemes[at]
        at += 1
        if lexeme[0] not in "([":
            word = (_read_word(lexeme, classes),)
            sequences = [before + word for before in sequences]
            continue
        if lexeme in "([":
            choices, at = _read_choice(lexemes, at, classes, ")" if lexeme == "(" else "]")
        else:  # words alone, as in most choices
            choices = [(_read_word(each, classes),) for each in lexeme[1:-1].split("|")]
        merged = _merge(choices, optional=lexeme[0] == "[")
        sequences = [before + choice for before in sequences for choice in merged]
    return sequences, at


def _read_choice(lexemes: list[str], at: int, classes: Mapping[str, Words], closing: str) -> tuple[list[Steps], int]:
    choices: list[Steps] = []
    while True:
        sequences, at = _read_sequence(lexemes, at, classes)
        choices.extend(sequences)
        if at >= len(lexemes):
            raise ValueError(f"a bracket is never closed in {' '.join(lexemes)!r}")
        at += 1
        if lexemes[at - 1] == closing:
            return choices, at


def _merge(choices: list[Steps], *, optional: bool) -> list[Steps]:
    """Single words of a choice become one element; longer choices stay sequences of their own."""
    single = [choice[0] for choice in choices if len(choice) == 1]
    longer = [choice for choice in choices if len(choice) > 1]
    wild = [element for element in single if element.words is None]
    words = frozenset().union(*(element.words for element in single if element.words is not None))
    merged = [Element(words, optional=optional)] if words else []
    merged += [element._replace(optional=optional or element.optional) for element in wild]
    sequences: list[Steps] = [(element,) for element in merged] + longer
    return sequences if merged or not optional else [*sequences, ()]


def _read_word(lexeme: str, classes: Mapping[str, Words]) -> Element:
    if lexeme in _GAPS:
        return _GAPS[lexeme]
    name = lexeme.lstrip("$!")
    if lexeme[0] in "$!" and name:
        if name not in classes:
            raise ValueError(f"there is no class of words named {lexeme}")
        return _of_class(lexeme, classes[name])
    return _of_words(lexeme)


def _of_class(lexeme: str, words: Words) -> Element:
    if lexeme[0] == "$":
        return Element(words)
    return _GAPS["~~"]._replace(barred=words) if lexeme.startswith("!!") else Element(None, barred=words)


@lru_cache(maxsize=20_000)
def _of_words(lexeme: str) -> Element:
    """A word, which stands in many phrases, read once."""
    return Element(frozenset(spelling for form in _forms(lexeme) for spelling in _spellings(form)))


def _forms(word: str) -> Iterator[str]:
    """The words that the endings in braces stand for."""
    endings = _BRACES.search(word)
    if not endings:
        if "{" in word or "}" in word or "|" in word:
            raise ValueError(f"a bracket of endings holds a choice, or is not closed, in {word!r}")
        yield word
        return
    for ending in endings.group(1).split(","):
        yield from _forms(word[: endings.start()] + ending + word[endings.end() :])


def _spellings(word: str) -> Iterator[str]:
    """A word as people type it: without accents, without apostrophe, with ae for ä."""
    yield intern(fold(word))
    if not word.isascii():
        yield intern(fold(word.translate(_UMLAUTS)))
    if word.endswith(_SPOKEN_WITHOUT_APOSTROPHE):
        yield intern(fold(word).replace("'", ""))


def read_classes(data: Mapping[str, object]) -> dict[str, Words]:
    """Classes of words by name, from every language of the lexicon's class file."""
    classes: dict[str, Words] = {}
    for group in data.values():
        if isinstance(group, dict):
            for name, words in group.items():
                listed = words.split(" ")
                classes[name] = frozenset(spelling for word in listed for spelling in _spellings(word))
    return classes
