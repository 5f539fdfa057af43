"""The fields a filter knows: what each looks at, and which values it takes. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from operator import eq, ge, gt, le, lt
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from escalator_tui.model.kinds import Priority, RowState
from escalator_tui.session.columns import needs_something, open_for
from escalator_tui.session.wording import subject, waits

if TYPE_CHECKING:
    from escalator_tui.model.row import Row

Test = Callable[["Row", float], bool]
"""Tells of a row at a moment (unix seconds) whether it passes."""
NONE: Final = "none"
GUESS: Final = "guess"
FEW: Final = 5
"""Values that are rather named all than the nearest of them alone."""
_SIGNED: Final = re.compile(r"(<=|>=|=|<|>)?(.*)", re.DOTALL)
_SIGNS: Final = {"": ge, ">=": ge, "=": eq, "<": lt, "<=": le, ">": gt}
_NUMBER: Final = re.compile(r"(\d{1,12}(?:\.\d{1,6})?|\.\d{1,6})([km]?)", re.ASCII)
_LARGE: Final = {"": 1.0, "k": 1e3, "m": 1e6}
_TIME: Final = re.compile(r"(?=\d)(?:(\d{1,4})w)?(?:(\d{1,5}(?:\.\d{1,3})?)d)?(?:(\d{1,6}(?:\.\d{1,3})?)h)?(?:(\d{1,8})m?)?", re.ASCII)
_UNITS: Final = (7 * 86400.0, 86400.0, 3600.0, 60.0)
_STATES: Final = {state: state.value.partition(" ")[0] for state in RowState}


class Field(Struct, frozen=True):
    """One field. `read` makes a test of a value, None when the value makes no sense; `cure` says what
    would, `help` what it looks at.
    """

    name: str
    help: str
    read: Callable[[str], Test | None]
    cure: Callable[[str], str]


def _text(name: str, of: Callable[[Row], Iterable[str]], what: str) -> Field:
    """A field that holds texts: one of them must contain the value, or one of the values between commas. `none`: there is no text."""

    def read(value: str) -> Test | None:
        wanted = [each.casefold() for each in value.split(",") if each]
        return (lambda row, _: _holds(of(row), wanted)) if wanted else None

    return Field(name, f"{name}: {what}, or {NONE}", read, lambda _: "write a part of it")


def _holds(texts: Iterable[str], wanted: list[str]) -> bool:
    known = [each.casefold() for each in texts if each]
    return any(word in text for text in known for word in wanted) or (not known and NONE in wanted)


def _choice(
    name: str, of: Callable[[Row], tuple[str, ...]], choices: Iterable[str], also: Mapping[str, str] | None = None, remark: str = ""
) -> Field:
    """A field with few values, of which a row may have several: the beginning of one is enough. `also` are other words for some."""
    known, others = tuple(choices), also or {}

    def read(value: str) -> Test | None:
        begun = tuple(others.get(each, each) for each in value.casefold().split(",") if each)
        good = begun and all(any(choice.startswith(each) for choice in known) for each in begun)
        return (lambda row, _: any(each.startswith(begun) for each in of(row))) if good else None

    def cure(value: str) -> str:
        near = get_close_matches(value.casefold(), known, 1, 0.5) if len(known) > FEW else []
        return f"the nearest is {near[0]}" if near else f"write {' '.join(known)}"

    told = "".join(f", {word} for {choice}" for word, choice in others.items())
    return Field(name, f"{name}: {' '.join(known)}{told}{remark}", read, cure)


def _amount(
    name: str, of: Callable[[Row, float], float | None], what: str, example: str, parse: Callable[[str], float | None] | None = None
) -> Field:
    """A field to compare. A value without a sign means at least; what is unknown passes no comparison, only `none`."""
    understood = parse or _number

    def read(value: str) -> Test | None:
        if value.casefold() == NONE:
            return lambda row, now: of(row, now) is None
        found = _SIGNED.fullmatch(value)
        bound = understood(found[2].casefold()) if found else None
        if found is None or bound is None:
            return None
        compare = _SIGNS[found[1] or ""]
        return lambda row, now: (known := of(row, now)) is not None and bool(compare(known, bound))

    return Field(name, f"{name}: {what}, such as {example}", read, lambda _: f"write {example}")


def _number(text: str) -> float | None:
    found = _NUMBER.fullmatch(text)
    return float(found[1]) * _LARGE[found[2]] if found else None


def _seconds(text: str) -> float | None:
    found = _TIME.fullmatch(text)
    if found is None or text.isdigit():
        return None
    return sum(float(many) * unit for many, unit in zip(found.groups(), _UNITS, strict=True) if many)


def _mrr(row: Row, _now: float) -> float | None:
    account = row.record.conversation.account
    return account.mrr if account else None


def _priorities(row: Row) -> tuple[str, ...]:
    """One that is a guess is found as such as well."""
    return (row.priority.value.casefold(), *(() if row.priority_known else (GUESS,)))


def _actors(row: Row) -> tuple[str, ...]:
    return tuple(each.actor for each in (row.record.escalation, row.record.decision) if each)


def _states(row: Row) -> tuple[str, ...]:
    """What failed or came back unsent needs the lead as well."""
    word, needs = _STATES[row.state], _STATES[RowState.NEEDS_DECISION]
    return (word, needs) if needs_something(row) else (word,)


def _signals(row: Row) -> tuple[str, ...]:
    found = row.record.assessment.signals if row.record.assessment else ()
    return tuple(text for signal in found for text in (signal.kind, signal.detail))


def _account_text(name: str) -> Callable[[Row], tuple[str, ...]]:
    return lambda row: (getattr(row.record.conversation.account, name, None) or "",)


_ALL: Final = (
    _choice("prio", _priorities, (*(each.value.casefold() for each in Priority), GUESS), remark=" (P1?)"),
    _choice("state", _states, _STATES.values(), {"sent": _STATES[RowState.ESCALATED]}, ", not its times"),
    _amount("waits", lambda row, now: waits(row.record.conversation, now), "how long the customer waits for us", ">2h or <30m", _seconds),
    _text("company", _account_text("name"), "a part of the company's name"),
    _amount("mrr", _mrr, "revenue per month", ">=1000 or >2.5k"),
    _amount("score", lambda row, _: float(row.shown_score), "the score", ">0.6"),
    _text("plan", _account_text("plan"), "a part of the plan's name"),
    _amount("open", open_for, "how long it has been open", ">1d or <2h", _seconds),
    _amount("replies", lambda row, _: row.record.conversation.reply_count, "the customer's messages after the first", ">3"),
    _text("signal", _signals, "a part of a reason for the score"),
    _text("tag", lambda row: row.record.conversation.tags, "a part of a tag at Intercom"),
    _text("by", _actors, "who decided"),
    _text("subject", lambda row: (subject(row.record.conversation),), "a part of the subject"),
    _text("id", lambda row: (row.id,), "a part of the conversation's id"),
)  # fmt: skip
FIELDS: Final = {field.name: field for field in _ALL}
