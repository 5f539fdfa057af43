"""Plain mode acts on several conversations as the app does on marked rows: every one is named before the question."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalator_tui.model.conversation import ConversationState
from escalator_tui.model.errors import DecisionError
from escalator_tui.model.kinds import Priority, RowState
from escalator_tui.plain.commands import BY_NAME, numbers_of
from tests.app.desk import ScriptedDesk
from tests.app.story import NOW, escalated, row
from tests.plain.test_plain import interrupt, spoken

OPEN = RowState.NEEDS_DECISION


@pytest.fixture
def desk() -> ScriptedDesk:
    """Three that need a decision, and one that is escalated; they are listed as 1 to 4."""
    names = ("Ada", "Bob", "Cy")
    rows = [row(name, f"Trouble of {name}", name, score=0.9 - at / 10) for at, name in enumerate(names)]
    return ScriptedDesk({each.id: each for each in (*rows, escalated(row("Dee", "Done", "Dee"), RowState.ESCALATED))})


def states(desk: ScriptedDesk) -> list[RowState]:
    """Of Ada, Bob and Cy."""
    return [desk.book[each].state for each in ("Ada", "Bob", "Cy")]


@pytest.mark.parametrize(
    ("typed", "numbers", "rest"),
    [
        ("1", [1], ""),
        ("1 2 3", [1, 2, 3], ""),
        ("2 2  1", [2, 1], ""),
        ("1 2 not urgent", [1, 2], "not urgent"),
        ("1 2 2h", [1, 2], "2h"),
        ("1 3 d", [1], "3 d"),
        ("1 2  3  D", [1, 2], "3  D"),
        ("1 2x", [1], "2x"),
        ("1 12345678901 x", [1], "12345678901 x"),
    ],
)
def test_numbers_stand_in_front(typed: str, numbers: list[int], rest: str) -> None:
    assert numbers_of(BY_NAME["snooze"], typed) == (numbers, rest)


def test_every_text_is_shown_and_every_one_named_before_the_yes(desk: ScriptedDesk) -> None:
    said = spoken(desk, "send 1 2 3", "yes", code=1).split("> ")[1]
    shown, question, answer = said.partition("Type yes to send all 3: ")
    assert question
    for each in ("Ada", "Bob", "Cy"):
        texts = desk.draft(each).texts
        for text in (texts.linear_title, texts.linear_body, texts.slack_text, texts.note_text):
            assert "\n".join(f"  {line}" for line in text.split("\n")) in shown
    assert shown.splitlines()[-3:] == [
        "1. Ada. Trouble of Ada. P0, alert in #escalations.",
        "2. Bob. Trouble of Bob. P0, alert in #escalations.",
        "3. Cy. Trouble of Cy. P0, alert in #escalations.",
    ]
    assert answer.strip() == "Ada, Bob, Cy go out in 5 s, undo takes them back."
    assert [draft.row.id for draft, _, _ in desk.sent] == ["Ada", "Bob", "Cy"]


@pytest.mark.parametrize("answer", ["no", "n", "", interrupt])
def test_nothing_is_sent_without_a_yes(desk: ScriptedDesk, answer: str) -> None:
    assert "Nothing was sent." in spoken(desk, "send 1 2 3", answer, code=0)
    assert desk.sent == []


def test_undo_takes_back_all_of_them(desk: ScriptedDesk) -> None:
    spoken(desk, "send 1 2 3", "yes", "undo", code=0)
    assert states(desk) == [OPEN] * 3
    said = spoken(desk, "snooze 1 2 2h", "yes", "undo", code=0)
    assert "Taken back for Ada" in said
    assert "Taken back for Bob" in said
    assert states(desk) == [OPEN] * 3


def test_one_that_changed_is_shown_and_asked_about_again_and_keeps_no_other_from_it(desk: ScriptedDesk) -> None:
    talk = desk.book["Bob"].record.conversation
    desk.upstream["Bob"] = replace(talk, parts=(*talk.parts, replace(talk.parts[0], id="p9", text="Solved.")), updated_at=NOW + 5)
    said = spoken(desk, "send 1 2 3", "yes", "no", code=1)
    assert "Bob changed since it was shown." in said
    assert "Ada, Cy go out in 5 s, undo takes them back." in said
    assert "Bob was not sent. As it is now:" in said
    assert "Type yes to send: " in said
    assert "Nothing more was sent." in said
    assert states(desk) == [RowState.HELD, OPEN, RowState.HELD]


def test_one_that_somebody_closed_meanwhile_does_not_go_out(desk: ScriptedDesk) -> None:
    talk = desk.book["Bob"].record.conversation
    desk.upstream["Bob"] = replace(talk, state=ConversationState.CLOSED, updated_at=NOW + 5)
    said = spoken(desk, "send 2", "yes", code=0)
    assert "Bob changed since it was shown." in said
    assert "Bob is closed at Intercom now: it does not go out." in said
    assert said.count("Type yes to send") == 1
    assert desk.sent == []


def test_one_that_cannot_be_read_or_that_somebody_sent_keeps_no_other_from_it(desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.taken = {"Cy": "Sam"}
    read = desk.fresh_draft

    def fresh_draft(draft: object) -> object:
        if draft.row.id == "Ada":  # type: ignore[attr-defined]
            raise DecisionError("This conversation was deleted in Intercom")
        return read(draft)  # type: ignore[arg-type]

    monkeypatch.setattr(desk, "fresh_draft", fresh_draft)
    said = spoken(desk, "send 1 2 3", "yes", code=1)
    assert "Ada was not sent: This conversation was deleted in Intercom" in said
    assert "Cy was not sent: Sam escalated this conversation 2 min ago. Nothing was sent twice" in said
    assert "Bob goes out in 5 s, undo takes it back." in said
    assert [draft.row.id for draft, _, _ in desk.sent] == ["Bob"]


@pytest.mark.parametrize(
    ("line", "question", "done"),
    [
        ("dismiss 1 2 3 known already", "dismiss 3 conversations", "Bob is dismissed, until something new happens."),
        ("snooze 1 2 3 2h", "snooze 3 conversations", "Bob is snoozed until"),
        ("priority 1 2 3 p2", "give P2 to 3 conversations", "Bob is P2 now."),
    ],
)
def test_a_decision_on_several_names_each_and_asks(desk: ScriptedDesk, line: str, question: str, done: str) -> None:
    before = dict(desk.book)
    said = spoken(desk, line, "no", code=0).split("> ")[1]
    assert [each.split(".")[0] for each in said.splitlines()[:3]] == ["1", "2", "3"]
    assert "Bob. Trouble of Bob." in said
    assert said.endswith(f"Type yes to {question}: Nothing was changed.\n")
    assert desk.book == before
    assert done in spoken(desk, line, "yes", code=0)
    assert not [each for each in ("Ada", "Bob", "Cy") if desk.book[each] == before[each]]


def test_the_reason_is_the_same_for_all(desk: ScriptedDesk) -> None:
    spoken(desk, "dismiss 1 2 known already", "yes", code=0)
    assert [desk.book[each].note or desk.book[each].record.decision.reason for each in ("Ada", "Bob")] == ["known already"] * 2  # type: ignore[union-attr]


def test_what_cannot_be_done_is_said_and_left_out(desk: ScriptedDesk) -> None:
    said = spoken(desk, "dismiss 1 4 2 known", "yes", "priority 3 4 p0", code=0)
    assert "> Left out: 4. Dee is already escalated.\n1. Needs you." in said
    assert "dismiss 2 conversations" in said
    assert states(desk) == [RowState.DISMISSED, RowState.DISMISSED, OPEN]
    assert "> 3. Cy is P0 already. 4. Dee is P0 already.\n" in said


def test_one_that_was_named_alone_needs_no_number(desk: ScriptedDesk) -> None:
    assert "> Dee is already escalated.\n" in spoken(desk, "dismiss 4 known", code=0)


def test_each_of_two_of_one_name_is_told_apart(desk: ScriptedDesk) -> None:
    names = {"Eve": RowState.ESCALATED, "Fay": RowState.ESCALATED, "Gil": RowState.SENDING}
    desk.book = {each: escalated(row(each, company="Acme"), state) for each, state in names.items()} | {"Ada": desk.book["Ada"]}
    said = spoken(desk, "list", "send 1 2 3 4", "no", "send 2 3 4")
    assert said.count("Left out: ") == 3
    refused = said.rsplit("> ", 2)[1]
    assert [refused.count(each) for each in ("2. Acme is ", "3. Acme is ", "4. Acme is ", "Type yes")] == [1, 1, 1, 0]


def test_read_only_is_said_once_however_many_are_named(desk: ScriptedDesk) -> None:
    assert "> Read-only: nothing is decided here.\n" in spoken(desk, "dismiss 1 2 known", code=0, read_only=True)


@pytest.mark.parametrize(
    ("line", "question"),
    [
        ("priority 1 4 p2", "give P2 to 1 conversation"),
        ("dismiss 1 4 known", "dismiss 1 conversation"),
        ("snooze 1 4 2h", "snooze 1 conversation"),
    ],
)
def test_several_that_were_named_are_asked_about_though_one_is_left(desk: ScriptedDesk, line: str, question: str) -> None:
    before = dict(desk.book)
    said = spoken(desk, line, "no", code=0)
    assert f"Type yes to {question}: Nothing was changed." in said
    assert desk.book == before
    said = spoken(desk, line, "yes", code=0)
    assert "There is no command" not in said
    assert desk.book["Ada"] != before["Ada"]


def test_an_unknown_number_among_them_decides_nothing(desk: ScriptedDesk) -> None:
    assert "No conversation was listed as 9." in spoken(desk, "dismiss 1 9 known", "yes", code=0)
    assert states(desk) == [OPEN] * 3


def test_only_one_decision_is_not_asked_about(desk: ScriptedDesk) -> None:
    assert "Type yes" not in spoken(desk, "priority 1 p3", "dismiss 1 known", code=0)
    assert desk.book["Ada"].priority is Priority.P3


def test_retrying_several_asks_once_and_vouches_only_for_what_is_in_doubt(desk: ScriptedDesk) -> None:
    desk.book = {
        "7": escalated(row("7", company="Tyrell"), RowState.UNCERTAIN),
        "8": escalated(row("8", company="Wonka"), RowState.FAILED, error="no"),
    }
    said = spoken(desk, "retry 1 2", "no")
    assert "What went out for Tyrell may have arrived." in said
    assert desk.retried == []
    spoken(desk, "retry 1 2", "yes")
    assert (desk.retried, desk.vouched) == ([("7", "lea"), ("8", "lea")], ["7"])


def test_who_saw_it_there_says_so(desk: ScriptedDesk) -> None:
    desk.book = {
        "7": escalated(row("7", company="Tyrell"), RowState.UNCERTAIN),
        "8": escalated(row("8", company="Wonka"), RowState.FAILED, error="no"),
    }
    assert "answer no and type arrived" in spoken(desk, "retry 1", "no")
    assert "Nothing is uncertain here" in spoken(desk, "arrived 2")
    assert "Recorded as arrived for Tyrell: 1 delivery." in spoken(desk, "arrived 1")
    assert (desk.seen, desk.retried) == ([("7", "lea")], [])


def test_what_was_withdrawn_is_looked_for_and_never_sent(desk: ScriptedDesk) -> None:
    base = escalated(row("7", company="Tyrell"), RowState.UNCERTAIN)
    assert base.record.escalation is not None
    withdrawn = replace(base.record.escalation, withdrawn_by="lea")
    desk.book = {"7": replace(base, record=replace(base.record, escalation=withdrawn))}
    said = spoken(desk, "retry 1", "no")
    assert "may have arrived, and was withdrawn. Of that nothing is sent: Escalator looks again and takes back what it finds." in said
    assert "it sends" not in said
    assert "answer no and type missing with its number" in said
    assert "Looking again for Tyrell" in spoken(desk, "retry 1", "yes")
    assert (desk.retried, desk.vouched) == ([("7", "lea")], [])


def test_beside_others_too_it_is_told_how_to_say_that_what_was_withdrawn_is_not_there(desk: ScriptedDesk) -> None:
    base = escalated(row("7", company="Tyrell"), RowState.UNCERTAIN)
    assert base.record.escalation is not None
    withdrawn = replace(base, record=replace(base.record, escalation=replace(base.record.escalation, withdrawn_by="lea")))
    desk.book = {"7": withdrawn, "8": escalated(row("8", company="Wonka"), RowState.UNCERTAIN)}
    said = spoken(desk, "retry 1 2", "no")
    assert "answer no and type arrived with its number" in said
    assert "answer no and type missing with its number" in said


def test_the_question_of_undo_tells_what_may_have_arrived(desk: ScriptedDesk) -> None:
    desk.book = {"7": escalated(row("7", company="Tyrell"), RowState.UNCERTAIN, by="lea")}
    said = spoken(desk, "undo 1", "no")
    assert "Slack: the alert in #customer-support may have arrived, and nobody can look." in said
    assert "What may have arrived stays shown until it is found and taken back" in said


def test_who_looked_for_what_was_withdrawn_says_that_it_is_not_there(desk: ScriptedDesk) -> None:
    base = escalated(row("7", company="Tyrell"), RowState.UNCERTAIN)
    assert base.record.escalation is not None
    withdrawn = replace(base.record.escalation, withdrawn_by="lea")
    desk.book = {
        "7": replace(base, record=replace(base.record, escalation=withdrawn)),
        "8": escalated(row("8", company="Wonka"), RowState.UNCERTAIN),
    }
    assert "Nothing that was withdrawn is uncertain here" in spoken(desk, "missing 2")
    assert "Recorded as not there for Tyrell: 1 delivery." in spoken(desk, "missing 1")
    assert (desk.unseen, desk.seen, desk.retried) == ([("7", "lea")], [], [])


@pytest.mark.parametrize("line", ["send 1 2x", "send 1 now", "retry 4 please"])
def test_a_slip_behind_the_numbers_does_nothing(desk: ScriptedDesk, line: str) -> None:
    assert "Say numbers of the list and nothing else, as in: " in spoken(desk, line, code=0)
    assert (desk.sent, desk.retried) == ([], [])
