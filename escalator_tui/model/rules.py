"""What detection and triage go by, compiled from the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rules:
    """The team's rules. `preset` is "default", "strict" or "reference"; `threshold` None means the preset's own.

    `weights` overrides a signal family's weight by its name; `words` adds words or phrases to a family and `words_removed` takes some away.
    Hours and counts are those of the field docs in `config.py`.
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
