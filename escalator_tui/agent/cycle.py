"""The agent: watch, detect, triage and deliver, joined. Every front end drives this and nothing else."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from escalator_tui.agent.deliver import Deliverer
from escalator_tui.agent.episodes import CAME_BACK, baseline_of, follow_up_of, is_back
from escalator_tui.agent.texts import draft_texts
from escalator_tui.agent.triage import is_left_alone, last_customer_part, priority_of, row_of
from escalator_tui.agent.watch import Look, Watch
from escalator_tui.config import Settings
from escalator_tui.detect import assess
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.model.assessment import Assessment
from escalator_tui.model.conversation import Conversation
from escalator_tui.model.decision import Decision, DeliveryKind, Escalation, Priority, RowState, Verb
from escalator_tui.model.draft import Draft, PollReport
from escalator_tui.model.errors import DecisionError
from escalator_tui.model.record import Record
from escalator_tui.model.row import Row
from escalator_tui.services.gateway import Services

HISTORY_DAYS = 7
"""Days within which the same customer's other conversations count."""
RULES_MARK = "detect.rules"
AUTO = "auto"
"""The actor of decisions taken by auto mode."""
BY_RULE = "escalator"
"""The actor of what follows from a rule, whoever drives the agent."""


class Agent:
    """One team's agent over one ledger. Methods may be called from any thread; `poll` runs one at a time."""

    def __init__(self, settings: Settings, ledger: Ledger, services: Services, *, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self.ledger = ledger
        self.services = services
        self._clock = clock
        self._rules = settings.rules
        self._watch = Watch(services.intercom, ledger, full_sweep_seconds=settings.polling.full_sweep_minutes * 60, clock=clock)
        self._polling = threading.Lock()
        self._seen = 0.0
        self.deliverer = Deliverer(ledger, services, settings, clock=clock)

    def poll(self, *, follow_up: bool = True) -> PollReport:
        """Watch, detect and save once. Raises ServiceError when Intercom could not be listed.

        With `follow_up`, what customers wrote on escalated conversations becomes owed to the services.
        """
        with self._polling:
            look = self._watch.look()
            records = self.ledger.open_records()
            scored = self._score(self._due_for_scoring(look, records))
            self._look_after_escalations(follow_up=follow_up)
            self.ledger.prune(self.settings.ledger.keep_days)
            return _report(look, scored, [record.conversation for record in records if record.conversation.is_open])

    def rescore(self) -> None:
        """Score again what time alone lifts over the threshold, without a call."""
        with self._polling:
            self._score(self._crossing(self.ledger.open_records()))

    def rows(self) -> list[Row]:
        """Every row of the queue: what is open at Intercom, and what is still owed."""
        now = self._clock()
        return [row_of(record, self._rules, now) for record in self.ledger.open_records()]

    def changed_rows(self) -> list[Row]:
        """Rows touched by any process since the last call; may repeat, never misses. Closed conversations are among them."""
        now = self._clock()
        records, self._seen = self.ledger.changes(self._seen)
        return [row_of(record, self._rules, now) for record in records]

    def row(self, conversation_id: str) -> Row | None:
        """One row as it is now, None for a conversation nobody has seen."""
        record = self.ledger.record(conversation_id)
        return row_of(record, self._rules, self._clock()) if record else None

    def draft(self, conversation_id: str, priority: Priority | None = None) -> Draft:
        """The texts as they would go out, by what the ledger knows. Without a priority: the row's own."""
        return self._draft(self._record(conversation_id), priority)

    def fresh_draft(self, draft: Draft) -> Draft:
        """The same with the conversation read again from Intercom. `draft.holds(fresh)` tells whether the approval still stands."""
        before = draft.row.record.conversation
        read = self.services.intercom.conversation(before.id)
        if read is None:
            self.ledger.forget([before.id])
            raise DecisionError("This conversation was deleted in Intercom", cure="Nothing was sent.")
        if read.version == draft.version and read.is_open == before.is_open:
            return draft
        self._save([replace(read, account=read.account or before.account)])
        return self.draft(before.id, draft.priority)

    def escalate(self, draft: Draft, *, actor: str, hold: bool = True) -> Escalation:
        """Confirm exactly this draft. Raises DecisionError when somebody was first or the conversation changed since."""
        record = self._record(draft.row.id)
        if record.conversation.version != draft.version:
            raise DecisionError("The conversation changed since it was shown. Nothing was sent", cure="Look at it again, then decide.")
        escalation = self.ledger.confirm(
            draft.row.id,
            priority=draft.priority,
            texts=draft.texts,
            actor=actor,
            kinds=self._kinds(),
            held_until=self._clock() + self.settings.delivery.hold_seconds if hold else 0.0,
            score=draft.row.score,
            baseline=baseline_of(record),
        )
        self.deliverer.wake()
        return escalation

    def override(self, conversation_id: str, priority: Priority, *, actor: str) -> None:
        """Give a conversation another priority."""
        self._decide(conversation_id, Verb.OVERRIDE, actor, priority=priority)

    def dismiss(self, conversation_id: str, *, reason: str, actor: str) -> None:
        """Not an escalation, until the customer writes again and the score rises."""
        self._decide(conversation_id, Verb.DISMISS, actor, reason=reason)

    def snooze(self, conversation_id: str, *, until: float, reason: str, actor: str) -> None:
        """Not now: until then (unix seconds), or until the customer writes again and the score rises."""
        self._decide(conversation_id, Verb.SNOOZE, actor, reason=reason, until=until)

    def reopen(self, conversation_id: str, *, actor: str) -> None:
        """Let a conversation escalate again, as a new episode. Raises DecisionError when there is nothing to reopen."""
        self.ledger.decide(Decision(conversation_id, Verb.REOPEN, actor, self._clock(), f"reopened by {actor}"))

    def undo(self, conversation_id: str, *, actor: str, withdraw: bool = False) -> str:
        """Take back the newest decision in force and say what was taken back. Raises DecisionError when nothing can be.

        With `withdraw`, an escalation of which something was sent is taken back too: see `_withdraw`.
        """
        record = self._record(conversation_id)
        if record.escalation is not None and withdraw and any(each.fence for each in record.escalation.deliveries):
            return self._withdraw(record, record.escalation, actor)
        if record.escalation is not None:
            self.ledger.cancel(record.escalation.id, actor)
            return "the escalation, before anything was sent"
        if record.decision is not None and record.decision.verb in (Verb.DISMISS, Verb.SNOOZE):
            self._decide(conversation_id, Verb.UNDO, actor)
            return "the snooze" if record.decision.verb is Verb.SNOOZE else f"the dismissal ({record.decision.reason})"
        if record.priority_override is not None:
            self._decide(conversation_id, Verb.OVERRIDE, actor)
            return "the priority override"
        raise DecisionError("There is nothing to undo here")

    def auto_decide(self, rows: Sequence[Row]) -> list[Escalation]:
        """Auto mode: escalate each of these rows that needs a decision. One that somebody else decided meanwhile is left to them."""
        escalations = []
        for row in rows:
            if row.state is not RowState.NEEDS_DECISION or is_left_alone(row.record, self._clock()):
                continue
            try:
                escalations.append(self.escalate(self.draft(row.id), actor=AUTO, hold=False))
            except DecisionError:
                continue  # another terminal or agent was first; its decision shows with the next rows
        return escalations

    def conversation_url(self, conversation_id: str) -> str:
        """The conversation's address in Intercom."""
        return self.services.intercom.conversation_url(conversation_id)

    def close(self) -> None:
        """End the background work, when its calls in flight have ended, and close the ledger."""
        self.deliverer.stop()
        self.ledger.close()

    # detect

    def _due_for_scoring(self, look: Look, records: Sequence[Record]) -> list[Conversation]:
        """What changed, the same customers' other open conversations, and what time lifted; everything after a sweep or with new rules."""
        rules = hashlib.sha256(repr(self._rules).encode()).hexdigest()
        if look.sweep or self.ledger.mark(RULES_MARK) != rules:
            self.ledger.set_mark(RULES_MARK, rules)
            return [record.conversation for record in records]
        siblings = (each for changed in look.changed for each in self._history(changed) if each.is_open)
        return list({each.id: each for each in (*look.changed, *siblings, *self._crossing(records))}.values())

    def _crossing(self, records: Iterable[Record]) -> list[Conversation]:
        now = self._clock()
        found = ((record.conversation, record.assessment) for record in records)
        return [each for each, scored in found if scored and scored.crosses_at is not None and scored.crosses_at <= now]

    def _score(self, conversations: Iterable[Conversation]) -> int:
        assessments = [self._assess(each) for each in conversations]
        self.ledger.save_assessments(assessments)
        return len(assessments)

    def _assess(self, conversation: Conversation) -> Assessment:
        return assess(conversation, self._history(conversation), self._rules, int(self._clock()))

    def _history(self, conversation: Conversation) -> list[Conversation]:
        return self.ledger.history_of(conversation, self._clock() - HISTORY_DAYS * 86_400)

    def _save(self, conversations: list[Conversation]) -> None:
        self.ledger.save_conversations(conversations)
        self._score(conversations)

    # triage

    def _withdraw(self, record: Record, escalation: Escalation, actor: str) -> str:
        """Cancel what has not left; archive the issue, strike the alert and leave a second note for what has. Auto mode leaves the
        conversation alone then, until the customer writes again and the score rises.
        """
        if escalation.withdrawn_by:
            raise DecisionError(f"{escalation.withdrawn_by} is withdrawing this escalation already")
        score, part = record.assessment.score if record.assessment else 0.0, last_customer_part(record.conversation)
        reason = "escalation withdrawn"
        decision = Decision(record.conversation.id, Verb.UNDO, actor, self._clock(), reason, score=score, customer_part=part)
        self.ledger.withdraw(escalation.id, decision, f"Withdrawn by {actor}: this is not an escalation any more.")
        self.deliverer.wake()
        return "the escalation; what was sent is being withdrawn"

    def _look_after_escalations(self, *, follow_up: bool) -> None:
        """Begin a new episode where the rule says so, and tell the services what customers wrote on the others."""
        owes = False
        for record in self.ledger.escalated_records():
            if record.escalation is None:
                continue
            if is_back(record):
                decision = Decision(record.conversation.id, Verb.REOPEN, BY_RULE, self._clock(), CAME_BACK)
                self.ledger.reopen(record.escalation.id, decision)
            elif follow_up and (new := follow_up_of(record)) is not None:
                owes |= self.ledger.follow_up(record.escalation, new)
        if owes:
            self.deliverer.wake()

    def _record(self, conversation_id: str) -> Record:
        record = self.ledger.record(conversation_id)
        if record is None:
            raise DecisionError(f"Conversation {conversation_id} is not known here", cure="Press r to look for it.")
        return record

    def _draft(self, record: Record, priority: Priority | None) -> Draft:
        row = row_of(record, self._rules, self._clock())
        chosen = priority or priority_of(record, self._rules)[0]
        assessment = record.assessment or self._assess(record.conversation)
        return Draft(row, chosen, draft_texts(record.conversation, assessment, chosen, self.settings), record.conversation.version)

    def _decide(
        self,
        conversation_id: str,
        verb: Verb,
        actor: str,
        *,
        reason: str = "",
        priority: Priority | None = None,
        until: float | None = None,
    ) -> None:
        record = self._record(conversation_id)
        self.ledger.decide(
            Decision(
                conversation_id,
                verb,
                actor,
                self._clock(),
                reason=reason,
                priority=priority,
                until=until,
                score=record.assessment.score if record.assessment else 0.0,
                customer_part=last_customer_part(record.conversation),
            )
        )

    def _kinds(self) -> tuple[DeliveryKind, ...]:
        kinds = (DeliveryKind.LINEAR, DeliveryKind.ATTACHMENT, DeliveryKind.SLACK, DeliveryKind.NOTE)
        return (*kinds, DeliveryKind.TAG) if self.settings.intercom.tag else kinds


def _report(look: Look, scored: int, open_now: Sequence[Conversation]) -> PollReport:
    return PollReport(
        at=look.at,
        changed=len(look.changed),
        scored=scored,
        without_company=sum(1 for each in open_now if each.account is None),
        sweep=look.sweep,
        total_open=len(open_now),
        unread=len(look.unread),
        oldest_unread=look.oldest_unread,
        problem=str(look.problem or ""),
    )
