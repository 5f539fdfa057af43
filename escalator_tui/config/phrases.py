"""The words and phrases of the settings, held against those that detection knows. Loaded by settings that name some."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from escalator_tui.detect.data import read_data
from escalator_tui.detect.evidence import is_heard
from escalator_tui.detect.folding import fold
from escalator_tui.detect.lexicon import FAMILIES
from escalator_tui.detect.reference import reference_words
from escalator_tui.detect.wording import small_words
from escalator_tui.detect.words import END, tokenise
from escalator_tui.model.rules import Rules

_SHORTEST: Final = 2  # letters of a word added alone, such as KO; a digit or a Chinese character may stand alone
_CLOSE: Final = 0.75
"""How much alike (by difflib) two phrases are when one is taken for a slip of the pen."""


def refuse_useless(family: str, phrases: Iterable[str]) -> None:
    """Raise ValueError for a phrase that no message could have, or that nearly every message has."""
    for phrase in phrases:
        words = _words(phrase)
        if not any(map(str.isalnum, "".join(words))):
            raise ValueError(f"{phrase!r} added to {family} has no letter and no digit, so it would never be found")
        if len(words) == 1 and (words[0] in small_words() or (len(words[0]) < _SHORTEST and words[0].isascii() and words[0].isalpha())):
            raise ValueError(f"{phrase!r} added to {family} stands in nearly every message: give a longer word or a phrase")


def refuse_contradiction(added: Mapping[str, Iterable[str]], removed: Iterable[str]) -> None:
    """Raise ValueError for a phrase that one table both adds and takes out."""
    gone = set(map(fold, removed))
    for family, phrases in added.items():
        for phrase in phrases:
            if fold(phrase) in gone:
                raise ValueError(f"{phrase!r} is added to {family} and taken out by words_removed as well: leave one of the two")


def reconciled(rules: Rules) -> Rules:
    """The same rules without such a phrase: a team's own that is taken out leaves its family, and is taken out only of what else has it."""
    both = {fold(word) for listed in rules.words.values() for word in listed} & set(map(fold, rules.words_removed))
    if not both:
        return rules
    words = {family: tuple(word for word in listed if fold(word) not in both) for family, listed in rules.words.items()}
    left = replace(rules, words=words)
    gone = {phrase for phrase in rules.words_removed if fold(phrase) in both and not _is_known(phrase, left)}
    return replace(left, words_removed=rules.words_removed - gone)


def vain_removals(rules: Rules) -> Iterator[str]:
    """A sentence for each phrase that is taken out and that nothing has under any preset: a slip of the pen, or a later lexicon is
    without it. No reason to refuse the settings, as they decide what they decided.
    """
    removed = rules.words_removed.union(*(segment.words_removed for segment in rules.segments))
    for phrase in sorted(removed):
        if not _is_known(phrase, rules):
            yield f"words_removed has {phrase!r}, but {unheard(phrase, rules)}"


def _is_known(phrase: str, rules: Rules) -> bool:
    return phrase in reference_words(rules) or is_heard(phrase, replace(rules, preset="default"))


def _words(phrase: str) -> list[str]:
    return [token for token in tokenise(phrase) if token != END]


def unheard(phrase: str, rules: Rules) -> str:
    """That nothing has a phrase, and which one may be meant."""
    near = difflib.get_close_matches(phrase.casefold(), sorted(_known(rules)), n=1, cutoff=_CLOSE)
    return "no family has this, so nothing would change" + (f" (did you mean {near[0]}?)" if near else "")


def _known(rules: Rules) -> set[str]:
    """The phrases that stand for themselves alone: those of the shipped families and of the team."""
    own = {word.casefold() for words in rules.within(rules.segments).words.values() for word in words}
    if rules.preset == "reference":
        return own | reference_words(rules)
    levels = (levels for family in FAMILIES for levels in read_data(family)["phrases"].values())
    listed = (phrase for each in levels for phrases in each.values() for phrase in phrases)
    return own.union(phrase for phrase in listed if phrase.replace(" ", "").isalpha())
