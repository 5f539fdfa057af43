"""The filter's small language: words that must occur, and `field:value` with signs, times and `-` for not. Pure.

A text is compiled once and then tried on every row. What is wrong with it is told in a sentence; the rest of it filters all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from escalator_tui.model.kinds import RowState
from escalator_tui.model.text import one_line
from escalator_tui.session.columns import COLUMNS
from escalator_tui.session.fields import FIELDS, Test
from escalator_tui.session.wording import customer_name, state_word

if TYPE_CHECKING:
    from escalator_tui.model.row import Row

LIMIT: Final = 500
"""Characters of a filter that are read."""
EXAMPLE: Final = 'prio:p0 mrr:>=1000 waits:>2h -tag:spam "two words"'
OPEN: Final = 'words in their order, up to the end or the next "'
TIMED: Final = (RowState.HELD, RowState.SNOOZED, RowState.WATCHING)
UNTIL: Final = ("till", "until", "crosses", "sends")
"""States that tell until when or from when on, and the words they do it with."""
JOINERS: Final = frozenset(("OR", "AND", "NOT", "|", "||", "&", "&&"))
"""What joins words in other programs. In small letters it may be something a customer wrote."""
_TERM: Final = re.compile(r'(?P<no>-?)(?:(?P<field>[a-z_]+):)?(?:"(?P<quoted>[^"]*)(?P<end>"?)|(?P<plain>\S*))', re.IGNORECASE)
_QUOTES: Final = str.maketrans("“”„", '"""')


class Filter(Struct, frozen=True):
    """A compiled filter. `problem` says what of its text could not be read, or is empty; `hint` explains the field that stands last.

    `has` and `has_not` are folded words, tried on what is known of a row in words; one that is its whole id finds it as well.
    """

    text: str = ""
    has: tuple[str, ...] = ()
    has_not: tuple[str, ...] = ()
    tests: tuple[Test, ...] = ()
    problem: str = ""
    hint: str = ""

    def __bool__(self) -> bool:
        """Whether it keeps anything out."""
        return bool(self.has or self.has_not or self.tests)

    def finds(self, row: Row, words: Callable[[Row], str], now: float) -> bool:
        """Whether the row passes. `words` gives what is known of a row in words, folded. `now` is in unix seconds."""
        if not all(test(row, now) for test in self.tests):
            return False
        if not self.has and not self.has_not:
            return True
        seen, identity = words(row), row.id.casefold()
        return all(each in seen or each == identity for each in self.has) and not any(
            each in seen or each == identity for each in self.has_not
        )


class _Term(Struct, frozen=True):
    """One part of a filter: a word or a test, or else what is wrong with it."""

    wanted: bool
    word: str = ""
    test: Test | None = None
    problem: str = ""
    hint: str = ""


def compile_filter(text: str) -> Filter:
    """Read a filter. Never raises."""
    terms = [_read(term) for term in _TERM.finditer(text[:LIMIT].translate(_QUOTES)) if term[0]]
    return Filter(
        text,
        tuple(dict.fromkeys(each.word for each in terms if each.word and each.wanted)),
        tuple(dict.fromkeys(each.word for each in terms if each.word and not each.wanted)),
        tuple(each.test for each in terms if each.test),
        next((each.problem for each in terms if each.problem), ""),
        terms[-1].hint if terms else "",
    )


def _read(term: re.Match[str]) -> _Term:
    wanted, name, value = not term["no"], term["field"], term["quoted"] or term["plain"] or ""
    is_open = term["end"] == ""
    value = value.rstrip() if is_open else value
    if not name and term["plain"] in JOINERS:
        return _Term(wanted, problem=f"{term['plain']} joins nothing: all words must occur; prio:p0,p1 is one of both.")
    if not name:
        return _Term(wanted, value.casefold() if value.strip() else "", hint=OPEN if is_open else "")
    field = FIELDS.get(name.lower())
    if field is None:
        return _Term(wanted, problem=_no_field(name.lower()))
    if not value.strip("<>= "):
        return _Term(wanted, hint=field.help)  # while it is typed, a sign alone is no mistake
    test = field.read(value)
    if test is None:
        return _Term(wanted, problem=f"{field.name}: cannot be “{one_line(value, 20)}”; {field.cure(value)}.", hint=field.help)
    return _Term(wanted, test=test if wanted else _turned(test), hint=field.help)


def haystack(row: Row) -> str:
    """What is known of the row in words, folded: the cells, whose it is, why it scored, its tags, what the customer wrote. Its numbers and
    its id have fields of their own: a word that is a number would find them in all of these. When a state begins or ends is left out.
    """
    talk = row.record.conversation
    email = talk.contact.email if talk.contact else ""
    cells = (_timeless(row, state_word(row, 0.0)) if column.id == "state" else column.cell(row, 0.0) for column in COLUMNS if column.worded)
    said = (part.text for part in talk.customer_messages)
    return " ".join((*cells, *_reasons(row), customer_name(talk), email, _timeless(row, row.note), *talk.tags, *said)).casefold()


def _reasons(row: Row) -> Iterator[str]:
    """What scored, but for what counts something: that is told by the clock, and otherwise in a minute; its kind is a cell."""
    found = row.record.assessment.signals if row.record.assessment else ()
    return (each.detail for each in found if not re.search(r"\d", each.detail))


def _timeless(row: Row, told: str) -> str:
    """Of a state that tells a time only its first word: words are kept, and the time is told otherwise tomorrow."""
    first = told.partition(" ")[0]
    return first if row.state in TIMED and first in UNTIL else told


def check_views(views: Mapping[str, str]) -> list[str]:
    """What is wrong with the saved filters, each with its name."""
    checked = ((name, compile_filter(text).problem) for name, text in views.items())
    return [f"The view {one_line(name, 30)} is not right: {problem}" for name, problem in checked if problem]


def _turned(test: Test) -> Test:
    return lambda row, now: not test(row, now)


def _no_field(name: str) -> str:
    near = next((each for each in FIELDS if each.startswith(name)), None) or next(iter(get_close_matches(name, FIELDS, 1)), None)
    cure = f"the nearest is {near}:" if near else 'put it in "quotes" to look for the words'
    return f"{one_line(name, 20)}: is no field; {cure}."
