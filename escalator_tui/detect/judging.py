"""Which of the phrases found in a message count there, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from escalator_tui.detect.index import Entry, Hit
from escalator_tui.detect.negation import is_mentioned, is_named, is_negated
from escalator_tui.detect.pattern import SENTENCE_ENDS

CATEGORIES: Final = frozenset({"bug", "billing", "feature_request"})
_MENTIONED: Final = 0.5  # how much a word of feeling counts that is probably but mentioned
_ASIDES: Final = CATEGORIES | {"protected", "asking"}
_EDGES: Final = " .,;:!?…()\n"


class Phrase(NamedTuple):
    """A phrase of a family in a message, from token `start` up to, not including, token `end`: how much of it counts (0 to 1), and why it
    counts less than fully.
    """

    entry: Entry
    start: int
    end: int
    words: str
    counts: float = 0.0
    reason: str = ""


def judge(tokens: list[str], hits: Iterable[Hit], removed: frozenset[str]) -> list[Phrase]:
    """The phrases of families, strong ones first. Of those of one family that overlap, one counts, and the others are left out."""
    covered, asked = _marked(tokens, hits)
    taken: dict[str, bytearray] = {}
    phrases = []
    for hit in sorted(hits, key=_by_weight):
        family, start, end = hit.entry.family, hit.start, hit.end
        mine = taken.get(family)
        if family in _ASIDES or (mine and 1 in mine[start:end]):
            continue
        words = " ".join(tokens[start:end]).strip(_EDGES)
        reason = "an ordinary term" if 1 in covered[start:end] else _reason_against(tokens, hit, words, removed)
        if reason:
            phrases.append(Phrase(hit.entry, start, end, words, reason=reason))
            continue
        mine = taken.setdefault(family, bytearray(len(tokens)))
        mine[start:end] = b"\1" * (end - start)
        is_aside = asked[start] and is_mentioned(tokens, hit)
        phrases.append(Phrase(hit.entry, start, end, words, *((_MENTIONED, "merely asked about") if is_aside else (1.0, ""))))
    return phrases


def _marked(tokens: list[str], hits: Iterable[Hit]) -> tuple[bytearray, bytearray]:
    """The tokens of ordinary terms, and those of sentences that ask how something is done."""
    covered, asked = bytearray(len(tokens)), bytearray(len(tokens))
    for hit in hits:
        if hit.entry.family == "protected":
            covered[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
        elif hit.entry.family == "asking" and not asked[hit.start]:
            first, last = _sentence(tokens, hit.start)
            asked[first:last] = b"\1" * (last - first)
    return covered, asked


def _reason_against(tokens: list[str], hit: Hit, words: str, removed: frozenset[str]) -> str:
    """Why the phrase does not count, empty when it does."""
    if words in removed:
        return "taken out by the settings"
    if is_named(tokens, hit):
        return "a name"
    return "negated" if is_negated(tokens, hit) else ""


def _sentence(tokens: list[str], at: int) -> tuple[int, int]:
    """The first token of the sentence around a place, and the one after its last."""
    first = next((before for before in range(at, 0, -1) if tokens[before - 1] in SENTENCE_ENDS), 0)
    last = next((behind for behind in range(at, len(tokens)) if tokens[behind] in SENTENCE_ENDS), len(tokens))
    return first, last


def _by_weight(hit: Hit) -> tuple[bool, int, int]:
    """Of phrases of one family that overlap, the strong one counts, then the first, then the longest."""
    return not hit.entry.strong, hit.start, -hit.end
