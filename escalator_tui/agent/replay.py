"""A rehearsal of other rules: which recorded conversations they would decide otherwise, and how they stand to what people decided.

Nothing is read or written. What was found in a conversation is kept, so that other weights and thresholds are tried in milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from escalator_tui.agent.cases import Case
from escalator_tui.agent.flips import Finding, Flip, Replay, Scored, judge, order
from escalator_tui.detect import assess
from escalator_tui.detect.evidence import gather, says
from escalator_tui.detect.folding import fold
from escalator_tui.detect.segments import segments_of
from escalator_tui.detect.weights import weights_for
from escalator_tui.model.assessment import Assessment, Signal
from escalator_tui.model.rules import Rules, Segment

LIMIT = 10_000
"""Conversations that are replayed at most, those updated last: it bounds memory."""
KEPT = 3
"""Findings kept: those of the rules in force, of the proposed ones, and of those before."""


@dataclass(frozen=True, slots=True)
class _Fixed:
    """The reference agent's rule has no weights."""

    assessment: Assessment
    segments: tuple[Segment, ...]

    def score(self, _rules: Rules) -> float:
        return self.assessment.score

    def threshold(self, rules: Rules) -> float:
        return threshold_of(rules.within(self.segments))

    def signals(self, _rules: Rules) -> tuple[Signal, ...]:
        return self.assessment.signals

    def phrases(self) -> frozenset[tuple[str, str]]:
        return frozenset()


class _Outcome(NamedTuple):
    """The score of one case and the threshold it is held against."""

    score: float
    threshold: float

    @property
    def escalates(self) -> bool:
        return self.score >= self.threshold


class _Words(NamedTuple):
    """What a finding depends on beside weights and threshold."""

    is_reference: bool
    words: frozenset[tuple[str, tuple[str, ...]]]
    removed: frozenset[str]
    max_open_hours: float
    max_replies: int
    segments: tuple[Segment, ...]


class Rehearsal:
    """Cases, and the rules in force. One thread at a time."""

    def __init__(self, cases: Sequence[Case], in_force: Rules) -> None:
        self.cases = tuple(cases)
        self.in_force = in_force
        self._kept: dict[_Words, list[Finding]] = {}
        self._before: list[_Outcome] | None = None

    def under(self, in_force: Rules) -> Rehearsal:
        """The same cases with other rules in force. What was found already is shared."""
        other = Rehearsal(self.cases, in_force)
        other._kept = self._kept
        return other

    def replay(self, proposed: Rules) -> Replay:
        """Compare the proposed rules with those in force."""
        old = self.findings(self.in_force)
        if self._before is None:
            self._before = [_Outcome(each.score(self.in_force), each.threshold(self.in_force)) for each in old]
        new, before = self.findings(proposed), self._before
        after = [_Outcome(each.score(proposed), each.threshold(proposed)) for each in new]
        turned = [at for at, (one, other) in enumerate(zip(before, after, strict=True)) if one.escalates is not other.escalates]
        flips = [
            Flip(self.cases[at], Scored(before[at].score, self.in_force, old[at]), Scored(after[at].score, proposed, new[at]))
            for at in turned
        ]
        return Replay(
            proposed,
            tuple(sorted(flips, key=order)),
            judge(self.cases, [each.escalates for each in before]),
            judge(self.cases, [each.escalates for each in after]),
            (sum(each.escalates for each in before), sum(each.escalates for each in after)),
            len(self.cases),
        )

    def findings(self, rules: Rules) -> list[Finding]:
        """What is found in each case under the words, hours and counts of the rules."""
        words = _words(rules)
        found = self._kept.pop(words, None) or self._find(words, rules)
        self._kept[words] = found
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        return found

    def judged_only(self) -> Rehearsal:
        """The same with the cases that have a verdict, and what was found in them already."""
        chosen = [at for at, case in enumerate(self.cases) if case.verdict is not None]
        other = Rehearsal([self.cases[at] for at in chosen], self.in_force)
        other._kept = {words: [found[at] for at in chosen] for words, found in self._kept.items()}
        return other

    def _find(self, words: _Words, rules: Rules) -> list[Finding]:
        like = [kept for kept in self._kept if kept.removed < words.removed and kept._replace(removed=words.removed) == words]
        if not like or words.is_reference:
            return [_finding(case, rules) for case in self.cases]
        # Taking phrases away changes only the conversations, and the customers, that used them.
        near = like[-1]
        gone = frozenset(map(fold, words.removed)) - frozenset(map(fold, near.removed))
        touched = {case.conversation.id for case in self.cases if says(case.conversation, gone, rules)}
        return [
            _finding(case, rules) if touched.intersection((case.conversation.id, *(each.id for each in case.history))) else found
            for case, found in zip(self.cases, self._kept[near], strict=True)
        ]


def threshold_of(rules: Rules) -> float:
    """The threshold in force under the rules where no segment has its own: the preset's own when they name none."""
    return weights_for(rules).threshold


def _words(rules: Rules) -> _Words:
    own = frozenset((family, tuple(listed)) for family, listed in rules.words.items() if listed)
    return _Words(rules.preset == "reference", own, rules.words_removed, rules.max_open_hours, rules.max_replies, rules.segments)


def _finding(case: Case, rules: Rules) -> Finding:
    segments = segments_of(case.conversation, rules)
    if rules.within(segments).preset == "reference":
        return _Fixed(assess(case.conversation, case.history, rules, case.at), segments)
    return gather(case.conversation, case.history, rules, case.at)


def without(rules: Rules, phrase: str) -> Rules:
    """The rules with one more phrase taken out of every family."""
    return replace(rules, words_removed=rules.words_removed | {phrase})


def weighed(rules: Rules, family: str, weight: float) -> Rules:
    """The rules with another weight for one family."""
    return replace(rules, weights={**rules.weights, family: weight})
