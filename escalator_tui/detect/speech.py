"""Who speaks in a quotation: "my boss says" and "I told you" are the customer's side, "the button says" and "a buyer wrote" are not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from escalator_tui.detect.data import read_data
from escalator_tui.detect.folding import fold

_WORD: Final = re.compile(r"\w+")
_CLAUSE_END: Final = re.compile(r"[.!?…;\n]")
_NEAR: Final = 100  # characters read beside a quotation
_OUTRIGHT: Final = (":", ",", "-", "–", "—")
"""What stands between somebody and what they say without a word of saying."""
_DASHES: Final = _OUTRIGHT[2:]
_TO: Final = frozenset({"to"})
_CLOSE: Final = 6  # words behind a quotation within which somebody is named
_ASIDE: Final = 3  # words before somebody which may turn them into somebody else's

Words = Sequence[str]


class _Speech(NamedTuple):
    """The lists of speech.json, those of all languages joined."""

    selves: frozenset[str]
    mine: frozenset[str]
    people: frozenset[str]
    says: frozenset[str]
    says_myself: frozenset[str]
    writes: frozenset[str]
    reader: frozenset[str]
    addressed: frozenset[str]
    between: frozenset[str]
    pointing: frozenset[str]
    sources: frozenset[str]
    hypothetical: frozenset[str]
    naming: frozenset[str]
    singled: frozenset[str]


@lru_cache(maxsize=1)
def _speech() -> _Speech:
    data = read_data("speech")
    return _Speech(**{name: frozenset(fold(word) for words in data[name].values() for word in words.split()) for name in _Speech._fields})


def is_own_speech(text: str, start: int, end: int) -> bool:
    """Whether what stands quoted in a text from `start` to `end` is said by the customer, by their people or by their own customers, as the
    words before or behind it tell.
    """
    # The quotation may begin a line of its own.
    before = _CLAUSE_END.split(fold(text[max(0, start - _NEAR) : start]).rstrip())[-1]
    if _is_introduced(before):
        return True
    behind = text[end : end + _NEAR].lstrip(" ,")
    return _is_attributed(_CLAUSE_END.split(fold(behind))[0])


def _is_introduced(clause: str) -> bool:
    """Whether the words before a quotation say whose it is: "my boss keeps telling you that", "laut meinem Chef:"."""
    known, words = _speech(), _WORD.findall(clause)
    if _is_hypothetical(words) or not known.naming.isdisjoint(words[-1:]):
        return False
    rest = _strip(words, known.addressed)
    if rest and _is_saying(rest[-1], words):
        return _is_of_mine(rest[-2:]) or bool(_somebody(_strip(rest[:-1], known.between | known.addressed)))
    somebody = _somebody(words)
    source = _strip(words[: len(words) - len(somebody)], _TO)
    return bool(somebody) and clause.endswith(_OUTRIGHT) and (len(somebody) == len(words) or not known.sources.isdisjoint(source[-1:]))


def _is_attributed(clause: str) -> bool:
    """Whether the words behind a quotation say whose it is: ", says my boss", "is what our customers tell us", "— my husband"."""
    known, words = _speech(), _WORD.findall(clause)
    if clause.startswith(_DASHES):
        return any(map(_somebody, (words[:2], words[:3])))
    at = next((at for at, word in enumerate(words) if word not in known.pointing), len(words))
    rest = words[at : at + _CLOSE]
    if rest and _is_saying(rest[0], rest):
        return _is_of_mine(rest[:1]) or any(_is_named(rest[1:last]) for last in (2, 3, 4, 5))
    if _is_hypothetical(rest[:2]):
        return False
    said = (next((word for word in rest[last:] if word not in known.between), "") for last in (1, 2, 3) if _somebody(rest[:last]))
    return any(_is_saying(word, rest) for word in said)


def _is_hypothetical(words: Words) -> bool:
    """Whether a word, or a pair of words, makes a condition or a question of it: "if my boss", "do our customers"."""
    return not _speech().hypothetical.isdisjoint((*words, *map("_".join, pairwise(words))))


def _is_saying(word: str, around: Words) -> bool:
    """A word of saying, or one of writing where it is to us: what somebody wrote without a reader may be anything."""
    known = _speech()
    return word in known.says or word in known.says_myself or (word in known.writes and not known.reader.isdisjoint(around))


def _is_named(words: Words) -> bool:
    """Whether the words behind a word of saying come to somebody at once, or past who is told: not "the template my boss"."""
    known, somebody = _speech(), _somebody(words)
    return bool(somebody) and (known.addressed | known.between).issuperset(words[: -len(somebody)])


def _is_of_mine(words: Words) -> bool:
    """Whether the last word of saying, alone or with the one before it, has the customer in itself: "dije", "he dicho"."""
    return not _speech().says_myself.isdisjoint((words[-1], "_".join(words)))


def _somebody(words: Words) -> Words:
    """The last words, where they name the customer or somebody of theirs: "I", "my boss", "our new director". One of their customers is
    not spoken of but quoted: "one of our customers says".
    """
    known = _speech()
    if words and words[-1] in known.selves:
        return words[-1:]
    if not words or words[-1] not in known.people:
        return ()
    for length in (2, 3):
        if len(words) >= length and words[-length] in known.mine:
            return words[-length:] if known.singled.isdisjoint(words[:-length][-_ASIDE:]) else ()
    return ()


def _strip(words: Words, fillers: frozenset[str]) -> Words:
    """The words without the fillers at their end."""
    last = len(words)
    while last and words[last - 1] in fillers:
        last -= 1
    return words[:last]
