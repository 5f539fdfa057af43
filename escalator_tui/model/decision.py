"""Decisions and what follows from them: an escalation and its deliveries."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from escalator_tui.model.kinds import FOLLOW_UPS, DeliveryKind, DeliveryState, Priority, Verb

WITHDRAWN = "escalation withdrawn"
"""The reason of a decision that took back what was sent."""
PRIORITY_BACK = "priority taken back"
"""The reason of one that took a priority back: it gives again what stood before, or nothing."""
LONGEST_REASON = 200
"""Characters of a dismissal's reason."""
SEEN_BY = "seen_by"
"""In the result of a delivery that is done by a person's word: whose."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Exactly what goes out, as plain text. Markup for each service is made when it is sent, from nothing else than this."""

    linear_title: str
    linear_body: str
    slack_channel: str
    slack_text: str
    note_text: str

    @property
    def digest(self) -> str:
        """Binds an approval to the words that were approved."""
        joined = "\x1f".join((self.linear_title, self.linear_body, self.slack_channel, self.slack_text, self.note_text))
        return hashlib.sha256(joined.encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided what, when and why. `score` is the score at that time; `customer_part` the customer's last message then."""

    conversation_id: str
    verb: Verb
    actor: str
    at: float
    reason: str = ""
    priority: Priority | None = None
    until: float | None = None
    score: float = 0.0
    customer_part: str = ""

    @property
    def withdraws(self) -> bool:
        """Whether it took back what was sent. Any other undo takes back the decision before it."""
        return self.verb is Verb.UNDO and self.reason == WITHDRAWN


@dataclass(frozen=True, slots=True)
class Delivery:
    """One effect owed to one service. `ref` is its own reference, which the service's copy carries; times are unix seconds.

    `in_doubt` says that an earlier attempt may have taken effect: look before sending again. `result` holds what the service told
    (identifier, url, channel, ts, note_id). `error` and `cure` tell why it is not done yet. Of a follow-up there can be several:
    `subject` is the customer's message it is about, `number` its place in their order, `text` the plain text it says. `owner` names the
    process that is at it, or that brought it to its end at `due_at`; empty when none did.
    """

    ref: str
    escalation_id: int
    conversation_id: str
    kind: DeliveryKind
    state: DeliveryState = DeliveryState.OWED
    due_at: float = 0.0
    attempts: int = 0
    fence: int = 0
    in_doubt: bool = False
    first_attempt_at: float | None = None
    result: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    cure: str = ""
    subject: str = ""
    number: int = 0
    text: str = ""
    owner: str = ""

    @property
    def remark(self) -> str:
        """What has to be known of a copy that is there: somebody deleted or archived the issue, so that nobody will see it; or a person
        alone says that it is there.
        """
        return f"seen there by {self.seen_by}" if self.seen_by else "in Linear's trash" if self.result.get("trashed") else ""

    @property
    def channel(self) -> str:
        """The name of the Slack channel it is in, or goes to since the approved one refused; empty as long as that is the approved one."""
        return str(self.result.get("channel_name") or self.result.get("route") or "")

    @property
    def seen_by(self) -> str:
        """Who saw it there, where nobody else can look: then nobody knows its address. Empty when a service told."""
        return str(self.result.get(SEEN_BY, ""))


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was known of a conversation when it was escalated, so that what is new can be told from it.

    `part` is the newest part then, of any author, and `at` its time in unix seconds; `told` and `told_at` are the newest part that the
    services were told of since. `reopens` is how often the conversation had been reopened, `families` the kinds of its signals.
    Empty, 0 or None: not known.
    """

    part: str = ""
    at: int = 0
    told: str = ""
    told_at: int = 0
    reopens: int | None = None
    families: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """New messages of a customer on an escalated conversation. `part` is the newest of them and `at` its time (unix seconds), `text`
    is what the services are told.

    `raise_to` is the new priority when the signals grew, `reason` why.
    """

    part: str
    at: int
    text: str
    raise_to: Priority | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Escalation:
    """One confirmed escalation of one episode of a conversation. `score` is the score at that time. `withdrawn_by` names who took it back
    after it was sent, empty while nobody did.
    """

    id: int
    conversation_id: str
    episode: int
    priority: Priority
    actor: str
    confirmed_at: float
    texts: Texts
    held_until: float = 0.0
    cancelled: bool = False
    deliveries: tuple[Delivery, ...] = ()
    score: float = 0.0
    baseline: Baseline = Baseline()
    withdrawn_by: str = ""

    def delivery(self, kind: DeliveryKind) -> Delivery | None:
        """The delivery of one kind, if this escalation owes or owed it."""
        return next((each for each in self.deliveries if each.kind is kind), None)

    @property
    def channel(self) -> str:
        """The Slack channel of the alert: where it is or goes, else the approved one."""
        alert = self.delivery(DeliveryKind.SLACK)
        return (alert.channel if alert else "") or self.texts.slack_channel

    @property
    def owed(self) -> tuple[Delivery, ...]:
        """Deliveries that still have to happen."""
        return tuple(each for each in self.deliveries if each.state is DeliveryState.OWED)

    @property
    def is_complete(self) -> bool:
        """Whether everything happened that this escalation promised, follow-ups included."""
        return all(each.state in (DeliveryState.DONE, DeliveryState.CANCELLED) for each in self.deliveries)

    @property
    def finished_by(self) -> str:
        """Of one that happened in full, the process that did the last of it, follow-ups aside. Empty when that is not known."""
        done = [each for each in self.deliveries if each.owner and each.kind not in FOLLOW_UPS]
        return max(done, key=lambda each: each.due_at).owner if done else ""
