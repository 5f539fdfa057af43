"""The policy: what is told of what is not done yet, where an alert goes, and how long everything waits."""

from __future__ import annotations

import random
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from escalator_tui.agent.attempt import NO_CURE
from escalator_tui.agent.backoff import LONGEST, pause
from escalator_tui.agent.deliver import Deliverer
from escalator_tui.agent.permalinks import Permalinks
from escalator_tui.config.checking import checked
from escalator_tui.ledger.schema import buckets
from escalator_tui.model.decision import Delivery
from escalator_tui.model.errors import ConfigError
from escalator_tui.model.kinds import DeliveryKind, DeliveryState
from escalator_tui.plain.words import delivery_line
from escalator_tui.services.errors import PermanentError, RetryableError, ServiceError
from escalator_tui.services.intercom_transport import WRITE_DEADLINE
from escalator_tui.services.linear import Issue
from escalator_tui.services.slack import Slack
from tests.deliver.conftest import Team
from tests.deliver.far_side import Fate, Killed
from tests.ledger.makers import TEXTS, confirm

SLACK = (DeliveryKind.SLACK,)


def only(team: Team) -> Delivery:
    (delivery,) = team.ledger.escalation(1).deliveries
    return delivery


def test_a_healthy_escalation_arrives_at_once_and_complete(team: Team) -> None:
    confirm(team.ledger)
    began = team.clock.now
    while team.deliverer.deliver_next():
        pass
    assert team.clock.now == began
    results = {each.kind: each.result for each in team.ledger.escalation(1).deliveries}
    issue = next(iter(team.far.issues.values()))
    attached = {"conversation_url": results[DeliveryKind.ATTACHMENT]["url"]}
    assert results[DeliveryKind.LINEAR] == {"id": issue.id, "identifier": "INF-1", "url": issue.url, "trashed": False, **attached}
    assert results[DeliveryKind.SLACK]["channel_name"] == "#escalations"
    assert results[DeliveryKind.NOTE] == {"note_id": "note-1"}
    assert issue.url in str(team.far.messages[0]["blocks"])
    assert issue.url in team.far.notes[0]["html"]
    assert re.search(r"https://acme.slack.com/archives/C1/p\d+", team.far.notes[0]["html"])
    assert "conversation/1" in team.far.descriptions[issue.id]
    assert team.far.looks == {}
    assert {each.state for each in team.told} == {DeliveryState.DONE}


def test_what_is_refused_for_good_is_shown_and_does_not_hold_up_the_rest(team: Team) -> None:
    confirm(team.ledger)
    team.far.fates = [Fate.PERMANENT]
    team.run()
    states = {each.kind: each.state for each in team.ledger.escalation(1).deliveries}
    assert states == {
        DeliveryKind.LINEAR: DeliveryState.BLOCKED,
        DeliveryKind.ATTACHMENT: DeliveryState.BLOCKED,
        DeliveryKind.SLACK: DeliveryState.DONE,
        DeliveryKind.NOTE: DeliveryState.DONE,
        DeliveryKind.TAG: DeliveryState.DONE,
    }
    issue = team.ledger.escalation(1).deliveries[0]
    assert (issue.error, issue.cure) == ("No", "Mend it.")
    team.ledger.retry(1, "Ann")
    team.run()
    assert not [each for each in team.ledger.escalation(1).deliveries if each.state is not DeliveryState.DONE]
    assert "INF-1" in str(team.far.messages[0]["blocks"]), "the alert is edited"
    assert team.far.doubled() == []


def test_what_is_refused_always_names_a_cure(team: Team) -> None:
    def refuse(_kind: str) -> None:
        raise PermanentError("Slack refused (invalid_blocks)", service="slack", code="invalid_blocks")

    team.far.during_write = refuse
    confirm(team.ledger, kinds=SLACK)
    team.run()
    assert (only(team).state, only(team).cure) == (DeliveryState.BLOCKED, NO_CURE)


