"""Every confirmed escalation arrives once: whatever is refused, lost, late or killed."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from escalator_tui.agent import effects
from escalator_tui.model.decision import Decision, Delivery
from escalator_tui.model.errors import DecisionError
from escalator_tui.model.kinds import DeliveryKind, DeliveryState, Verb
from tests.deliver.conftest import Team
from tests.deliver.far_side import Fate, Killed
from tests.ledger.makers import confirm
from tests.ledger.urls import fresh_url, require

HARMLESS = [fate for fate in Fate if fate is not Fate.PERMANENT]


def arrived_once(team: Team, name: str = "1") -> None:
    escalations = [each for each in team.ledger.events(name, limit=10_000) if each.kind == "delivered"]
    assert escalations
    assert team.ledger.owed() == []
    assert team.far.doubled() == []
    assert len(team.far.issues) == len(team.far.attachments) == len(team.far.messages) == len(team.far.notes) == len(team.far.tags) == 1


def run_with_kills(team: Team) -> None:
    while True:
        try:
            team.run()
        except Killed:
            team.restart()
        else:
            return


@pytest.mark.parametrize("fate", HARMLESS)
@pytest.mark.parametrize("position", range(5))
def test_one_fault_anywhere(team: Team, fate: Fate, position: int) -> None:
    confirm(team.ledger)
    team.far.fates = [Fate.DONE] * position + [fate]
    run_with_kills(team)
    arrived_once(team)
    assert team.far.fates == [], "the fault came to pass"


@pytest.mark.parametrize("hours", [-14, 0.1, 14])
def test_a_wrong_time_zone_hides_no_alert(team: Team, hours: float) -> None:
    confirm(team.ledger)
    team.far.behind = hours * 3600
    team.far.fates = [*[Fate.DONE] * 2, Fate.KILLED_AFTER]
    run_with_kills(team)
    arrived_once(team)
    assert team.far.writes["slack"] == 1, "it was looked for, and not sent again"


@pytest.mark.parametrize("fate", [Fate.LOST_ANSWER, Fate.LATE, Fate.KILLED_AFTER, Fate.KILLED_LATE, Fate.FAULT])
def test_the_test_can_fail(team: Team, fate: Fate, monkeypatch: pytest.MonkeyPatch) -> None:
    """The canary: who does not look doubles."""
    monkeypatch.setattr(effects, "FINDERS", {})
    monkeypatch.setattr("escalator_tui.agent.attempt.FINDERS", {})
    confirm(team.ledger)
    team.far.fates = [Fate.DONE] * 2 + [fate]
    run_with_kills(team)
    assert team.far.doubled() != []


class Campaign(RuleBasedStateMachine):
    """Two processes of one machine and a far side, with everything that can go wrong between them."""

    engine = "sqlite"

    def __init__(self) -> None:
        super().__init__()
        self.cleanup = ExitStack()
        folder = Path(self.cleanup.enter_context(TemporaryDirectory()))
        self.team = Team(self.cleanup.enter_context(fresh_url(self.engine, folder)))
        self.colleague = self.team.colleague()
        self.confirmed = 0

    @initialize()
    def begin(self) -> None:
        self.confirm_one(0)

    @rule(name=st.integers(0, 2))
    def confirm_one(self, name: int) -> None:
        try:
            confirm(self.team.ledger, str(name))
        except DecisionError:
            return
        self.confirmed += 1

    @precondition(lambda self: self.confirmed < 6)
    @rule(name=st.integers(0, 2))
    def reopen(self, name: int) -> None:
        try:
            self.team.ledger.decide(Decision(str(name), Verb.REOPEN, "Ann", 0.0))
        except DecisionError:
            return

    @rule(fate=st.sampled_from(HARMLESS))
    def deliver(self, fate: Fate) -> None:
        self.team.far.fates = [fate]
        try:
            self.team.deliverer.deliver_next()
        except Killed:
            self.team.restart()

    @rule(fate=st.sampled_from([each for each in HARMLESS if "killed" not in each.value]))
    def colleague_delivers(self, fate: Fate) -> None:
        self.team.far.fates = [fate]
        self.colleague[1].deliver_next()

    @rule()
    def colleague_overtakes_a_slow_call(self) -> None:
        """The first process is suspended right after its claim until its lease is over; then it goes on."""
        team, clock = self.team, self.team.clock

        claimed = team.ledger.claim(lease=90)
        if claimed is None:
            return
        clock.now += 91
        team.far.fates = []
        while self.colleague[1].deliver_next():
            pass
        team.deliverer._attempts.carry_out(claimed, clock.now - 91)

    @rule(seconds=st.sampled_from([0.5, 5.0, 20.0, 61.0, 100.0, 400.0]))
    def time_passes(self, seconds: float) -> None:
        self.team.clock.now += seconds

    @invariant()
    def nothing_is_doubled(self) -> None:
        self.team.far.arrive()
        assert self.team.far.doubled() == []

    def teardown(self) -> None:
        try:
            self.team.far.fates = []
            run_with_kills(self.team)
            self.team.far.arrive()
            team = self.team
            assert team.ledger.owed() == []
            assert team.far.doubled() == []
            assert len(team.far.issues) == len(team.far.messages) == len(team.far.notes) == self.confirmed
        finally:
            self.colleague[0].close()
            self.team.ledger.close()
            self.cleanup.close()


CAMPAIGN = settings(max_examples=25, stateful_step_count=30, suppress_health_check=list(HealthCheck))


class PostgresCampaign(Campaign):
    """The same on PostgreSQL."""

    engine = "postgresql"


@pytest.mark.parametrize("campaign", [Campaign, PostgresCampaign])
def test_a_campaign_of_faults_and_kills_loses_and_doubles_nothing(campaign: type[Campaign]) -> None:
    require(campaign.engine)
    run_state_machine_as_test(campaign, settings=CAMPAIGN)


def test_the_campaign_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The canary of the campaign: who does not look doubles."""
    monkeypatch.setattr("escalator_tui.agent.attempt.FINDERS", {})
    with pytest.raises((AssertionError, ExceptionGroup)):
        run_state_machine_as_test(
            Campaign,
            # The same walks every time: of other ones, three hundred may happen to double nothing.
            settings=settings(
                CAMPAIGN, max_examples=3000, derandomize=True, database=None, phases=[Phase.generate], report_multiple_bugs=False
            ),
        )


