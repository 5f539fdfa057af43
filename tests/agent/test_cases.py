"""Recorded conversations at the moment they are judged by."""

from __future__ import annotations

from dataclasses import replace

from escalator_tui.agent.cases import cases_of, labelled_cases
from escalator_tui.model.conversation import Contact, ConversationState
from escalator_tui.model.decision import Decision
from escalator_tui.model.kinds import Verb
from escalator_tui.model.record import Recorded
from tests.agent.builders import NOW, SAM, conversation, part

CLOSED = ConversationState.CLOSED


def texts(found: object) -> list[str]:
    return [each.text for each in found.parts]  # type: ignore[attr-defined]


def test_a_verdict_is_weighed_on_what_was_seen_then() -> None:
    talk = conversation(part(1, "first"), part(2, "second"), part(500, "later"), state=CLOSED)
    seen = Decision("100", Verb.DISMISS, "sam", NOW - 400, customer_part="1")
    (case,) = cases_of([Recorded(talk, (seen,))], NOW)
    assert (texts(case.conversation), case.at, case.verdict) == (["first"], NOW - 400, False)
    assert case.conversation.is_open


def test_an_escalation_that_kept_no_message_is_weighed_by_its_moment() -> None:
    talk = conversation(part(1, "first"), part(700, "later"))
    (case,) = cases_of([Recorded(talk, (Decision("100", Verb.ESCALATE, "sam", NOW - 900),))], NOW)
    assert (texts(case.conversation), case.verdict) == (["first"], True)


def test_without_a_verdict_an_open_one_is_taken_as_it_is_and_an_ended_one_as_it_was_at_its_end() -> None:
    open_one = conversation(part(1), id="1", contact=None, account=None)
    ended = conversation(part(1), part(50, "", SAM, "close"), part(90, "thanks"), id="2", contact=None, account=None, state=CLOSED)
    now, end = cases_of([Recorded(open_one), Recorded(ended)], NOW)
    assert (now.at, end.at, end.conversation.is_open) == (NOW, NOW - 950, True)
    assert len(end.conversation.parts) == 2


def test_each_episode_is_a_case() -> None:
    decisions = (
        Decision("100", Verb.ESCALATE, "sam", NOW - 500),
        Decision("100", Verb.REOPEN, "sam", NOW - 400),
        Decision("100", Verb.DISMISS, "sam", NOW - 300),
    )
    assert [case.verdict for case in cases_of([Recorded(conversation(), decisions)], NOW)] == [True, False]


def test_the_same_customers_others_are_as_they_were_too() -> None:
    talk = conversation(part(100, "mine"))
    other = conversation(part(50, "before"), part(900, "after"), id="200")
    stranger = conversation(id="300", contact=Contact("c9"), account=None)
    old = replace(other, id="400", created_at=NOW - 30 * 86_400, updated_at=NOW - 20 * 86_400)
    recorded = [Recorded(talk, (Decision("100", Verb.DISMISS, "sam", NOW - 500),)), *map(Recorded, (other, stranger, old))]
    case = cases_of(recorded, NOW)[0]
    assert [(each.id, texts(each)) for each in case.history] == [("200", ["before"])]


def test_an_export_is_taken_as_it_was_when_it_was_updated_last() -> None:
    (case,) = labelled_cases([(conversation(), True)])
    assert (case.at, case.verdict) == (NOW - 60, True)
