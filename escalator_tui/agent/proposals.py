"""What people's decisions say about the settings: phrases that are nearly always dismissed, families that are mostly wrong. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from escalator_tui.agent.flips import Replay
from escalator_tui.agent.replay import Rehearsal, weighed, without
from escalator_tui.detect.evidence import weight_of
from escalator_tui.model.rules import Rules

PROTECTED = frozenset({"manager", "churn", "legal"})
"""Who asks for a manager, threatens to leave or with the law is never talked down, whatever was dismissed."""
ENOUGH = 5
"""Verdicts below which nothing is concluded."""
NEARLY_ALWAYS = 0.9
"""Share of dismissals from which a phrase says nothing."""
POOR = 0.5
"""Share of escalations below which a family is mostly wrong."""
STEPS = (0.85, 0.7, 0.55, 0.4, 0.25)
"""Shares of a family's weight that are tried, the mildest first."""
CANDIDATES = 12


@dataclass(slots=True)
class Tally:
    """How often what was found stood in a conversation that people escalated, and in one that they dismissed."""

    name: str
    escalated: int = 0
    dismissed: int = 0
    families: set[str] = field(default_factory=set)

    @property
    def judged(self) -> int:
        """Verdicts in all."""
        return self.escalated + self.dismissed

    @property
    def precision(self) -> float:
        """The share that was escalated."""
        return self.escalated / self.judged


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One change worth a look: what it is, the decisions that speak for it, the rules it makes, and what they would change."""

    kind: str
    name: str
    tally: Tally
    rules: Rules
    replay: Replay
    weight: tuple[float, float] | None = None

    @property
    def title(self) -> str:
        """In a few words."""
        if self.weight is None:
            return f"remove “{self.name}”"
        return f"{self.name} {self.weight[0]:.2f} → {self.weight[1]:.2f}"

    @property
    def reason(self) -> str:
        """The decisions that speak for it."""
        return f"dismissed in {self.tally.dismissed} of {self.tally.judged} decisions"


def phrase_tallies(rehearsal: Rehearsal) -> list[Tally]:
    """Every phrase of the judged conversations, as it was matched, the most often dismissed first."""
    tallies: dict[str, Tally] = {}
    for case, found in zip(rehearsal.cases, rehearsal.findings(rehearsal.in_force), strict=True):
        if case.verdict is None:
            continue
        said = found.phrases()
        for phrase in {phrase for _, phrase in said}:
            _count(tallies.setdefault(phrase, Tally(phrase)), escalated=case.verdict)
        for family, phrase in said:
            tallies[phrase].families.add(family)
    return _ordered(tallies)


def family_tallies(rehearsal: Rehearsal) -> list[Tally]:
    """Every family that counted in a judged conversation, the most often dismissed first."""
    tallies: dict[str, Tally] = {}
    for case, found in zip(rehearsal.cases, rehearsal.findings(rehearsal.in_force), strict=True):
        if case.verdict is not None:
            for family in {signal.kind for signal in found.signals(rehearsal.in_force)}:
                _count(tallies.setdefault(family, Tally(family, families={family})), escalated=case.verdict)
    return _ordered(tallies)


def proposals(rehearsal: Rehearsal) -> list[RuleChange]:
    """The changes that would have spared false alarms and cost fewer escalations than they spare, the most useful first."""
    if rehearsal.in_force.preset == "reference":
        return []
    rehearsal.findings(rehearsal.in_force)
    judged = rehearsal.judged_only()
    wanted = [*_removals(judged), *_lowered(judged)]
    made = [RuleChange(kind, tally.name, tally, rules, rehearsal.replay(rules), weight) for kind, tally, rules, weight in wanted]
    return sorted(made, key=lambda each: (-_gain(each.replay), each.weight is not None, each.title))


_Wanted = tuple[str, Tally, Rules, tuple[float, float] | None]


def _removals(judged: Rehearsal) -> list[_Wanted]:
    idle = [
        tally
        for tally in phrase_tallies(judged)
        if tally.judged >= ENOUGH and tally.dismissed / tally.judged >= NEARLY_ALWAYS and not tally.families & PROTECTED
    ]
    rules = judged.in_force
    wanted: list[_Wanted] = [("remove", tally, without(rules, tally.name), None) for tally in idle[:CANDIDATES]]
    return [each for each in wanted if _gain(judged.replay(each[2])) > 0]


def _lowered(judged: Rehearsal) -> list[_Wanted]:
    rules, wanted = judged.in_force, list[_Wanted]()
    for tally in family_tallies(judged):
        if tally.judged < 2 * ENOUGH or tally.precision >= POOR or tally.name in PROTECTED:
            continue
        weight = weight_of(tally.name, rules)
        tried = [weighed(rules, tally.name, round(weight * step, 2)) for step in STEPS]
        gains = [_gain(judged.replay(each)) for each in tried]
        if (best := max(gains)) > 0:
            chosen = tried[gains.index(best)]
            wanted.append(("weight", tally, chosen, (weight, chosen.weights[tally.name])))
    return wanted


def _gain(replay: Replay) -> int:
    """False alarms spared, less twice the escalations lost: a miss is worse than a look for nothing."""
    spared = replay.before.false_alarms - replay.after.false_alarms
    return spared - 2 * max(0, replay.after.missed - replay.before.missed)


def _count(tally: Tally, *, escalated: bool) -> None:
    if escalated:
        tally.escalated += 1
    else:
        tally.dismissed += 1


def _ordered(tallies: dict[str, Tally]) -> list[Tally]:
    return sorted(tallies.values(), key=lambda each: (-each.dismissed, each.escalated, each.name))
