"""The team's own rules: presets, weights, words, and the reference agent's rule."""

from __future__ import annotations

import pytest

from escalator_tui.detect import assess
from escalator_tui.model.assessment import Assessment, Category, Sentiment
from escalator_tui.model.rules import Rules
from tests.detect.builders import DAY, HOUR, MONDAY, talk

REFERENCE = Rules(preset="reference")
WORDS = [
    *("cancel", "frustrated", "unacceptable", "terrible", "worst", "manager", "supervisor"),
    *("lawsuit", "legal", "refund", "ridiculous", "disappointed", "angry"),
]


def score(text: str, rules: Rules) -> Assessment:
    return assess(talk(text), (), rules, MONDAY + 60, text_only=True)


def test_the_strict_preset_asks_for_more() -> None:
    text = "Nobody got back to me yet."
    assert score(text, Rules()).escalates
    assert not score(text, Rules(preset="strict")).escalates
    assert score("Terrible. Get me your manager.", Rules(preset="strict")).escalates


def test_a_threshold_overrides_the_preset() -> None:
    assert not score("This is terrible.", Rules(threshold=0.9)).escalates
    assert score("This is terrible.", Rules(threshold=0.9)).threshold == 0.9


def test_a_weight_overrides_its_family() -> None:
    assert not score("This is terrible.", Rules(weights={"anger": 0.1, "wording": 0.1})).escalates
    assert score("There is a problem, it is broken.", Rules(weights={"problem": 0.9, "wording": 0.0})).escalates
    assert not score("This is terrible.", Rules(weights={"anger": 0.0, "wording": 0.0})).signals


def test_own_words_join_a_family_or_make_one() -> None:
    text = "Our Frobnicator 9000 is blinking"
    assert not score(text, Rules()).signals
    joined = score(text, Rules(words={"outage": ("frobnicator 9000",)}))
    assert (joined.signals[0].kind, joined.escalates) == ("outage", True)
    own = score(text, Rules(words={"hardware": ("Blinking",)}, weights={"hardware": 0.2}))
    assert (own.signals[0].kind, own.escalates) == ("hardware", False)


def test_brackets_in_own_words_are_only_characters() -> None:
    assert score("we use f(x) daily", Rules(words={"outage": ("f(x)", "[", "$nothing", "")})).escalates


def test_removed_words_count_for_nothing() -> None:
    removed = score("This is terrible.", Rules(words_removed=frozenset({"Terrible"})))
    assert "anger" not in {signal.kind for signal in removed.signals}
    assert all("terrible" not in signal.detail for signal in removed.signals)
    assert not removed.escalates


@pytest.mark.parametrize("word", WORDS)
def test_the_reference_rule_knows_thirteen_words(word: str) -> None:
    assessment = score(f"About the {word}: hello", REFERENCE)
    assert (assessment.score, assessment.escalates, assessment.signals[0].kind) == (0.4, True, "keyword")


@pytest.mark.parametrize("text", ["cancelled", "refunds", "illegal", "This is awful, I hate you", ""])
def test_the_reference_rule_knows_no_others(text: str) -> None:
    assert score(text, REFERENCE).score == 0.0


def test_the_reference_rule_counts_words_once_age_and_replies() -> None:
    replies = talk("refund", "refund, angry", "a", "b", "c")
    assert assess(replies, (), REFERENCE, MONDAY + HOUR).score == 0.7
    assert assess(replies, (), REFERENCE, MONDAY + HOUR).sentiment is Sentiment.FRUSTRATED
    assert assess(replies, (), REFERENCE, MONDAY + 2 * DAY).score == 1.0
    assert assess(talk("a", "b", "c", "d"), (), REFERENCE, MONDAY + 24 * HOUR).score == 0.0
    assert assess(talk("a"), (), REFERENCE, MONDAY + 24 * HOUR + 1).score == 0.3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("payment error", Category.BUG),
        ("it is not working", Category.BUG),
        ("feature on the invoice", Category.BILLING),
        ("that would be nice", Category.FEATURE_REQUEST),
        ("bugs", Category.ACCOUNT_ISSUE),
    ],
)
def test_the_reference_categories(text: str, expected: Category) -> None:
    assert score(text, REFERENCE).category is expected


def test_an_unknown_preset_is_read_as_the_default() -> None:
    assert score("This is terrible.", Rules(preset="?")).score == score("This is terrible.", Rules()).score
