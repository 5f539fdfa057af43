"""Lower case without accents, in which everything is compared."""

from __future__ import annotations

import unicodedata
from typing import Final


def _accents() -> dict[str, str]:
    table = {"İ": "i", "’": "'", "‘": "'", "´": "'", "ʼ": "'"}
    for letter in map(chr, range(0xC0, 0x250)):
        base = unicodedata.normalize("NFD", letter)[0]
        if base.isascii():
            table[letter] = base.lower()
    return table


_ACCENTS: Final = _accents()


def fold(text: str) -> str:
    """Lower case without the accents of Latin letters. The length never changes, so positions hold for the original too."""
    if not text.isascii():
        for sign in _ACCENTS.keys() & set(text):
            text = text.replace(sign, _ACCENTS[sign])
    return text.lower()
