"""Finds in a customer's words those that scored, whatever their accents, capitals and line breaks. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from textual.content import Content, Span

if TYPE_CHECKING:
    from escalator_tui.model.assessment import Signal

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
HIGHLIGHT = "bold $foreground on $warning-muted"


def highlight(text: str, signals: Iterable[Signal], part_id: str) -> Content:
    """The text with the words of these signals marked. Where those cannot be found, as after a slip of the keyboard, it is what was
    quoted of this part around them.
    """
    folded, spans = fold(text), list[Span]()
    for signal in signals:
        found = list(_phrases(folded, signal.detail)) if signal.quote else []
        if not found and signal.part_id == part_id:
            found = list(_occurrences(folded, signal.quote.strip("… ")))
        spans += (Span(start, end, HIGHLIGHT) for start, end in found)
    return Content(text, spans)


def fold(text: str) -> str:
    """The text without accents and capitals, character by character: places in it are places in the text."""
    # `lower` makes two characters of none but İ, of which one is left by then.
    return _NOT_ASCII.sub(lambda found: "".join(map(_bare, found[0])), text).lower()


@lru_cache(maxsize=4096)
def _bare(character: str) -> str:
    bare = [each for each in unicodedata.normalize("NFD", character).casefold() if not unicodedata.combining(each)]
    return bare[0] if len(bare) == 1 else character


def _phrases(folded: str, details: str) -> Iterator[tuple[int, int]]:
    """Where the phrases that a signal lists stand."""
    return (place for phrase in details.split(", ") for place in _occurrences(folded, phrase))


def _occurrences(folded: str, phrase: str) -> Iterator[tuple[int, int]]:
    words = re.findall(r"\w+", fold(phrase))
    if not words:
        # A single sign, as one exclamation mark, would mark every sentence.
        pattern = re.escape(phrase) if len(phrase) > 1 else ""
    else:
        between = r"\W+".join(re.escape(word) for word in words)
        pattern = rf"(?<!\w){between}(?!\w)"
    return ((found.start(), found.end()) for found in re.finditer(pattern, folded)) if pattern else iter(())
