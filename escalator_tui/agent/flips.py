"""What a rehearsal tells: the cases that are decided otherwise, and how rules stand to what people decided. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from escalator_tui.agent.cases import Case
from escalator_tui.model.assessment import Signal
from escalator_tui.model.rules import Rules


class Finding(Protocol):
    """What was found in one case, ready to be weighed."""

    def score(self, rules: Rules) -> float:
        """The score under other weights."""

    def threshold(self, rules: Rules) -> float:
        """The threshold under other weights."""

    def signals(self, rules: Rules) -> tuple[Signal, ...]:
        """The signals under other weights."""

    def phrases(self) -> frozenset[tuple[str, str]]:
        """(family, phrase) of all that was said."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One side of a flip."""

    score: float
    rules: Rules
    finding: Finding

    @property
    def threshold(self) -> float:
        """The threshold of the rules."""
        return self.finding.threshold(self.rules)

    @property
    def escalates(self) -> bool:
        """Whether the score reaches it."""
        return self.score >= self.threshold

    @property
    def signals(self) -> tuple[Signal, ...]:
        """What made the score, strongest first."""
        return self.finding.signals(self.rules)


@dataclass(frozen=True, slots=True)
class Flip:
    """A case that is decided otherwise under the proposed rules."""

    case: Case
    before: Scored
    after: Scored

    @property
    def escalates(self) -> bool:
        """True: it would newly need a decision. False: it would no longer."""
        return self.after.escalates

    @property
    def scores(self) -> str:
        """Before and after, or against the new threshold when the score itself is the same."""
        before, after = f"{self.before.score:.2f}", f"{self.after.score:.2f}"
        return f"{before} → {after}" if before != after else f"{after} of {self.after.threshold:.2f}"

    @property
    def signals(self) -> tuple[Signal, ...]:
        """The signals that made it: of the side that reaches the threshold."""
        return (self.after if self.escalates else self.before).signals


@dataclass(frozen=True, slots=True)
class Judgement:
    """Rules against people's own decisions: how many escalated conversations they find and miss, how many dismissed ones they flag
    and leave in peace.
    """

    found: int = 0
    missed: int = 0
    false_alarms: int = 0
    quiet: int = 0

    @property
    def judged(self) -> int:
        """Cases with a verdict."""
        return self.found + self.missed + self.false_alarms + self.quiet

    @property
    def precision(self) -> float | None:
        """Of the judged that the rules flag, the share that people escalated. None: they flag none."""
        return _share(self.found, self.found + self.false_alarms)

    @property
    def recall(self) -> float | None:
        """Of what people escalated, the share that the rules flag. None: people escalated none."""
        return _share(self.found, self.found + self.missed)


@dataclass(frozen=True, slots=True)
class Replay:
    """What the proposed rules would change. `flags` counts the cases that reach the threshold before and after."""

    proposed: Rules
    flips: tuple[Flip, ...]
    before: Judgement
    after: Judgement
    flags: tuple[int, int]
    cases: int


def judge(cases: Sequence[Case], flags: Sequence[bool]) -> Judgement:
    """What reaches the threshold against verdicts."""
    counted: defaultdict[tuple[bool, bool], int] = defaultdict(int)
    for case, is_flagged in zip(cases, flags, strict=True):
        if case.verdict is not None:
            counted[case.verdict, is_flagged] += 1
    return Judgement(counted[True, True], counted[True, False], counted[False, True], counted[False, False])


def order(flip: Flip) -> tuple[bool, float, str]:
    """What would newly need a decision first, and of both kinds the highest scores first."""
    return not flip.escalates, -max(flip.before.score, flip.after.score), flip.case.conversation.id


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
