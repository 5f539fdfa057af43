"""Triage, as the agent does it: what a person or auto mode decides on one conversation, kept in the ledger for the deliverer."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from escalator_tui.agent.deliver import Deliverer
from escalator_tui.agent.episodes import baseline_of
from escalator_tui.agent.scoring import Scorer
from escalator_tui.agent.texts import draft_texts
from escalator_tui.agent.triage import holds, last_customer_part, priority_of, row_of, sent_by_itself
from escalator_tui.config import Settings
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.model.decision import LONGEST_REASON, WITHDRAWN, Decision, Escalation
from escalator_tui.model.draft import Draft
from escalator_tui.model.errors import DecisionError
from escalator_tui.model.kinds import AUTO, SET_ASIDE, DeliveryKind, Priority, RowState, Verb
from escalator_tui.model.record import Record
from escalator_tui.model.row import Row
from escalator_tui.model.text import one_line
from escalator_tui.services.gateway import Services


class Decisions:
    """Decides on conversations of one ledger. Methods may be called from any thread."""

    def __init__(self, settings: Settings, ledger: Ledger, services: Services, *, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self.ledger = ledger
        self.services = services
        self.deliverer = Deliverer(ledger, services, settings, clock=clock)
        self._rules = settings.rules
        self._scorer = Scorer(ledger, settings.rules, clock)

    def draft(self, conversation_id: str, priority: Priority | None = None) -> Draft:
        """The texts as they would go out, by what the ledger knows. Without a priority: the row's own."""
        return self._draft(self._record(conversation_id), priority)

    def draft_of(self, row: Row, priority: Priority) -> Draft:
        """The texts by what this row holds. Asks nobody and never blocks."""
        conversation = row.record.conversation
        assessment = row.record.assessment or self._scorer.assess_alone(conversation)
        return Draft(row, priority, draft_texts(conversation, assessment, priority, self.settings), conversation.version)

    def fresh_draft(self, draft: Draft) -> Draft:
        """The same with the conversation read again from Intercom. `draft.holds(fresh)` tells whether the approval still stands."""
        before = draft.row.record.conversation
        self._refuse_if_decided_meanwhile(draft)
        read = self.services.intercom.conversation(before.id)
        if read is None:
            self.ledger.forget([before.id])
            raise DecisionError("This conversation was deleted in Intercom", cure="Nothing was sent.")
        if read.version == draft.version and read.is_open == before.is_open:
            return draft
        current = replace(read, account=read.account or before.account)
        self.ledger.save_conversations([current])
        self._scorer.score([current])
        return self.draft(before.id, draft.priority)

    def escalate(self, draft: Draft, *, actor: str) -> Escalation:
        """Confirm exactly this draft. What a person confirms is held as long as the settings say, what auto mode does is not.

        Raises DecisionError when somebody was first or the conversation changed since.
        """
        record = self._record(draft.row.id)
        if record.conversation.version != draft.version:
            raise DecisionError("The conversation changed since it was shown. Nothing was sent", cure="Look at it again, then decide.")
        escalation = self.ledger.confirm(
            draft.row.id,
            priority=draft.priority,
            texts=draft.texts,
            actor=actor,
            kinds=self._kinds(),
            hold=0.0 if actor == AUTO else self.settings.delivery.hold_seconds,
            unless_decided=actor == AUTO,
            score=draft.row.score,
            baseline=baseline_of(record),
        )
        self.deliverer.wake()
        return escalation

    def override(self, conversation_id: str, priority: Priority, *, actor: str) -> None:
        """Give a conversation another priority."""
        self._decide(conversation_id, Verb.OVERRIDE, actor, priority=priority)

    def dismiss(self, row: Row, *, reason: str, actor: str) -> None:
        """Not an escalation as this row shows it, until the customer writes something that it does not show and the score rises."""
        self._set_aside(row, Verb.DISMISS, actor, reason)

    def snooze(self, row: Row, *, until: float, reason: str, actor: str) -> None:
        """Not now: until then (unix seconds), or until the customer writes something that this row does not show and the score rises."""
        self._set_aside(row, Verb.SNOOZE, actor, reason, until)

    def reopen(self, conversation_id: str, *, actor: str) -> None:
        """Let a conversation escalate again, as a new episode. Raises DecisionError when there is nothing to reopen."""
        self.ledger.decide(Decision(conversation_id, Verb.REOPEN, actor, self.ledger.now, f"reopened by {actor}"))

    def undo(self, conversation_id: str, *, actor: str, expecting: Verb | None = None, withdraw: bool = False) -> str:
        """Take back the newest decision in force and say what was taken back. Raises DecisionError when nothing can be, or when it is not
        the actor's own decision of the kind that is `expecting`.

        With `withdraw`, an escalation that is not held any more is taken back too, whoever decided it: see `_withdraw`.
        """
        record = self._record(conversation_id)
        if withdraw and expecting in (None, Verb.ESCALATE) and record.escalation is not None and self._has_left(record.escalation):
            return self._withdraw(record, record.escalation, actor)
        # A priority stands beside a snooze or a dismissal: whichever came last is taken back first, and the caller knows which that was.
        aside = None if expecting is Verb.OVERRIDE and record.priority_override else _aside(record, self.ledger.now)
        if expecting is not None:
            _refuse_if_otherwise(record, aside, expecting, actor)
        if record.escalation is not None:
            self.ledger.cancel(record.escalation.id, actor)
            return "the escalation, before anything was sent"
        if aside is not None:
            self._decide(conversation_id, Verb.UNDO, actor)
            return "the snooze" if aside.verb is Verb.SNOOZE else f"the dismissal ({aside.reason})"
        if record.priority_override is not None:
            return _priority(*self.ledger.take_priority_back(conversation_id, actor, own=expecting is not None))
        raise DecisionError("There is nothing to undo here")

    def retry(self, conversation_id: str, *, actor: str, vouch: bool = False) -> str:
        """Send again, now, what failed or is uncertain, and say in words what. What may have arrived is looked for first; where nobody can
        look, it is sent only when the actor vouches that it did not arrive.

        Raises DecisionError when there is nothing to send again.
        """
        escalation = self._record(conversation_id).escalation
        again = self.ledger.retry(escalation.id, actor, vouch=vouch) if escalation else 0
        if not again:
            raise DecisionError("There is nothing to send again here")
        self.deliverer.wake()
        return _deliveries(again)

    def record_arrival(self, conversation_id: str, *, actor: str) -> str:
        """Take the actor's word that what is uncertain arrived, and say in words what that is. Raises DecisionError when nothing is."""
        return self._take_word(self.ledger.record_arrival, conversation_id, actor, "Nothing is uncertain here")

    def record_absence(self, conversation_id: str, *, actor: str) -> str:
        """Take the actor's word that what is uncertain of a withdrawn escalation did not arrive, and say in words what that is. Raises
        DecisionError when nothing of that kind is uncertain.
        """
        return self._take_word(self.ledger.record_absence, conversation_id, actor, "Nothing that was withdrawn is uncertain here")

    def auto_decide(self, rows: Sequence[Row]) -> list[Escalation]:
        """Auto mode: escalate each of these rows that needs a decision. One that somebody else decided meanwhile is left to them."""
        escalations = []
        for row in sent_by_itself(rows):
            try:
                draft = self.draft(row.id)
                if draft.row.state is RowState.NEEDS_DECISION:
                    escalations.append(self.escalate(draft, actor=AUTO))
            except DecisionError:
                continue  # another terminal or agent was first; its decision shows with the next rows
        return escalations

    def _take_word(self, record: Callable[[int, str], int], conversation_id: str, actor: str, otherwise: str) -> str:
        escalation = self._record(conversation_id).escalation
        settled = record(escalation.id, actor) if escalation else 0
        if not settled:
            raise DecisionError(otherwise)
        self.deliverer.wake()
        return _deliveries(settled)

    def _has_left(self, escalation: Escalation) -> bool:
        return escalation.held_until <= self.ledger.now or any(each.fence for each in escalation.deliveries)

    def _withdraw(self, record: Record, escalation: Escalation, actor: str) -> str:
        """Cancel what has not left; archive the issue, strike the alert and leave a second note for what has. Auto mode leaves the
        conversation alone then, until the customer writes again and the score rises.
        """
        if escalation.withdrawn_by:
            raise DecisionError(f"{escalation.withdrawn_by} is withdrawing this escalation already")
        score, part = record.assessment.score if record.assessment else 0.0, last_customer_part(record.conversation)
        decision = Decision(record.conversation.id, Verb.UNDO, actor, self.ledger.now, WITHDRAWN, score=score, customer_part=part)
        self.ledger.withdraw(escalation.id, decision, f"Withdrawn by {actor}: this is not an escalation any more.")
        self.deliverer.wake()
        return "the escalation; what was sent is being withdrawn"

    def _record(self, conversation_id: str) -> Record:
        record = self.ledger.record(conversation_id)
        if record is None:
            raise DecisionError(f"Conversation {conversation_id} is not known here", cure="Press r to look for it.")
        return record

    def _refuse_if_decided_meanwhile(self, draft: Draft) -> None:
        """A dismissal or snooze that came after the draft was shown is not overridden without a word."""
        decision = self._record(draft.row.id).decision
        done = SET_ASIDE.get(decision.verb) if decision else None
        if decision is not None and done and not _is_same(decision, draft.row.record.decision):
            why = f" ({decision.reason})" if decision.reason else ""
            raise DecisionError(
                f"{decision.actor} {done} this conversation{why} meanwhile. Nothing was sent", cure="Look at it again, then decide."
            )

    def _draft(self, record: Record, priority: Priority | None) -> Draft:
        row = row_of(record, self._rules, self.ledger.now)
        return self.draft_of(row, priority or priority_of(record, self._rules)[0])

    def _set_aside(self, row: Row, verb: Verb, actor: str, reason: str, until: float | None = None) -> None:
        """Bound to what the row shows: the ledger may know by now what the lead never saw."""
        part, reason = last_customer_part(row.record.conversation), one_line(reason, LONGEST_REASON)
        self.ledger.decide(Decision(row.id, verb, actor, self.ledger.now, reason, until=until, score=row.score, customer_part=part))

    def _decide(self, conversation_id: str, verb: Verb, actor: str, *, priority: Priority | None = None) -> None:
        record = self._record(conversation_id)
        score, part = record.assessment.score if record.assessment else 0.0, last_customer_part(record.conversation)
        self.ledger.decide(Decision(conversation_id, verb, actor, self.ledger.now, priority=priority, score=score, customer_part=part))

    def _kinds(self) -> tuple[DeliveryKind, ...]:
        kinds = (DeliveryKind.LINEAR, DeliveryKind.ATTACHMENT, DeliveryKind.SLACK, DeliveryKind.NOTE)
        return (*kinds, DeliveryKind.TAG) if self.settings.intercom.tag else kinds


