"""Whether a phrase is negated where it stands: "not angry at all", "we don't need to cancel", "wir kündigen nicht"."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from escalator_tui.detect.lexicon import Hit, read_data
from escalator_tui.detect.words import fold

# Only for these a "never" or "won't" in front means that it does not happen; "never been so angry" is anger.
_INTENTIONS: Final = frozenset({"churn", "legal", "manager"})
# A complaint is often a negation by itself ("nobody answers", "still no reply"), so nothing in front takes it back.
_IMMUNE: Final = frozenset({"waiting", "repeat", "problem", "outage"})


_LISTS: Final = ("before", "intentions", "behind", "stops", "names", "feelings", "intensifiers")
_NEAR: Final = 2


class _Scope(NamedTuple):
    reach: int
    before: frozenset[str]
    intentions: frozenset[str]
    behind: frozenset[str]
    stops: frozenset[str]
    names: frozenset[str]
    feelings: frozenset[str]
    intensifiers: frozenset[str]


@lru_cache(maxsize=1)
def _scope() -> _Scope:
    data = read_data("negation")
    lists = (frozenset(map(fold, data[key])) for key in _LISTS)
    return _Scope(data["reach"], *lists)


def is_named(tokens: list[str], hit: Hit) -> bool:
    """Whether the phrase is but the name of something: "the useless column"."""
    return hit.end < len(tokens) and tokens[hit.end] in _scope().names


def is_negated(tokens: list[str], hit: Hit) -> bool:
    """Whether a negating word reaches the phrase from the same clause."""
    family = hit.entry.family
    if family in _IMMUNE:
        return False
    scope = _scope()
    negators = scope.before | scope.intentions if family in _INTENTIONS else scope.before
    for at in range(hit.start - 1, max(-1, hit.start - 1 - scope.reach), -1):
        if tokens[at] in negators:
            return tokens[at + 1] not in ("only", "just", "solo", "nur", "seulement")
        if tokens[at] in scope.feelings and hit.start - at <= _NEAR and scope.intensifiers.isdisjoint(tokens[at + 1 : hit.start]):
            return True
        if tokens[at] in scope.stops:
            break
    return hit.entry.language == "de" and family in _INTENTIONS and _is_negated_behind(tokens, hit, scope)


def _is_negated_behind(tokens: list[str], hit: Hit, scope: _Scope) -> bool:
    for token in tokens[hit.end : hit.end + scope.reach]:
        if token in scope.behind:
            return True
        if token in scope.stops:
            break
    return False
