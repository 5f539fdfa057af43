"""What a conversation's customer said, family by family. Reads each message once; knows no time and no weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from escalator_tui.detect.emphasis import emphasis
from escalator_tui.detect.lexicon import Hit, Lexicon
from escalator_tui.detect.negation import is_mentioned, is_named, is_negated
from escalator_tui.detect.pattern import SENTENCE_ENDS
from escalator_tui.detect.words import excerpt, tokenise
from escalator_tui.model.conversation import Conversation, Part
from escalator_tui.model.text import own_words

_SETTLED: Final = 0.5  # what remains of earlier signals once the customer's last message says thanks
_MENTIONED: Final = 0.5  # how much a word of feeling counts that is probably but mentioned
_ASIDES: Final = frozenset({"protected", "asking"})
_EDGES: Final = " .,;:!?…()\n"
_ENOUGH: Final = 64  # phrases of one family
_FAREWELL: Final = 80  # characters
_GOOD: Final = frozenset({"thanks", "emphasis"})
_LONGEST_MESSAGE: Final = 20_000
_CATEGORIES: Final = frozenset({"bug", "billing", "feature_request"})


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the customer, without quotes and signature."""

    part_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """One phrase of a family: whether it is a strong sign, how much of it counts (0 to 1), its words, and where they stand."""

    strong: bool
    counts: float
    words: str
    message: Message
    first: int = 0
    last: int = -1

    @property
    def quote(self) -> str:
        """The customer's own words around it."""
        return excerpt(self.message.text, self.first, self.last)


class Unheard(NamedTuple):
    """A phrase of a family that did not count, and why."""

    family: str
    words: str
    part_id: str
    reason: str


@dataclass(slots=True)
class Reading:
    """The phrases found by family, in the order in which they were said, and the categories that were mentioned."""

    found: dict[str, list[Found]] = field(default_factory=dict)
    categories: set[str] = field(default_factory=set)
    is_farewell: bool = False
    """The last message is a short thanks that asks for nothing."""

    def has_strong(self, family: str) -> bool:
        """Whether a strong phrase of the family was said."""
        return any(found.strong for found in self.found.get(family, ()))

    @property
    def is_praise(self) -> bool:
        """Whether the customer praises and nothing strong stands against it: "saves me half an hour every day, great work"."""
        return self.has_strong("thanks") and not any(self.has_strong(family) for family in self.found.keys() - {"thanks", "emphasis"})

    def add(self, family: str, found: Found) -> None:
        """Take a phrase in, once for each wording; beyond some dozens more of the same adds nothing."""
        listed = self.found.setdefault(family, [])
        if len(listed) < _ENOUGH and all(other.words != found.words for other in listed):
            listed.append(found)


def messages(conversation: Conversation) -> list[Message]:
    """The customer's messages, oldest first. The subject is theirs when they opened the conversation."""
    return [message for part in conversation.customer_messages for message in _messages_of(conversation, part)]


def _messages_of(conversation: Conversation, part: Part) -> Iterator[Message]:
    if part.kind == "source" and conversation.subject:
        yield Message(part.id, conversation.subject[:_LONGEST_MESSAGE])
    if part.text:
        yield Message(part.id, own_words(part.text[:_LONGEST_MESSAGE]))


def read(said: Sequence[Message], lexicon: Lexicon, removed: frozenset[str], unheard: list[Unheard] | None = None) -> Reading:
    """Read all messages. `removed` holds folded phrases that count for nothing. What does not count is added to `unheard`."""
    reading = Reading()
    for number, message in enumerate(said):
        one = _read_message(message, lexicon, removed, unheard)
        if number and number == len(said) - 1 and _settles(one):
            _settle(reading)
        reading.categories |= one.categories
        reading.is_farewell = len(message.text) <= _FAREWELL and "?" not in message.text and _settles(one) and one.found.keys() <= _GOOD
        for family, listed in one.found.items():
            for found in listed:
                reading.add(family, found)
    return reading


