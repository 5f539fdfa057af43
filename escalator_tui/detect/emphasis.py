"""Shouting: capitals, rows of exclamation marks, angry faces. Weak: people also shout for joy and about purchase orders."""

from __future__ import annotations

import re
from typing import Final

_THREE_CAPITALS: Final = re.compile(r"[^\W\d_a-z]{3}")
_CAPITALS: Final = re.compile(r"\b[^\W\d_a-z]{3,}\b")
_EXCLAIMED: Final = re.compile(r"!{2,}|\?{2,}|\?!|!\?")
_ANGRY: Final = frozenset("😡🤬😠👿😤🖕💩👎😾")
_SAD: Final = frozenset("😒🙄😑😞😔😩😫😢😭😣😖🤦💔☹🙁😕")
_HAMMERED: Final = re.compile(r"(?<![^\s])(?:[A-Za-z']{1,12}[.!]\s+){2,}[A-Za-z']{1,12}[.!]")
_REPROACH: Final = re.compile(r"\b(?:you|your|me|my|us|our|it|the|not|do|does|is|stop|answer|give|fix)\b", re.IGNORECASE)
_SENTENCES: Final = 3
_SHOUTED_WORDS: Final = 4
_LETTERS: Final = 12


def emphasis(text: str) -> tuple[float, str]:
    """How loud a message is, from 0 to 1, and what shows it."""
    sad = False
    if not text.isascii():
        if not _ANGRY.isdisjoint(text):
            return 1.0, next(sign for sign in text if sign in _ANGRY)
        sad = not _SAD.isdisjoint(text)
    if _is_shouted(text):
        return 0.8, "capitals"
    is_marked = "!" in text or "?" in text
    marks = _EXCLAIMED.search(text) if is_marked else None
    if marks:
        return 0.6, marks.group()[:4]
    if sad:
        return 0.5, next(sign for sign in text if sign in _SAD)
    return (0.25, "!") if "!" in text else (0.0, "")


def hammered(text: str) -> str:
    """Words that are each a sentence, "It. Does. Not. Work."; empty when there are none, or when they but list something."""
    words = _HAMMERED.search(text) if text.count(".") + text.count("!") >= _SENTENCES else None
    return words.group() if words and _REPROACH.search(words.group()) else ""


def _is_shouted(text: str) -> bool:
    """Several words in capitals that make most of the message; a short code or an abbreviation is none."""
    if not _THREE_CAPITALS.search(text):
        return False
    capitals = _CAPITALS.findall(text)
    letters = sum(map(len, capitals))
    return len(capitals) >= _SHOUTED_WORDS and letters >= _LETTERS and letters * 2 >= len(text.replace(" ", ""))
