"""Rules being tried: what can be changed, by how much, and what differs from the rules in force."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from escalator_tui.agent.replay import threshold_of, weighed
from escalator_tui.detect.evidence import weight_of
from escalator_tui.detect.weights import family_names

if TYPE_CHECKING:
    from escalator_tui.agent.proposals import RuleChange
    from escalator_tui.model.rules import Rules

PRESETS = ("default", "strict", "reference")
PRESET, THRESHOLD = "preset", "threshold"
HIGHEST = 1.0


def lowest(name: str) -> float:
    """The least value of a setting that is a number: a weight may be off, but not every conversation may need a decision."""
    return 0.01 if name == THRESHOLD else 0.0


def number(name: str, typed: str) -> float | None:
    """What was typed as the value of a setting, with a point or a comma; None when that is none: steps are of 0.01, and nothing finer is
    shown.
    """
    if not re.fullmatch(r"[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+", text := typed.strip()):
        return None
    value = float(text.replace(",", "."))
    return value if lowest(name) <= value <= HIGHEST and round(value, 2) == value else None


@dataclass
class Tuning:
    """The rules in force and those being tried."""

    in_force: Rules
    rules: Rules = field(init=False)

    def __post_init__(self) -> None:
        """Begin with what is in force."""
        self.rules = self.in_force

    @property
    def names(self) -> tuple[str, ...]:
        """What can be changed by a step: the preset, the threshold, and every family by its name."""
        own = (family for family in self.in_force.words if family not in family_names())
        return (PRESET, THRESHOLD, *family_names(), *own)

    @property
    def is_changed(self) -> bool:
        """Whether anything differs from the rules in force."""
        return self.rules != self.in_force

    def refuse(self, name: str) -> str:
        """Why a setting cannot be changed now, or ""."""
        is_weight = name not in (PRESET, THRESHOLD)
        return "The reference preset has no weights; choose another preset first" if is_weight and self.rules.preset == PRESETS[2] else ""

    def step(self, name: str, by: float) -> None:
        """Change a setting by so much, within its bounds; a preset goes to the next or the one before."""
        if name == PRESET:
            at = PRESETS.index(self.rules.preset) + (1 if by > 0 else -1)
            self.set(name, PRESETS[at % len(PRESETS)])
        else:
            before = threshold_of(self.rules) if name == THRESHOLD else weight_of(name, self.rules)
            self.set(name, min(max(round(before + by, 2), lowest(name)), HIGHEST))

    def set(self, name: str, value: str | float) -> None:
        """Give a setting a value: a preset its name, another one a number within its bounds, of two decimals."""
        if isinstance(value, str):
            self.rules = replace(self.rules, preset=value)
        elif name == THRESHOLD:
            self._set_threshold(value)
        else:
            self._set_weight(name, value)

    def reset(self, name: str) -> None:
        """Back to what is in force."""
        if name == PRESET:
            self.rules = replace(self.rules, preset=self.in_force.preset)
        elif name == THRESHOLD:
            self.rules = replace(self.rules, threshold=self.in_force.threshold)
        else:
            self._set_weight(name, round(weight_of(name, self.in_force), 2))

    def toggle(self, proposal: RuleChange) -> None:
        """Take a proposal over, or take it back."""
        if proposal.kind == "remove":
            self.rules = replace(self.rules, words_removed=self.rules.words_removed ^ {proposal.name})
        elif self.holds(proposal):
            self.reset(proposal.name)
        else:
            self.rules = weighed(self.rules, proposal.name, proposal.rules.weights[proposal.name])

    def holds(self, proposal: RuleChange) -> bool:
        """Whether the rules being tried say what the proposal says."""
        if proposal.kind == "remove":
            return proposal.name in self.rules.words_removed
        return self.rules.weights.get(proposal.name) == proposal.rules.weights[proposal.name]

    def value(self, name: str, rules: Rules) -> str:
        """A setting under some rules, as it is drawn."""
        if name == PRESET:
            return rules.preset
        return f"{threshold_of(rules) if name == THRESHOLD else weight_of(name, rules):.2f}"

    def changes(self) -> Iterator[str]:
        """Every difference in a few words."""
        for name in self.names:
            before, after = self.value(name, self.in_force), self.value(name, self.rules)
            if before != after:
                yield f"{name} {before} → {after}"
        for phrase in sorted(self.rules.words_removed ^ self.in_force.words_removed):
            yield f"“{phrase}” {'no longer counts' if phrase in self.rules.words_removed else 'counts again'}"

    def _set_threshold(self, value: float) -> None:
        same = self.rules.preset == self.in_force.preset and value == round(threshold_of(self.in_force), 2)
        self.rules = replace(self.rules, threshold=self.in_force.threshold if same else value)

    def _set_weight(self, name: str, value: float) -> None:
        # A weight that nobody set stays unset when it comes back to where it was: a weak family that is set is weak no more.
        others = {family: weight for family, weight in self.rules.weights.items() if family != name}
        if value != round(weight_of(name, self.in_force), 2):
            others[name] = value
        elif name in self.in_force.weights:
            others[name] = self.in_force.weights[name]
        self.rules = replace(self.rules, weights=others)
