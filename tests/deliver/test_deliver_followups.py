"""Later messages on an escalated conversation: told on the same issue and in the same thread, once each and in order."""

from __future__ import annotations

import threading

import pytest

from escalator_tui.model.decision import Baseline, Escalation, FollowUp
from escalator_tui.model.kinds import DeliveryKind, DeliveryState, Priority
from tests.deliver.conftest import Team
from tests.deliver.far_side import Fate, Killed
from tests.deliver.test_deliver_once import HARMLESS, arrived_once, run_with_kills
from tests.ledger.makers import KINDS, confirm

MORE = FollowUp("7", 900, "The customer wrote again:\n“<!channel> still broken”")


def follow(team: Team, new: FollowUp = MORE) -> bool:
    return team.ledger.follow_up(team.ledger.escalation(1), new)


def kinds_done(escalation: Escalation) -> list[DeliveryKind]:
    return [each.kind for each in escalation.deliveries if each.state is DeliveryState.DONE]


def test_a_message_becomes_a_comment_and_a_reply_and_nothing_new(team: Team) -> None:
    confirm(team.ledger)
    team.run()
    assert follow(team)
    team.run()
    arrived_once(team)
    ((comment_id, comment),) = team.far.comments.items()
    (reply,) = team.far.replies
    assert comment["issue"] == next(iter(team.far.issues))
    assert reply["thread"] == team.far.messages[0]["ts"]
    assert "still broken" in comment["body"]
    assert "still broken" in reply["blocks"][0]["text"]["text"]
    assert "<!channel>" not in str(reply) + str(comment)
    assert comment_id[14] == "4"
    assert team.far.priorities == {}
    assert team.ledger.escalation(1).is_complete


@pytest.mark.parametrize("fate", HARMLESS)
@pytest.mark.parametrize("position", range(3))
def test_one_fault_anywhere_doubles_and_loses_nothing(team: Team, fate: Fate, position: int) -> None:
    confirm(team.ledger, priority=Priority.P1)
    team.run()
    follow(team, FollowUp("7", 900, "More", Priority.P0, "the score rose"))
    team.far.fates = [Fate.DONE] * position + [fate]
    run_with_kills(team)
    arrived_once(team)
    assert (len(team.far.comments), len(team.far.replies)) == (1, 1)
    assert list(team.far.priorities.values()) == [1]


