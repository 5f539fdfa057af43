"""A desk in memory: it confirms, refuses and fails as the real one does, and what happens elsewhere is scripted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from escalator_tui.agent.cases import Case
from escalator_tui.agent.replay import Rehearsal
from escalator_tui.model.activity import Activity, Background
from escalator_tui.model.conversation import Conversation
from escalator_tui.model.decision import Decision, Delivery, Escalation, Texts
from escalator_tui.model.draft import Draft, PollReport, Progress
from escalator_tui.model.errors import DecisionError, EscalatorError
from escalator_tui.model.kinds import DeliveryKind, Priority, RowState, Verb
from escalator_tui.model.row import Row
from escalator_tui.model.rules import Rules
from escalator_tui.model.text import one_line

from .story import NOW

KINDS = (DeliveryKind.LINEAR, DeliveryKind.SLACK, DeliveryKind.NOTE)


def activities(row: Row) -> list[Activity]:
    """What its escalation owes or owed."""
    made = row.record.escalation
    if made is None:
        return []
    return [
        Activity(each, NOW - 30, row.record.conversation, made.actor, made.withdrawn_by, made.held_until, made.texts.slack_channel)
        for each in made.deliveries
    ]


ASIDE = (RowState.DISMISSED, RowState.SNOOZED)


@dataclass
class ScriptedDeliveries:
    """Counts what it is told."""

    in_flight: int = 0
    started: int = 0
    stopped: int = 0
    woken: int = 0

    def start(self) -> None:
        """Count it."""
        self.started += 1

    def stop(self, within: float | None = None) -> None:
        """Count it."""
        self.stopped += 1

    def wake(self) -> None:
        """Count it."""
        self.woken += 1


@dataclass
class ScriptedDesk:
    """Holds rows. `arrivals` come in the middle of each look. `upstream` are conversations as Intercom has them when they are read again;
    `taken` names who was first and `broken` what escalating raises, by id.
    """

    book: dict[str, Row] = field(default_factory=dict)
    hold_seconds: float = 5.0
    deliverer: ScriptedDeliveries = field(default_factory=ScriptedDeliveries)
    upstream: dict[str, Conversation] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    poll_error: EscalatorError | None = None
    read_error: EscalatorError | None = None
    report: PollReport = field(default_factory=lambda: PollReport(NOW - 12, 212, 212, 3, total_open=214))
    steps: tuple[tuple[int, int], ...] = ()
    arrivals: tuple[tuple[Row, ...], ...] = ()
    polls: int = 0
    told_services: bool | None = None
    went_by_rule: bool | None = None
    sent: list[tuple[Draft, str, bool]] = field(default_factory=list)
    retried: list[tuple[str, str]] = field(default_factory=list)
    vouched: list[str] = field(default_factory=list)
    seen: list[tuple[str, str]] = field(default_factory=list)
    unseen: list[tuple[str, str]] = field(default_factory=list)
    broken: dict[str, Exception] = field(default_factory=dict)
    recorded: list[Case] = field(default_factory=list)
    rules: Rules = field(default_factory=Rules)
    rules_error: EscalatorError | None = None
    looking: bool = False
    reading: threading.Event = field(default_factory=threading.Event)
    ending: threading.Event = field(default_factory=threading.Event)
    happened: list[Activity] = field(default_factory=list)
    backgrounds: dict[str, Background] = field(default_factory=dict)
    looks: int = 0
    rows_read: int = 0
    team: str = ""
    names_asked: int = 0
    priorities: dict[str, list[tuple[Priority, Priority | None]]] = field(default_factory=dict)
    now: float = NOW
    _changed: list[str] = field(default_factory=list)
    _told: bool = False
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        """Reading again goes through, and a look comes to its end, unless a test clears these."""
        self.reading.set()
        self.ending.set()

    def put(self, *rows: Row) -> None:
        """Somebody or something changed these."""
        with self._lock:
            self.book.update((row.id, row) for row in rows)
            self._changed += [row.id for row in rows]

    def poll(
        self,
        *,
        follow_up: bool = True,
        by_rule: bool = True,
        progress: Progress | None = None,
        arrived: Callable[[], object] = lambda: None,
    ) -> PollReport:
        """As scripted."""
        self.polls += 1
        self.told_services, self.went_by_rule = follow_up, by_rule
        if progress:
            for step in self.steps:
                progress(*step)
        for batch in self.arrivals:
            self.put(*batch)
            arrived()
        if not self.ending.wait(5):
            raise AssertionError("the test never let the look come to its end")
        if self.poll_error:
            raise self.poll_error
        return self.report

    def rescore(self) -> None:
        """Nothing changes by time here."""

    def rows(self) -> list[Row]:
        """All."""
        with self._lock:
            return list(self.book.values())

    def begin_anew(self) -> None:
        """Another session asks: its first changes are all rows again."""
        self._told = False

    def changed_rows(self) -> list[Row]:
        """Those put since the last call, at first all."""
        with self._lock:
            changed, self._changed = list(dict.fromkeys(self._changed if self._told else self.book)), []
            self._told = True
            return [self.book[each] for each in changed]

    def row(self, conversation_id: str) -> Row | None:
        """One."""
        self.rows_read += 1
        return self.book.get(conversation_id)

    def draft(self, conversation_id: str, priority: Priority | None = None) -> Draft:
        """Texts that name what they are about."""
        row = self.book[conversation_id]
        return self.draft_of(row, priority or row.priority)

    def draft_of(self, row: Row, level: Priority) -> Draft:
        """The same of a row."""
        talk = row.record.conversation
        company = talk.account.name if talk.account else "unknown company"
        said = "\n".join(part.text for part in talk.customer_messages)
        channel = "#escalations" if level is Priority.P0 else "#support-triage"
        texts = Texts(
            f"[Escalation] {company}: {talk.subject}",
            f"{company} · {level.value} · score {row.score:.2f}\n\n{said}",
            channel,
            f"{level.value} {company}: {talk.subject}\n{said}",
            f"Escalated as {level.value} to Linear and {channel}.",
        )
        return Draft(replace(row, priority=level), level, texts, talk.version)

    def fresh_draft(self, draft: Draft) -> Draft:
        """With what Intercom has by now."""
        if not self.reading.wait(5):
            raise AssertionError("the test never let the reading go through")
        if self.read_error:
            raise self.read_error
        with self._lock:
            if draft.row.id in self.upstream:
                row = self.book[draft.row.id]
                self.put(replace(row, record=replace(row.record, conversation=self.upstream[draft.row.id])))
            return self.draft(draft.row.id, draft.priority)

    def escalate(self, draft: Draft, *, actor: str) -> Escalation:
        """Confirm, unless somebody was first or the conversation is another by now."""
        hold = actor != "auto"
        with self._lock:
            row, identity = self.book[draft.row.id], draft.row.id
            if identity in self.broken:
                raise self.broken[identity]
            if identity in self.taken:
                raise DecisionError(f"{self.taken[identity]} escalated this conversation 2 min ago", cure="Nothing was sent twice")
            if row.record.escalation or row.record.conversation.version != draft.version:
                raise DecisionError("This conversation changed since it was shown", cure="Look at it again")
            deliveries = tuple(Delivery(f"{identity}-{kind}", len(self.sent) + 1, identity, kind) for kind in KINDS)
            made = Escalation(len(self.sent) + 1, identity, 1, draft.priority, actor, self.now, draft.texts,
                              self.now + self.hold_seconds if hold else 0.0, deliveries=deliveries)  # fmt: skip
            self.sent.append((draft, actor, hold))
            state = RowState.HELD if hold else RowState.SENDING
            self.put(replace(row, state=state, priority=draft.priority, record=replace(row.record, escalation=made)))
            return made

    def override(self, conversation_id: str, priority: Priority, *, actor: str) -> None:
        """Set it."""
        self._refuse_if_taken(conversation_id)
        row = self.book[conversation_id]
        self.priorities.setdefault(conversation_id, []).append((row.priority, row.record.priority_override))
        self.put(replace(row, priority=priority, record=replace(row.record, priority_override=priority)))

    def dismiss(self, row: Row, *, reason: str, actor: str) -> None:
        """Set it aside."""
        self._aside(Decision(row.id, Verb.DISMISS, actor, self.now, one_line(reason)), RowState.DISMISSED)

    def snooze(self, row: Row, *, until: float, reason: str, actor: str) -> None:
        """Set it aside for a while."""
        self._aside(Decision(row.id, Verb.SNOOZE, actor, self.now, reason, until=until), RowState.SNOOZED)

    def undo(self, conversation_id: str, *, actor: str, expecting: Verb | None = None, withdraw: bool = False) -> str:
        """Take back a hold, a dismissal or a snooze, if it is the actor's and what is expected, or withdraw what was sent."""
        row = self.book[conversation_id]
        subject = row.record.conversation.subject
        if withdraw and row.state is not RowState.HELD and row.record.escalation is not None:
            taken_back = replace(row.record.escalation, withdrawn_by=actor)
            self.put(replace(row, state=RowState.SENDING, record=replace(row.record, escalation=taken_back)))
            return f"the escalation of {subject}, which is being withdrawn"
        if expecting is Verb.OVERRIDE and row.record.priority_override is not None and row.record.escalation is None:
            return self._priority_back(row)
        newest = row.record.escalation or row.record.decision
        if newest is None and expecting not in (None, Verb.OVERRIDE):
            raise DecisionError("What you decided is no longer in force. Nothing was taken back")
        if newest and expecting and (getattr(newest, "verb", Verb.ESCALATE), newest.actor) != (expecting, actor):
            raise DecisionError(f"{newest.actor} decided this conversation", cure="Nothing was taken back")
        if row.state is RowState.HELD:
            self.put(replace(row, state=RowState.NEEDS_DECISION, record=replace(row.record, escalation=None)))
            return f"the escalation of {subject}"
        if row.state in ASIDE:
            self.put(replace(row, state=RowState.NEEDS_DECISION, record=replace(row.record, decision=None)))
            return f"what was decided on {subject}"
        if row.record.priority_override is not None and expecting is None:
            return self._priority_back(row)
        raise DecisionError("The escalation has left already", cure="Tell the channel")

    def retry(self, conversation_id: str, *, actor: str, vouch: bool = False) -> str:
        """Send again what is stuck."""
        row = self.book[conversation_id]
        self.vouched += [conversation_id] if vouch else []
        self.retried.append((conversation_id, actor))
        self.put(replace(row, state=RowState.SENDING))
        return f"what is stuck of {row.record.conversation.subject}"

    def record_arrival(self, conversation_id: str, *, actor: str) -> str:
        """Take their word for what is uncertain."""
        row = self.book[conversation_id]
        if row.state is not RowState.UNCERTAIN:
            raise DecisionError("Nothing is uncertain here")
        self.seen.append((conversation_id, actor))
        self.put(replace(row, state=RowState.ESCALATED))
        return "1 delivery"

    def record_absence(self, conversation_id: str, *, actor: str) -> str:
        """Take their word for what is uncertain and was withdrawn."""
        row = self.book[conversation_id]
        if row.record.escalation is None or not row.record.escalation.withdrawn_by:
            raise DecisionError("Nothing that was withdrawn is uncertain here")
        self.unseen.append((conversation_id, actor))
        self.put(replace(row, state=RowState.NEEDS_DECISION, record=replace(row.record, escalation=None)))
        return "1 delivery"

    def auto_decide(self, rows: Sequence[Row]) -> list[Escalation]:
        """Everything that needs a decision."""
        waiting = [row for row in rows if row.state is RowState.NEEDS_DECISION]
        return [self.escalate(self.draft(row.id), actor="auto") for row in waiting]

    def conversation_url(self, conversation_id: str) -> str:
        """Where it would be."""
        return f"https://app.intercom.com/a/inbox/acme/inbox/conversation/{conversation_id}"

    def team_name(self) -> str:
        """As scripted, when it may be read."""
        if not self.reading.wait(5):
            raise AssertionError("the test never let the reading go through")
        self.names_asked += 1
        if self.read_error:
            raise self.read_error
        return self.team

    def rehearsal(self) -> Rehearsal:
        """Of the recorded cases."""
        if not self.reading.wait(5):
            raise AssertionError("the test never let the reading go through")
        if self.read_error:
            raise self.read_error
        return Rehearsal(self.recorded, self.rules)

    def apply_rules(self, rules: Rules) -> int | None:
        """From now on."""
        if self.rules_error:
            raise self.rules_error
        self.rules = rules
        return None if self.looking else len(self.book)

    def activity(self, conversation_id: str | None = None) -> list[Activity]:
        """As scripted, and the deliveries of every escalation, the newest first."""
        self.looks += 1
        if self.read_error:
            raise self.read_error
        rows = [row for row in self.rows() if conversation_id in (None, row.id)]
        found = [*self.happened, *(each for row in rows for each in activities(row))]
        return [each for each in found if conversation_id in (None, each.conversation.id)]

    def background(self, conversation_id: str) -> Background:
        """As scripted."""
        return self.backgrounds.get(conversation_id, Background())

    def _priority_back(self, row: Row) -> str:
        level, override = self.priorities[row.id].pop() if self.priorities.get(row.id) else (Priority.P1, None)
        self.put(replace(row, priority=level, record=replace(row.record, priority_override=override)))
        return f"the priority {row.priority}"

    def _aside(self, decision: Decision, state: RowState) -> None:
        self._refuse_if_taken(decision.conversation_id)
        row = self.book[decision.conversation_id]
        self.put(replace(row, state=state, record=replace(row.record, decision=decision)))

    def _refuse_if_taken(self, conversation_id: str) -> None:
        if who := self.taken.get(conversation_id):
            raise DecisionError(f"{who} escalated this conversation 2 min ago", cure="Nothing was changed")
