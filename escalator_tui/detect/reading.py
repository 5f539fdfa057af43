"""What a conversation's customer said, family by family. Reads each message once; knows no time and no weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from escalator_tui.detect.emphasis import emphasis, hammered
from escalator_tui.detect.faces import face
from escalator_tui.detect.judging import CATEGORIES, Phrase, judge
from escalator_tui.detect.lexicon import Lexicon
from escalator_tui.detect.nods import is_nod
from escalator_tui.detect.pattern import PUNCTUATION
from escalator_tui.detect.wording import AUDIBLE, Wording, wording
from escalator_tui.detect.words import excerpt, tokenise
from escalator_tui.model.conversation import Conversation, Part
from escalator_tui.model.quoting import drop_quotes
from escalator_tui.model.text import ends_of

_SETTLED: Final = 0.15  # what remains of earlier signals once the customer's last message says thanks
_STILL_DEMANDED: Final = 0.5  # and of earlier demands, which courtesy does not take back
_ENOUGH: Final = 64  # phrases of one family
_HAMMERED: Final = 40  # characters shown of words that are each a sentence
_FAREWELL: Final = 80  # characters
GOOD: Final = frozenset({"thanks", "emphasis"})
_FAILURES: Final = frozenset({"problem", "outage", "complaint"})
_DELAYS: Final = frozenset({"waiting", "repeat"})
"""Families beside which a wry face is irony; a delay has to be a strong sign, as a week may be one of holidays."""

_LOUD: Final = 0.5  # and from which it is a strong one
_DEEPEST_DOUBT: Final = 3.0
NEVER_DOUBTED: Final = frozenset({"manager", "churn", "legal", "thanks"})
"""Nothing that was learnt from examples takes anything off a request for somebody in charge, a threat to leave or a legal threat."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the customer, without quotes and signature."""

    part_id: str
    text: str


class Found(NamedTuple):
    """One phrase of a family: whether it is a strong sign, how much of it counts (0 to 1), its words, and where they stand. `doubt` says
    how ordinary the message around it sounds, 0 for not at all.
    """

    strong: bool
    counts: float
    words: str
    message: Message
    first: int = 0
    last: int = -1
    doubt: float = 0.0

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
    is_nod: bool = False
    """It takes note and says nothing else."""

    def has_strong(self, family: str) -> bool:
        """Whether a strong phrase of the family was said."""
        return any(found.strong for found in self.found.get(family, ()))

    @property
    def is_praise(self) -> bool:
        """Whether the customer praises and nothing strong stands against it: "saves me half an hour every day, great work"."""
        return self.praises(GOOD)

    def praises(self, apart: frozenset[str]) -> bool:
        """The same, whatever was found of some families."""
        return self.has_strong("thanks") and not any(self.has_strong(family) for family in self.found.keys() - apart)

    def add(self, family: str, found: Found) -> None:
        """Take a phrase in, once for each wording; beyond some dozens more of the same adds nothing. How a message sounds is no phrase: the
        loudest counts, which may be the last of many.
        """
        listed = self.found.setdefault(family, [])
        if family == "wording" or (len(listed) < _ENOUGH and all(other.words != found.words for other in listed)):
            listed.append(found)

    def join(self, later: Reading) -> None:
        """Take in what was said later."""
        self.categories |= later.categories
        for family, listed in later.found.items():
            for found in listed:
                self.add(family, found)


def messages(conversation: Conversation) -> list[Message]:
    """The customer's messages, oldest first. The subject is theirs when they opened the conversation."""
    return [message for part in conversation.customer_messages for message in _messages_of(conversation, part)]


def _messages_of(conversation: Conversation, part: Part) -> Iterator[Message]:
    if part.kind == "source" and conversation.subject:
        yield Message(part.id, ends_of(conversation.subject))
    if part.text:
        yield Message(part.id, ends_of(drop_quotes(part.text)))


