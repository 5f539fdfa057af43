"""Whether a phrase means what it says where it stands: "not angry at all", "wir kündigen nicht", "the useless column"."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from escalator_tui.detect.data import read_data
from escalator_tui.detect.folding import fold
from escalator_tui.detect.index import Hit
from escalator_tui.detect.pattern import PUNCTUATION

# Only for these a "never" or "won't" in front means that it does not happen; "never been so angry" is anger.
_INTENTIONS: Final = frozenset({"churn", "legal", "manager"})
# A complaint is often a negation by itself ("nobody answers", "still no reply"), so nothing in front takes it back.
_IMMUNE: Final = frozenset({"waiting", "repeat", "problem", "outage"})


_FEELINGS: Final = frozenset({"anger", "frustration", "complaint"})
_NOUN_FIRST: Final = frozenset({"es", "fr", "pt"})
_NEAR: Final = 2
_ASIDE: Final = 3
_COMPARED: Final = 7
_LONGEST_NAME: Final = 4  # words; "now I can't" is no name of the log that comes next


class _Scope(NamedTuple):
    """The lists of negation.json, and two made of them: what turns an intention around, and every word that can turn anything."""

    reach: int
    before: frozenset[str]
    intentions: frozenset[str]
    beside: frozenset[str]
    pairs: frozenset[str]
    nobody: frozenset[str]
    copulas: frozenset[str]
    behind: frozenset[str]
    stops: frozenset[str]
    names: frozenset[str]
    naming: frozenset[str]
    pointing: frozenset[str]
    intensifiers: frozenset[str]
    comparing: frozenset[str]
    feelings: frozenset[str]
    addressed: frozenset[str]
    degrees: frozenset[str]
    merely: frozenset[str]
    nothing_but: frozenset[str]
    portuguese: frozenset[str]
    intending: frozenset[str]
    turning: frozenset[str]


@lru_cache(maxsize=1)
def _scope() -> _Scope:
    data = read_data("negation")
    lists = {name: frozenset(map(fold, data[name])) for name in _Scope._fields if name in data and name != "reach"}
    intending = lists["before"] | lists["intentions"]
    turning = intending.union(lists["beside"], lists["nobody"], lists["feelings"], (pair.split(" ")[1] for pair in lists["pairs"]))
    return _Scope(reach=data["reach"], **lists, intending=intending, turning=turning)


def is_named(tokens: list[str], hit: Hit) -> bool:
    """Whether the phrase is but the name of something: "the useless column", "a band called Nightmare". "Your useless form" is meant."""
    scope = _scope()
    before = tokens[hit.start - 1] if hit.start else ""
    if before in scope.naming:
        return True
    if hit.end - hit.start <= _LONGEST_NAME and hit.end < len(tokens) and tokens[hit.end].removesuffix("'s") in scope.names:
        return before not in scope.pointing
    if hit.entry.language not in _NOUN_FIRST or before not in scope.names:
        return False
    return hit.start < _NEAR or tokens[hit.start - _NEAR] not in scope.pointing


def is_mentioned(tokens: list[str], hit: Hit) -> bool:
    """Whether a single word of feeling in a question of how something is done belongs to the thing asked about: "which field keeps the
    worst latency?" Not when it is said of something, stands alone, or somebody is addressed.
    """
    if hit.entry.family not in _FEELINGS or hit.end - hit.start != 1 or hit.start == 0:
        return False
    scope = _scope()
    before, behind = tokens[hit.start - 1], tokens[hit.end]
    if before in scope.degrees or (before in PUNCTUATION and behind in PUNCTUATION):
        return False
    return scope.addressed.isdisjoint(tokens[max(0, hit.start - _ASIDE) : hit.end + _ASIDE])


def is_negated(tokens: list[str], hit: Hit) -> bool:
    """Whether a negating word reaches the phrase from the same clause."""
    family = hit.entry.family
    if family in _IMMUNE:
        return False
    scope = _scope()
    if scope.turning.isdisjoint(tokens[max(0, hit.start - scope.reach) : hit.start]):
        return hit.entry.language == "de" and family in _INTENTIONS and _is_negated_behind(tokens, hit, scope)
    negators = scope.intending if family in _INTENTIONS else scope.before
    for at in range(hit.start - 1, max(-1, hit.start - 1 - scope.reach), -1):
        token = tokens[at]
        if at and f"{tokens[at - 1]} {token}" in scope.pairs:
            return True
        if token in negators and not _is_another_word(tokens, token, hit, scope):
            return not _is_nothing_but(tokens, at, hit, scope)
        if token in scope.beside and at == hit.start - 1:
            return True
        if token in scope.nobody and not scope.copulas.isdisjoint(tokens[at + 1 : hit.start]):
            return True
        if token in scope.feelings and hit.start - at <= _NEAR and not _is_compared(tokens, at, hit, scope):
            return True
        if token in scope.stops:
            break
    return hit.entry.language == "de" and family in _INTENTIONS and _is_negated_behind(tokens, hit, scope)


def _is_another_word(tokens: list[str], word: str, hit: Hit, scope: _Scope) -> bool:
    """Whether a "no" stands in a Portuguese message, where it means "in the": "vou reclamar no Procon"."""
    return word == "no" and hit.entry.language == "pt" and not scope.portuguese.isdisjoint(tokens)


def _is_nothing_but(tokens: list[str], at: int, hit: Hit, scope: _Scope) -> bool:
    """Whether what follows a negator takes it back: "not only late", "no son más que ladrones"."""
    behind = tokens[at + 1]
    if behind in scope.merely or f"{tokens[at]} {behind}" in scope.merely:
        return True
    return any(f"{tokens[place]} {tokens[place + 1]}" in scope.nothing_but for place in range(at + 1, hit.start))


def _is_compared(tokens: list[str], at: int, hit: Hit, scope: _Scope) -> bool:
    """Whether a "never" only says how bad it is: "never been so angry", "never seen incompetence like this"."""
    between, behind = tokens[at + 1 : hit.start], tokens[hit.end : hit.end + _COMPARED]
    return not (scope.intensifiers.isdisjoint(between) and scope.comparing.isdisjoint(behind))


def _is_negated_behind(tokens: list[str], hit: Hit, scope: _Scope) -> bool:
    for token in tokens[hit.end : hit.end + scope.reach]:
        if token in scope.behind:
            return True
        if token in scope.stops:
            break
    return False