def test_an_inactive_connector_is_waited_for_with_the_cure(team: Team) -> None:
    confirm(team.ledger, kinds=SLACK)
    team.far.fates = [Fate.INACTIVE] * 20
    for _ in range(20):
        assert team.deliverer.deliver_next()
        waiting = only(team)
        assert (waiting.state, waiting.cure, waiting.in_doubt) == (DeliveryState.OWED, "Run `escalator authorize`.", False)
        assert 0 < waiting.due_at - team.clock.now <= 300
        team.clock.now = waiting.due_at
    team.run()
    assert only(team).state is DeliveryState.DONE


def test_the_services_own_wish_is_followed(team: Team) -> None:
    confirm(team.ledger, kinds=SLACK)
    team.far.fates = [Fate.RETRYABLE]
    team.deliverer.deliver_next()
    assert 3.0 <= only(team).due_at - team.clock.now <= 3.3


def test_a_lost_answer_settles_before_anybody_looks(team: Team) -> None:
    confirm(team.ledger, kinds=SLACK)
    team.far.fates = [Fate.LATE]
    team.far.late_by = 19.9
    team.deliverer.deliver_next()
    assert only(team).due_at >= team.clock.now + 20
    assert only(team).in_doubt
    team.run()
    assert len(team.far.messages) == team.far.looks["slack"] == team.far.writes["slack"] == 1


def test_what_nobody_can_look_up_is_uncertain_and_never_repeated(team: Team) -> None:
    confirm(team.ledger)
    team.far.can_look = False
    team.far.fates = [Fate.DONE, Fate.DONE, Fate.LOST_ANSWER]
    team.run()
    alert = team.ledger.escalation(1).delivery(DeliveryKind.SLACK)
    assert alert is not None
    assert (alert.state, alert.cure) == (DeliveryState.UNCERTAIN, "Add the scope.")
    assert "may have been sent" in alert.error
    assert len(team.far.messages) == len(team.far.notes) == 1
    team.far.can_look = True
    team.ledger.retry(1, "Ann")
    team.run()
    assert team.far.writes["slack"] == 1
    assert team.ledger.owed() == []


def test_a_person_who_looked_may_have_it_sent_where_nobody_else_can_look(team: Team) -> None:
    confirm(team.ledger, kinds=SLACK)
    team.far.can_look = False
    team.far.fates = [Fate.LOST_CALL, Fate.LOST_CALL]
    team.run()
    assert only(team).state is DeliveryState.UNCERTAIN
    team.ledger.retry(1, "Ann")
    team.run()
    assert team.far.writes["slack"] == 1, "who does not vouch has it looked for only"
    team.ledger.retry(1, "Ann", vouch=True)
    team.run()
    assert team.far.writes["slack"] == 2
    assert only(team).state is DeliveryState.UNCERTAIN, "Ann spoke for one attempt"
    team.ledger.retry(1, "Ann", vouch=True)
    team.run()
    assert only(team).state is DeliveryState.DONE
    assert len(team.far.messages) == 1


def test_a_persons_word_is_spent_even_when_the_process_dies(team: Team) -> None:
    confirm(team.ledger, kinds=SLACK)
    team.far.can_look = False
    team.far.fates = [Fate.LOST_CALL, Fate.KILLED_AFTER]
    team.run()
    team.ledger.retry(1, "Ann", vouch=True)
    with pytest.raises(Killed):
        team.deliverer.deliver_next()
    team.restart()
    team.run()
    assert len(team.far.messages) == 1
    assert only(team).state is DeliveryState.UNCERTAIN


def test_what_is_stuck_is_looked_at_again_by_each_run_and_told_of_once(team: Team) -> None:
    confirm(team.ledger, kinds=SLACK)
    team.far.can_look = False
    team.far.fates = [Fate.LOST_ANSWER]
    team.run()
    told = len(team.ledger.events())
    for _ in range(3):
        assert team.ledger.retry_stuck() == 1
        team.run()
        assert (only(team).state, only(team).cure) == (DeliveryState.UNCERTAIN, "Add the scope.")
    assert team.far.writes["slack"] == 1
    assert len(team.ledger.events()) == told
    team.far.can_look = True
    team.ledger.retry_stuck()
    team.run()
    assert only(team).state is DeliveryState.DONE
    assert len(team.far.messages) == team.far.writes["slack"] == 1


