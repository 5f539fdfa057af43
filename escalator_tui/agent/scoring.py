"""Detect, as the agent does it: which conversations are scored again when, with the same customer's other conversations beside them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict

from escalator_tui.agent.histories import HISTORY_SECONDS, Histories
from escalator_tui.agent.watch import Look
from escalator_tui.detect import assess
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.model.assessment import Assessment
from escalator_tui.model.conversation import Conversation
from escalator_tui.model.rules import Rules

RULES_MARK = "detect.rules"


class Scorer:
    """Scores conversations of the ledger into the ledger."""

    def __init__(self, ledger: Ledger, rules: Rules, clock: Callable[[], float]) -> None:
        self._ledger = ledger
        self._clock = clock
        self.take(rules)

    def take(self, rules: Rules) -> None:
        """Score by these from now on. A scoring under way in another thread may still end by the old ones: see `catch_up`."""
        self._in_force = rules, fingerprint(rules)

    def score_look(self, look: Look) -> int:
        """Score what a look makes necessary, everything after a sweep or under new rules; returns how many."""
        if look.sweep or self._is_behind:
            return self.score_all()
        # What changed, the same customers' other open conversations, and what time lifted.
        siblings = (each for changed in look.changed for each in self._history(changed) if each.is_open)
        found = (*look.changed, *siblings, *self._ledger.due_for_scoring(self._clock()))
        return self.score({each.id: each for each in found}.values())

    def catch_up(self) -> None:
        """Score everything open again, unless that was done by the rules in force."""
        if self._is_behind:
            self.score_all()

    def score_due(self) -> int:
        """Score again what time alone lifts over the threshold, and everything under new rules."""
        return self.score_all() if self._is_behind else self.score(self._ledger.due_for_scoring(self._clock()))

    def score(self, conversations: Iterable[Conversation]) -> int:
        """Score these."""
        assessments = [self.assess(each) for each in conversations]
        self._ledger.save_assessments(assessments)
        return len(assessments)

    def score_early(self, batch: Iterable[Conversation], histories: Histories) -> None:
        """Score what is open of a batch beside what is known by now of the same customers."""
        now, (rules, _) = int(self._clock()), self._in_force
        self._ledger.save_assessments([assess(each, histories.of(each), rules, now) for each in batch if each.is_open])

    def histories(self) -> Histories:
        """Everything the ledger knows that counts as somebody's history."""
        return Histories(self._ledger.updated_since(self._clock() - HISTORY_SECONDS))

    def assess(self, conversation: Conversation) -> Assessment:
        """The assessment of one conversation now, not saved."""
        return assess(conversation, self._history(conversation), self._in_force[0], int(self._clock()))

    def assess_alone(self, conversation: Conversation) -> Assessment:
        """The assessment by this conversation alone, without a look into the ledger."""
        return assess(conversation, (), self._in_force[0], int(self._clock()))

    @property
    def _is_behind(self) -> bool:
        return self._ledger.mark(RULES_MARK) != self._in_force[1]

    def score_all(self) -> int:
        """Score everything open at once; returns how many."""
        # The histories are looked up in memory: one query each would take longer than the scoring.
        now, (rules, mark) = self._clock(), self._in_force
        histories = self.histories()
        open_now = [record.conversation for record in self._ledger.open_records() if record.conversation.is_open]
        self._ledger.save_assessments(assess(each, histories.of(each), rules, int(now)) for each in open_now)
        self._ledger.set_mark(RULES_MARK, mark)
        return len(open_now)

    def _history(self, conversation: Conversation) -> list[Conversation]:
        return self._ledger.history_of(conversation, self._clock() - HISTORY_SECONDS)


class EarlyScores:
    """Scores the batches of a long look as they come, so that nobody waits for its end. What the same customers wrote elsewhere may still
    be to come, so the end of the look scores all of it again.
    """

    def __init__(self, scorer: Scorer, arrived: Callable[[], object]) -> None:
        self._scorer, self._arrived = scorer, arrived
        self._histories: Histories | None = None

    def __call__(self, batch: Sequence[Conversation]) -> None:
        """Score a batch that the ledger holds, and tell that it is there."""
        if self._histories is None:
            self._histories = self._scorer.histories()
        self._histories.add(batch)
        self._scorer.score_early(batch, self._histories)
        self._arrived()


def fingerprint(rules: Rules) -> str:
    """The same for equal rules in every process: sets have no order of their own."""
    return hashlib.sha256(json.dumps(asdict(rules), sort_keys=True, default=sorted).encode()).hexdigest()
