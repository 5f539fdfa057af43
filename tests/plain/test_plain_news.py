"""What the lead decided is no news to the lead; what became of it at the services is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from escalator_tui.config import Settings
from escalator_tui.model.conversation import ConversationState
from escalator_tui.model.decision import Decision
from escalator_tui.model.kinds import RowState, Verb
from escalator_tui.plain.ending import Ending
from escalator_tui.plain.news import News
from escalator_tui.plain.numbers import Numbers
from escalator_tui.session.poller import RowsRead
from escalator_tui.session.session import Session
from tests.app.desk import ScriptedDesk
from tests.app.story import NOW, escalated, row
from tests.plain.test_plain import Step, spoken

BEGAN = time.monotonic()


@pytest.fixture
def desk() -> ScriptedDesk:
    """One conversation needs a decision."""
    return ScriptedDesk({"1": row("1", company="Ada"), "2": row("2", company="Bob")})


def ticking() -> float:
    """A clock that goes: the poller looks into the ledger once a second."""
    return NOW + time.monotonic() - BEGAN


def looked(desk: ScriptedDesk) -> Callable[[], None]:
    """The poller reads what stands in the ledger about the first one, and nobody hears of it yet."""

    def look() -> None:
        desk.put(desk.book["1"])
        until = time.monotonic() + 20
        while desk._changed:
            assert time.monotonic() < until, "the poller never looked"
            time.sleep(0.01)

    return look


@pytest.mark.parametrize(
    ("line", "answer"), [("send 1", "yes"), ("dismiss 1", "known"), ("snooze 1 2 2h", "yes"), ("priority 1 2 p2", "yes")]
)
def test_what_was_read_before_the_lead_decided_is_no_news_after_it(desk: ScriptedDesk, line: str, answer: str) -> None:
    steps: list[Step] = [line, looked(desk), answer, "", "undo", "", looked(desk), "list"]
    said = spoken(desk, *steps, code=0, clock=ticking)
    assert "Taken back for Ada" in said
    assert "New:" not in said
    assert "1. Ada. " not in said.partition(answer)[2].rpartition("in the list.")[0]


def test_what_is_on_the_way_is_waited_for_though_it_was_read_before(desk: ScriptedDesk) -> None:
    said = spoken(desk, "send 1", looked(desk), "yes", "wait 0", code=1, clock=ticking)
    assert "Still on the way: Ada." in said


def withdrawn(desk: ScriptedDesk, actor: str) -> Callable[[], None]:
    """The services took it back."""

    def take_back() -> None:
        talk = desk.book["1"].record.conversation
        undone = Decision("1", Verb.UNDO, actor, NOW, customer_part=talk.customer_messages[-1].id)
        record = replace(desk.book["1"].record, escalation=None, decision=undone)
        back = replace(desk.book["1"], record=record, state=RowState.NEEDS_DECISION, note=f"taken back by {actor}", taken_back=True)
        desk.put(back)

    return take_back


@pytest.mark.parametrize("actor", ["lea", "sam"])
def test_that_what_was_sent_is_withdrawn_is_told_and_does_not_pass_for_new(desk: ScriptedDesk, actor: str) -> None:
    desk.book["1"] = escalated(desk.book["1"], RowState.ESCALATED, by="lea")
    number = next(line.split(".")[0] for line in spoken(desk, code=0).splitlines() if "Ada" in line)
    steps: list[Step] = [f"undo {number}", "yes"] if actor == "lea" else []
    said = spoken(desk, *steps, withdrawn(desk, actor), "refresh", code=0)
    assert f"{number}. Ada. Needs you, taken back by {actor}." in said
    assert "New:" not in said


def test_what_became_of_the_leads_own_escalation_is_told(desk: ScriptedDesk) -> None:
    def arrive() -> None:
        desk.put(escalated(desk.book["1"], RowState.ESCALATED, by="lea"))

    assert "1. Ada. Escalated, INF-42" in spoken(desk, "send 1", "yes", arrive, "refresh", code=0)


def test_what_left_the_queue_is_not_kept_in_mind(desk: ScriptedDesk) -> None:
    session = Session(desk=desk, settings=Settings(), actor="lea", ring=lambda: None, hand_back=lambda call: call(), clock=lambda: NOW)
    news = News(session, Numbers(), Ending(session))
    talk = desk.book["1"].record.conversation
    news.learn(desk.rows())
    session.poller._tell(RowsRead([]))  # the first rows of a session are no news
    for state in (ConversationState.OPEN, ConversationState.CLOSED):
        closed = replace(desk.book["1"], record=replace(desk.book["1"].record, conversation=replace(talk, state=state)))
        session.poller._tell(RowsRead([closed]))
        told = news.take_in()
    assert told == ["1. Ada. It is closed at Intercom."]
    assert news._told.keys() == session.queue.rows.keys() == {"2"}
