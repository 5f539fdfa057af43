"""Slips of the pen: one letter wrong, missing, too many or swapped with its neighbour, in long words of strong families."""

from __future__ import annotations

from typing import Final

_SHORTEST: Final = 8  # letters; shorter words have too many ordinary neighbours
_LONGEST: Final = 24  # letters; no word of the lexicon is as long
_REMEMBERED: Final = 20_000


class Corrector:
    """Finds the learnt word within one slip of a token. The memory of answers is bounded and changes no answer."""

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._shortened: dict[str, list[str]] = {}
        self._answers: dict[str, str] = {}

    def learn(self, word: str) -> None:
        """Take a word into account if it is long enough."""
        if len(word) < _SHORTEST or word in self._words:
            return
        self._words.add(word)
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
            candidates.extend(
                word for word in self._shortened.get(short, ()) if _is_one_slip(word, token) and not _is_inflected(word, token)
            )
        return next((word for word in candidates if word[0] == token[0]), token)


def _without_one_letter(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(1, len(word))]


def _is_inflected(one: str, other: str) -> bool:
    """The words differ in their last letter only, which is grammar rather than a slip."""
    return one[:-1] == other[:-1]


def _is_one_slip(one: str, other: str) -> bool:
    """Same length, and one letter differs or two neighbours are swapped."""
    if len(one) != len(other):
        return False
    differing = [at for at in range(len(one)) if one[at] != other[at]]
    if len(differing) == 1:
        return True
    return (
        len(differing) == 2
        and differing[1] == differing[0] + 1
        and one[differing[0]] == other[differing[1]]
        and one[differing[1]] == other[differing[0]]
    )