@pytest.mark.parametrize("kind", [DeliveryKind.LINEAR, DeliveryKind.SLACK, DeliveryKind.NOTE])
def test_a_look_that_takes_long_leaves_time_to_send(team: Team, kind: DeliveryKind) -> None:
    """Else what is in doubt at a slow service would be looked for again and again, and never sent."""
    confirm(team.ledger, kinds=(kind,))
    team.far.fates = [Fate.LOST_CALL]

    def look(_: str) -> None:
        team.clock.now += team.settings.delivery.lease_seconds - 1

    team.far.during_look = look
    team.run()
    assert team.ledger.owed() == []
    assert (team.far.looks.total(), team.far.writes.total()) == (1, 2)


def test_a_look_that_outlasts_the_lease_leaves_the_sending_to_others(team: Team) -> None:
    confirm(team.ledger, kinds=(DeliveryKind.SLACK,))
    team.far.fates = [Fate.LOST_CALL]
    ledger, other = team.colleague()

    def look(_: str) -> None:
        team.far.during_look = lambda _: None
        team.clock.now += team.settings.delivery.lease_seconds + 1
        assert other.deliver_next()

    team.far.during_look = look
    team.run()
    ledger.close()
    assert len(team.far.messages) == 1
    assert team.far.writes["slack"] == 2, "the one refused, and the colleague's"


def test_a_process_that_slept_past_its_lease_sends_nothing(team: Team) -> None:
    confirm(team.ledger, kinds=(DeliveryKind.SLACK,))
    claimed_at = team.clock.now
    claimed = team.ledger.claim(lease=90)
    assert claimed is not None
    team.clock.now += 51  # 90 s less the settle time and the tool deadline are 50 s
    after = team.deliverer._attempts.carry_out(claimed, claimed_at)
    assert team.far.messages == []
    assert after is not None
    assert (after.state, after.in_doubt) == (DeliveryState.OWED, False)
    team.run()
    assert len(team.far.messages) == 1


def test_who_lost_the_claim_while_looking_sends_nothing(team: Team) -> None:
    confirm(team.ledger, kinds=(DeliveryKind.SLACK,))
    team.far.fates = [Fate.LOST_ANSWER]
    team.deliverer.deliver_next()
    team.clock.now += 100
    slow = team.ledger.claim(lease=90)
    assert slow is not None
    team.clock.now += 100
    team.run()
    assert team.deliverer._attempts.carry_out(slow, team.clock.now) is None
    assert len(team.far.messages) == 1


def test_a_clock_that_was_set_back_proves_nothing(team: Team) -> None:
    confirm(team.ledger, kinds=(DeliveryKind.SLACK,))
    claimed = team.ledger.claim(lease=90)
    assert claimed is not None
    team.clock.now -= 10
    team.deliverer._attempts.carry_out(claimed, team.clock.now + 10)
    assert team.far.messages == []


def test_two_processes_share_the_work(team: Team) -> None:
    ledger, deliverer = team.colleague()
    for name in "abcdef":
        confirm(team.ledger, name)
    working = True
    while working:
        working = team.deliverer.deliver_next() | deliverer.deliver_next()
    # Beyond the burst, alerts wait for their turn.
    team.run()
    assert len(team.far.messages) == len(team.far.notes) == len(team.far.issues) == 6
    assert team.far.doubled() == []
    ledger.close()


def test_an_older_episodes_alert_is_not_taken_for_this_ones(team: Team) -> None:
    confirm(team.ledger)
    team.run()
    team.ledger.decide(Decision("1", Verb.REOPEN, "Ann", 0.0))
    confirm(team.ledger)
    team.far.fates = [Fate.DONE, Fate.DONE, Fate.LOST_CALL]
    team.run()
    assert len(team.far.messages) == len(team.far.issues) == len(team.far.notes) == 2


def test_the_listener_is_told_each_change(team: Team) -> None:
    confirm(team.ledger, kinds=(DeliveryKind.NOTE,))
    team.far.fates = [Fate.LOST_ANSWER]
    team.run()

    def states(deliveries: list[Delivery]) -> list[tuple[str, bool]]:
        return [(each.state.value, each.in_doubt) for each in deliveries]

    assert states(team.told) == [("owed", True), ("done", False)]
    assert team.told[-1].result == {"note_id": "note-1"}
