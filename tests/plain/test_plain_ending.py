"""The end of a session: one line says what went out, what did not and where that goes on, and the exit code is what is owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from escalator_tui.model.kinds import RowState, Verb
from escalator_tui.services.errors import UnreachableError
from tests.app.desk import ScriptedDesk
from tests.app.story import NOW, decided, escalated, row
from tests.plain.test_plain import Step, interrupt, spoken
from tests.plain.test_plain_waiting import Delivering


@pytest.fixture
def desk() -> ScriptedDesk:
    """Ada and Bob need a decision."""
    return ScriptedDesk({name: row(name, f"Trouble of {name}", name, score=0.9 - at / 10) for at, name in enumerate(("Ada", "Bob"))})


def arrive(desk: ScriptedDesk, *names: str) -> None:
    """What the lead sent for these is there."""
    desk.put(*(escalated(desk.book[each], RowState.ESCALATED, by="lea") for each in names))


def changed(desk: ScriptedDesk, name: str) -> None:
    """The customer wrote more by the next time that it is read."""
    talk = desk.book[name].record.conversation
    desk.upstream[name] = replace(talk, parts=(*talk.parts, replace(talk.parts[0], id="p9", text="Solved.")), updated_at=NOW + 5)


@pytest.mark.parametrize("last", [(), ("quit",), (interrupt,)])
def test_auto_mode_that_came_to_no_decision_says_what_it_left(
    desk: ScriptedDesk, last: Sequence[Step], capsys: pytest.CaptureFixture[str]
) -> None:
    desk.poll_error = UnreachableError("Intercom could not be reached", service="intercom")
    spoken(desk, "auto on", "yes", *last, code=0)
    left = "It left 2 conversations undecided: wait before the end lets it finish."
    assert capsys.readouterr().err == f"Auto mode ended with this session and escalated nothing. {left}\n"


def test_what_auto_mode_sent_after_the_last_news_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    desk = Delivering({"1": row("1", company="Ada")})
    said = spoken(desk, "auto on", "yes", lambda: until_sent(desk), code=0)
    assert "Auto mode escalated" not in said
    assert capsys.readouterr().err == "Sent: Ada. Auto mode ended with this session.\n"


def test_what_auto_mode_decided_and_nobody_delivered_yet_is_owed(desk: ScriptedDesk, capsys: pytest.CaptureFixture[str]) -> None:
    spoken(desk, "auto on", "yes", lambda: until_sent(desk), code=1)
    told = "Auto mode ended with this session. Not done yet: 2 conversations. That stays owed and goes out when Escalator runs again.\n"
    assert capsys.readouterr().err == told


def test_auto_mode_with_nothing_to_do_says_that(desk: ScriptedDesk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.book = {"1": decided(row("1"), RowState.DISMISSED, Verb.DISMISS)}
    spoken(desk, "auto on", "yes", "wait", code=0)
    assert capsys.readouterr().err == "Auto mode ended with this session and escalated nothing.\n"


def test_auto_mode_that_was_turned_off_again_needs_no_word(desk: ScriptedDesk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.poll_error = UnreachableError("Intercom could not be reached", service="intercom")
    spoken(desk, "auto on", "yes", "auto off", code=0)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("last", "told"), [((), "Sent: Ada.\n"), (("quit", "yes"), "Sent: Ada.\n"), (("refresh", "quit"), "")])
def test_what_was_sent_is_told_unless_the_news_did(
    desk: ScriptedDesk, last: Sequence[Step], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoken(desk, "send 1", "yes", lambda: arrive(desk, "Ada"), *last, code=0)
    assert capsys.readouterr().err == told


def test_what_was_sent_stands_beside_what_was_not(desk: ScriptedDesk, capsys: pytest.CaptureFixture[str]) -> None:
    spoken(desk, "send 1 2", "yes", lambda: arrive(desk, "Ada"), code=1)
    told = "Sent: Ada. Not done yet: Bob. That stays owed and goes out when Escalator runs again.\n"
    assert capsys.readouterr().err == told


@pytest.mark.parametrize(("is_demo", "fate"), [(False, "still needs you"), (True, "is lost with the demo")])
@pytest.mark.parametrize("state", [RowState.FAILED, RowState.UNCERTAIN])
def test_an_exit_code_for_what_failed_is_explained(
    desk: ScriptedDesk, state: RowState, is_demo: bool, fate: str, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.book["Bob"] = escalated(desk.book["Bob"], state)
    spoken(desk, "quit", code=1, is_demo=is_demo)
    assert capsys.readouterr().err == f"Failed or uncertain: Bob. That {fate}.\n"


@pytest.mark.parametrize("last", [(), ("list",)])
def test_an_approval_that_came_back_and_was_left_is_named(
    desk: ScriptedDesk, last: Sequence[Step], capsys: pytest.CaptureFixture[str]
) -> None:
    changed(desk, "Ada")
    spoken(desk, "send 1", "yes", *last, code=0)
    assert capsys.readouterr().err == "Approved but not sent: Ada. That still needs you.\n"


def test_an_approval_that_could_not_be_read_again_is_named(desk: ScriptedDesk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.read_error = UnreachableError("Intercom could not be reached", service="intercom")
    spoken(desk, "send 1 2", "yes", "quit", code=0)
    assert capsys.readouterr().err == "Approved but not sent: 2 conversations. That still needs you.\n"


@pytest.mark.parametrize("last", [("no",), ("list", "dismiss 1 known"), ("list", "send 1", "no")])
def test_what_the_lead_decided_on_it_then_ends_it(desk: ScriptedDesk, last: Sequence[Step], capsys: pytest.CaptureFixture[str]) -> None:
    changed(desk, "Ada")
    spoken(desk, "send 1", "yes", *last, code=0)
    assert capsys.readouterr().err == ""


def test_what_was_sent_at_the_second_time_is_no_longer_named(desk: ScriptedDesk, capsys: pytest.CaptureFixture[str]) -> None:
    changed(desk, "Ada")
    spoken(desk, "send 1", "yes", "yes", lambda: arrive(desk, "Ada"), "refresh", "quit", code=0)
    assert capsys.readouterr().err == ""


def test_what_somebody_else_was_first_to_send_is_not_named(desk: ScriptedDesk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.taken = {"Ada": "Sam"}
    said = spoken(desk, "send 1", "yes", lambda: arrive(desk, "Ada"), code=0)
    assert "Sam escalated this conversation" in said
    assert capsys.readouterr().err == ""


def until_sent(desk: ScriptedDesk) -> None:
    """Auto mode confirmed all."""
    while any(each.state is RowState.NEEDS_DECISION for each in desk.rows()):
        desk.ending.wait(0.01)
