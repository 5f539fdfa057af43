"""What `u` would take back, and what leaving would drop."""

from __future__ import annotations

import pytest

from escalator_tui.config import Settings
from escalator_tui.model.kinds import RowState, Verb
from escalator_tui.widgets.memory import FIRST_REASONS, MOST_REASONS, remember_reason
from escalator_tui.widgets.session import Session

from .desk import ScriptedDesk
from .story import NOW, decided, escalated, morning, row


@pytest.fixture
def session(desk: ScriptedDesk) -> Session:
    """A session whose clock the test can turn."""
    made = Session(desk=desk, settings=Settings(), actor="lea", ring=lambda: None, hand_back=lambda call: call(), clock=lambda: desk.now)
    made.queue.apply(morning())
    return made


def test_a_hold_under_the_cursor_comes_first(session: Session) -> None:
    session.remember_act(Verb.DISMISS, (row("101"),))
    act = session.undoable(escalated(row("7", company="Tyrell"), RowState.HELD, by="lea"))
    assert act
    assert (act.ids, act.what, act.verb) == (("7",), "escalate Tyrell", Verb.ESCALATE)
    other = session.undoable(escalated(row("7", company="Tyrell"), RowState.HELD))
    assert other
    assert other.ids == ("101",)


def test_then_the_leads_own_last_act_while_it_is_fresh(session: Session, desk: ScriptedDesk) -> None:
    session.remember_act(Verb.SNOOZE, (row("101"), row("102")))
    mine = decided(row("9", company="Stark"), RowState.DISMISSED, Verb.DISMISS, by="lea")
    act = session.undoable(mine)
    assert act
    assert act.what == "snooze 2 conversations"
    desk.now = NOW + 61
    act = session.undoable(mine)
    assert act
    assert (act.what, act.verb) == ("dismiss Stark", Verb.DISMISS)
    assert session.undoable(session.queue.rows["109"]) is None
    assert session.undoable(session.queue.rows["101"]) is None


def test_a_row_alone_is_asked_for_whatever_was_decided_since(session: Session, desk: ScriptedDesk) -> None:
    mine = decided(row("9", company="Stark"), RowState.DISMISSED, Verb.DISMISS, by="lea")
    given = session.remember_act(Verb.OVERRIDE, (row("102"),))
    session.remember_act(Verb.SNOOZE, (row("101"), row("102")))
    act = session.undoable(mine, alone=True)
    assert act
    assert act.what == "dismiss Stark"
    assert session.undoable(row("102"), alone=True) is given
    assert session.undoable(row("101"), alone=True) is None
    desk.now = NOW + 61
    assert session.undoable(row("102"), alone=True) is None


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