def test_the_test_can_fail(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """The canary: who does not look in the thread doubles."""
    monkeypatch.setattr("escalator_tui.agent.attempt.FINDERS", {})
    confirm(team.ledger)
    team.run()
    follow(team)
    team.far.fates = [Fate.DONE, Fate.LOST_ANSWER]
    team.run()
    assert len(team.far.replies) == 2


def test_they_wait_for_the_issue_and_the_alert_and_keep_their_order(team: Team) -> None:
    confirm(team.ledger)
    team.far.down = {"linear", "slack"}
    follow(team)
    follow(team, FollowUp("8", 901, "second"))
    team.run(400)
    assert team.far.comments == {}
    assert team.far.replies == []
    team.far.down = set()
    team.run()
    assert ["second" in each["body"] for each in team.far.comments.values()] == [False, True]
    assert ["second" in each["text"] for each in team.far.replies] == [False, True]
    assert team.ledger.owed() == []


def test_one_that_is_put_off_holds_up_the_next_and_one_that_is_refused_does_not(team: Team) -> None:
    confirm(team.ledger)
    team.run()
    team.far.down = {"comment"}
    follow(team)
    follow(team, FollowUp("8", 901, "second"))
    team.run(30)
    assert team.far.writes["comment"] == len([each for each in team.far.writes.elements() if each == "comment"])
    second = next(each for each in team.ledger.escalation(1).deliveries if (each.kind, each.subject) == (DeliveryKind.COMMENT, "8"))
    assert second.attempts == 0
    team.far.down, team.far.fates = set(), [Fate.PERMANENT]
    team.run()
    assert [each["body"].startswith("second") for each in team.far.comments.values()] == [True]
    assert [each.subject for each in team.ledger.escalation(1).deliveries if each.state is DeliveryState.BLOCKED] == ["7"]


def test_the_priority_is_raised_on_the_issue(team: Team) -> None:
    confirm(team.ledger, priority=Priority.P1)
    team.run()
    follow(team, FollowUp("7", 900, "Raised from P1 to P0: the score rose", Priority.P0, "the score rose"))
    assert team.ledger.escalation(1).priority is Priority.P0
    team.run()
    assert team.far.priorities == {next(iter(team.far.issues)): 1}
    assert "Raised from P1 to P0" in team.far.replies[0]["text"]


def test_of_many_processes_that_look_at_once_one_tells(team: Team) -> None:
    confirm(team.ledger)
    team.run()
    seen = team.ledger.escalation(1)
    ledgers = [team.ledger, team.colleague()[0]]
    barrier, told = threading.Barrier(6), []

    def look(number: int) -> None:
        barrier.wait()
        told.append(ledgers[number % 2].follow_up(seen, MORE))

    threads = [threading.Thread(target=look, args=(number,)) for number in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(told) == [False] * 5 + [True]
    team.run()
    assert (len(team.far.comments), len(team.far.replies)) == (1, 1)
    assert team.ledger.escalation(1).baseline == Baseline(told="7", told_at=900)
    ledgers[1].close()


def test_a_killed_look_tells_all_or_nothing(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    confirm(team.ledger)
    team.run()

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("escalator_tui.ledger.followups.record_event", killed)
        with pytest.raises(Killed):
            follow(team)
    assert team.ledger.owed() == []
    assert follow(team)
    team.run()
    assert len(team.far.comments) == 1


def test_what_has_no_issue_or_alert_is_not_followed_up_there(team: Team) -> None:
    confirm(team.ledger, kinds=(DeliveryKind.SLACK,), priority=Priority.P1)
    confirm(team.ledger, "2", kinds=())
    team.run()
    follow(team, FollowUp("7", 900, "More", Priority.P0, "grew"))
    team.ledger.follow_up(team.ledger.escalation(2), MORE)
    team.run()
    assert kinds_done(team.ledger.escalation(1)) == [DeliveryKind.SLACK, DeliveryKind.REPLY]
    assert team.ledger.escalation(2).deliveries == ()


def test_a_reply_whose_thread_cannot_be_read_is_uncertain_and_never_repeated(team: Team) -> None:
    confirm(team.ledger)
    team.run()
    follow(team)
    team.far.fates, team.far.can_look = [Fate.DONE, Fate.LOST_CALL], False
    team.run()
    reply = next(each for each in team.ledger.escalation(1).deliveries if each.kind is DeliveryKind.REPLY)
    assert reply.state is DeliveryState.UNCERTAIN
    assert team.far.replies == []


def test_replies_share_the_channels_bucket_with_alerts(team: Team) -> None:
    for number in range(3):
        confirm(team.ledger, str(number))
    team.run(0)
    began = team.clock.now
    for number in range(3):
        team.ledger.follow_up(team.ledger.escalation(number + 1), MORE)
    team.run()
    assert [float(each["ts"]) // 1 - began for each in team.far.replies] == [0, 0, 1]


def test_a_note_in_a_cut_thread_is_uncertain_and_never_sent_again(team: Team) -> None:
    confirm(team.ledger)
    team.far.fates, team.far.cut = [Fate.DONE] * (len(KINDS) - 2) + [Fate.LOST_CALL, Fate.LOST_CALL], True
    team.run()
    note = next(each for each in team.ledger.escalation(1).deliveries if each.kind is DeliveryKind.NOTE)
    assert (note.state, team.far.notes) == (DeliveryState.UNCERTAIN, [])
    assert "nobody can look" in note.error
    assert note.cure
