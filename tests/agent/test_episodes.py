"""When an escalated conversation escalates again, and what is told of later messages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from escalator_tui.agent.episodes import MESSAGES, baseline_of, follow_up_of, growth, is_back
from escalator_tui.agent.triage import row_of
from escalator_tui.model.assessment import Assessment, Signal
from escalator_tui.model.conversation import ConversationState
from escalator_tui.model.decision import Baseline, Decision
from escalator_tui.model.kinds import DeliveryKind, DeliveryState, Priority, RowState, Verb
from escalator_tui.model.record import Record
from escalator_tui.model.rules import Rules
from tests.agent.builders import NOW, SAM, assessment, conversation, delivery, escalation, part, record

FIRST = part(1, "I want to speak to a manager", kind="source")
CLOSED = part(3, "", SAM, kind="close")
BACK = part(4, "It is broken again", kind="open")
DONE = delivery(DeliveryKind.LINEAR, state=DeliveryState.DONE)


def escalated(*later: Any, found: Assessment | None = None, reopens: int = 0, **changes: Any) -> Record:
    """A conversation escalated after its first message, as it is after the later ones."""
    base = baseline_of(record(conversation=conversation(FIRST)))
    given: dict[str, Any] = {"baseline": base, "score": 0.5, **changes}
    deliveries = given.pop("deliveries", (DONE,))
    made = replace(escalation(*deliveries), priority=given.pop("priority", Priority.P1), **given)
    talk = conversation(FIRST, *later, reopens=reopens)
    return record(conversation=talk, assessment=found or assessment(0.5), escalation=made)


def test_what_is_known_at_the_escalation() -> None:
    base = baseline_of(record(conversation=conversation(FIRST, reopens=2)))
    assert base == Baseline("1", NOW - 999, told="1", told_at=NOW - 999, reopens=2, families=("manager",))


def test_closed_and_opened_again_by_the_customer_it_is_back() -> None:
    assert is_back(escalated(CLOSED, BACK))


@pytest.mark.parametrize(
    "why_not",
    [
        escalated(),
        escalated(BACK),
        escalated(CLOSED),
        escalated(BACK, part(5, "", SAM, kind="close")),
        escalated(CLOSED, part(4, "", SAM, kind="open")),
        escalated(CLOSED, BACK, found=assessment(0.39)),
        escalated(CLOSED, BACK, deliveries=(DONE, delivery(DeliveryKind.SLACK))),
        escalated(CLOSED, BACK, deliveries=(DONE, delivery(DeliveryKind.SLACK, state=DeliveryState.UNCERTAIN))),
        escalated(reopens=1),
        record(),
    ],
)
def test_it_is_not_back(why_not: Record) -> None:
    assert not is_back(why_not)


def test_it_is_not_back_while_it_is_closed() -> None:
    found = escalated(CLOSED, BACK)
    assert not is_back(replace(found, conversation=replace(found.conversation, state=ConversationState.CLOSED)))


def test_without_the_closing_part_the_count_of_reopenings_tells() -> None:
    assert is_back(escalated(BACK, reopens=1))
    unknown = escalated(BACK, reopens=1, baseline=Baseline())
    assert not is_back(unknown), "an escalation of an older ledger knows no count"


def test_a_message_that_was_told_of_does_not_hide_the_closing() -> None:
    base = baseline_of(record(conversation=conversation(FIRST)))
    assert is_back(escalated(CLOSED, BACK, baseline=replace(base, told=BACK.id, told_at=NOW)))


def test_the_row_says_why_it_is_back() -> None:
    decision = Decision("100", Verb.REOPEN, "escalator", NOW, "reopened after it was escalated")
    row = row_of(record(decision=decision), Rules(), NOW)
    assert (row.state, row.note) == (RowState.NEEDS_DECISION, "back: reopened after it was escalated")
    assert row_of(record(decision=decision, assessment=assessment(0.1)), Rules(), NOW).state is RowState.WATCHING


def test_new_messages_are_told_together_and_only_the_customers() -> None:
    found = follow_up_of(
        escalated(part(2, "We look into it", SAM), part(3, "Still\nbroken"), part(4, "psst", kind="note"), part(5, "Hello?"))
    )
    assert found is not None
    assert (found.part, found.at, found.raise_to) == ("5", NOW - 995, None)
    assert found.text.splitlines() == ["The customer wrote 2 more messages:", "“Still broken”", "“Hello?”"]


def test_nothing_new_is_nothing_to_tell() -> None:
    assert follow_up_of(escalated(part(2, "We look into it", SAM))) is None
    assert follow_up_of(record()) is None
    closed = escalated(part(2))
    assert follow_up_of(replace(closed, conversation=replace(closed.conversation, state=ConversationState.CLOSED))) is None


def test_of_many_messages_the_newest_are_quoted() -> None:
    found = follow_up_of(escalated(*(part(number, f"message {number}") for number in range(2, 40))))
    assert found is not None
    assert found.text.splitlines()[0] == f"The customer wrote 38 more messages (the last {MESSAGES}):"
    assert len(found.text.splitlines()) == MESSAGES + 1


def test_when_the_part_is_cut_off_the_time_tells_what_is_new() -> None:
    cut = escalated(part(2, "old"), part(3, "new"), baseline=Baseline("gone", NOW - 998, told="gone", told_at=NOW - 998))
    found = follow_up_of(cut)
    assert found is not None
    assert found.text.splitlines()[1:] == ["“new”"]


def test_an_attachment_alone_is_told() -> None:
    found = follow_up_of(escalated(replace(part(2, ""), attachments=2)))
    assert found is not None
    assert "(2 attachments)" in found.text


def signals(*kinds: str, score: float = 0.6) -> Assessment:
    return assessment(score, signals=tuple(Signal(kind, score / len(kinds), kind) for kind in kinds))


@pytest.mark.parametrize(
    ("found", "grew"),
    [
        (signals("manager", score=0.69), ""),
        (signals("manager", score=0.7), "the score rose from 0.50 to 0.70"),
        (signals("manager", "legal"), "new: legal"),
        (signals("manager", "emphasis"), ""),
        (signals("manager", "wording"), ""),
        (signals("manager", "legal", score=0.9), "the score rose from 0.50 to 0.90 and new: legal"),
        (signals("manager", "a", "b", "c"), ""),
        (signals("manager", "a", "b", "churn"), "new: churn"),
    ],
)
def test_grown_signals_raise_the_priority(found: Assessment, grew: str) -> None:
    told = escalated(part(2, "Now!"), found=found)
    assert told.escalation is not None
    assert growth(told, told.escalation) == grew
    follow_up = follow_up_of(told)
    assert follow_up is not None
    assert follow_up.raise_to is (Priority.P0 if grew else None)
    assert (f"Raised from P1 to P0: {grew}" in follow_up.text) is bool(grew)


def test_a_priority_that_a_person_set_and_p0_stay() -> None:
    grown = escalated(part(2, "Now!"), found=signals("legal", score=0.9))
    assert follow_up_of(grown) is not None
    for other in (replace(grown, priority_override=Priority.P1), escalated(part(2), found=signals("legal"), priority=Priority.P0)):
        found = follow_up_of(other)
        assert found is not None
        assert found.raise_to is None


def test_what_a_person_took_back_is_left_alone_until_something_new_happens() -> None:
    undone = Decision("100", Verb.UNDO, "ann", NOW, "escalation withdrawn", score=0.9, customer_part="1")
    taken_back = record(decision=undone)
    row = row_of(taken_back, Rules(), NOW)
    assert (row.state, row.note) == (RowState.NEEDS_DECISION, "taken back by ann")
    assert row.left_alone
    again = record(decision=undone, conversation=conversation(FIRST, part(2, "Lawyers!")), assessment=assessment(0.95))
    row = row_of(again, Rules(), NOW)
    assert not row.left_alone
    assert "wrote again" in row.note


def test_a_withdrawal_under_way_tells_how_far_it_is() -> None:
    amends = (delivery(DeliveryKind.ARCHIVE, state=DeliveryState.DONE), delivery(DeliveryKind.STRIKE))
    row = row_of(record(escalation=escalation(DONE, *amends, withdrawn_by="ann")), Rules(), NOW)
    assert (row.state, row.note) == (RowState.SENDING, "withdrawing 1/2")
