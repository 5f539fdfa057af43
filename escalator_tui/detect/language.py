"""Which of the lexicon's languages a customer writes in, by the small words that every sentence needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from escalator_tui.detect.data import read_data
from escalator_tui.detect.folding import fold
from escalator_tui.detect.words import tokenise

LANGUAGES: Final = ("en", "es", "fr", "de", "pt")
_ENOUGH: Final = 400  # words; more change nothing


def language(texts: Iterable[str]) -> str:
    """The code of the language most of the small words are of; empty when there are none or as many of two languages."""
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update(found for token in tokenise(text[: _ENOUGH * 10])[:_ENOUGH] if (found := _words().get(token)))
    first, second, *_ = *counted.most_common(2), ("", 0), ("", 0)
    return first[0] if first[1] > second[1] else ""


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    owners: dict[str, set[str]] = {}
    for code, words in read_data("language")["words"].items():
        for word in words.split():
            owners.setdefault(fold(word), set()).add(code)
    return {word: codes.pop() for word, codes in owners.items() if len(codes) == 1}
