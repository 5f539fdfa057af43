"""The agent: watch, detect, triage and deliver, joined. Every front end drives this and nothing else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from escalator_tui.agent.decisions import Decisions
from escalator_tui.agent.episodes import CAME_BACK, follow_up_of, is_back
from escalator_tui.agent.rehearsing import rehearse
from escalator_tui.agent.replay import Rehearsal
from escalator_tui.agent.scoring import EarlyScores
from escalator_tui.agent.story import past_of
from escalator_tui.agent.triage import row_of
from escalator_tui.agent.watch import Look, Watch
from escalator_tui.config import Settings
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.model.activity import Activity, Background
from escalator_tui.model.decision import Decision
from escalator_tui.model.draft import PollReport, Progress
from escalator_tui.model.kinds import Verb
from escalator_tui.model.row import Row
from escalator_tui.model.rules import Rules
from escalator_tui.services.gateway import Services

ACTIVITY_LIMIT = 200
BRIEFLY = 0.2
"""Seconds that new rules wait for the end of a look: it may just have scored, and then nobody would score by them for a while."""
BY_RULE = "escalator"
"""The actor of what follows from a rule, whoever drives the agent."""


class Agent(Decisions):
    """One team's agent over one ledger. Methods may be called from any thread; `poll` runs one at a time."""

    def __init__(self, settings: Settings, ledger: Ledger, services: Services, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__(settings, ledger, services, clock=clock)
        self._watch = Watch(services.intercom, ledger, full_sweep_seconds=settings.polling.full_sweep_minutes * 60, clock=clock)
        self._polling = threading.Lock()
        self._seen: float | None = None

    def poll(
        self,
        *,
        follow_up: bool = True,
        by_rule: bool = True,
        progress: Progress | None = None,
        arrived: Callable[[], object] = lambda: None,
    ) -> PollReport:
        """Watch, detect and save once. Raises ServiceError when Intercom could not be listed.

        With `follow_up`, what customers wrote on escalated conversations becomes owed to the services; with `by_rule`, new episodes begin
        where the rule says so. `progress` is told how a long look goes on, and `arrived` is called when some of what it finds is among the
        changed rows: scored, though not beside all that the look will find, so nothing is decided by these scores before it ends.
        """
        with self._polling:
            look = self._watch.look(progress, EarlyScores(self._scorer, arrived))
            scored = self._scorer.score_look(look)
            self._watch.settle(look)
            self.ledger.wake_snoozed()
            if follow_up or by_rule:
                self._look_after_escalations(follow_up=follow_up, by_rule=by_rule)
            self._scorer.catch_up()
            self.ledger.prune(self.settings.ledger.keep_days)
            return self._report(look, scored)

    def read(self, ids: Iterable[str]) -> Look:
        """Read and score just these, which somebody says have changed, without a search. What follows from it is left to the next poll,
        of whichever process. Raises ServiceError when the connection itself is refused.
        """
        with self._polling:
            look = self._watch.read(ids)
            self._scorer.score_look(look)
            self._watch.settle(look)
            return look

    def rescore(self) -> None:
        """Score again what time alone lifts over the threshold, and wake what was snoozed until now, without a call."""
        with self._polling:
            self._scorer.score_due()
            self.ledger.wake_snoozed()

    def rows(self) -> list[Row]:
        """Every row of the queue: what is open at Intercom, and what is still owed."""
        now = self.ledger.now
        return [row_of(record, self._rules, now) for record in self.ledger.open_records()]

    def changed_rows(self) -> list[Row]:
        """Rows touched by any process since the last call, at first all of them; may repeat, never misses. Closed ones are among them."""
        if self._seen is None:
            self._seen = self.ledger.last_change()
            return self.rows()
        now = self.ledger.now
        records, self._seen = self.ledger.changes(self._seen)
        return [row_of(record, self._rules, now) for record in records]

    def row(self, conversation_id: str) -> Row | None:
        """One row as it is now, None for a conversation nobody has seen."""
        record = self.ledger.record(conversation_id)
        return row_of(record, self._rules, self.ledger.now) if record else None

    def activity(self, conversation_id: str | None = None) -> list[Activity]:
        """What was sent, is being sent or could not be, the newest first; of one conversation or of all."""
        return self.ledger.activity(ACTIVITY_LIMIT, conversation_id)

    def background(self, conversation_id: str) -> Background:
        """The same customer's other conversations, closed ones too, and the decisions so far."""
        record = self.ledger.record(conversation_id)
        others = self.ledger.history_of(record.conversation, 0.0) if record else []
        return Background(tuple(others), past_of(self.ledger.events(conversation_id)))

    def conversation_url(self, conversation_id: str) -> str:
        """The conversation's address in Intercom."""
        return self.services.intercom.conversation_url(conversation_id)

    def team_name(self) -> str:
        """The name of the Linear team that issues go to, asked of Linear; empty when it shows us none of that id. Raises ServiceError."""
        wanted = self.settings.linear.team_id.casefold()
        return next((each.name for each in self.services.linear.teams() if each.id.casefold() == wanted), "")

    def rehearsal(self) -> Rehearsal:
        """Every recorded conversation, to try other rules on beside those in force."""
        return rehearse(self.ledger, self._rules)

    def apply_rules(self, rules: Rules) -> int | None:
        """Score by these from now on, and everything open again at once. Returns how many conversations that were; None while a look is
        under way, which does that at its end.
        """
        self._rules = rules
        self._scorer.take(rules)
        if not self._polling.acquire(timeout=BRIEFLY):
            return None
        try:
            return self._scorer.score_all()
        finally:
            self._polling.release()

    def close(self) -> None:
        """End the background work, when its calls in flight have ended, and close the ledger."""
        self.deliverer.stop()
        self.ledger.close()

    def _report(self, look: Look, scored: int) -> PollReport:
        open_now, without_company = self.ledger.open_counts()
        return PollReport(
            at=look.at,
            changed=len(look.changed),
            scored=scored,
            without_company=without_company,
            sweep=look.sweep,
            total_open=open_now,
            unread=len(look.unread),
            oldest_unread=look.oldest_unread,
            problem=str(look.problem or ""),
        )

    def _look_after_escalations(self, *, follow_up: bool, by_rule: bool) -> None:
        """Begin a new episode where the rule says so, and tell the services what customers wrote on the others."""
        owes = False
        for record in self.ledger.escalated_records():
            if record.escalation is None:
                continue
            if is_back(record):
                if by_rule:
                    decision = Decision(record.conversation.id, Verb.REOPEN, BY_RULE, self.ledger.now, CAME_BACK)
                    self.ledger.reopen(record.escalation.id, decision)
            elif follow_up and follow_up_of(record) is not None:
                # Each message is told once: the score beside it may be older, when another process has just read it or this one could not.
                judged = replace(record, assessment=self._scorer.assess(record.conversation))
                if (new := follow_up_of(judged)) is not None:
                    owes |= self.ledger.follow_up(record.escalation, new)
        if owes:
            self.deliverer.wake()
