"""The three texts: what they must say, and that an approval can be bound to them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalator_tui.agent.texts import draft_texts
from escalator_tui.config import Settings
from escalator_tui.detect.scoring import UNTOLD
from escalator_tui.model.assessment import Category, Signal
from escalator_tui.model.conversation import Account
from escalator_tui.model.kinds import Priority
from tests.agent.builders import assessment, conversation, part

SETTINGS = Settings()


def test_the_issue_names_customer_reasons_and_last_words() -> None:
    texts = draft_texts(conversation(part(1, "Hi", kind="source"), part(2, "I want a manager now")), assessment(), Priority.P0, SETTINGS)
    assert texts.linear_title == "[Escalation] AcmeCorp: Third time I am asking"
    for words in ("Enterprise", "2,400 per month", "Jane Roe", "Priority: P0", "manager", "0.90 of 0.40", "I want a manager now", "100"):
        assert words in texts.linear_body


def test_p0_goes_to_the_escalations_channel_and_all_else_to_triage() -> None:
    channels = {each: draft_texts(conversation(), assessment(), each, SETTINGS).slack_channel for each in Priority}
    assert channels == {Priority.P0: "#escalations", **dict.fromkeys((Priority.P1, Priority.P2, Priority.P3), "#support-triage")}


def test_a_sentence_is_quoted_at_the_first_of_its_reasons_only() -> None:
    said = "This is ridiculous, I want a refund or a manager"
    found = (("human", 0.4, "manager", said), ("anger", 0.3, "ridiculous", said), ("refund", 0.2, "refund", said), ("waiting", 0.1, "26 h"))
    signals = tuple(Signal(*each) for each in found)
    texts = draft_texts(conversation(), assessment(signals=signals), Priority.P0, SETTINGS)
    reasons = f"- human (manager): “{said}”\n- anger (ridiculous)\n- refund (refund)\n- waiting (26 h)"
    for text in (texts.linear_body, texts.slack_text, texts.note_text):
        assert reasons in text


def test_how_a_message_is_worded_is_told_in_a_sentence() -> None:
    said = "I want to speak to a manager about this"
    found = (("manager", 0.4, "manager", said), ("wording", 0.2, "manager, speak, this", said), ("waiting_hours", 0.1, "waiting 26 h"))
    texts = draft_texts(conversation(), assessment(signals=tuple(Signal(*each) for each in found)), Priority.P0, SETTINGS)
    reasons = f"- manager (manager): “{said}”\n- sounds like an escalation, by words such as manager, speak\n- waiting hours (waiting 26 h)"
    for text in (texts.linear_body, texts.slack_text, texts.note_text):
        assert reasons in text


@pytest.mark.parametrize("detail", ["this, how, over", "", UNTOLD])
def test_words_that_tell_nothing_are_left_out(detail: str) -> None:
    found = (Signal("wording", 0.2, detail, "This again"), Signal("emphasis", 0.1, "!"))
    texts = draft_texts(conversation(), assessment(signals=found), Priority.P0, SETTINGS)
    for text in (texts.linear_body, texts.slack_text, texts.note_text):
        assert "- sounds like an escalation: “This again”\n- emphasis" in text
        assert "(!)" not in text
        assert "such as" not in text


def test_the_category_is_told_in_words() -> None:
    texts = draft_texts(conversation(), replace(assessment(), category=Category.ACCOUNT_ISSUE), Priority.P0, SETTINGS)
    for text in (texts.linear_body, texts.slack_text, texts.note_text):
        assert "ategory: account issue" in text
        assert "_" not in text


def test_what_is_unknown_is_called_unknown() -> None:
    texts = draft_texts(conversation(account=Account("1", "AcmeCorp")), assessment(), Priority.P1, SETTINGS)
    assert "Plan: unknown" in texts.linear_body
    assert "MRR: unknown" in texts.linear_body
    assert "0 per month" not in texts.linear_body


def test_without_company_and_subject_the_customer_and_the_first_words_stand_for_them() -> None:
    texts = draft_texts(
        conversation(part(1, "Nothing works\nat all", kind="source"), account=None, subject=""), assessment(), Priority.P1, SETTINGS
    )
    assert texts.linear_title == "[Escalation] Jane Roe: Nothing works at all"


def test_every_word_counts_for_the_approval() -> None:
    texts = draft_texts(conversation(), assessment(), Priority.P0, SETTINGS)
    again = draft_texts(conversation(), assessment(), Priority.P0, SETTINGS)
    assert texts.digest == again.digest
    changed = [
        replace(texts, linear_title="x"),
        replace(texts, linear_body="x"),
        replace(texts, slack_channel="x"),
        replace(texts, slack_text="x"),
        replace(texts, note_text="x"),
    ]
    assert len({texts.digest, *(each.digest for each in changed)}) == 6


def test_an_escalation_by_hand_says_so() -> None:
    texts = draft_texts(conversation(), assessment(0.0, signals=()), Priority.P2, SETTINGS)
    assert "chosen by hand" in texts.slack_text