@pytest.mark.parametrize("code", ["not_in_channel", "channel_not_found", "is_archived"])
def test_a_channel_that_refuses_is_replaced_and_the_alert_says_so(team: Team, code: str) -> None:
    team.far.refusing_channels = {"#escalations": code}
    confirm(team.ledger)
    team.run()
    (message,) = team.far.messages
    assert message["channel"] == "#support-triage"
    assert f"Meant for #escalations, which did not take it ({code})" in str(message["blocks"])
    alert = team.ledger.escalation(1).delivery(DeliveryKind.SLACK)
    assert alert is not None
    assert (alert.result["channel_name"], alert.result["refused"], alert.result["refusal"]) == ("#support-triage", "#escalations", code)
    assert "#support-triage" in team.far.notes[0]["html"]
    assert team.ledger.escalation(1).channel == "#support-triage"
    assert {each.channel for each in team.ledger.activity()} == {"#support-triage"}


def test_when_the_fallback_refuses_too_it_is_shown(team: Team) -> None:
    team.far.refusing_channels = {"#escalations": "is_archived", "#support-triage": "not_in_channel"}
    confirm(team.ledger, kinds=SLACK)
    team.run()
    assert only(team).state is DeliveryState.BLOCKED
    assert "#support-triage" in only(team).cure


def test_an_alert_in_doubt_goes_to_no_other_channel_before_it_was_looked_for(team: Team) -> None:
    """The channel took the alert, the answer was lost, then the channel was archived and its history closed: posting elsewhere doubles."""
    confirm(team.ledger, kinds=SLACK)
    team.far.fates = [Fate.LOST_ANSWER]
    team.deliverer.deliver_next()
    team.far.refusing_channels = {"#escalations": "is_archived"}
    team.run()
    assert [each["channel"] for each in team.far.messages] == ["#escalations"]
    assert only(team).state is DeliveryState.DONE


def test_a_lost_answer_from_the_fallback_is_looked_for_there(team: Team) -> None:
    team.far.refusing_channels = {"#escalations": "is_archived"}
    team.far.fates = [Fate.DONE, Fate.LOST_ANSWER]
    confirm(team.ledger, kinds=SLACK)
    team.run()
    assert [each["channel"] for each in team.far.messages] == ["#support-triage"]


def test_slack_goes_without_the_link_after_the_bound_and_is_edited_later(team: Team) -> None:
    confirm(team.ledger)
    began = team.clock.now
    team.far.down = {"linear"}
    team.run(62)
    (message,) = team.far.messages
    assert float(message["ts"]) - began == pytest.approx(60, abs=1)
    assert "linear.app" not in str(message["blocks"])
    team.far.down = set()
    team.run()
    assert "https://linear.app/acme/issue/INF-1" in str(team.far.messages[0]["blocks"])
    assert team.far.writes["slack_edit"] == 1
    assert len(team.far.messages) == 1
    assert team.ledger.owed() == []


def test_an_issue_that_was_thrown_away_counts_and_is_told(team: Team) -> None:
    escalation = confirm(team.ledger, kinds=(DeliveryKind.LINEAR,))
    ref = escalation.deliveries[0].ref
    team.far.fates = [Fate.LOST_ANSWER]
    team.deliverer.deliver_next()
    team.far.issues[ref] = Issue(ref, "INF-9", "https://linear.app/acme/issue/INF-9", trashed=True)
    team.run()
    assert only(team).state is DeliveryState.DONE
    assert only(team).remark == "in Linear's trash"
    assert "INF-9, in Linear's trash" in delivery_line(only(team))


