"""Short messages that take note and ask for nothing."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from escalator_tui.detect.data import read_data
from escalator_tui.detect.folding import fold
from escalator_tui.detect.words import tokenise

_LONGEST: Final = 40  # characters
_FACES: Final = frozenset("👍🙏👌✅🙂😊🙌👏😀❤")
_SAY_NOTHING: Final = frozenset("'’.,!…-\ufe0f") | {chr(tone) for tone in range(0x1F3FB, 0x1F400)}


def is_nod(text: str) -> bool:
    """Whether a message says no more than that it was understood, in words or with a thumb."""
    if not text or len(text) > _LONGEST:
        return False
    words = {token for token in tokenise(text) if token[0].isalnum()}
    signs = {sign for sign in text if not (sign.isalnum() or sign.isspace())} - _SAY_NOTHING
    return bool(words or signs) and words <= _words() and signs <= _FACES


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    return frozenset(token for listed in read_data("nods")["words"].values() for token in tokenise(fold(listed)) if token[0].isalnum())
