"""What `u` would take back, and what leaving would drop."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalator_tui.config import Settings
from escalator_tui.model.conversation import ConversationState
from escalator_tui.model.decision import LONGEST_REASON
from escalator_tui.model.kinds import RowState, Verb
from escalator_tui.session.memory import FIRST_REASONS, MOST_REASONS, Memory, remember_reason, restore_reasons
from escalator_tui.session.proposal import Proposal
from escalator_tui.session.session import Session
from escalator_tui.session.undoing import FRESH_SECONDS
from escalator_tui.session.verdicts import dismissal

from .desk import ScriptedDesk
from .story import NOW, decided, escalated, morning, row


@pytest.fixture
def session(desk: ScriptedDesk) -> Session:
    """A session whose clock the test can turn."""
    made = Session(desk=desk, settings=Settings(), actor="lea", ring=lambda: None, hand_back=lambda call: call(), clock=lambda: desk.now)
    made.queue.apply(morning())
    return made


def test_a_hold_under_the_cursor_comes_first(session: Session) -> None:
    session.acts.remember(Verb.DISMISS, (row("101"),))
    act = session.acts.undoable(escalated(row("7", company="Tyrell"), RowState.HELD, by="lea"))
    assert act
    assert (act.ids, act.verb) == (("7",), Verb.ESCALATE)
    other = session.acts.undoable(escalated(row("7", company="Tyrell"), RowState.HELD))
    assert other
    assert other.ids == ("101",)


def test_then_the_leads_own_last_act_while_it_is_fresh(session: Session, desk: ScriptedDesk) -> None:
    session.acts.remember(Verb.SNOOZE, (row("101"), row("102")))
    mine = decided(row("9", company="Stark"), RowState.DISMISSED, Verb.DISMISS, by="lea")
    act = session.acts.undoable(mine)
    assert act
    assert (act.ids, act.verb) == (("101", "102"), Verb.SNOOZE)
    desk.now = NOW + FRESH_SECONDS + 1
    act = session.acts.undoable(mine)
    assert act
    assert (act.ids, act.verb) == (("9",), Verb.DISMISS)
    assert session.acts.undoable(session.queue.rows["109"]) is None
    assert session.acts.undoable(session.queue.rows["101"]) is None


def test_a_row_alone_is_asked_for_whatever_was_decided_since(session: Session, desk: ScriptedDesk) -> None:
    mine = decided(row("9", company="Stark"), RowState.DISMISSED, Verb.DISMISS, by="lea")
    session.acts.remember(Verb.OVERRIDE, (row("102"),))
    given = session.acts.made[-1]
    session.acts.remember(Verb.SNOOZE, (row("101"), row("103")))
    act = session.acts.undoable(mine, alone=True)
    assert act
    assert (act.ids, act.verb) == (("9",), Verb.DISMISS)
    assert session.acts.undoable(row("102"), alone=True) == given
    act = session.acts.undoable(row("101"), alone=True)
    assert act
    assert (act.ids, act.verb) == (("101",), Verb.SNOOZE)
    desk.now = NOW + FRESH_SECONDS + 1
    assert session.acts.undoable(row("102"), alone=True) is None


def test_what_was_sent_is_taken_back_on_its_own_row_or_by_its_mark_and_from_nowhere_else(session: Session) -> None:
    sent, other = session.queue.rows["106"], session.queue.rows["104"]
    session.acts.remember(Verb.DISMISS, (row("101"),))
    session.acts.remember(Verb.ESCALATE, (sent, other))
    assert session.acts.undoable(session.queue.rows["103"]) is None, "nor is what was decided before it"
    assert session.acts.sent == (sent, other)
    on_it, marked = session.acts.undoable(sent), session.acts.undoable(session.queue.rows["103"], marked=(sent, other))
    assert on_it
    assert (on_it.ids, on_it.verb) == (("106",), Verb.ESCALATE)
    assert marked
    assert marked.ids == ("106", "104")


def test_the_last_act_goes_before_an_older_one_on_some_of_what_is_marked(session: Session) -> None:
    needs, mine = session.queue.rows["101"], decided(row("9", company="Stark"), RowState.DISMISSED, Verb.DISMISS, by="lea")
    session.acts.remember(Verb.OVERRIDE, (mine, needs))
    act = session.acts.undoable(needs, marked=(needs, mine))
    assert act
    assert act.verb is Verb.OVERRIDE
    session.acts.forget(act.verb, act.ids)
    act = session.acts.undoable(needs, marked=(needs, mine))
    assert act
    assert (act.verb, act.ids) == (Verb.DISMISS, ("9",))


def test_of_several_that_were_sent_those_that_have_not_left_are_taken_back(session: Session) -> None:
    held = escalated(row("102", company="Globex"), RowState.HELD, by="lea")
    session.queue.apply([held])
    session.acts.remember(Verb.ESCALATE, (held, session.queue.rows["106"]))
    act = session.acts.undoable(session.queue.rows["106"])
    assert act
    assert act.ids == ("102",)
    session.acts.forget(act.verb, act.ids)
    assert session.acts.sent == (session.queue.rows["106"],)


def test_what_a_colleague_withdrew_is_not_said_to_have_gone_out(session: Session) -> None:
    sent, other = session.queue.rows["106"], session.queue.rows["104"]
    session.acts.remember(Verb.ESCALATE, (sent, other))
    made = sent.record.escalation
    assert made
    withdrawn = replace(sent, record=replace(sent.record, escalation=replace(made, withdrawn_by="sam")))
    session.queue.apply([withdrawn, replace(other, state=RowState.NEEDS_DECISION, record=replace(other.record, escalation=None))])
    assert session.acts.sent == ()
    assert session.acts.undoable(session.queue.rows["103"]) is None


def test_leaving_names_what_is_under_way(session: Session, desk: ScriptedDesk) -> None:
    assert session.leaving_drops() == ""
    desk.deliverer.in_flight = 1
    session.queue.apply([escalated(row("7"), RowState.HELD)])
    assert session.leaving_drops() == "1 delivery is being sent, 1 escalation is held and has not left yet"


def test_a_reason_keeps_its_place_among_few(session: Session) -> None:
    for number in range(12):
        remember_reason(session.reasons, f"reason {number}")
    remember_reason(session.reasons, "reason 3")
    assert session.reasons == [*FIRST_REASONS, *(f"reason {number}" for number in range(5)), "reason 11"]
    assert len(session.reasons) == MOST_REASONS


@pytest.mark.parametrize("again", ["Not urgent", "not urgent", "NOT  URGENT", " not urgent "])
def test_a_reason_in_other_letters_is_the_same(session: Session, again: str) -> None:
    remember_reason(session.reasons, again)
    assert session.reasons == list(FIRST_REASONS)


def test_reasons_built_in_that_an_earlier_version_forgot_are_offered_again_behind_the_others(session: Session) -> None:
    known, alike = ("Known", FIRST_REASONS[1].upper(), "Spam"), (FIRST_REASONS[0], FIRST_REASONS[2])
    restore_reasons(session, Memory(reasons=known))
    assert session.reasons == [*known, *alike]
    restore_reasons(session, Memory(reasons=tuple(session.reasons)))
    assert session.reasons == [*known, *alike]
    own = tuple(map(str, range(MOST_REASONS - 1)))
    restore_reasons(session, Memory(reasons=own))
    assert session.reasons == [*own, FIRST_REASONS[0]], "nothing of the lead's own gives way"


def test_words_for_a_conversation_that_was_closed_are_not_kept(session: Session) -> None:
    base = session.queue.rows["101"]
    drafted = session.desk.draft_of(base, base.priority)
    words = Proposal(drafted, {"note_text": "mine"})
    assert session.approvals.keep([words])
    session.approvals.drawn([base])
    assert "101" in session.approvals.own
    talk = replace(base.record.conversation, state=ConversationState.CLOSED)
    session.approvals.drawn([replace(base, record=replace(base.record, conversation=talk))])
    assert session.approvals.own == {}


def test_a_decision_is_drawn_with_the_reason_that_the_ledger_will_have(session: Session) -> None:
    def drawn(reason: str) -> str:
        return dismissal(session, reason).draw(session.queue.rows["101"]).note

    assert drawn("ok \x1b]52;c;aGk=\x07 \u202egnp.exe\nand more") == "ok gnp.exe and more"
    assert len(drawn("w" * 1000)) == LONGEST_REASON
