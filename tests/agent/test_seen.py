"""Decisions are bound to what the lead was shown, and say the truth of who was first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from escalator_tui.agent.cycle import Agent
from escalator_tui.model.decision import LONGEST_REASON, Decision
from escalator_tui.model.errors import DecisionError
from escalator_tui.model.kinds import RowState, Verb
from escalator_tui.model.row import Row
from tests.agent.bench import Bench, shown

CROSS = "<p>This is unacceptable.</p>"
WORSE = "<p>I want to speak to a manager, or we cancel our subscription. I will sue you.</p>"

Decide = Callable[[Agent, Row], object]
ASIDE: dict[str, Decide] = {
    "dismiss": lambda agent, row: agent.dismiss(row, reason="Not urgent", actor="lea"),
    "snooze": lambda agent, row: agent.snooze(row, until=agent.ledger.now + 3600, reason="", actor="lea"),
}


@pytest.mark.parametrize("decide", ASIDE.values(), ids=ASIDE)
def test_setting_aside_does_not_swallow_what_the_customer_wrote_after_the_row_was_shown(bench: Bench, decide: Decide) -> None:
    ids = [bench.add(body=CROSS, email=f"{each}@x.example") for each in "abc"]
    agent = bench.agent()
    agent.poll()
    rows = [shown(agent, each) for each in ids]
    bench.say(ids[1], WORSE)
    bench.now += 5
    bench.agent().poll()  # another process, or this one's own look behind an open question
    for row in rows:
        decide(agent, row)
    aside = RowState.DISMISSED if decide is ASIDE["dismiss"] else RowState.SNOOZED
    assert [shown(agent, each).state for each in ids] == [aside, RowState.NEEDS_DECISION, aside]
    assert "wrote again" in shown(agent, ids[1]).note
    decide(agent, shown(agent, ids[1]))
    assert shown(agent, ids[1]).state is aside


def test_auto_mode_escalates_what_came_after_the_row_that_was_dismissed(bench: Bench) -> None:
    one = bench.add(body=CROSS)
    agent = bench.agent()
    agent.poll()
    row = shown(agent, one)
    bench.say(one, WORSE)
    bench.now += 5
    agent.poll()
    agent.dismiss(row, reason="Not urgent", actor="lea")
    assert [each.conversation_id for each in agent.auto_decide(agent.rows())] == [one]


def test_a_lead_may_escalate_what_they_set_aside_themselves_a_moment_before(bench: Bench) -> None:
    one = bench.add(body=CROSS)
    agent = bench.agent()
    agent.poll()
    row, until = shown(agent, one), bench.now + 3600
    for decision in (
        Decision(one, Verb.DISMISS, "lea", bench.now - 0.3, "Not  urgent"),
        Decision(one, Verb.SNOOZE, "lea", 1.0, until=until),
    ):
        # As the app draws it before the ledger has it.
        drawn = replace(row, record=replace(row.record, decision=decision))
        draft = agent.draft_of(drawn, row.priority)
        if decision.verb is Verb.DISMISS:
            agent.dismiss(row, reason=decision.reason, actor="lea")
        else:
            agent.snooze(row, until=until, reason="", actor="lea")
        assert draft.holds(agent.fresh_draft(draft))
        agent.snooze(row, until=until + 1, reason="", actor="lea")
        with pytest.raises(DecisionError, match="lea snoozed this conversation meanwhile"):
            agent.fresh_draft(draft)


def test_a_reason_is_kept_as_one_line_of_harmless_words(bench: Bench) -> None:
    one = bench.add(body=CROSS)
    agent = bench.agent()
    agent.poll()
    row = shown(agent, one)
    agent.dismiss(row, reason="ok \x1b]52;c;aGk=\x07 \u202egnp.exe\nand more", actor="lea")
    assert shown(agent, one).note == "ok gnp.exe and more"
    agent.snooze(row, until=bench.now + 60, reason="w" * 1000, actor="lea")
    decision = shown(agent, one).record.decision
    assert decision is not None
    assert decision.reason == "w" * (LONGEST_REASON - 1) + "…"


def test_what_the_ledger_does_not_know_cannot_be_set_aside(bench: Bench) -> None:
    one = bench.add(body=CROSS)
    agent = bench.agent()
    agent.poll()
    row = shown(agent, one)
    unknown = replace(row, record=replace(row.record, conversation=replace(row.record.conversation, id="unknown")))
    for decide in ASIDE.values():
        with pytest.raises(DecisionError, match="unknown is not known"):
            decide(agent, unknown)
