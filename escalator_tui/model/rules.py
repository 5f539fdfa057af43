"""What detection and triage go by, compiled from the settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Segment:
    """Conversations with rules of their own. It holds those that meet each condition that is not empty: one of the plans, of the
    companies (name, id or e-mail domain; both in small letters), of the languages and of the categories.

    What is None or empty is left to the rules; weights and words join those of the rules. Tuples, so that segments can be keys.
    """

    name: str
    plans: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    preset: str | None = None
    threshold: float | None = None
    max_open_hours: float | None = None
    max_replies: int | None = None
    weights: tuple[tuple[str, float], ...] = ()
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    words_removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """The team's rules. `preset` is "default", "strict" or "reference"; `threshold` None means the preset's own.

    `weights` overrides a signal family's weight by its name; `words` adds words or phrases to a family and `words_removed` takes some away.
    Hours and counts are those of the field docs in `config.py`. `segments` hold for some conversations only, later ones over earlier ones.
    """

    preset: str = "default"
    threshold: float | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words_removed: frozenset[str] = frozenset()
    max_open_hours: float = 24.0
    max_replies: int = 3
    high_value_plans: frozenset[str] = frozenset({"enterprise", "business"})
    mrr_threshold: float = 500.0
    segments: tuple[Segment, ...] = ()

    def within(self, segments: Iterable[Segment]) -> Rules:
        """The rules with what these segments say instead; they have no segments any more."""
        rules = replace(self, segments=()) if self.segments else self
        for segment in segments:
            rules = replace(rules, **rules._changes(segment))
        return rules

    def _changes(self, segment: Segment) -> dict[str, Any]:
        names = ("preset", "threshold", "max_open_hours", "max_replies")
        changes: dict[str, Any] = {name: value for name in names if (value := getattr(segment, name)) is not None}
        if segment.preset is not None and segment.threshold is None:
            changes["threshold"] = None  # the preset's own
        words = {name: (*self.words.get(name, ()), *added) for name, added in segment.words}
        return changes | {
            "weights": {**self.weights, **dict(segment.weights)},
            "words": {**self.words, **words},
            "words_removed": self.words_removed.union(segment.words_removed),
        }
