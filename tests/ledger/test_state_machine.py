"""Whatever leads, agents and dead processes do to a ledger, in whatever order: what it promises holds after every step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select, true

from escalator_tui.ledger import Ledger
from escalator_tui.ledger.order import UNDONE_BY
from escalator_tui.ledger.owners import this_process
from escalator_tui.ledger.records import read_escalations
from escalator_tui.ledger.schema import NEVER, deliveries, escalations
from escalator_tui.model.assessment import Assessment
from escalator_tui.model.decision import WITHDRAWN, Decision, Delivery, Escalation
from escalator_tui.model.errors import DecisionError
from escalator_tui.model.kinds import AMENDS, DeliveryKind, DeliveryState, Priority, Verb
from tests.ledger.makers import KINDS, Clock, confirm, conversation, process
from tests.ledger.urls import fresh_url, require

LEASE = 90.0
UNCERTAIN = DeliveryState.UNCERTAIN
ENDED = {DeliveryState.DONE.value, DeliveryState.CANCELLED.value}
names = st.sampled_from(["1", "2", "3"])
leads = st.sampled_from(["Ann", "Sam"])
some_kinds = st.sampled_from([KINDS, (DeliveryKind.LINEAR, DeliveryKind.SLACK), (DeliveryKind.NOTE,)])
ends = st.sampled_from(["complete", "complete", "postpone", "in doubt", "block", "doubt", "drop"])
LIVING, MORTAL = 0, 1


class Claims:
    """What the test knows of a delivery: its newest fence and until when that claim keeps others away."""

    def __init__(self) -> None:
        self.fence: Counter[str] = Counter()
        self.until: dict[str, float] = {}
        self.owner: dict[str, int] = {}


class LedgerMachine(RuleBasedStateMachine):
    """Two processes over one ledger: one that lives, and one that dies and comes back under another number."""

    engine = "sqlite"

    def __init__(self) -> None:
        super().__init__()
        self.cleanup = ExitStack()
        folder = Path(self.cleanup.enter_context(TemporaryDirectory()))
        self.url = self.cleanup.enter_context(fresh_url(self.engine, folder))
        self.clock = Clock()
        self.deaths = 0
        self.living = Ledger.open(self.url, clock=self.clock, owner=this_process())
        self.mortal = Ledger.open(self.url, clock=self.clock, owner=process(0))
        self.known = Claims()
        self.given_out: list[tuple[Delivery, bool]] = []
        self.refs: set[str] = set()
        self.ended: dict[str, str] = {}
        self.updated = 100

    def teardown(self) -> None:
        """Let what is owed be delivered: all of it can be."""
        try:
            self.everything_owed_can_be_delivered()
        finally:
            self.living.close()
            self.mortal.close()
            self.cleanup.close()

    # Watch and triage

    @initialize()
    def begin(self) -> None:
        """Three conversations are known, and one of them is escalated."""
        self.living.save_conversations(map(conversation, ("1", "2", "3")))
        confirm(self.living, "1")

    @rule(name=names, newer=st.booleans())
    def save(self, name: str, newer: bool) -> None:
        """A snapshot comes in, sometimes an old one."""
        self.updated += newer
        self.mortal.save_conversations([conversation(name, updated_at=self.updated if newer else 1)])

    @rule(name=names, score=st.floats(0, 1))
    def assess(self, name: str, score: float) -> None:
        """It is scored."""
        self.living.save_assessments([Assessment(name, score, 0.4, at=int(self.clock.now))])

    @rule(name=names, actor=leads, verb=st.sampled_from([Verb.DISMISS, Verb.SNOOZE, Verb.OVERRIDE, Verb.UNDO]))
    def decide(self, name: str, actor: str, verb: Verb) -> None:
        """Anything but an escalation. What is open cannot be dismissed or snoozed."""
        was_open = self.is_open(name)
        until = self.clock.now + 60
        try:
            self.living.decide(Decision(name, verb, actor, self.clock.now, "because", Priority.P2, until=until))
        except DecisionError:
            return
        assert not (was_open and verb in (Verb.DISMISS, Verb.SNOOZE))

    @rule(name=names, kinds=some_kinds, hold=st.sampled_from([0.0, 5.0]))
    def two_leads_confirm(self, name: str, kinds: tuple[DeliveryKind, ...], hold: float) -> None:
        """One of them is first; the other one is told, and so are both when it is open already."""
        was_open = self.is_open(name)
        confirmed = 0
        for ledger, actor in ((self.living, "Ann"), (self.mortal, "Sam")):
            confirmed += self.succeeds(lambda: confirm(ledger, name, actor=actor, kinds=kinds, hold=hold))  # noqa: B023 - called at once
        assert confirmed == (0 if was_open else 1)

    @rule(name=names)
    def cancel(self, name: str) -> None:
        """Undo, which works only while it is held."""
        record = self.living.record(name)
        escalation = record.escalation if record else None
        if escalation is None:
            return
        held = self.is_open(name) and escalation.held_until > self.clock.now
        assert self.succeeds(lambda: self.living.cancel(escalation.id, "Ann")) is held
        assert not (held and any(each.fence for each in escalation.deliveries)), "it was claimed while it was held"

    @rule(name=names)
    def reopen(self, name: str) -> None:
        """The episode ends; what it owes is owed on."""
        was_open = self.is_open(name)
        done = self.succeeds(lambda: self.living.decide(Decision(name, Verb.REOPEN, "Ann", self.clock.now)))
        assert done or not was_open

    @rule(name=names)
    def withdraw(self, name: str) -> None:
        """Undo after sending: of what was sent only what may have happened is looked at, and what takes it back is owed."""
        escalation, was_open = self.newest(name), self.is_open(name)
        if escalation is None:
            return
        decision = Decision(name, Verb.UNDO, "Ann", self.clock.now, WITHDRAWN)
        assert self.succeeds(lambda: self.living.withdraw(escalation.id, decision, "Withdrawn by Ann.")) is was_open
        if was_open:
            left = self.living.escalation(escalation.id).owed
            assert all(each.in_doubt for each in left if each.kind not in AMENDS)

    @rule(mortal=st.booleans(), unwanted=st.booleans())
    def lose_an_answer(self, mortal: bool, unwanted: bool) -> None:
        """Of what is due nobody can tell whether it arrived, and then it is withdrawn, or not."""
        before = len(self.given_out)
        self.claim_and_finish(mortal, "doubt")
        for delivery, _ in self.given_out[before:] if unwanted else ():
            self.withdraw(delivery.conversation_id)

    @precondition(lambda self: self.doubtful())
    @rule(which=st.integers(0, 30))
    def record_absence(self, which: int) -> None:
        """Somebody saw that what is uncertain of a withdrawn escalation is not there: it is over, and nothing is sent by that word."""
        escalation, going = self.one_of(self.doubtful(), which), self.going()
        doubtful = [each for each in escalation.deliveries if each.state is UNCERTAIN and each.kind not in AMENDS]
        unwanted = doubtful if self.is_withdrawn(escalation) else []
        assert self.living.record_absence(escalation.id, "Ann") == len(unwanted)
        after = self.living.escalation(escalation.id)
        assert self.going() <= going
        assert unwanted or after == escalation
        self.ended |= {each.ref: DeliveryState.CANCELLED.value for each in unwanted}
        absent = {each.kind for each in unwanted}
        assert not [each for each in after.owed if UNDONE_BY.get(each.kind) in absent], "nothing is there that it could take back"
        assert not [each for each in after.deliveries if each.kind not in AMENDS and each.state is UNCERTAIN and unwanted]

    @precondition(lambda self: self.doubtful())
    @rule(which=st.integers(0, 30))
    def record_arrival(self, which: int) -> None:
        """Somebody saw that what is uncertain is there: it is done, and sent by nobody any more."""
        escalation = self.one_of(self.doubtful(), which)
        arrived = [each.ref for each in escalation.deliveries if each.state is UNCERTAIN]
        assert self.living.record_arrival(escalation.id, "Ann") == len(arrived)
        self.ended |= dict.fromkeys(arrived, DeliveryState.DONE.value)

    # Deliver

    @rule(mortal=st.booleans())
    def claim(self, mortal: bool) -> None:
        """Somebody claims what is due: never what another valid claim holds."""
        claimed = (self.mortal if mortal else self.living).claim(lease=LEASE)
        if claimed is None:
            return
        ref = claimed.ref
        assert claimed.fence == self.known.fence[ref] + 1
        assert self.clock.now >= self.known.until.get(ref, 0.0)
        self.known.fence[ref] = claimed.fence
        self.known.until[ref] = self.clock.now + LEASE
        self.known.owner[ref] = MORTAL if mortal else LIVING
        self.given_out.append((claimed, mortal))

    @rule(mortal=st.booleans(), end=ends)
    def claim_and_finish(self, mortal: bool, end: str) -> None:
        """The usual way."""
        before = len(self.given_out)
        self.claim(mortal)
        if len(self.given_out) > before:
            self.finish(before, end, stale=False)

    @precondition(lambda self: self.given_out)
    @rule(which=st.integers(0, 30), end=ends, stale=st.booleans())
    def finish(self, which: int, end: str, stale: bool) -> None:
        """A claimant, or an old one, says how it ended. Who holds no valid fence is not heard, and nothing changes."""
        delivery, mortal = self.given_out[which % len(self.given_out)]
        ledger = self.mortal if mortal else self.living
        before = self.state_of(delivery.ref)
        held = not stale and self.known.fence[delivery.ref] == delivery.fence and before == DeliveryState.OWED.value
        if stale:
            delivery = replace(delivery, fence=delivery.fence - 1)
        later = self.clock.now + 7
        ways: dict[str, Callable[[], bool]] = {
            "complete": lambda: ledger.complete(delivery, {"id": "x", "linked": False}),
            "postpone": lambda: ledger.postpone(delivery, due_at=later, in_doubt=False),
            "in doubt": lambda: ledger.postpone(delivery, due_at=later, in_doubt=True),
            "block": lambda: ledger.block(delivery, error="no", cure="mend"),
            "doubt": lambda: ledger.doubt(delivery, error="who knows", cure="look"),
            "drop": lambda: ledger.drop(delivery),
        }
        assert ways[end]() is held
        if not held:
            assert self.state_of(delivery.ref) == before
            return
        self.known.until[delivery.ref] = later if end in ("postpone", "in doubt") else 0.0
        self.ended[delivery.ref] = {"complete": "done", "block": "blocked", "doubt": "uncertain", "drop": "cancelled"}.get(end, "owed")

    @rule()
    def the_mortal_dies(self) -> None:
        """Its claims are freed by the other one, and only its own."""
        self.mortal.close()
        self.deaths += 1
        self.mortal = Ledger.open(self.url, clock=self.clock, owner=process(self.deaths))
        self.living.take_over()
        for ref, owner in self.known.owner.items():
            if owner == MORTAL:
                self.known.until[ref] = 0.0

    @rule(name=names)
    def retry(self, name: str) -> None:
        """Somebody applied the cure."""
        record = self.living.record(name)
        if record is not None and record.escalation is not None:
            self.living.retry(record.escalation.id, "Ann")

    @rule(seconds=st.sampled_from([0.5, 6.0, 20.0, 61.0, 91.0]))
    def time_passes(self, seconds: float) -> None:
        """For all."""
        self.clock.now += seconds

    # What holds

    @invariant()
    def at_most_one_escalation_is_open(self) -> None:
        """Per conversation."""
        with self.living._database.read() as conn:
            opened = conn.scalars(select(escalations.c.conversation_id).where(escalations.c.state == "open")).all()
        assert len(set(opened)) == len(opened)

    @invariant()
    def nothing_disappears_and_done_stays_done(self) -> None:
        """Every reference ever seen is there once, with the fence that was given out last."""
        with self.living._database.read() as conn:
            rows = conn.execute(select(deliveries)).all()
        found = {row.ref: row for row in rows}
        assert len(found) == len(rows)
        assert self.refs <= found.keys()
        self.refs |= found.keys()
        for ref, row in found.items():
            assert row.fence == self.known.fence[ref]
            if self.ended.get(ref) in ENDED:
                assert row.state == self.ended[ref]
            if row.state in ENDED:
                self.ended[ref] = row.state

    @invariant()
    def what_is_owed_is_shown_and_becomes_due(self) -> None:
        """Except what only another delivery's success releases, while that one is not done."""
        owed = self.living.owed()
        assert (self.living.next_due() is not None) >= any(each.kind in (DeliveryKind.LINEAR, DeliveryKind.SLACK) for each in owed)
        shown = {each.conversation.id for each in self.living.open_records() if each.escalation is not None}
        assert {each.conversation_id for each in owed if each.due_at < NEVER} <= shown

    @invariant()
    def what_an_ended_episode_owes_goes_by_itself(self) -> None:
        """Or waits for what does: nobody is asked about it any more."""
        with self.living._database.read() as conn:
            ended = read_escalations(conn, escalations.c.state == "reopened")
        assert all(any(one.due_at < NEVER for one in each.owed) for each in ended if each.owed)

    def everything_owed_can_be_delivered(self) -> None:
        """By one process, in bounded time."""
        for each in self.all_escalations():
            self.living.retry(each.id, "Ann")
        for _ in range(200):
            due = self.living.next_due()
            if due is None:
                break
            self.clock.now = max(self.clock.now, due)
            claimed = self.living.claim(lease=LEASE)
            if claimed is not None:
                assert self.living.complete(claimed, {"id": "x", "linked": False})
        left = self.living.owed()
        assert all(each.kind in (DeliveryKind.ATTACHMENT, DeliveryKind.SLACK_EDIT) for each in left), left

    def all_escalations(self) -> list[Escalation]:
        """Of all conversations, the oldest first."""
        with self.living._database.read() as conn:
            return read_escalations(conn, true())

    def newest(self, name: str) -> Escalation | None:
        """The last escalation of the conversation, whatever became of it."""
        found = [each for each in self.all_escalations() if each.conversation_id == name]
        return found[-1] if found else None

    def doubtful(self) -> list[Escalation]:
        """Those of which something is uncertain."""
        return [each for each in self.all_escalations() if any(one.state is UNCERTAIN for one in each.deliveries)]

    def one_of(self, found: list[Escalation], which: int) -> Escalation:
        """Any of them."""
        return found[which % len(found)]

    def is_withdrawn(self, escalation: Escalation) -> bool:
        """And not reopened since."""
        with self.living._database.read() as conn:
            return conn.scalar(select(escalations.c.state).where(escalations.c.id == escalation.id)) == "withdrawn"

    def going(self) -> set[str]:
        """The references of what goes out by time alone."""
        return {each.ref for each in self.living.owed() if each.due_at < NEVER}

    def is_open(self, name: str) -> bool:
        """Whether an escalation of the conversation is open."""
        with self.living._database.read() as conn:
            query = select(escalations.c.id).where(escalations.c.conversation_id == name, escalations.c.state == "open")
            return conn.scalar(query) is not None

    def state_of(self, ref: str) -> str:
        """The state as it is stored."""
        with self.living._database.read() as conn:
            return str(conn.scalar(select(deliveries.c.state).where(deliveries.c.ref == ref)))

    def succeeds(self, act: Callable[[], object]) -> bool:
        """Whether it was not refused."""
        try:
            act()
        except DecisionError:
            return False
        return True


class PostgresMachine(LedgerMachine):
    """The same on PostgreSQL."""

    engine = "postgresql"


@pytest.mark.parametrize(("machine", "examples"), [(LedgerMachine, 40), (PostgresMachine, 15)])
def test_the_ledger_keeps_its_promises(machine: type[LedgerMachine], examples: int) -> None:
    require(machine.engine)
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples, stateful_step_count=40, suppress_health_check=list(HealthCheck))
    )
