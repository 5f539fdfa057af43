"""The published reference agent's rule, exactly: thirteen words, an age and a number of replies. For comparison and for moving over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from escalator_tui.detect.forecast import crossing, missing
from escalator_tui.detect.reading import Message, messages
from escalator_tui.detect.tone import FRUSTRATED_FROM
from escalator_tui.detect.words import END, excerpt, tokenise
from escalator_tui.model.assessment import Assessment, Category, Sentiment, Signal
from escalator_tui.model.conversation import Conversation
from escalator_tui.model.rules import Rules
from escalator_tui.model.text import one_line

_WORDS: Final = frozenset(
    {
        *("cancel", "frustrated", "unacceptable", "terrible", "worst", "manager", "supervisor"),
        *("lawsuit", "legal", "refund", "ridiculous", "disappointed", "angry"),
    }
)
_CATEGORIES: Final[tuple[tuple[Category, tuple[str, ...]], ...]] = (
    (Category.BUG, ("bug", "crash", "error", "broken", "not working")),
    (Category.BILLING, ("billing", "charge", "invoice", "payment", "refund")),
    (Category.FEATURE_REQUEST, ("feature", "request", "wish", "would be nice")),
)
_WORD_WEIGHT: Final = 0.4
_OPEN_WEIGHT: Final = 0.3
_REPLIES_WEIGHT: Final = 0.3
_THRESHOLD: Final = 0.4
_HOUR: Final = 3600


def assess_by_reference(conversation: Conversation, rules: Rules, now: int, *, text_only: bool) -> Assessment:
    """The reference agent's score of one conversation. A team's own words join its thirteen, from whatever family they are."""
    said = messages(conversation)
    spoken = [[token for token in tokenise(message.text) if token != END] for message in said]
    fixed = [*_word_signal(said, spoken, rules), *([] if text_only else _reply_signal(conversation, rules))]
    threshold = _THRESHOLD if rules.threshold is None else rules.threshold

    def signals_at(at: int) -> list[Signal]:
        return fixed if text_only else [*fixed, *_age_signal(conversation, rules, at)]

    signals = tuple(sorted(signals_at(now), key=lambda signal: -signal.weight))
    score = _score(signals)
    return Assessment(
        conversation_id=conversation.id,
        score=score,
        threshold=threshold,
        signals=signals,
        sentiment=Sentiment.FRUSTRATED if score >= FRUSTRATED_FROM else Sentiment.NEGATIVE if fixed[:1] else Sentiment.NEUTRAL,
        category=_category(spoken),
        why_not=missing(score, threshold, signals),
        crosses_at=None if score >= threshold else crossing(lambda at: _score(signals_at(at)), threshold, now, ()),
        at=now,
    )


def _score(signals: Sequence[Signal]) -> float:
    return min(1.0, round(sum(signal.weight for signal in signals), 6))


def reference_words(rules: Rules) -> frozenset[str]:
    """The thirteen words and the team's own, before any is taken out."""
    own = (" ".join(tokenise(word)).strip() for words in rules.words.values() for word in words)
    return _WORDS.union(word for word in own if word)


def _word_signal(said: list[Message], spoken: list[list[str]], rules: Rules) -> Iterator[Signal]:
    wanted = reference_words(rules) - rules.words_removed
    found = [(word, message) for message, tokens in zip(said, spoken, strict=True) for word in sorted(wanted) if _has(tokens, word)]
    if found:
        word, message = found[0]
        at = tokenise(message.text).index(word.split(" ")[0])
        words = ", ".join(dict.fromkeys(each for each, _ in found))
        yield Signal("keyword", _WORD_WEIGHT, one_line(words, 160), one_line(excerpt(message.text, at, at), 160), message.part_id)


def _has(tokens: list[str], phrase: str) -> bool:
    return f" {phrase} " in f" {' '.join(tokens)} "


def _age_signal(conversation: Conversation, rules: Rules, at: int) -> Iterator[Signal]:
    if conversation.created_at is not None and at - conversation.created_at > rules.max_open_hours * _HOUR:
        yield Signal("open_hours", _OPEN_WEIGHT, f"open for {(at - conversation.created_at) / _HOUR:.0f} h")


def _reply_signal(conversation: Conversation, rules: Rules) -> Iterator[Signal]:
    if conversation.reply_count > rules.max_replies:
        yield Signal("replies", _REPLIES_WEIGHT, f"{conversation.reply_count} customer replies")


def _category(spoken: list[list[str]]) -> Category:
    matches: Callable[[str], bool] = lambda phrase: any(_has(tokens, phrase) for tokens in spoken)  # noqa: E731
    return next((category for category, phrases in _CATEGORIES if any(map(matches, phrases))), Category.ACCOUNT_ISSUE)
