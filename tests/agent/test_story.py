"""What a lead reads of the past, and drafts that ask nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalator_tui.agent.story import past_of
from escalator_tui.ledger.audit import Event
from escalator_tui.model.kinds import DeliveryKind, Priority, Verb
from tests.agent.bench import Bench, shown

ANGRY = "<p>This is unacceptable. I want to speak to a manager, or we cancel our subscription.</p>"


@pytest.mark.parametrize(
    ("kind", "detail", "words"),
    [
        ("escalate", {"priority": "P0", "reason": ""}, "escalated as P0"),
        ("escalate", {}, "escalated as unknown priority"),
        ("dismiss", {"reason": "Not urgent"}, "dismissed: Not urgent"),
        ("dismiss", {"reason": ""}, "dismissed"),
        ("snooze", {"until": None}, "snoozed"),
        ("override", {"priority": "P2"}, "set the priority to P2"),
        ("override", {"priority": None}, "took the priority back"),
        ("override", {"priority": "P0", "reason": "priority taken back"}, "took the priority back, to P0 again"),
        ("undo", {"reason": ""}, "took the dismissal or snooze back"),
        ("undo", {"reason": "escalation cancelled while it was held"}, "took back: escalation cancelled while it was held"),
        ("withdraw", {"text": "Withdrawn by sam."}, "withdrew the escalation that was sent"),
        ("reopen", {"reason": "it is back"}, "reopened: it is back"),
        ("retry", {"kinds": ["slack", "note"]}, "asked to send again: slack, note"),
    ],
)
def test_each_decision_is_told_in_words(kind: str, detail: dict[str, object], words: str) -> None:
    assert [each.what for each in past_of([Event(1.0, "sam", kind, "1", detail)])] == [words]


def test_what_no_lead_did_is_left_out() -> None:
    assert past_of(Event(1.0, "escalator", kind, "1", {}) for kind in ("delivered", "postponed", "lease lost", "pruned")) == ()


def test_a_snooze_says_until_when(monkeypatch: pytest.MonkeyPatch) -> None:
    (past,) = past_of([Event(1.0, "sam", "snooze", "1", {"until": 1_790_000_000.0})])
    assert past.what.startswith("snoozed until ")
    assert "21 Sep" in past.what or "22 Sep" in past.what


def test_the_background_holds_the_other_conversations_and_what_was_decided_and_undone(bench: Bench) -> None:
    one, other = bench.add(body=ANGRY, email="jane@acme.example"), bench.add(body="<p>Earlier</p>", email="jane@acme.example")
    agent = bench.agent()
    agent.poll()
    agent.dismiss(shown(agent, one), reason="Not urgent", actor="sam")
    agent.undo(one, actor="sam", expecting=Verb.DISMISS)
    agent.escalate(agent.draft(one), actor="kim")
    background = agent.background(one)
    assert [(each.actor, each.what) for each in background.past] == [
        ("sam", "dismissed: Not urgent"),
        ("sam", "took the dismissal or snooze back"),
        ("kim", "escalated as P1"),
    ]
    assert [each.id for each in background.others] == [other]
    assert agent.background("nobody has seen this").others == ()
    listed = agent.activity(one)
    assert {each.delivery.kind for each in listed} >= {DeliveryKind.LINEAR, DeliveryKind.SLACK, DeliveryKind.NOTE}
    assert {each.decided_by for each in listed} == {"kim"}
    assert agent.activity(other) == []


def test_a_draft_of_a_row_is_the_one_of_the_ledger_and_asks_nobody(bench: Bench) -> None:
    one = bench.add(body=ANGRY)
    agent = bench.agent()
    agent.poll()
    row = agent.row(one)
    assert row
    bench.calls()
    draft = agent.draft_of(row, Priority.P1)
    assert draft == agent.draft(one, Priority.P1)
    assert agent.draft_of(row, Priority.P0).texts != draft.texts
    unscored = replace(row, record=replace(row.record, assessment=None))
    bench.ledger.close()
    assert "speak to a manager" in agent.draft_of(unscored, Priority.P1).texts.slack_text
    assert bench.calls() == []
