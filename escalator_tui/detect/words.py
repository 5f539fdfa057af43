"""One message as a list of folded words, made once and read by every family."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from escalator_tui.detect.folding import fold
from escalator_tui.detect.mentions import mask

# A word with its English contraction, or one punctuation mark. An elided article ("l'avocat") is a word of its own.
_TOKEN: Final = re.compile(r"[^\W_]+(?:'(?:[tsdm]|re|ve|ll)(?![^\W_]))?|[.!?…,;:()\n]")
_ASCII_TOKEN: Final = re.compile(_TOKEN.pattern, re.ASCII)  # finds the same, and faster
_ELONGATED: Final = re.compile(r"([a-z])\1\1")
_ELONGATION: Final = re.compile(r"([a-z])\1{2,}")
END: Final = "\n"


def tokenise(text: str) -> list[str]:
    """Folded words and punctuation marks, ending in a line end. Stretched words ("sooo") have their letters thrice at most made one."""
    folded = fold(mask(text))
    tokens = (_ASCII_TOKEN if folded.isascii() else _TOKEN).findall(folded)
    if _ELONGATED.search(folded):
        tokens = [_ELONGATION.sub(r"\1", token) if _ELONGATED.search(token) else token for token in tokens]
    tokens.append(END)
    return tokens


def excerpt(text: str, first: int, last: int, width: int = 150) -> str:
    """The author's own words around the tokens `first` to `last` (inclusive), about `width` characters of them."""
    if len(text) <= width:
        return text.strip()
    spans = [token.span() for token in islice(_TOKEN.finditer(fold(mask(text))), first, max(first, last) + 1)]
    if not spans:
        return text[:width]
    begin, end = spans[0][0], spans[-1][1]
    room = max(0, width - (end - begin))
    left = max(0, begin - room // 2)
    right = min(len(text), max(left + width, end))
    return _at_words(text, max(0, min(left, right - width)), min(right, left + max(width, end - begin)))


def _at_words(text: str, left: int, right: int) -> str:
    """The slice without the halves of words at its ends, an ellipsis where something was left out."""
    piece = text[left:right]
    if left > 0 and not text[left - 1].isspace():
        piece = piece.split(None, 1)[-1]
    if right < len(text) and not text[right].isspace() and " " in piece:
        piece = piece.rsplit(None, 1)[0]
    return ("…" if left > 0 else "") + piece.strip() + ("…" if right < len(text) else "")
