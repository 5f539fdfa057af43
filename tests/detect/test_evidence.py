"""Evidence weighed gives what detection gives."""

from __future__ import annotations

import pytest

from escalator_tui.detect import assess
from escalator_tui.detect.evidence import gather, is_heard, weight_of
from escalator_tui.model.rules import Rules
from tests.detect.builders import HOUR, MONDAY, talk

TEXTS = ("This is terrible, thank you", "There is a problem, it is broken!!!", "I want to speak to a manager", "How do I add a seat?")
RULES = (Rules(), Rules(preset="strict"), Rules(weights={"anger": 0.2, "problem": 0.9, "waiting_hours": 0.7}), Rules(threshold=0.7))


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("rules", RULES)
def test_other_weights_need_no_second_reading(text: str, rules: Rules) -> None:
    now, others = MONDAY + 30 * HOUR, [talk("Unacceptable", id="2")]
    evidence = gather(talk(text), others, Rules(), now)
    expected = assess(talk(text), others, rules, now)
    assert (evidence.score(rules), evidence.signals(rules)) == (expected.score, expected.signals)


def test_phrases_are_those_that_can_be_taken_away() -> None:
    phrases = gather(talk("Terrible!!! Thank you, I want my manager"), (), Rules(), MONDAY).phrases()
    assert ("anger", "terrible") in phrases
    assert {family for family, _ in phrases}.isdisjoint({"thanks", "emphasis"})
    taken = Rules(words_removed=frozenset(phrase for _, phrase in phrases))
    assert gather(talk("Terrible!!! Thank you, I want my manager"), (), taken, MONDAY).phrases() == frozenset()


SPOKEN = [
    "They are cowboys!",
    "Hours. Of. My. Life. This. Is. Ridiculous.",
    "No progress after three weeks.",
    "Erledigt, sagt ihr? Und warum tropft es dann?",
    "Pela décima vez: o endereço está errado.",
    "¿Hay novedades sobre el pedido?",
    "Alguma novidade?",
    "Avez-vous des nouvelles ?",
]


@pytest.mark.parametrize("text", SPOKEN)
def test_whatever_was_found_may_stand_in_the_settings(text: str) -> None:
    """What a lead takes out while tuning is saved, and the settings refuse what nothing has."""
    for _, phrase in gather(talk(text), (), Rules(), MONDAY).phrases():
        assert is_heard(phrase, Rules())


def test_the_weight_of_a_family_is_the_teams_own_or_the_shipped_one() -> None:
    assert weight_of("anger", Rules(weights={"anger": 1.0})) == 1.0
    assert weight_of("waiting_hours", Rules()) == 0.54
    assert weight_of("ours", Rules(words={"ours": ("beep",)})) == 0.5
