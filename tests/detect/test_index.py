"""The index of phrases against a search that looks for every phrase at every place."""

from __future__ import annotations

import random

from escalator_tui.detect.index import Entry, Hit, Index, alternatives
from escalator_tui.detect.pattern import Element, Steps, read_phrase
from escalator_tui.detect.words import tokenise

SEED = 7
CLASSES = {"polite": frozenset({"please", "kindly"})}
PHRASES = [
    *("(i|we) ~ (cancel|leave)", "[so|very] angry", "^ when will", "(no|still) answer", "no !polite refund", "not _ working", "waste"),
    *("you ~~ liars", "leave !!polite money", "(your|the) team [so] bad", "i [really] want ~ money", "again and again"),
]
VOCABULARY = [
    *("i", "we", "you", "your", "the", "support", "team", "is", "are", "so", "bad", "cancel", "leave", "angry", "very", "when", "will"),
    *("no", "still", "answer", "refund", "please", "not", "it", "working", "waste", "liars", "really", "want", "money", "again", "and"),
    *(".", ",", "!", "\n"),
]


def sequences() -> list[tuple[Steps, Entry]]:
    """The phrases, each of a family of its own."""
    return [
        (each, Entry(phrase, strong=True, language="en", opening=phrase.startswith("^ ")))
        for phrase in PHRASES
        for sequence in read_phrase(phrase.removeprefix("^ "), CLASSES)
        for each in alternatives(sequence)
    ]


def ends(tokens: list[str], at: int, steps: Steps) -> list[int]:
    """Every place at which the steps can end, those that take most first."""
    if not steps:
        return [at]
    step, rest = steps[0], steps[1:]
    return [end for taken in reversed(range(step.most + 1)) if takes(tokens, at, step, taken) for end in ends(tokens, at + taken, rest)]


def takes(tokens: list[str], at: int, step: Element, taken: int) -> bool:
    """Whether the step can take so many tokens here."""
    if not taken:
        return step.optional
    row = tokens[at : at + taken]
    if len(row) < taken:
        return False
    return all(each in step.words if step.words is not None else each not in step.stops | step.barred for each in row)


def looked_for(phrases: list[tuple[Steps, Entry]], tokens: list[str]) -> set[Hit]:
    """Every phrase, looked for at every place."""
    return {
        Hit(entry, at, found[0])
        for at in range(len(tokens))
        for steps, entry in phrases
        if (found := ends(tokens, at, steps)) and (not entry.opening or not at or tokens[at - 1] in ".!?…\n")
    }


def test_the_index_finds_what_looking_everywhere_finds() -> None:
    phrases, chance = sequences(), random.Random(SEED)
    index = Index(phrases)
    found = set()
    for _ in range(3000):
        said = [word for steps, _ in chance.choices(phrases, k=2) for step in steps for word in sorted(step.words or ()) or ["it"]]
        tokens = [*chance.choices([*said, *chance.sample(VOCABULARY, 2)], k=chance.randint(0, 16)), "\n"]
        assert set(index.find(tokens)) == looked_for(phrases, tokens), tokens
        found |= {hit.entry.family for hit in index.find(tokens)}
    assert found == set(PHRASES)


def test_hits_of_one_place_come_in_the_order_of_the_phrases() -> None:
    first, second = (Entry("anger", strong=True, language=code) for code in ("en", "es"))
    steps = read_phrase("no answer", {})[0]
    assert Index([(steps, first), (steps, second)]).find(tokenise("no answer")) == [Hit(first, 0, 2), Hit(second, 0, 2)]
    assert Index([(steps, second), (steps, first)]).find(tokenise("no answer")) == [Hit(second, 0, 2), Hit(first, 0, 2)]