def test_a_channel_gets_a_burst_and_then_one_a_second(team: Team) -> None:
    began = team.clock.now
    for number in range(12):
        confirm(team.ledger, str(number), kinds=SLACK)
    team.run()
    at = sorted(float(each["ts"]) // 1 - began for each in team.far.messages)
    assert at == [0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7]
    assert team.far.writes["slack"] == 12
    assert {each.attempts for number in range(1, 13) for each in team.ledger.escalation(number).deliveries} == {1}


def test_a_channel_that_thousands_of_alerts_wait_for_keeps_its_pace(team: Team) -> None:
    """A turn hours away is no clock that was ahead, and whoever starts meanwhile must not send them all at once."""
    begun = team.clock.now
    with team.ledger._database.write() as tx:
        tx.conn.execute(insert(buckets).values(key="slack:#escalations", tokens=-4000.0, at=begun))
    for name in ("1", "2", "3"):
        confirm(team.ledger, name, kinds=SLACK)
    while not team.far.messages:
        team.run(60.0)
        team.clock.now += 60.0
        team.restart()
    assert team.clock.now > begun + 4000
    assert {each.kind for each in team.ledger.events(limit=1000)} == {"escalate", "delivered"}
    team.run()
    assert len(team.far.messages) == 3


def test_a_rate_limit_stops_every_call_to_that_place_whoever_makes_it(team: Team) -> None:
    for number in range(6):
        confirm(team.ledger, str(number), kinds=(DeliveryKind.LINEAR, DeliveryKind.TAG))
    team.far.fates = [Fate.LIMITED]
    ledger, colleague = team.colleague()
    began = team.clock.now
    while team.deliverer.deliver_next() or colleague.deliver_next():
        pass
    assert team.far.writes["linear"] == 1
    resting = [ledger.escalation(number).deliveries[0] for number in range(2, 7)]
    assert {each.error for each in resting} == {"Linear asked to wait: its rate limit is reached"}
    assert all(began + 60 <= each.due_at <= began + 66 + 5 and each.attempts == 0 for each in resting)
    assert ledger.escalation(1).deliveries[0].due_at < min(each.due_at for each in resting), "who was refused asks first"
    team.run()
    assert team.far.writes["linear"] == 7
    assert len(team.far.issues) == len(team.far.tags) == 6
    ledger.close()


def test_the_longest_pause_is_not_taken_for_the_work_of_a_wrong_clock(team: Team) -> None:
    for number in range(6):
        confirm(team.ledger, str(number), kinds=(DeliveryKind.LINEAR,))
    team.ledger.pause("linear", LONGEST)
    for _ in range(6):
        assert team.deliverer.deliver_next()
    waiting = team.ledger.owed()
    team.restart()
    assert team.ledger.owed() == waiting


def test_while_a_limit_holds_one_call_at_a_time_asks_whether_it_is_over(team: Team) -> None:
    for number in range(30):
        confirm(team.ledger, str(number), kinds=(DeliveryKind.LINEAR,))
    team.far.fates = [Fate.OFTEN_LIMITED] * 7
    began = team.clock.now
    while team.far.fates:
        assert team.deliverer.deliver_next() or team.ledger.next_due()
        team.clock.now = max(team.clock.now, team.ledger.next_due() or 0.0)
    assert team.clock.now - began >= 45, "seven refusals are spread over longer and longer pauses"
    team.run()
    assert (len(team.far.issues), team.far.writes["linear"]) == (30, 37)


def test_a_rate_limit_in_one_channel_is_none_in_another(team: Team) -> None:
    confirm(team.ledger, "1", kinds=SLACK)
    confirm(team.ledger, "2", kinds=SLACK, texts=replace(TEXTS, slack_channel="#support-triage"))
    team.far.fates = [Fate.LIMITED]
    began = team.clock.now
    team.run(1.0)
    assert [each["channel"] for each in team.far.messages] == ["#support-triage"]
    team.run()
    assert float(team.far.alerts("#escalations")[0]["ts"]) >= began + 60


def test_without_a_tag_nothing_is_tagged(tmp_path_factory: pytest.TempPathFactory) -> None:
    team = Team(str(tmp_path_factory.mktemp("team") / "l.sqlite3"), checked({"intercom": {"tag": ""}}))
    confirm(team.ledger, kinds=(DeliveryKind.TAG,))
    team.run()
    assert team.far.tags == set()
    assert only(team).state is DeliveryState.DONE
    team.ledger.close()


def test_a_lease_that_is_too_short_is_refused(team: Team) -> None:
    settings = checked({"delivery": {"lease_seconds": 40}})
    with pytest.raises(ConfigError, match="lease_seconds is 40"):
        Deliverer(team.ledger, team.far.services, settings)


def test_a_write_to_intercom_has_its_time_within_the_lease(team: Team) -> None:
    """However short the tool deadline is, which is Scalekit's alone."""
    short = {"scalekit": {"tool_timeout_seconds": 1}, "delivery": {"lease_seconds": 20 + WRITE_DEADLINE}}
    with pytest.raises(ConfigError, match="lease_seconds is 42") as told:
        Deliverer(team.ledger, team.far.services, checked(short))
    assert "larger than 42" in told.value.cure


def test_a_fault_of_ours_while_looking_is_no_end(team: Team) -> None:
    confirm(team.ledger, kinds=(DeliveryKind.SLACK,))
    team.far.fates = [Fate.LOST_ANSWER]
    team.far.look_breaks = True
    team.run(60)
    waiting = only(team)
    assert (waiting.state, waiting.in_doubt, waiting.error) == (DeliveryState.OWED, True, "Unexpected error (ZeroDivisionError)")
    assert team.told[-1].due_at >= team.told[-2].due_at + team.settings.delivery.settle_seconds
    team.far.look_breaks = False
    team.run()
    assert only(team).state is DeliveryState.DONE
    assert len(team.far.messages) == 1


class _Asked:
    """Slack that tells an address only after some refusals."""

    def __init__(self, *answers: str | ServiceError | None) -> None:
        self.answers = list(answers)

    def permalink(self, channel: str, ts: str) -> str | None:
        answer = self.answers.pop(0)
        if isinstance(answer, ServiceError):
            raise answer
        return answer


def test_only_what_slack_told_is_remembered_of_addresses(team: Team) -> None:
    asked = _Asked(RetryableError("Slow", service="slack"), None, "https://acme.slack.com/archives/C1/p12")
    links = Permalinks(cast(Slack, asked), team.ledger)
    assert [links.find("C1", "1.2") for _ in range(4)] == ["", "", *["https://acme.slack.com/archives/C1/p12"] * 2]
    assert Permalinks(cast(Slack, _Asked()), team.ledger).find("C1", "3.4") == "https://acme.slack.com/archives/C1/p34"


def test_one_slow_answer_about_an_address_does_not_hold_up_the_others(team: Team) -> None:
    both = threading.Barrier(2, timeout=10)

    class Slow(_Asked):
        def permalink(self, channel: str, ts: str) -> str | None:
            both.wait()
            return f"https://acme.slack.com/archives/{channel}/p1"

    links = Permalinks(cast(Slack, Slow()), team.ledger)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(links.find, ("C1", "C2"), ("1.2", "1.2"))) == [
            "https://acme.slack.com/archives/C1/p12",
            "https://acme.slack.com/archives/C2/p12",
        ]


@given(st.integers(0, 10_000), st.none() | st.floats(0, 1e9), st.integers())
def test_pauses_grow_to_five_minutes(attempts: int, retry_after: float | None, seed: int) -> None:
    wait = pause(attempts, retry_after, random.Random(seed))
    assert 0 < wait <= LONGEST
    if retry_after is None:
        assert wait >= min(LONGEST, 0.75 * 2 ** min(attempts - 1, 20))
    elif retry_after <= LONGEST:
        assert wait >= retry_after


def test_hostile_words_stay_words_everywhere(team: Team) -> None:
    words = "<!channel> @here ![x](https://evil.example/x.png) <script>"
    texts = replace(TEXTS, linear_body=words, slack_text=f"title\n{words}", note_text=words)
    confirm(team.ledger, texts=texts)
    team.run()
    assert "<!channel>" not in str(team.far.messages) + str(team.far.notes) + str(team.far.descriptions)
    assert "<script>" not in str(team.far.notes) + str(team.far.descriptions)
