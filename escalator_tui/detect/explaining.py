"""An assessment with all that led to it: the rules that held, and what was said and did not count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from escalator_tui.detect import assess
from escalator_tui.detect.folding import fold
from escalator_tui.detect.lexicon import extra_words, lexicon
from escalator_tui.detect.mentions import mentions
from escalator_tui.detect.reading import Reading, Unheard, messages, read
from escalator_tui.detect.scoring import hearing
from escalator_tui.detect.segments import segments_of
from escalator_tui.detect.weights import weights_for
from escalator_tui.model.assessment import Assessment
from escalator_tui.model.conversation import Conversation, Part
from escalator_tui.model.kinds import AuthorKind
from escalator_tui.model.rules import Rules
from escalator_tui.model.text import ends_of, is_shortened, one_line, own_words

_LINE: Final = 100
_MOST: Final = 50
_LITTLE: Final = 0.6  # of a phrase, below which its message's wording is worth a word


@dataclass(frozen=True, slots=True)
class Ignored:
    """What did not count, or little: why, the words, the part, and the family they would have been of, if any. Why is one of "negated",
    "a name", "an ordinary term", "merely asked about", "sounds ordinary", "taken out by the settings", "quoted or a signature", "quoted",
    "an address or code", "too long, only its beginning and its end are read", "without an author" and "not the customer's".
    """

    reason: str
    words: str
    part_id: str
    family: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The assessment, the preset and the segments in force, and what was ignored."""

    assessment: Assessment
    preset: str
    segments: tuple[str, ...]
    ignored: tuple[Ignored, ...]


def explain(conversation: Conversation, history: Sequence[Conversation], rules: Rules, now: int, *, text_only: bool = False) -> Explanation:
    """What `assess` finds, and why it finds no more."""
    segments = segments_of(conversation, rules)
    held = rules.within(segments)
    unheard: list[Unheard] = []
    if held.preset != "reference":
        reading = read(messages(conversation), lexicon(extra_words(held.words)), frozenset(map(fold, held.words_removed)), unheard)
        unheard += _doubted(reading, held)
        unheard += _mentioned(conversation)
    phrases = (Ignored(each.reason, each.words, each.part_id, each.family) for each in unheard)
    ignored = dict.fromkeys((*phrases, *_left_out(conversation)))
    names = tuple(each.name for each in segments)
    return Explanation(assess(conversation, history, rules, now, text_only=text_only), held.preset, names, tuple(ignored)[:_MOST])


def _doubted(reading: Reading, rules: Rules) -> Iterator[Unheard]:
    """Phrases of which little is left because the message around them sounds ordinary."""
    for family, listed in reading.found.items():
        for found in listed:
            if family != "emphasis" and hearing(found, weights_for(rules)) < _LITTLE:
                yield Unheard(family, found.words, found.message.part_id, "sounds ordinary")


def _mentioned(conversation: Conversation) -> Iterator[Unheard]:
    """What the customer's own messages mention rather than say."""
    for message in messages(conversation):
        for words, is_quotation in mentions(message.text):
            yield Unheard("", one_line(words, _LINE), message.part_id, "quoted" if is_quotation else "an address or code")


def _left_out(conversation: Conversation) -> Iterator[Ignored]:
    """Lines of the customer's messages that are not their own words, and what others wrote."""
    for part in conversation.parts:
        if not part.is_from_customer:
            if part.text:
                reason = "without an author" if part.author.kind is AuthorKind.UNKNOWN else "not the customer's"
                yield Ignored(reason, one_line(part.text, _LINE), part.id)
            continue
        own = own_words(part.text)
        gone = _lines(part.text) - _lines(own)
        if gone:
            yield Ignored("quoted or a signature", one_line(_first(part, gone), _LINE), part.id)
        if is_shortened(ends_of(own)):
            yield Ignored("too long, only its beginning and its end are read", one_line(own, _LINE), part.id)


def _lines(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines() if line.strip()}


def _first(part: Part, lines: set[str]) -> str:
    return next(line for line in part.text.splitlines() if line.strip() in lines)
