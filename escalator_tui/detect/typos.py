"""Slips of the pen: a letter missing, too many, wrong or swapped with its neighbour, or a word spelt as it sounds."""

from __future__ import annotations

import re
from typing import Final

SHORTEST: Final = 5  # letters; shorter words have too many ordinary neighbours
_LONG: Final = 8  # letters; from here on a letter may also be wrong
_LONGEST: Final = 24  # letters; no word of the lexicon is as long
_SHORTEST_SOUND: Final = 5
_REMEMBERED: Final = 20_000
_DOUBLED: Final = re.compile(r"(.)\1+")
_SILENT: Final = re.compile("[aeiouyh]+")


class Corrector:
    """Finds the learnt word within one slip of a token. The memory of answers is bounded and changes no answer."""

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._shortened: dict[str, list[str]] = {}
        self._sounds: dict[str, str] = {}
        self._answers: dict[str, str] = {}

    def learn(self, word: str, *, by_sound: bool = True) -> None:
        """Take a word into account if it is long enough. `by_sound`: its spelling is one that people guess, as in English."""
        if len(word) < SHORTEST or word in self._words:
            return
        self._words.add(word)
        if by_sound:
            self._sounds.setdefault(_sound(word), word)
        for short in _without_one_letter(word):
            self._shortened.setdefault(short, []).append(word)

    def correct(self, token: str) -> str:
        """The learnt word that was meant, or the token itself. The first letter has to be right."""
        if len(token) > _LONGEST:
            return token
        answer = self._answers.get(token)
        if answer is None:
            if len(self._answers) >= _REMEMBERED:
                self._answers.clear()
            answer = self._answers[token] = self._look_up(token)
        return answer

    def _look_up(self, token: str) -> str:
        candidates = list(self._shortened.get(token, ()))
        for short in _without_one_letter(token):
            if short in self._words:
                candidates.append(short)
            if alike := self._shortened.get(short):
                candidates += [word for word in alike if _is_one_slip(word, token) and not _is_inflected(word, token)]
        candidates += self._alike(token)
        return next((word for word in candidates if word[0] == token[0]), token)

    def _alike(self, token: str) -> list[str]:
        """The long word of about the same length that sounds the same and ends the same."""
        sound = _sound(token)
        word = self._sounds.get(sound, "")
        is_alike = min(len(token), len(word)) >= _LONG and abs(len(token) - len(word)) <= 1 and token[-1] == word[-1]
        return [word] if is_alike and len(sound) >= _SHORTEST_SOUND else []


def _sound(word: str) -> str:
    """What a word sounds like, roughly: letters once, vowels and h left out but at the beginning."""
    return word[0] + _DOUBLED.sub(r"\1", _SILENT.sub("", word[1:]))


def _without_one_letter(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(1, len(word))]


def _is_inflected(one: str, other: str) -> bool:
    """The words differ in their last letter only, which is grammar rather than a slip."""
    return one[:-1] == other[:-1]


def _is_one_slip(one: str, other: str) -> bool:
    """Same length, and two neighbours are swapped or, in a long word, one letter is wrong."""
    if len(one) != len(other):
        return False
    differing = [at for at in range(len(one)) if one[at] != other[at]]
    if len(differing) == 1:
        return len(one) >= _LONG
    return (
        len(differing) == 2
        and differing[1] == differing[0] + 1
        and one[differing[0]] == other[differing[1]]
        and one[differing[1]] == other[differing[0]]
    )