def read(
    said: Sequence[Message],
    lexicon: Lexicon,
    removed: frozenset[str],
    unheard: list[Unheard] | None = None,
    model: Wording | None = None,
) -> Reading:
    """Read all messages. `removed` holds folded phrases that count for nothing. What does not count is added to `unheard`. `model` hears
    how a message sounds; without one it is the shipped one.
    """
    each = [_read_message(message, lexicon, model or wording(), removed, unheard) for message in said]
    if not each:
        return Reading()
    reading, last, text = each[0], each[-1], said[-1].text
    is_settled = last.is_praise
    for one in each[1:]:
        if one is last and is_settled:
            _settle(reading)
        reading.join(one)
    reading.is_farewell = is_settled and len(text) <= _FAREWELL and "?" not in text and last.found.keys() <= GOOD
    reading.is_nod = is_nod(text)
    return reading


def _read_message(message: Message, lexicon: Lexicon, model: Wording, removed: frozenset[str], unheard: list[Unheard] | None) -> Reading:
    reading = Reading()
    tokens = lexicon.correct(tokenise(message.text))
    hits = lexicon.find(tokens)
    reading.categories.update([hit.entry.family for hit in hits if hit.entry.family in CATEGORIES])
    phrases = judge(tokens, hits, removed) if hits else []
    heard = model.hear(tokens, phrases, removed)
    doubt = min(max(0.0, -heard.sign), _DEEPEST_DOUBT)
    for phrase in phrases:
        _take(reading, phrase, message, doubt, unheard)
    loudness, sign = emphasis(message.text)
    if loudness:
        reading.add("emphasis", Found(strong=True, counts=loudness, words=sign, message=message, doubt=doubt))
    words = hammered(message.text)
    if words:
        reading.add("frustration", Found(strong=True, counts=1.0, words=words[:_HAMMERED], message=message, doubt=doubt))
    _take_face(reading, message, tokens, doubt, removed)
    if heard.sign >= AUDIBLE:
        reading.add("wording", Found(heard.sign >= _LOUD, min(1.0, heard.sign), heard.words, message, heard.first, heard.last))
    return reading


def _take(reading: Reading, phrase: Phrase, message: Message, doubt: float, unheard: list[Unheard] | None) -> None:
    """Add a phrase, and note it when it counts less than fully. A team's own words, which have no language, are never doubted."""
    entry = phrase.entry
    if phrase.reason and unheard is not None:
        unheard.append(Unheard(entry.family, phrase.words, message.part_id, phrase.reason))
    if phrase.counts:
        mine = 0.0 if entry.family in NEVER_DOUBTED or not entry.language else doubt
        reading.add(entry.family, Found(entry.strong, phrase.counts, phrase.words, message, phrase.start, phrase.end - 1, mine))


def _take_face(reading: Reading, message: Message, tokens: Sequence[str], doubt: float, removed: frozenset[str]) -> None:
    """Add what a face says of the words beside it: an angry one is anger, a wry one irony where something failed, else a hint. A face and
    no word says no more than `emphasis` does.
    """
    shown = face(message.text)
    if shown is None or shown.sign in removed or all(token in PUNCTUATION for token in tokens):
        return
    has_failed = not _FAILURES.isdisjoint(reading.found) or any(map(reading.has_strong, _DELAYS))
    is_strong = shown.angry or has_failed
    family = "anger" if shown.angry else "frustration"
    reading.add(family, Found(strong=is_strong, counts=1.0, words=shown.sign, message=message, doubt=doubt))


def _settle(reading: Reading) -> None:
    """The customer thanks at last: what came before counts less, and how it sounded is over."""
    reading.found.pop("wording", None)
    for family, listed in reading.found.items():
        if family != "thanks":
            kept = _STILL_DEMANDED if family in NEVER_DOUBTED else _SETTLED
            reading.found[family] = [found._replace(counts=found.counts * kept) for found in listed]
