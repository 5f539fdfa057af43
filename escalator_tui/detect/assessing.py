"""An assessment from the families: what was said is read once, what depends on time is worked out for each moment asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from escalator_tui.detect.behaviour import Fact, Timing, counted_facts, timing
from escalator_tui.detect.folding import fold
from escalator_tui.detect.forecast import crossing, missing
from escalator_tui.detect.history import DAYS, Episode, episodes, history_fact, is_calm
from escalator_tui.detect.lexicon import extra_words, lexicon
from escalator_tui.detect.reading import Reading, messages, read
from escalator_tui.detect.scoring import fact_points, signals, weigh
from escalator_tui.detect.tone import category, sentiment
from escalator_tui.detect.weights import Weights, share, weights_for
from escalator_tui.model.assessment import Assessment
from escalator_tui.model.conversation import Conversation
from escalator_tui.model.rules import Rules

_DAY: Final = 86_400


def assess_by_families(
    conversation: Conversation, history: Sequence[Conversation], rules: Rules, now: int, *, text_only: bool
) -> Assessment:
    """The assessment under the default or the strict preset."""
    weights, words = weights_for(rules), lexicon(extra_words(rules.words))
    removed = frozenset(map(fold, rules.words_removed))
    reading = read(messages(conversation), words, removed)
    said = weigh(reading, weights)
    clock = _Clock.stopped() if text_only else _Clock.of(conversation, rules, episodes(conversation, history, words, removed), reading)
    facts = fact_points(clock.facts(now), weights)
    score = share(sum(each.points for each in said) + sum(value for _, value in facts))
    listed = signals(said, facts)
    return Assessment(
        conversation_id=conversation.id,
        score=score,
        threshold=weights.threshold,
        signals=listed,
        sentiment=sentiment(score, reading),
        category=category(reading.categories),
        why_not=missing(score, weights.threshold, listed),
        crosses_at=None if score >= weights.threshold else clock.crossing(sum(each.points for each in said), weights, now),
        at=now,
    )


@dataclass(frozen=True, slots=True)
class _Clock:
    """The signals from behaviour of one conversation at any moment."""

    timing: Timing
    counted: tuple[Fact, ...]
    others: tuple[Episode, ...]
    is_calm: bool = True

    @classmethod
    def stopped(cls) -> Self:
        """No signals at any moment."""
        return cls(Timing(None, None, 1.0), (), ())

    @classmethod
    def of(cls, conversation: Conversation, rules: Rules, others: Sequence[Episode], reading: Reading) -> Self:
        """The signals of one conversation."""
        pace = timing(conversation, rules, is_farewell=reading.is_farewell, is_nod=reading.is_nod)
        return cls(pace, tuple(counted_facts(conversation, rules)), tuple(others), is_calm(reading))

    def facts(self, at: int) -> list[Fact]:
        """The signals at one moment."""
        story = history_fact(self.others, at, is_calm=self.is_calm)
        return [*self.counted, *self.timing.facts(at), *([story] if story else [])]

    def crossing(self, spoken: float, weights: Weights, now: int) -> int | None:
        """When time alone lifts the score over the threshold."""
        if self.timing.since is None and self.timing.created_at is None:
            return None
        steady = spoken + sum(value for _, value in fact_points(self.counted, weights))
        by_wait, by_age, by_story = (weights.behaviour[kind] for kind in ("waiting_hours", "open_hours", "history"))

        def score_at(at: int) -> float:
            waiting, age = self.timing.strengths(at)
            story = history_fact(self.others, at, is_calm=self.is_calm) if self.others else None
            return share(steady + by_wait * waiting + by_age * age + (by_story * story.strength if story else 0.0))

        bends = (*self.timing.bends, *(episode.at + DAYS * _DAY for episode in self.others))
        return crossing(score_at, weights.threshold, now, bends)
