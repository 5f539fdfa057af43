"""Questions in a script: a command that follows one is done, never taken for the answer."""

from __future__ import annotations

import re

import pytest

from escalator_tui.model.kinds import RowState
from tests.app.desk import ScriptedDesk
from tests.app.story import escalated, row
from tests.plain.test_plain import interrupt, spoken


def test_through_a_pipe_a_dismissal_says_why_in_its_own_line(desk: ScriptedDesk) -> None:
    said = spoken(desk, "dismiss 1", "dismiss 3 known already", piped=True)
    assert "Say why behind the number, as in: dismiss 1 reason. Nothing was changed." in said
    assert "Reason 1" not in said
    assert [desk.book[each].state for each in ("101", "102")] == [RowState.NEEDS_DECISION, RowState.DISMISSED]


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("dismiss 3", "dismiss 3 reason"),
        ("dismiss 3 1", "dismiss 3 1 reason"),
        ("send 3 now", "send 3"),
        ("retry 2 3 now", "retry 2 3"),
        ("read 3 now", "read 3"),
    ],
)
def test_a_hint_names_the_conversations_that_were_named(desk: ScriptedDesk, line: str, hint: str) -> None:
    assert f"as in: {hint}." in spoken(desk, line, piped=True)


@pytest.mark.parametrize("answer", ["quit", "list", "?", "Send 1", "auto reply"])
def test_a_reason_that_reads_like_a_command_is_asked_about(desk: ScriptedDesk, answer: str) -> None:
    said = spoken(desk, "dismiss 1", answer, "no", "dismiss 3", answer, "yes")
    assert said.count(f"Type yes to dismiss with “{answer}” as the reason, which reads like a command: ") == 2
    assert "Nothing was changed." in said
    assert desk.book["101"].state is RowState.NEEDS_DECISION
    decision = desk.book["102"].record.decision
    assert decision is not None
    assert decision.reason == answer


@pytest.mark.parametrize("answer", ["no", "N", "yes", "Y"])
def test_a_yes_or_no_is_no_reason(desk: ScriptedDesk, answer: str) -> None:
    assert "Nothing was changed." in spoken(desk, "dismiss 1", answer)
    assert desk.book["101"].state is RowState.NEEDS_DECISION


def sent_and_doubtful(desk: ScriptedDesk) -> None:
    """The conversation 1 may have arrived, 2 was sent, and 3 is dismissed."""
    desk.book = {"7": escalated(row("7", company="Tyrell"), RowState.UNCERTAIN), "106": desk.book["106"], "109": desk.book["109"]}


@pytest.mark.parametrize("piped", [True, False])
def test_who_cannot_know_whether_a_question_comes_answers_it_beforehand(desk: ScriptedDesk, *, piped: bool) -> None:
    sent_and_doubtful(desk)
    said = spoken(desk, "retry 1 yes", "undo 2  Y", "undo 2 yes", piped=piped)
    assert "Type yes" not in said
    assert "What went out for Tyrell may have arrived." in said
    assert (desk.retried, desk.vouched) == ([("7", "lea")], ["7"])
    assert "Linear: INF-42 is archived." in said
    assert said.count("Taken back for Hooli: the escalation of Where is our refund, which is being withdrawn.") == 1
    assert "There is nothing to take back." in said


def test_a_yes_beforehand_changes_nothing_where_nothing_is_asked(desk: ScriptedDesk) -> None:
    spoken(desk, "dismiss 1 not urgent", "undo 1 yes")
    assert desk.book["101"].state is RowState.NEEDS_DECISION


@pytest.mark.parametrize("steps", [(), ("list",), ("no",)])
def test_a_script_hears_how_to_answer_beforehand(desk: ScriptedDesk, steps: tuple[str, ...]) -> None:
    sent_and_doubtful(desk)
    said = spoken(desk, "undo 2", *steps, piped=True)
    assert "A script answers beforehand, as in: undo 2 yes.\nType yes to withdraw: " in said
    assert "A script answers beforehand, as in: retry 1 yes.\nType yes to send again: " in spoken(desk, "retry 1", *steps, piped=True)
    assert "A script" not in spoken(desk, "undo 2", *steps)
    assert desk.book["106"].state is RowState.ESCALATED


@pytest.mark.parametrize("line", ["undo 1 please", "undo yes", "undo 1 yes 2", "retry 1 no", "retry 1 yes 2"])
def test_nothing_but_a_yes_is_an_answer_beforehand(desk: ScriptedDesk, line: str) -> None:
    sent_and_doubtful(desk)
    before = dict(desk.book)
    assert "as in: " in spoken(desk, line, piped=True)
    assert (desk.book, desk.retried) == (before, [])


@pytest.mark.parametrize("answer", ["yes", "Y", "no", "n"])
def test_an_answer_to_no_question_is_told(desk: ScriptedDesk, answer: str) -> None:
    assert f"Nothing was asked that {answer} could answer." in spoken(desk, "undo", answer)


@pytest.mark.parametrize("piped", [True, False])
@pytest.mark.parametrize(
    "question",
    [
        "send {acme}",
        "send {acme} {globex}",
        "undo {hooli}",
        "retry {tyrell}",
        "auto on",
        "snooze {acme} {globex} 2h",
        "priority {acme} {globex} p2",
    ],
)
def test_a_command_is_no_answer_and_is_done(desk: ScriptedDesk, question: str, *, piped: bool) -> None:
    doubtful = escalated(row("7", company="Tyrell"), RowState.UNCERTAIN)
    before = {each.id: each for each in (desk.book["101"], desk.book["102"], desk.book["106"], doubtful)}
    desk.book = dict(before)
    numbers = {name.casefold(): number for number, name in re.findall(r"^(\d)\. .*(Acme|Globex|Hooli|Tyrell)", spoken(desk), re.MULTILINE)}
    said = spoken(desk, question.format(**numbers), "help", piped=piped)
    assert "Type yes to " in said
    assert "> help\n" in said
    assert "quit: Leaves." in said
    assert (desk.book, desk.sent, desk.retried) == (before, [], [])


@pytest.mark.parametrize("piped", [True, False])
def test_the_end_of_a_script_is_found_behind_a_question(desk: ScriptedDesk, *, piped: bool) -> None:
    desk.deliverer.in_flight = 2
    said = spoken(desk, "quit", "open 1", interrupt, "yes", "list", piped=piped)
    assert "Type yes to leave: > open 1\nhttps://" in said
    assert said.count("10 in the list.") == 1
