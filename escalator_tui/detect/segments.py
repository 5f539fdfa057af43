"""The rules of one conversation: those of the team with what its segments say instead."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from escalator_tui.detect.folding import fold
from escalator_tui.detect.language import language
from escalator_tui.detect.lexicon import extra_words, lexicon
from escalator_tui.detect.reading import messages, read
from escalator_tui.detect.tone import category
from escalator_tui.model.conversation import Conversation
from escalator_tui.model.rules import Rules, Segment


def rules_for(conversation: Conversation, rules: Rules) -> Rules:
    """The rules with the segments in force that hold the conversation. Without segments nothing is read."""
    return rules.within(segments_of(conversation, rules)) if rules.segments else rules


def segments_of(conversation: Conversation, rules: Rules) -> tuple[Segment, ...]:
    """The segments that hold the conversation, in the order of the rules."""
    spoken = cache(lambda: language(message.text for message in messages(conversation)))
    about = cache(lambda: _category(conversation, rules))
    return tuple(each for each in rules.segments if _holds(each, conversation, spoken, about))


def _holds(segment: Segment, conversation: Conversation, spoken: Callable[[], str], about: Callable[[], str]) -> bool:
    """Whether every condition is met. What is costly to know is only asked for when a segment asks for it."""
    account = conversation.account
    if segment.plans and not (account and account.plan and account.plan.casefold() in segment.plans):
        return False
    if segment.companies and not _names(conversation) & set(segment.companies):
        return False
    if segment.languages and spoken() not in segment.languages:
        return False
    return not segment.categories or about() in segment.categories


def _names(conversation: Conversation) -> set[str]:
    """What a company can be called by: its name, its id, or its e-mail domain."""
    account = conversation.account
    known = (conversation.domain, *((account.name, account.id) if account else ()))
    return {name.casefold() for name in known if name}


def _category(conversation: Conversation, rules: Rules) -> str:
    removed = frozenset(map(fold, rules.words_removed))
    return category(read(messages(conversation), lexicon(extra_words(rules.words)), removed).categories)
