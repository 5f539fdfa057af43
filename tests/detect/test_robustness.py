"""Hostile and odd input: it completes, raises nothing, and the same question has the same answer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalator_tui.detect import assess
from escalator_tui.detect.data import read_data
from escalator_tui.detect.lexicon import FAMILIES
from escalator_tui.detect.pattern import read_classes, read_phrase
from escalator_tui.model.rules import Rules
from tests.detect.builders import DAY, MONDAY, talk

PRESETS = ["default", "strict", "reference"]
SOME_WORDS = ["cancel", "my", "contract", "not", "no", "terrible", "manager", "to", "speak", ",", ".", "!", "please", "thanks", "if"]
HOSTILE = {
    "one letter": "a" * 1_000_000,
    "one curse": "terrible " * 12_000,
    "a gap that never ends": "cancel my " * 10_000,
    "a threat that never ends": "if you do not " * 8_000,
    "a praise that never breaks": "great, " * 15_000,
    "weekdays": "monday " * 15_000,
    "questions": "how do i terrible " * 6_000,
    "right to left": "שלום ‏عربي‮ terrible ‬" * 4_000,
    "zero width": "ter\u200brible " * 8_000,
    "scripts mixed": "tеrriblе 这是 страшно " * 5_000,
    "optional words": "speak to a the your my another " * 4_000,
    "quotation marks": "'\"`“«" * 20_000,
    "at signs": "a@" * 50_000,
    "line ends": "\n" * 100_000,
    "brackets": "([{<" * 25_000,
    "marks": "e" + "\u0301" * 100_000,
    "emoji": "😡" * 100_000,
    "nulls": "\x00" * 100_000,
    "surrogates": "\ud800" * 100_000,
}


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_completes(text: str, preset: str) -> None:
    assessment = assess(talk(text, text), (), Rules(preset=preset), MONDAY + DAY)
    assert 0.0 <= assessment.score <= 1.0
    assert all(len(signal.quote) <= 160 and len(signal.detail) <= 160 for signal in assessment.signals)


@pytest.mark.parametrize("length", [20_001, 100_000, 1_000_000])
def test_the_end_of_a_long_message_is_heard(length: int) -> None:
    story = "The rain in the hills went on and on. " * (length // 38 + 1)
    for said in (f"{story}I want to speak to a manager.", f"I want to speak to a manager. {story}"):
        assert "manager" in {signal.kind for signal in assess(talk(said), (), Rules(), MONDAY).signals}
    assert "manager" not in {signal.kind for signal in assess(talk(story), (), Rules(), MONDAY).signals}


@settings(max_examples=60)
@given(st.lists(st.text(max_size=80), max_size=4), st.integers(-(2**40), 2**40), st.sampled_from(PRESETS))
def test_any_text_at_any_time_has_one_answer(said: list[str], now: int, preset: str) -> None:
    other = talk("It is broken", id="2")
    first, second = (assess(talk(*said), (other,), Rules(preset=preset), now) for _ in range(2))
    assert first == second
    assert 0.0 <= first.score <= 1.0
    assert first.escalates == (first.why_not == "")


@settings(max_examples=40)
@given(st.lists(st.sampled_from(SOME_WORDS), max_size=20))
def test_the_words_of_the_lexicon_in_any_order_raise_nothing(words: list[str]) -> None:
    assert 0.0 <= assess(talk(" ".join(words)), (), Rules(), MONDAY).score <= 1.0


@pytest.mark.parametrize("family", [*FAMILIES, "thanks", "protected"])
def test_every_phrase_of_the_lexicon_can_be_read(family: str) -> None:
    classes = read_classes(read_data("classes"))
    data = read_data(family)
    assert data["family"] == family
    for levels in data["phrases"].values():
        assert levels.keys() <= {"strong", "plain"}
        assert all(read_phrase(phrase, classes) for phrases in levels.values() for phrase in phrases)


@pytest.mark.parametrize("phrase", ["(open", "[open", "closed)", "$nowhere", "(los{e,ing|t})", "los{e|t}", "(lose}|lost)"])
def test_a_phrase_that_cannot_be_read_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match=r"bracket|class"):
        read_phrase(phrase, {})