def _read_message(message: Message, lexicon: Lexicon, removed: frozenset[str], unheard: list[Unheard] | None) -> Reading:
    reading = Reading()
    tokens = lexicon.correct(tokenise(message.text))
    hits = lexicon.find(tokens)
    if hits:
        _sort_in(reading, _Context(message, tokens, removed, unheard), hits)
    loudness, sign = emphasis(message.text)
    if loudness:
        reading.add("emphasis", Found(strong=True, counts=loudness, words=sign, message=message))
    return reading


class _Context(NamedTuple):
    """One message, and where to note what does not count in it."""

    message: Message
    tokens: list[str]
    removed: frozenset[str]
    unheard: list[Unheard] | None

    def words(self, hit: Hit) -> str:
        return " ".join(self.tokens[hit.start : hit.end]).strip(_EDGES)

    def pass_over(self, hit: Hit, reason: str) -> None:
        if self.unheard is not None:
            self.unheard.append(Unheard(hit.entry.family, self.words(hit), self.message.part_id, reason))


def _sort_in(reading: Reading, context: _Context, hits: list[Hit]) -> None:
    tokens = context.tokens
    covered, asked = _marked(tokens, hits)
    taken: dict[str, bytearray] = {}
    for hit in sorted(hits, key=_by_weight):
        family, start, end = hit.entry.family, hit.start, hit.end
        if family in _CATEGORIES:
            reading.categories.add(family)
            continue
        mine = taken.get(family)
        if family in _ASIDES or (mine and 1 in mine[start:end]):
            continue
        if 1 in covered[start:end]:
            context.pass_over(hit, "an ordinary term")
            continue
        words = context.words(hit)
        if reason := _reason_against(hit, words, context):
            context.pass_over(hit, reason)
            continue
        mine = taken.setdefault(family, bytearray(len(tokens)))
        mine[start:end] = b"\1" * (end - start)
        counts = _MENTIONED if asked[start] and is_mentioned(tokens, hit) else 1.0
        if counts < 1.0:
            context.pass_over(hit, "merely asked about")
        reading.add(family, Found(hit.entry.strong, counts, words, context.message, start, end - 1))


def _marked(tokens: list[str], hits: list[Hit]) -> tuple[bytearray, bytearray]:
    """The tokens of ordinary terms, and those of sentences that ask how something is done."""
    covered, asked = bytearray(len(tokens)), bytearray(len(tokens))
    for hit in hits:
        if hit.entry.family == "protected":
            covered[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
        elif hit.entry.family == "asking" and not asked[hit.start]:
            first, last = _sentence(tokens, hit.start)
            asked[first:last] = b"\1" * (last - first)
    return covered, asked


def _reason_against(hit: Hit, words: str, context: _Context) -> str:
    """Why the phrase does not count, empty when it does."""
    if words in context.removed:
        return "taken out by the settings"
    if is_named(context.tokens, hit):
        return "a name"
    return "negated" if is_negated(context.tokens, hit) else ""


def _sentence(tokens: list[str], at: int) -> tuple[int, int]:
    """The first token of the sentence around a place, and the one after its last."""
    first = next((before for before in range(at, 0, -1) if tokens[before - 1] in SENTENCE_ENDS), 0)
    last = next((behind for behind in range(at, len(tokens)) if tokens[behind] in SENTENCE_ENDS), len(tokens))
    return first, last


def _by_weight(hit: Hit) -> tuple[bool, int, int]:
    """Of phrases of one family that overlap, the strong one counts, then the first, then the longest."""
    return not hit.entry.strong, hit.start, -hit.end


def _settles(last: Reading) -> bool:
    return last.has_strong("thanks") and not any(last.has_strong(family) for family in last.found.keys() - _GOOD)


def _settle(reading: Reading) -> None:
    """The customer thanks at last: what came before counts less."""
    for family, listed in reading.found.items():
        if family != "thanks":
            reading.found[family] = [replace(found, counts=found.counts * _SETTLED) for found in listed]
