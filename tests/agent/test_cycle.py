"""The agent as front ends drive it: approvals bound to what was shown, decisions, and what is scored again when."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from msgspec import structs

from escalator_tui.agent.cycle import Agent
from escalator_tui.config.detection import DetectionSettings
from escalator_tui.model.errors import DecisionError
from escalator_tui.model.kinds import AUTO, Priority, RowState, Verb
from tests.agent.bench import Bench, shown

ANGRY = "<p>This is unacceptable. I want to speak to a manager, or we cancel our subscription.</p>"
CALM = "<p>How do I add a seat?</p>"


def state(bench: Bench, conversation_id: str) -> RowState:
    row = bench.agent().row(conversation_id)
    assert row is not None
    return row.state


def test_a_poll_scores_what_changed_and_says_what_is_blind(bench: Bench) -> None:
    angry, calm = bench.add(body=ANGRY), bench.add(body=CALM, email="b@x.example", company={"name": "Acme", "plan": "Pro"})
    report = bench.agent().poll()
    assert (report.changed, report.scored, report.without_company, report.total_open) == (2, 2, 1, 2)
    assert state(bench, angry) is RowState.NEEDS_DECISION
    assert state(bench, calm) is RowState.WATCHING


def test_a_long_look_tells_how_far_it_is_and_a_short_one_nothing(bench: Bench) -> None:
    told: list[tuple[int, int]] = []
    agent = bench.agent()
    for number in range(60):
        bench.add(email=f"c{number}@x.example")
    agent.poll(progress=lambda read, found: told.append((read, found)))
    assert told[:2] == [(0, 25), (0, 50)]
    assert [read for read, _ in told[2:]] == [25, 50], "the first of them perhaps while it was still listing"
    assert told[-1][1] >= told[-2][1] >= 50
    bench.add(email="another@x.example")
    agent.poll(progress=lambda read, found: told.append((read, found)))
    assert len(told) == 4


def test_the_linear_team_has_a_name(bench: Bench) -> None:
    assert bench.agent().team_name() == "Infra"
    elsewhere = structs.replace(bench.settings, linear=structs.replace(bench.settings.linear, team_id="other"))
    assert bench.agent(elsewhere).team_name() == ""


def test_a_draft_still_holds_while_nobody_wrote(bench: Bench) -> None:
    one = bench.add(body=ANGRY)
    agent = bench.agent()
    agent.poll()
    draft = agent.draft(one)
    bench.now += 3600  # an hour more of waiting is no other approval
    bench.ask("POST", "world", {"do": "note", "id": one, "body": "<p>I look at it</p>"})
    assert draft.holds(agent.fresh_draft(draft))


def test_a_draft_still_holds_after_our_own_note_and_tag_came_back_with_a_look(bench: Bench) -> None:
    one = bench.add(body=ANGRY)
    agent = bench.agent()
    agent.poll()
    draft = agent.draft(one)
    agent.services.intercom.add_note(one, "<p>Escalated as P0 by Escalator.</p>")
    agent.services.intercom.tag(one, "escalated")
    bench.now += 3600
    agent.poll()
    row = agent.row(one)
    assert row is not None
    assert (row.record.conversation.tags, row.record.conversation.parts[-1].kind) == (("escalated",), "note")
    assert draft.holds(agent.fresh_draft(draft))
    assert agent.escalate(draft, actor="sam").texts == draft.texts


@pytest.mark.parametrize("change", [{"do": "say", "body": "<p>Hello?</p>"}, {"do": "answer", "body": "<p>Sorry</p>"}, {"do": "close"}])
def test_a_draft_no_longer_holds_once_somebody_wrote_or_closed_it(bench: Bench, change: dict[str, str]) -> None:
    one = bench.add(body=ANGRY)
    agent = bench.agent()
    agent.poll()
    draft = agent.draft(one)
    bench.ask("POST", "world", {**change, "id": one})
    fresh = agent.fresh_draft(draft)
    assert not draft.holds(fresh)
    with pytest.raises(DecisionError, match="changed since it was shown"):
        agent.escalate(draft, actor="sam")
    assert agent.escalate(fresh, actor="sam").actor == "sam"


def test_a_deleted_conversation_is_not_sent(bench: Bench) -> None:
    one = bench.add(body=ANGRY)
    agent = bench.agent()
    agent.poll()
    draft = agent.draft(one)
    bench.ask("POST", "world", {"do": "delete", "id": one})
    with pytest.raises(DecisionError, match="deleted in Intercom"):
        agent.fresh_draft(draft)


def test_the_second_lead_is_told_who_was_first(bench: Bench) -> None:
    one = bench.add(body=ANGRY)
    first, second = bench.agent(), bench.agent()
    first.poll()
    draft = second.draft(one)
    first.escalate(first.draft(one), actor="kim")
    with pytest.raises(DecisionError, match="kim escalated this conversation"):
        second.escalate(draft, actor="sam")
    assert second.auto_decide([draft.row]) == []


def test_a_held_escalation_is_undone_and_can_be_decided_again(bench: Bench) -> None:
    one = bench.add(body=ANGRY)
    agent = bench.agent()
    agent.poll()
    agent.escalate(agent.draft(one), actor="sam")
    assert state(bench, one) is RowState.HELD
    assert "escalation" in agent.undo(one, actor="sam")
    assert state(bench, one) is RowState.NEEDS_DECISION
    assert agent.ledger.owed() == []
    agent.escalate(agent.draft(one), actor="sam")
    assert state(bench, one) is RowState.HELD


def test_undo_takes_back_the_newest_decision(bench: Bench) -> None:
    one = bench.add(body=ANGRY)
    agent = bench.agent()
    agent.poll()
    agent.override(one, Priority.P3, actor="sam")
    agent.dismiss(shown(agent, one), reason="spam", actor="sam")
    assert state(bench, one) is RowState.DISMISSED
    assert agent.undo(one, actor="sam") == "the dismissal (spam)"
    agent.snooze(shown(agent, one), until=bench.now + 60, reason="", actor="sam")
    assert agent.undo(one, actor="sam") == "the snooze"
    assert agent.undo(one, actor="sam") == "the priority P3"
    with pytest.raises(DecisionError, match="nothing to undo"):
        agent.undo(one, actor="sam")


def test_undo_takes_back_only_what_is_expected_and_ones_own(bench: Bench) -> None:
    one = bench.add(body=ANGRY)
    agent = bench.agent()
    agent.poll()
    agent.escalate(agent.draft(one), actor="kim")
    for verb, actor in ((Verb.ESCALATE, "sam"), (Verb.DISMISS, "kim")):
        with pytest.raises(DecisionError, match="kim escalated this conversation"):
            agent.undo(one, actor=actor, expecting=verb)
    assert state(bench, one) is RowState.HELD
    assert "escalation" in agent.undo(one, actor="kim", expecting=Verb.ESCALATE)
    agent.override(one, Priority.P3, actor="sam")
    agent.snooze(shown(agent, one), until=bench.now + 60, reason="", actor="sam")
    with pytest.raises(DecisionError, match="sam snoozed this conversation"):
        agent.undo(one, actor="sam", expecting=Verb.DISMISS)
    assert agent.undo(one, actor="sam", expecting=Verb.SNOOZE) == "the snooze"
    with pytest.raises(DecisionError, match="no longer in force"):
        agent.undo(one, actor="sam", expecting=Verb.SNOOZE)
    assert agent.undo(one, actor="sam", expecting=Verb.OVERRIDE) == "the priority P3"


def test_a_priority_given_to_what_was_set_aside_is_taken_back_first(bench: Bench) -> None:
    one = bench.add(body=ANGRY)
    agent = bench.agent()
    agent.poll()
    agent.snooze(shown(agent, one), until=bench.now + 60, reason="", actor="kim")
    agent.override(one, Priority.P3, actor="sam")
    assert agent.undo(one, actor="sam", expecting=Verb.OVERRIDE) == "the priority P3"
    with pytest.raises(DecisionError, match="kim snoozed this conversation"):
        agent.undo(one, actor="sam", expecting=Verb.OVERRIDE)
    assert agent.undo(one, actor="kim", expecting=Verb.SNOOZE) == "the snooze"


def test_a_priority_that_a_colleague_gave_since_is_not_taken_back(bench: Bench) -> None:
    one = bench.add(body=ANGRY)
    agent = bench.agent()
    agent.poll()
    agent.override(one, Priority.P3, actor="sam")
    agent.override(one, Priority.P0, actor="kim")
    with pytest.raises(DecisionError, match="kim gave another priority since"):
        agent.undo(one, actor="sam", expecting=Verb.OVERRIDE)
    assert agent.undo(one, actor="kim", expecting=Verb.OVERRIDE) == "the priority P0; P3 by sam stands again"
    assert shown(agent, one).priority is Priority.P3
    with pytest.raises(DecisionError, match="sam gave another priority since"):
        agent.undo(one, actor="kim", expecting=Verb.OVERRIDE)
    assert agent.undo(one, actor="sam") == "the priority P3"
    assert shown(agent, one).priority is Priority.P1


def test_a_snooze_that_is_over_keeps_nobody_from_taking_back_what_came_after(bench: Bench) -> None:
    one = bench.add(body=ANGRY)
    agent = bench.agent()
    agent.poll()
    agent.snooze(shown(agent, one), until=bench.now + 60, reason="", actor="kim")
    bench.now += 61
    assert state(bench, one) is RowState.NEEDS_DECISION
    agent.override(one, Priority.P3, actor="sam")
    assert agent.undo(one, actor="sam", expecting=Verb.OVERRIDE) == "the priority P3"
    with pytest.raises(DecisionError, match="nothing to undo"):
        agent.undo(one, actor="kim")


def test_what_has_left_is_withdrawn_by_anybody_but_only_when_that_is_meant(bench: Bench) -> None:
    one = bench.add(body=ANGRY)
    agent = bench.agent()
    agent.poll()
    agent.escalate(agent.draft(one), actor="auto")
    for verb in (Verb.DISMISS, Verb.SNOOZE):
        with pytest.raises(DecisionError, match="auto escalated this conversation"):
            agent.undo(one, actor="sam", expecting=verb, withdraw=True)
    assert "withdrawn" in agent.undo(one, actor="sam", expecting=Verb.ESCALATE, withdraw=True)
    assert state(bench, one) is RowState.NEEDS_DECISION, "nothing was claimed yet, so nothing has to be made up for"
    with pytest.raises(DecisionError, match="no longer in force"):
        agent.undo(one, actor="auto", expecting=Verb.ESCALATE, withdraw=True)
    assert agent.auto_decide(agent.rows()) == []


def test_auto_escalates_what_needs_a_decision_and_nothing_else(bench: Bench) -> None:
    angry, _, dismissed = bench.add(body=ANGRY), bench.add(body=CALM, email="b@x.example"), bench.add(body=ANGRY, email="c@x.example")
    agent = bench.agent()
    agent.poll()
    agent.dismiss(shown(agent, dismissed), reason="known", actor="sam")
    made = agent.auto_decide(agent.rows())
    assert [(each.conversation_id, each.actor, each.held_until) for each in made] == [(angry, AUTO, 0.0)]


@pytest.mark.parametrize("meanwhile", ["dismissed", "closed"])
def test_auto_leaves_alone_what_was_decided_or_closed_meanwhile(bench: Bench, meanwhile: str) -> None:
    one = bench.add(body=ANGRY)
    agent, other = bench.agent(), bench.agent()
    agent.poll()
    rows = agent.rows()
    if meanwhile == "dismissed":
        other.dismiss(shown(other, one), reason="known", actor="kim")
    else:
        bench.ask("POST", "world", {"do": "close", "id": one})
        bench.now += 5
        other.poll()
    assert agent.auto_decide(rows) == []
    assert agent.ledger.owed() == []


def test_a_colleagues_dismissal_is_not_overridden_without_a_word(bench: Bench) -> None:
    one = bench.add(body=ANGRY)
    agent, other = bench.agent(), bench.agent()
    agent.poll()
    draft = agent.draft(one)
    other.dismiss(shown(other, one), reason="known", actor="kim")
    with pytest.raises(DecisionError, match=r"kim dismissed this conversation \(known\) meanwhile"):
        agent.fresh_draft(draft)
    again = agent.draft(one)
    assert again.holds(agent.fresh_draft(again))


def test_the_rules_have_one_fingerprint_in_every_process() -> None:
    imports = "from escalator_tui.agent.scoring import fingerprint; from escalator_tui.config import Settings"
    code = f"{imports}; print(fingerprint(Settings().rules))"
    prints = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(prints) == 1


def test_a_dismissed_conversation_comes_back_when_the_customer_writes_and_the_score_rises(bench: Bench) -> None:
    one = bench.add(body="<p>This is unacceptable.</p>")
    agent = bench.agent()
    agent.poll()
    agent.dismiss(shown(agent, one), reason="known", actor="sam")
    bench.say(one, ANGRY)
    bench.now += 5
    agent.poll()
    row = agent.row(one)
    assert row is not None
    assert (row.state, row.note) == (RowState.NEEDS_DECISION, "back after dismiss: the customer wrote again")


def test_other_rules_score_everything_again(bench: Bench) -> None:
    one = bench.add(body=ANGRY)
    bench.agent().poll()
    stricter = structs.replace(bench.settings, detection=DetectionSettings(threshold=1.0))
    report = bench.agent(stricter).poll()
    assert (report.changed, report.scored) == (0, 1)
    assert state(bench, one) is RowState.WATCHING


def test_time_alone_lifts_a_score_without_a_call(bench: Bench) -> None:
    one = bench.add(body="<p>How do I add a seat?</p>")
    agent = bench.agent()
    agent.poll()
    row = agent.row(one)
    assert row is not None
    assert row.record.assessment is not None
    crosses_at = row.record.assessment.crosses_at
    assert crosses_at is not None
    bench.calls()
    bench.now = crosses_at + 1.0
    agent.rescore()
    assert state(bench, one) is RowState.NEEDS_DECISION
    assert bench.calls() == []


def test_anothers_decision_shows_among_the_changed_rows(bench: Bench) -> None:
    one = bench.add(body=ANGRY)
    mine, other = bench.agent(), bench.agent()
    mine.poll()
    mine.changed_rows()
    other.dismiss(shown(other, one), reason="known", actor="kim")
    assert [(row.id, row.state) for row in mine.changed_rows()] == [(one, RowState.DISMISSED)]


def test_what_nobody_has_seen_cannot_be_decided(bench: Bench) -> None:
    agent = bench.agent()
    for decide in (lambda: agent.draft("1"), lambda: agent.override("1", Priority.P0, actor="sam"), lambda: agent.undo("1", actor="sam")):
        with pytest.raises(DecisionError, match="not known here"):
            decide()


def test_an_edited_text_is_another_approval(bench: Bench) -> None:
    one = bench.add(body=ANGRY)
    agent = bench.agent()
    agent.poll()
    draft = agent.draft(one)
    assert not draft.holds(replace(draft, texts=replace(draft.texts, note_text="other")))


def test_what_a_snooze_means_is_told_by_the_ledgers_clock(bench: Bench) -> None:
    one = bench.add(body=ANGRY)
    agent = bench.agent()
    agent.poll()
    agent.snooze(shown(agent, one), until=bench.now + 60, reason="", actor="sam")
    behind = Agent(bench.settings, bench.ledger, bench.services, clock=lambda: bench.now - 3600)
    bench.now += 61
    assert state(bench, one) is RowState.NEEDS_DECISION
    found = behind.row(one)
    assert found is not None
    assert found.state is RowState.NEEDS_DECISION


def test_what_another_process_has_read_and_not_scored_yet_is_judged_by_all_its_words(bench: Bench) -> None:
    one = bench.add(body="<p>This is unacceptable. I want to speak to a manager.</p>")
    agent = bench.agent()
    agent.poll()
    agent.escalate(agent.draft(one, Priority.P1), actor="kim")
    bench.now += 100
    agent.poll()  # what was listed while it was new is settled
    bench.ask("POST", "world", {"do": "say", "id": one, "body": "<p>My lawyer will write to you. We are cancelling our subscription.</p>"})
    read = agent.services.intercom.conversation(one)
    assert read is not None
    agent.ledger.save_conversations([read])
    agent.poll()
    record = agent.ledger.record(one)
    assert record is not None
    assert record.escalation is not None
    assert record.escalation.priority is Priority.P0


def test_new_rules_are_in_force_at_once_and_for_the_next_look(bench: Bench) -> None:
    known = bench.add(body="<p>This is unacceptable</p>")
    agent = bench.agent()
    agent.poll()
    assert [row.state for row in agent.rows() if row.id == known] == [RowState.NEEDS_DECISION]
    rules = replace(bench.settings.rules, words_removed=frozenset({"unacceptable"}))
    assert [flip.case.conversation.id for flip in agent.rehearsal().replay(rules).flips] == [known]
    assert agent.apply_rules(rules) == 1
    assert [row.state for row in agent.rows() if row.id == known] == [RowState.WATCHING]
    assert agent.rehearsal().in_force == rules
    late = bench.add(body="<p>So unacceptable</p>")
    agent.poll()
    assert [row.state for row in agent.rows() if row.id == late] == [RowState.WATCHING]


@pytest.mark.parametrize("moment", ["look", "settle"])
def test_new_rules_do_not_wait_for_a_look_under_way(bench: Bench, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    known = bench.add(body="<p>This is unacceptable</p>")
    agent = bench.agent()
    agent.poll()
    rules = replace(bench.settings.rules, words_removed=frozenset({"unacceptable"}))
    work, told = getattr(agent._watch, moment), []

    def meanwhile(*given: object) -> object:
        told.append(agent.apply_rules(rules))
        return work(*given)

    monkeypatch.setattr(agent._watch, moment, meanwhile)
    agent.poll()
    assert told == [None]
    assert state(bench, known) is RowState.WATCHING


def test_who_only_reads_begins_no_new_episode(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    known = bench.add(body=ANGRY)
    agent = bench.agent()
    agent.poll()
    agent.escalate(agent.draft(known), actor="lea")
    monkeypatch.setattr("escalator_tui.agent.cycle.is_back", lambda _: True)
    before = bench.ledger.events(known)
    agent.poll(follow_up=False, by_rule=False)
    assert bench.ledger.events(known) == before
    agent.poll(follow_up=False)
    assert bench.ledger.events(known)[-1].kind == "reopen"
