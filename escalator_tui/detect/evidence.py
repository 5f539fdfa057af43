"""What speaks for an escalation, before it is weighed: found once, it is weighed again and again under other weights and thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from escalator_tui.detect.behaviour import Fact, counted_facts, timing
from escalator_tui.detect.faces import face
from escalator_tui.detect.folding import fold
from escalator_tui.detect.history import episodes, history_fact, is_calm
from escalator_tui.detect.judging import judge
from escalator_tui.detect.lexicon import extra_words, lexicon
from escalator_tui.detect.reading import Reading, messages, read
from escalator_tui.detect.reference import reference_words
from escalator_tui.detect.scoring import fact_points, signals, weigh
from escalator_tui.detect.segments import segments_of
from escalator_tui.detect.weights import share, weights_for
from escalator_tui.detect.wording import without, wording
from escalator_tui.detect.words import END, tokenise
from escalator_tui.model.assessment import Signal
from escalator_tui.model.conversation import Conversation
from escalator_tui.model.rules import Rules, Segment

_CLOSED: Final = ("", *".!?,:")
"""What may stand behind a phrase and belong to it, though it is not shown."""
_NO_PHRASES: Final = frozenset({"thanks", "emphasis", "wording"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was said and what happened in one conversation up to one moment."""

    reading: Reading
    facts: tuple[Fact, ...]
    segments: tuple[Segment, ...] = ()

    def score(self, rules: Rules) -> float:
        """The score that `assess` gives under rules that differ from those it was gathered by in preset, threshold and weights alone."""
        weights = weights_for(rules.within(self.segments))
        spoken = sum(each.points for each in weigh(self.reading, weights))
        return share(spoken + sum(value for _, value in fact_points(self.facts, weights)))

    def signals(self, rules: Rules) -> tuple[Signal, ...]:
        """The signals that `assess` gives under such rules."""
        weights = weights_for(rules.within(self.segments))
        return signals(weigh(self.reading, weights), fact_points(self.facts, weights))

    def threshold(self, rules: Rules) -> float:
        """The threshold that `assess` compares with under such rules."""
        return weights_for(rules.within(self.segments)).threshold

    def phrases(self) -> frozenset[tuple[str, str]]:
        """(family, phrase) of everything said that speaks for an escalation. Each phrase is one that `words_removed` takes away; how it
        all sounds is no phrase, nor is a face, nor are words that are each a sentence: these have no place among the tokens.
        """
        raising = ((family, found) for family, found in self.reading.found.items() if family not in _NO_PHRASES)
        return frozenset((family, each.words) for family, found in raising for each in found if each.last >= each.first)


def gather(conversation: Conversation, history: Sequence[Conversation], rules: Rules, now: int) -> Evidence:
    """The evidence at `now` (unix seconds) under the words, hours and counts of the rules: for the presets that have weights."""
    segments = segments_of(conversation, rules)
    rules = rules.within(segments)
    words, removed = lexicon(extra_words(rules.words)), frozenset(map(fold, rules.words_removed))
    reading = read(messages(conversation), words, removed)
    story = history_fact(episodes(conversation, history, words, removed), now, is_calm=is_calm(reading))
    pace = timing(conversation, rules, is_farewell=reading.is_farewell, is_nod=reading.is_nod)
    return Evidence(reading, (*counted_facts(conversation, rules), *pace.facts(now), *([story] if story else [])), segments)


def says(conversation: Conversation, phrases: frozenset[str], rules: Rules) -> bool:
    """Whether the customer used one of these folded phrases, in any sense: then taking it away may change what is found."""
    words = lexicon(extra_words(rules.within(segments_of(conversation, rules)).words))
    said = (words.correct(tokenise(message.text)) for message in messages(conversation))
    return any(without(tokens, phrases) != tokens for tokens in said)


def is_heard(phrase: str, rules: Rules) -> bool:
    """Whether taking a phrase out of the rules can change anything: the wording weighs its words, it is a face, or some family has it as
    it stands.
    """
    if rules.preset == "reference":
        return phrase in reference_words(rules)
    folded, shown = fold(phrase), face(phrase)
    words = folded.split(" ")
    if all(map(wording().weighs, words)) or (shown is not None and shown.sign == folded):
        return True
    known = lexicon(extra_words(rules.within(rules.segments).words))
    closed = ([*words, *mark, END] for mark in _CLOSED)
    return any(each.words == folded for said in closed for each in judge(said, known.find(said), frozenset()))


def weight_of(family: str, rules: Rules) -> float:
    """The weight of a family under the rules, as a share of the score."""
    weights = weights_for(rules)
    own = rules.weights.get(family)
    return round(share({**weights.strong, **weights.behaviour}[family]), 4) if own is None else own
