"""How a message sounds: the model alone, and beside the families."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from escalator_tui.detect import assess, reading, scoring
from escalator_tui.detect.data import read_data
from escalator_tui.detect.evidence import gather
from escalator_tui.detect.explaining import explain
from escalator_tui.detect.index import Entry
from escalator_tui.detect.judging import Phrase
from escalator_tui.detect.lexicon import lexicon
from escalator_tui.detect.reading import Message, read
from escalator_tui.detect.weights import share, weights_for
from escalator_tui.detect.wording import Wording, kept, pieces, wording
from escalator_tui.detect.words import tokenise
from escalator_tui.model.assessment import Assessment
from escalator_tui.model.rules import Rules
from tests.detect.builders import MONDAY, talk

OFF = Rules(weights={"wording": 0.0})
DEAF = Wording({}, 1000)
GLOOMY = Wording({}, 1000, ordinary=10_000)
"""Finds everything as ordinary as can be."""
GRAVE = [
    "I want to speak to your manager.",
    "We will cancel our subscription.",
    "You will hear from my lawyer.",
    "Quiero hablar con el gerente.",
    "Je vais résilier mon contrat.",
    "Ich gehe damit zum Anwalt.",
]


def spoken(text: str, model: Wording, rules: Rules | None = None) -> float:
    said = read([Message("p", text)], lexicon(), frozenset(), model=model)
    return sum(each.points for each in scoring.weigh(said, weights_for(rules or Rules())))


def assessed(text: str, rules: Rules | None = None) -> Assessment:
    return assess(talk(text), (), rules or Rules(), MONDAY + 100, text_only=True)


def test_words_pairs_and_triples_count_once_and_the_edges_of_lines_are_words() -> None:
    cut = pieces(tokenise("no no\nno"), ())
    assert cut == {
        ("/",),
        ("no",),
        ("/", "no"),
        ("no", "no"),
        ("no", "/"),
        ("/", "no", "no"),
        ("no", "no", "/"),
        ("no", "/", "no"),
        *[("/", "no", "/")],
    }


def test_a_phrase_of_the_lexicon_is_also_read_as_its_family() -> None:
    tokens = tokenise("your awful app")
    heard = Phrase(Entry("anger", strong=True, language="en"), 1, 2, "awful", 1.0)
    assert {("your", "ANGER"), ("your", "ANGER", "app"), ("your", "awful")} <= pieces(tokens, [heard])
    assert ("your", "NO-ANGER") in pieces(tokens, [heard._replace(counts=0.0, reason="negated")])


@settings(max_examples=200)
@given(st.lists(st.sampled_from([*"abcd.\n"]), max_size=12), st.integers(0, 11), st.integers(1, 3), st.booleans())
def test_what_is_heard_is_the_sum_of_the_pieces(said: list[str], start: int, length: int, counts: bool) -> None:
    """`pieces` says what a message is made of, and is what the weights are fitted on."""
    tokens = [*said, "\n"]
    phrase = Phrase(Entry("anger", strong=True, language="en"), start, min(start + length, len(said)), "", float(counts))
    phrases = [phrase] if start < len(said) else []
    chance = random.Random(3)
    alphabet = [*"abcd./", "ANGER", "NO-ANGER"]
    rows = {tuple(chance.choices(alphabet, k=chance.randint(1, 3))) for _ in range(400)}
    weights = {row: chance.randint(-50, 50) for row in sorted(rows)}
    heard = Wording(weights, 1, alarming=-100_000, ordinary=-100_000).hear(tokens, phrases)
    weighed = pieces(tokens, phrases) & weights.keys()
    assert heard.sign == pytest.approx(100_000 + sum(weights[piece] for piece in weighed) * kept(len(weighed)))


def test_the_sign_is_the_sum_of_the_weights_and_quotes_what_spoke_most() -> None:
    model = Wording({("as", "usual"): 300, ("again",): 500, ("hello",): -100}, 1000, alarming=50)
    heard = model.hear(tokenise("Hello, broken again as usual"), ())
    assert heard.sign == pytest.approx(0.65)
    assert heard.words == "again, usual"
    assert (heard.first, heard.last) == (3, 3)


def test_small_words_are_not_shown_as_what_spoke_most() -> None:
    model = Wording({("and", "you"): 500, ("to", "the", "shredder"): 300, ("3",): 200}, 1000)
    assert model.hear(tokenise("3 times and you go to the shredder"), ()).words == "shredder"
    assert model.hear(tokenise("3 times and you"), ()).words == ""


@pytest.mark.parametrize("text", ["Uns bleibt keine andere Wahl.", "Não me resta alternativa.", "Ça ne peut plus durer ainsi."])
def test_a_wording_without_a_telling_word_says_so(text: str) -> None:
    details = [signal.detail for signal in assess(talk(text), (), Rules(), MONDAY, text_only=True).signals if signal.kind == "wording"]
    assert details == ["how the message as a whole is put"]


def test_the_loudest_of_messages_without_a_telling_word_counts() -> None:
    model = Wording({("and", "you"): 200, ("you", "and"): 400}, 1000)
    said = [Message("1", "and you"), Message("2", "you and")]
    assert [found.counts for found in read(said, lexicon(), frozenset(), model=model).found["wording"]] == [0.2, 0.4]


def test_the_loudest_counts_however_many_messages_came_before() -> None:
    model = Wording({("broken",): 200, ("shredder",): 700}, 1000)
    said = [*(Message(str(number), f"broken {number}") for number in range(100)), Message("last", "shredder")]
    assert max(found.counts for found in read(said, lexicon(), frozenset(), model=model).found["wording"]) == 0.7


def test_a_removed_phrase_takes_every_piece_with_it() -> None:
    model = Wording({("as", "usual"): 300, ("usual",): 200, ("broken", "as"): 100, ("broken",): 150}, 1000)
    tokens = tokenise("broken as usual")
    assert model.hear(tokens, (), {"as usual"}).sign == pytest.approx(0.15)
    assert model.hear(tokens, (), {"usual as"}).sign == pytest.approx(0.75)


def test_a_removed_phrase_lends_no_family_its_name() -> None:
    tokens = tokenise("awful app")
    heard = Phrase(Entry("anger", strong=True, language="en"), 0, 1, "awful", 1.0)
    model = Wording({("ANGER",): 400}, 1000)
    assert [model.hear(tokens, [heard], gone).sign for gone in ((), {"awful"})] == [pytest.approx(0.4), 0.0]


def test_between_ordinary_and_alarming_nothing_is_said() -> None:
    model = Wording({("a",): 100, ("b",): 300, ("c",): 900}, 1000, alarming=500, ordinary=200)
    assert [model.hear([token], ()).sign for token in "abc"] == [pytest.approx(-0.1), 0.0, pytest.approx(0.4)]


def test_the_sum_of_a_long_message_grows_more_slowly_than_its_length() -> None:
    assert kept(30) == kept(80) == 1.0
    assert all(1 < kept(more) * more / (kept(count) * count) < more / count for count, more in pairwise((80, 160, 1000, 10_000)))


@pytest.mark.parametrize("text", GRAVE)
def test_nothing_learnt_takes_anything_off_a_manager_churn_or_legal(text: str) -> None:
    kinds = {"manager", "churn", "legal"}
    heard, doubted = (
        {
            each.family: each.points
            for each in scoring.weigh(read([Message("p", text)], lexicon(), frozenset(), model=model), weights_for(Rules()))
        }
        for model in (DEAF, GLOOMY)
    )
    assert kinds & heard.keys()
    assert all(doubted[family] == heard[family] for family in kinds & heard.keys())


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["please", "thanks", "how", "do", "i", "great", "order", "?", ".", "\n", "demo", "the"]), max_size=25))
def test_no_words_around_it_silence_a_request_for_somebody_in_charge(around: list[str]) -> None:
    text = f"I want to speak to your manager. {' '.join(around)}"
    assert spoken(text, wording()) >= spoken(text, DEAF, OFF) - spoken_beside(text)


def spoken_beside(text: str) -> float:
    """What the families that may be doubted add."""
    said = scoring.weigh(read([Message("p", text)], lexicon(), frozenset(), model=DEAF), weights_for(OFF))
    return sum(each.points for each in said if each.family not in reading.NEVER_DOUBTED) + 1e-9


def test_wording_and_weak_families_carry_one_another_over_no_threshold() -> None:
    text, uneasy, silent = "It is broken, an error", Wording({("broken",): 500}, 1000), Rules(weights={"problem": 0.0})
    weak, sound = spoken(text, DEAF), spoken(text, uneasy, silent)
    assert share(max(weak, sound)) < weights_for(Rules()).threshold < share(weak + sound)
    assert spoken(text, uneasy) == pytest.approx(max(weak, sound))
    assert spoken(f"{text}. I am fed up.", uneasy) == pytest.approx(spoken(f"{text}. I am fed up.", DEAF) + sound)


def test_an_ordinary_wording_damps_other_families_but_not_a_teams_own_words() -> None:
    assert spoken("This is terrible.", GLOOMY) < 0.2 * spoken("This is terrible.", DEAF)
    own = Rules(words={"outage": ("frobnicator",), "ours": ("blinks",)})
    for text in ("How do I order another frobnicator, please?", "It blinks, is that the demo mode?"):
        assert assessed(text, own).escalates


@settings(max_examples=60)
@example(words=["thanks", "cancel", "not", "cancel", "cancel", "cancel", "cancel", "cancel", "!"])
@given(st.lists(st.sampled_from(["terrible", "cancel", "my", "order", "not", "!", "how", "do", "i", "thanks", "again", "\n"]), max_size=20))
def test_a_weight_of_zero_leaves_what_the_families_say(words: list[str]) -> None:
    text = " ".join(words)
    assert spoken(text, wording(), OFF) == spoken(text, DEAF, OFF) == spoken(text, GLOOMY, OFF)
    assert all(each.kind != "wording" for each in assessed(text, OFF).signals)


def test_only_the_customers_own_words_are_heard() -> None:
    loud = "Third time I write and nobody bothers, as usual. What am I paying for?"
    assert "wording" in {each.kind for each in assessed(loud).signals}
    for said in (
        talk("Hello", ("teammate", loud)),
        talk("Hello", ("bot", loud)),
        talk(f"Hello\n\nOn Mon, 5 Jan 2026, Ana wrote:\n> {loud}\n"),
    ):
        assert "wording" not in {each.kind for each in assess(said, (), Rules(), MONDAY + 100, text_only=True).signals}


def test_of_several_messages_the_one_that_sounds_most_alarming_counts() -> None:
    loud, calm = "Third time I write and nobody bothers, as usual.", "How do I add a seat?"
    alone, among = (assess(talk(*said), (), OFF_BUT_WORDING, MONDAY + 100, text_only=True) for said in ([loud], [calm, loud, calm]))
    assert weight(alone) == weight(among) > 0
    assert [each.part_id for each in among.signals if each.kind == "wording"] == ["p1"]


OFF_BUT_WORDING = Rules(weights=dict.fromkeys(("waiting", "repeat", "frustration", "anger", "problem", "complaint", "emphasis"), 0.0))


def weight(assessment: Assessment) -> float:
    return next((each.weight for each in assessment.signals if each.kind == "wording"), 0.0)


def test_the_weight_can_be_tried_without_a_second_reading() -> None:
    said = talk("Third time I write and nobody bothers, as usual.")
    evidence = gather(said, (), Rules(), MONDAY)
    for own in (Rules(), OFF, Rules(weights={"wording": 0.3}), Rules(preset="strict")):
        assert evidence.score(own) == assess(said, (), own, MONDAY).score
    assert all(family != "wording" for family, _ in evidence.phrases())


def test_explain_tells_what_sounds_ordinary() -> None:
    reasons = {each.reason for each in explain(talk("Is there a problem in the demo? Thank you!"), (), Rules(), MONDAY).ignored}
    assert "sounds ordinary" in reasons
    reasons = {each.reason for each in explain(talk("Is there a problem in the demo? Thank you!"), (), OFF, MONDAY).ignored}
    assert "sounds ordinary" not in reasons


def test_it_looks_at_each_word_a_fixed_number_of_times() -> None:
    counts = [len(pieces(tokenise("a b c d " * times), ())) for times in (50, 5000)]
    assert counts[0] == counts[1]
    different = [len(pieces([str(each) for each in range(size)], ())) for size in (100, 10_000)]
    assert different[1] < 101 * different[0]


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_any_text_sounds_the_same_twice(text: str) -> None:
    tokens = tokenise(text)
    assert wording().hear(tokens, ()) == wording().hear(tokens, ())


def test_the_shipped_weights_are_whole_and_no_piece_has_two() -> None:
    data = read_data("wording")
    listed = [piece for line in data["weights"].values() for piece in line.split("|")]
    assert len(listed) == len(set(listed))
    assert all(1 <= len(piece.split(" ")) <= 3 for piece in listed)
    assert data["fitted"]["date"]


def test_the_figures_on_rows_left_out_hold_the_bars() -> None:
    fitted = read_data("wording")["fitted"]
    by_chance, by_source = fitted["left_out_by_chance"], fitted["left_out_by_source"]
    assert by_chance["dev_false_alarms"] <= 0.035
    assert by_chance["dev_recall"] >= 0.55
    assert by_source["dev_false_alarms"] <= 0.05
    assert by_source["dev_recall"] >= 0.52
    assert by_source["dev_strict_false_alarms"] <= 0.025
    assert by_source["corpus_right"] >= 0.75
