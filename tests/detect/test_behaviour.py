"""Signals from time, counts and other conversations, by made-up clocks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from escalator_tui.agent.histories import Histories
from escalator_tui.detect import assess
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.model.assessment import Assessment
from escalator_tui.model.conversation import Contact, Conversation, ConversationState
from escalator_tui.model.rules import Rules
from tests.detect.builders import DAY, HOUR, MONDAY, talk

QUESTION = "How do I add a seat?"
ANSWERED = (QUESTION, ("teammate", "Under Settings. Does that help?"))


def at(conversation: Conversation, now: int, *history: Conversation, rules: Rules | None = None) -> Assessment:
    return assess(conversation, history, rules or Rules(), now)


def kinds(assessment: Assessment) -> dict[str, str]:
    return {signal.kind: signal.detail for signal in assessment.signals}


def test_a_long_wait_for_us_escalates_even_a_calm_question() -> None:
    asked = talk(QUESTION)
    assert not at(asked, MONDAY + 2 * HOUR).escalates
    late = at(asked, MONDAY + 48 * HOUR)
    assert late.escalates
    assert kinds(late)["waiting_hours"] == "waiting for us for 48 h"


def test_a_conversation_that_waits_for_the_customer_never_escalates_by_age_and_replies() -> None:
    replies = [line for n in range(12) for line in (f"Step {n} is done", ("teammate", "Next step?"))]
    talked = talk(*replies, reopens=3, gap=HOUR)
    assessment = at(talked, MONDAY + 60 * DAY)
    assert {"open_hours", "replies", "reopened"} <= kinds(assessment).keys()
    assert "waiting_hours" not in kinds(assessment)
    assert not assessment.escalates
    assert assessment.crosses_at is None


@pytest.mark.parametrize("state", [ConversationState.CLOSED, ConversationState.SNOOZED])
def test_time_does_not_count_unless_open(state: ConversationState) -> None:
    assessment = at(talk(QUESTION, state=state), MONDAY + 60 * DAY)
    assert not assessment.signals
    assert assessment.crosses_at is None


def test_a_farewell_does_not_wait_for_us() -> None:
    assert "waiting_hours" not in kinds(at(talk(*ANSWERED, "Perfect, thank you!"), MONDAY + 3 * DAY))
    assert "waiting_hours" in kinds(at(talk(*ANSWERED, "Thank you! And how do I remove one?"), MONDAY + 3 * DAY))


@pytest.mark.parametrize(
    "nod",
    [
        "👍",
        "🙏🏽",
        "ok",
        "Got it.",
        "Noted, will do.",
        "See you tomorrow",
        "Solved",
        "Vale",
        "D’accord, c'est bon !",
        "Verstanden 👍",
        "Valeu",
    ],
)
def test_a_nod_does_not_wait_for_us_unless_we_had_asked(nod: str) -> None:
    assert "waiting_hours" not in kinds(at(talk(QUESTION, ("teammate", "Under Settings."), nod), MONDAY + 3 * DAY))
    assert "waiting_hours" in kinds(at(talk(QUESTION, ("teammate", "Shall we switch it on for you?"), nod), MONDAY + 3 * DAY))


@pytest.mark.parametrize("more", ["ok 😡", "ok?", "Got it, but it is still broken", "yes", "👎", "..."])
def test_what_says_more_than_a_nod_waits(more: str) -> None:
    assert "waiting_hours" in kinds(at(talk(QUESTION, ("teammate", "Under Settings."), more), MONDAY + 3 * DAY))


def test_messages_in_a_row_count_but_not_what_was_typed_in_one_go() -> None:
    assert "unanswered" not in kinds(at(talk("hello", "one more thing", "it is about seats", gap=20), MONDAY + HOUR))
    assert kinds(at(talk("hello", "anyone?", "hello?", gap=2 * HOUR), MONDAY + 5 * HOUR))["unanswered"].startswith("3 messages")


def test_the_messages_are_counted_and_the_times_they_were_written_at() -> None:
    talked = talk("hello", "anyone?", "hello?", "well?", gap=2 * HOUR)
    parts = tuple(replace(part, created_at=MONDAY + at) for part, at in zip(talked.parts, (0, 10, 3 * HOUR, 3 * HOUR + 10), strict=True))
    said = kinds(at(replace(talked, parts=parts), MONDAY + 5 * HOUR))["unanswered"]
    assert said == "4 messages in a row without an answer, written at 2 times"


def test_the_customer_of_monday_wednesday_and_friday() -> None:
    monday = talk("The export fails with an error", ("teammate", "Please try again."), id="mon", state=ConversationState.CLOSED)
    wednesday = talk(
        "The export is broken", ("teammate", "We look into it."), id="wed", start=MONDAY + 2 * DAY, state=ConversationState.CLOSED
    )
    friday = talk("Is there any news on the export problem?", id="fri", start=MONDAY + 4 * DAY)
    alone, story = at(friday, MONDAY + 4 * DAY + HOUR), at(friday, MONDAY + 4 * DAY + HOUR, monday, wednesday)
    assert not alone.escalates
    assert story.escalates
    assert kinds(story)["history"] == "2 other conversations in 7 days, 2 about trouble"


@pytest.mark.parametrize(("domain", "escalates"), [("acme.example", True), ("gmail.com", False)])
def test_three_people_of_one_company_on_monday_wednesday_and_friday(tmp_path: Path, domain: str, escalates: bool) -> None:
    said = ("The export fails with an error", "The export is broken", "Is there any news on the export problem?")
    days = [
        replace(talk(text, id=name, start=MONDAY + 2 * day * DAY), contact=Contact(name, email=f"{name}@{domain}"))
        for day, (name, text) in enumerate(zip(("mon", "wed", "fri"), said, strict=True))
    ]
    friday, now = days[-1], MONDAY + 4 * DAY + HOUR
    histories = Histories(days)
    ledger = Ledger.open(str(tmp_path / "ledger.sqlite"))
    ledger.save_conversations(days)
    for history in (histories.of(friday), ledger.history_of(friday, now - 7 * DAY)):
        assert at(friday, now, *history).escalates is escalates
    ledger.close()


def test_one_address_under_two_contacts_is_one_person() -> None:
    monday = replace(talk("The export is broken", id="mon"), contact=Contact("lead", email="Ada@acme.example"))
    friday = replace(talk("It is still broken", id="fri", start=MONDAY + DAY), contact=Contact("user", email="ada@acme.example"))
    colleague = replace(monday, contact=Contact("other", email="bob@acme.example"))
    now = MONDAY + DAY + HOUR
    assert weight(at(friday, now, monday), "history") > weight(at(friday, now, colleague), "history")


def test_ordinary_contacts_however_many_are_no_story() -> None:
    others = [talk("How do I add a seat?", ("teammate", "So."), id=f"o{n}", start=MONDAY + n * HOUR) for n in range(30)]
    assessment = at(talk(*ANSWERED, start=MONDAY + 2 * DAY), MONDAY + 2 * DAY + HOUR, *others)
    assert "history" in kinds(assessment)
    assert not assessment.escalates


def test_a_conversation_in_which_nothing_is_wrong_makes_little_of_the_story() -> None:
    trouble = talk("The export is broken and nobody answers", id="mon", start=MONDAY)
    calm, uneasy = (
        talk("Could you send me the invoice?", id="a", start=MONDAY + DAY),
        talk("The invoice is wrong", id="b", start=MONDAY + DAY),
    )
    now = MONDAY + DAY + HOUR
    assert weight(at(calm, now, trouble), "history") < weight(at(uneasy, now, trouble), "history") / 2
    assert not at(calm, now, trouble).escalates


def test_how_a_question_sounds_makes_little_of_the_story_too() -> None:
    """Only its wording speaks: that is a guess, which the trouble of other days does not make true."""
    trouble = [talk("The export is broken and nobody answers", id=f"t{day}", start=MONDAY - day * DAY) for day in (1, 2)]
    loud = talk("And now what, as usual?", id="a", start=MONDAY)
    assert kinds(at(loud, MONDAY + HOUR)).keys() <= {"wording", "waiting_hours"}
    uneasy = talk("The invoice is wrong", id="b", start=MONDAY)
    assert weight(at(loud, MONDAY + HOUR, *trouble), "history") < weight(at(uneasy, MONDAY + HOUR, *trouble), "history") / 2


@pytest.mark.parametrize(
    "text",
    [
        "How often do you retry a webhook when our server answers 503? The documentation says both 3 and 5 times.",
        "How many times do you retry a failed webhook?",
        "The log shows 3 attempts in 10 minutes and the page says 5, which number is right?",
        "Is the limit 100 requests a minute or 100 a second? I read both.",
        "After how many attempts is a number blocked?",
        "We get a 503 after 30 seconds and a 504 after 60, is that by design?",
        "Combien de fois relancez-vous le webhook ?",
        "Wie oft versucht ihr, den Webhook zuzustellen?",
        "¿Cuántas veces reintentan el webhook?",
        "Quantas vezes vocês tentam reenviar o webhook?",
    ],
)
def test_a_technical_question_with_numbers_is_no_story_whatever_happened_before(text: str) -> None:
    trouble = [talk("The export is broken again, this is unacceptable", id=f"t{day}", start=MONDAY - day * DAY) for day in (2, 3, 4)]
    assert not at(talk(text, id="q", subject="Webhook retries"), MONDAY + 2 * HOUR, *trouble).escalates


def test_asking_for_news_is_part_of_the_story() -> None:
    trouble = [talk("The export fails with an error", id=f"t{day}", start=MONDAY - day * DAY) for day in (2, 4)]
    for text in ("Any update?", "Any news on the export?", "Gibt es etwas Neues zum Export?", "¿Hay novedades sobre la exportación?"):
        assert at(talk(text, id="q"), MONDAY + HOUR, *trouble).escalates
        assert not at(talk(text, id="q"), MONDAY + HOUR).escalates


def test_a_colleagues_trouble_counts_less_than_ones_own() -> None:
    own = talk("The export is broken and nobody answers", id="mon", start=MONDAY)
    colleagues = replace(own, contact=Contact("somebody else"))
    mine = replace(talk("The invoice is wrong", id="b", start=MONDAY + DAY), contact=Contact("me"))
    own = replace(own, contact=Contact("me"))
    now = MONDAY + DAY + HOUR
    assert weight(at(mine, now, colleagues), "history") < weight(at(mine, now, own), "history")


def weight(assessment: Assessment, kind: str) -> float:
    return next((signal.weight for signal in assessment.signals if signal.kind == kind), 0.0)


def test_history_counts_seven_days_each_conversation_once_and_never_itself() -> None:
    now = MONDAY + 10 * DAY
    old = talk("It is broken", id="old", start=MONDAY)
    new = talk("It is broken", id="new", start=now - DAY)
    ours = talk(("teammate", "News for you"), id="ours", start=now - DAY)
    talked = talk(*ANSWERED, start=now - HOUR)
    assert kinds(at(talked, now, old, new, new, ours, talked))["history"].startswith("1 other conversation in")


def test_text_only_leaves_out_time_counts_and_history() -> None:
    other = talk("It is broken", id="2")
    assessment = assess(talk(QUESTION, reopens=4), (other,), Rules(), MONDAY + 5 * DAY, text_only=True)
    assert (assessment.score, assessment.signals, assessment.crosses_at) == (0.0, (), None)


@pytest.mark.parametrize(
    ("said", "others", "rules"),
    [
        ((QUESTION,), (), Rules()),
        (("The export is broken and late!",), (), Rules()),
        ((QUESTION,), (), Rules(preset="strict")),
        ((QUESTION,), (), Rules(max_open_hours=2.5)),
        ((QUESTION,), (talk("It is broken", id="2", start=MONDAY - 6 * DAY),), Rules()),
        (("It is slow",), tuple(talk("It is broken", id=f"h{n}", start=MONDAY - n * DAY) for n in range(1, 3)), Rules(threshold=0.7)),
        (("I want a refund", ("teammate", "Done?")), (), Rules(preset="reference", threshold=0.7)),
    ],
)
def test_crosses_at_is_the_very_second(said: tuple[str, ...], others: tuple[Conversation, ...], rules: Rules) -> None:
    asked = talk(*said)
    now = at(asked, MONDAY + HOUR, *others, rules=rules)
    assert not now.escalates
    assert now.crosses_at is not None
    assert at(asked, now.crosses_at, *others, rules=rules).escalates
    assert not at(asked, now.crosses_at - 1, *others, rules=rules).escalates


def test_crosses_at_is_none_once_it_has_crossed() -> None:
    assert at(talk("This is unacceptable"), MONDAY + HOUR).crosses_at is None


def test_why_not_says_what_is_missing() -> None:
    calm, uneasy, angry = (at(talk(text), MONDAY + 60) for text in (QUESTION, "It is broken", "This is unacceptable"))
    assert calm.why_not.startswith("0.40 short of 0.40")
    assert "problem" in uneasy.why_not
    assert uneasy.why_not.endswith("enough yet") or uneasy.why_not.endswith("so far")
    assert angry.why_not == ""


def test_unknown_times_are_no_signals() -> None:
    empty = Conversation("1")
    assert at(empty, MONDAY).score == 0.0
    assert at(Conversation("1", waiting_since=MONDAY - 60 * DAY), MONDAY).escalates


def test_a_clock_before_the_conversation_raises_nothing() -> None:
    assert at(talk(QUESTION), MONDAY - 60 * DAY).score == 0.0
