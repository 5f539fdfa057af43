"""The words and phrases of the settings, held against those that detection knows. Loaded by settings that name some."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from escalator_tui.detect.data import read_data
from escalator_tui.detect.evidence import is_heard
from escalator_tui.detect.lexicon import FAMILIES
from escalator_tui.detect.reference import reference_words
from escalator_tui.detect.words import tokenise
from escalator_tui.model.rules import Rules

_CLOSE: Final = 0.75
"""How much alike (by difflib) two phrases are when one is taken for a slip of the pen."""


def refuse_empty(family: str, phrases: Iterable[str]) -> None:
    """Raise ValueError for a phrase without a letter or a digit: no message could ever have it."""
    for phrase in phrases:
        if not any(map(str.isalnum, "".join(tokenise(phrase)))):
            raise ValueError(f"{phrase!r} added to {family} has no letter and no digit, so it would never be found")


def refuse_unheard(phrases: Iterable[str], rules: Rules) -> None:
    """Raise ValueError for a phrase that nothing has under any preset: taking it out would change nothing."""
    by_reference = reference_words(rules)
    for phrase in phrases:
        if phrase not in by_reference and not is_heard(phrase, replace(rules, preset="default")):
            raise ValueError(f"words_removed has {phrase!r}, but {unheard(phrase, rules)}")


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
