"""What becomes of a conversation in the light campaign: escalated only, written again, or undone; and what has to exist in the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping

from escalator_tui.agent.deliver import Deliverer
from escalator_tui.ledger import Ledger
from escalator_tui.ledger.order import DOUBLES, UNDONE_BY
from escalator_tui.model.decision import Decision, Delivery, Escalation, FollowUp, Texts
from escalator_tui.model.errors import DecisionError
from escalator_tui.model.kinds import DeliveryKind, DeliveryState, Priority, Verb
from tests.campaign.counting import WITHDRAWN, Tally
from tests.ledger.makers import KINDS, conversation

FOLLOW_UPS = (FollowUp("m1", 200, "more"), FollowUp("m2", 201, "even more", Priority.P0, "it grew"))
SENDING_SECONDS = 0.6
"""About what an escalation takes: it is undone in the middle of it."""
KEPT_AS = {DeliveryKind.REPLY: DeliveryKind.SLACK, DeliveryKind.RETRACTION: DeliveryKind.NOTE}
"""A reply is posted as an alert is, a retraction is left as a note is: under a reference of its own."""


class Tale:
    """One conversation, whose story any process can take up where another one died. `arm` begins to count what kills."""

    def __init__(self, name: str, ledger: Ledger, deliverer: Deliverer, seconds: float, arm: Callable[[], None]) -> None:
        self._name = name
        self._ledger = ledger
        self._deliverer = deliverer
        self._seconds = seconds
        self._arm = arm

    def escalate(self) -> None:
        """Confirmed and delivered."""
        self._arm()
        self._confirm()
        self._drain()

    def write_again(self) -> None:
        """Two messages of the customer, after all was delivered; the second one raises the priority."""
        self._confirm()
        if not self._told:
            self._drain()
        self._arm()
        for new in FOLLOW_UPS:
            if new.part not in self._told:
                self._ledger.follow_up(self._escalation, new)
        self._drain()

    def undo(self) -> None:
        """Withdrawn after all was delivered."""
        if not self._is_undone:
            self._confirm()
            self._drain()
        self._arm()
        self._withdraw()
        self._drain()

    def undo_midway(self) -> None:
        """Withdrawn while it is being sent, somewhere: each conversation has its own moment."""
        self._arm()
        if not self._is_undone:
            self._confirm()
            self._deliverer.start()
            time.sleep(SENDING_SECONDS * (sum(self._name.encode()) % 10) / 10)
            self._withdraw()
            self._deliverer.stop()
        self._drain()

    def _drain(self) -> None:
        self._deliverer.drain(self._seconds)

    def _confirm(self) -> None:
        self._ledger.save_conversations([conversation(self._name)])
        texts = Texts("title", "body", f"#{self._name}", "alert", "note")
        try:
            self._ledger.confirm(self._name, priority=Priority.P1, texts=texts, actor="Sam", kinds=KINDS)
        except DecisionError:
            return  # confirmed by a process that was killed since

    def _withdraw(self) -> None:
        if not self._is_undone:
            decision = Decision(self._name, Verb.UNDO, "Sam", time.time(), "escalation withdrawn")
            self._ledger.withdraw(self._escalation.id, decision, f"{WITHDRAWN} Sam")

    @property
    def _escalation(self) -> Escalation:
        record = self._ledger.record(self._name)
        assert record is not None
        assert record.escalation is not None
        return record.escalation

    @property
    def _told(self) -> set[str]:
        # The last one that the escalation's baseline knows, and all before it.
        told = self._escalation.baseline.told
        parts = [each.part for each in FOLLOW_UPS]
        return set(parts[: parts.index(told) + 1]) if told in parts else set()

    @property
    def _is_undone(self) -> bool:
        return any(each.kind == "withdraw" for each in self._ledger.events(self._name))


STORIES: dict[str, Callable[[Tale], None]] = {
    "escalated": Tale.escalate,
    "again": Tale.write_again,
    "undone": Tale.undo,
    "midway": Tale.undo_midway,
}
"""By the first word of a conversation's name."""


def judge_ledger(tally: Tally, ledger: Ledger, made: Mapping[str, int]) -> None:
    """Every delivery that the ledger knows was made once, or not at all when it was cancelled."""
    escalations = list(_escalations(ledger))
    for escalation in escalations:
        there = {each.kind for each in escalation.deliveries if _made(each, escalation, made)}
        for each in escalation.deliveries:
            _judge(tally, each, _made(each, escalation, made))
        if escalation.withdrawn_by:
            missing = {kind for kind, target in UNDONE_BY.items() if target in there} - there
            tally.lost += [f"{kind} of {escalation.conversation_id}" for kind in sorted(missing)]
    tally.found += len(escalations)


def _judge(tally: Tally, delivery: Delivery, times: int) -> None:
    named = f"{delivery.kind} of {delivery.conversation_id}"
    if times > 1:
        tally.doubled.append(f"{named} ({times} times)")
    if delivery.state is DeliveryState.DONE and times == 0:
        tally.lost.append(named)
    if delivery.state is DeliveryState.CANCELLED and times and delivery.kind in (DeliveryKind.LINEAR, *DOUBLES):
        tally.strange.append(f"{named} is cancelled and there is one")
    if delivery.state not in (DeliveryState.DONE, DeliveryState.CANCELLED):
        tally.lost.append(f"{named}, {delivery.state}")


def _made(delivery: Delivery, escalation: Escalation, made: Mapping[str, int]) -> int:
    issue, alert = escalation.delivery(DeliveryKind.LINEAR), escalation.delivery(DeliveryKind.SLACK)
    keys = {
        DeliveryKind.ATTACHMENT: delivery.result.get("url"),
        DeliveryKind.SLACK_EDIT: delivery.result.get("channel"),
        DeliveryKind.TAG: delivery.conversation_id,
        DeliveryKind.RAISE: issue.ref if issue else "",
        DeliveryKind.ARCHIVE: issue.ref if issue else "",
        DeliveryKind.STRIKE: alert.result.get("channel") if alert else "",
    }
    return made.get(f"{KEPT_AS.get(delivery.kind, delivery.kind)} {keys.get(delivery.kind, delivery.ref)}", 0)


def _escalations(ledger: Ledger) -> Iterator[Escalation]:
    """The withdrawn ones too, which no record shows any more."""
    for record in ledger.open_records():
        withdrawn = [each.detail["escalation_id"] for each in ledger.events(record.conversation.id) if each.kind == "withdraw"]
        if record.escalation is not None:
            yield record.escalation
        yield from (ledger.escalation(each) for each in withdrawn if record.escalation is None)