def _deliveries(number: int) -> str:
    return f"{number} deliver{'y' if number == 1 else 'ies'}"


def _priority(taken: Decision, beneath: Decision | None) -> str:
    again = f"; {beneath.priority} by {beneath.actor} stands again" if beneath else ""
    return f"the priority {taken.priority}{again}"


def _is_same(decision: Decision, shown: Decision | None) -> bool:
    """Whether it is the one that was shown, perhaps before the ledger had it: then its time is another, and its reason as it was typed."""
    if shown is None:
        return False
    typed = one_line(shown.reason, LONGEST_REASON)
    return (decision.verb, decision.actor, decision.until, decision.reason) == (shown.verb, shown.actor, shown.until, typed)


def _aside(record: Record, now: float) -> Decision | None:
    """The dismissal or snooze in force. A withdrawal or a reopening, which stand as well, are nothing that could be taken back."""
    decision = record.decision
    return decision if decision and decision.verb in (Verb.DISMISS, Verb.SNOOZE) and holds(decision, record, now) else None


def _refuse_if_otherwise(record: Record, aside: Decision | None, expected: Verb, actor: str) -> None:
    newest = record.escalation or aside
    if newest is None and expected is Verb.OVERRIDE and record.priority_override is not None:
        return
    if newest is None:
        raise DecisionError("What you decided is no longer in force. Nothing was taken back")
    verb, done = (newest.verb, SET_ASIDE[newest.verb]) if isinstance(newest, Decision) else (Verb.ESCALATE, "escalated")
    if (verb, newest.actor) != (expected, actor):
        raise DecisionError(f"{newest.actor} {done} this conversation. Nothing was taken back", cure="Look at it again, then decide.")
