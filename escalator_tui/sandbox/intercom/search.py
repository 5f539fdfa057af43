"""Conversation search: filters, order and cursors, as Intercom's reference and its users describe them."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from escalator_tui.sandbox.intercom.objects import Thread
from escalator_tui.sandbox.intercom.rendering import statistics

MOST_LEVELS, MOST_FILTERS = 2, 15
MOST_PER_PAGE, PER_PAGE = 150, 20

Predicate = Callable[[Thread], bool]
Getter = Callable[[Thread], Any]


class SearchError(Exception):
    """Intercom answers 400; `code` is its error code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _statistic(name: str) -> Getter:
    return lambda thread: statistics(thread)[name] if thread.counted else None


STATISTICS = (
    "first_contact_reply_at",
    "last_contact_reply_at",
    "first_admin_reply_at",
    "last_admin_reply_at",
    "first_close_at",
    "last_close_at",
    "count_reopens",
    "count_assignments",
    "count_conversation_parts",
    "time_to_admin_reply",
)
NUMBERS: dict[str, Getter] = {
    "created_at": lambda t: t.created_at,
    "updated_at": lambda t: t.updated_at,
    "waiting_since": lambda t: t.waiting_since,
    "snoozed_until": lambda t: t.snoozed_until,
    "admin_assignee_id": lambda t: t.admin_assignee_id or 0,
    "team_assignee_id": lambda _t: 0,
    **{f"statistics.{name}": _statistic(name) for name in STATISTICS},
}
FLAGS: dict[str, Getter] = {"open": lambda t: t.is_open, "read": lambda t: t.read}
TEXTS: dict[str, Getter] = {
    "id": lambda t: str(t.id),
    "state": lambda t: t.state,
    "priority": lambda t: t.priority,
    "source.type": lambda t: t.channel,
    "source.id": lambda t: str(t.id + 2_000_000_000),
    "source.delivered_as": lambda t: t.delivered_as,
    "source.subject": lambda t: t.subject,
    "source.body": lambda t: t.body,
    "source.author.id": lambda t: t.opener.id,
    "source.author.type": lambda t: t.opener.type,
    "source.author.name": lambda t: t.opener.name,
    "source.author.email": lambda t: t.opener.email,
}
LISTS: dict[str, Getter] = {
    "contact_ids": lambda t: (t.contact_id,),
    "tag_ids": lambda t: t.tag_ids,
    "teammate_ids": lambda t: tuple({each.author.id for each in t.parts if each.author.type == "admin"}),
}
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a is not None and a > b,
    "<": lambda a, b: a is not None and a < b,
    ">=": lambda a, b: a is not None and a >= b,
    "<=": lambda a, b: a is not None and a <= b,
}
MATCHES: dict[str, Callable[[str, str], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "~": lambda a, b: b.lower() in a.lower(),
    "!~": lambda a, b: b.lower() not in a.lower(),
    "^": lambda a, b: a.lower().startswith(b.lower()),
    "$": lambda a, b: a.lower().endswith(b.lower()),
}


def predicate_of(query: object, level: int = 1) -> Predicate:
    """A filter, or a group of them under AND or OR."""
    if not isinstance(query, Mapping):
        raise SearchError("parameter_missing", "query is missing or is not an object")
    operator, value = query.get("operator"), query.get("value")
    if operator not in ("AND", "OR"):
        return _filter(query)
    if level > MOST_LEVELS:
        raise SearchError("parameter_invalid", f"Queries can be nested {MOST_LEVELS} levels deep at most")
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_FILTERS:
        raise SearchError("parameter_invalid", f"A group takes 1 to {MOST_FILTERS} filters")
    parts = [predicate_of(each, level + 1) for each in value]
    if operator == "AND":
        return lambda thread: all(part(thread) for part in parts)
    return lambda thread: any(part(thread) for part in parts)


def _filter(query: Mapping[str, Any]) -> Predicate:
    name, operator, value = query.get("field"), query.get("operator"), query.get("value")
    getter = getter_of(name)
    if operator in ("IN", "NIN"):
        if not isinstance(value, list):
            raise SearchError("type_mismatch", f"{operator} takes a list")
        one_of = [_filter({"field": name, "operator": "=", "value": each}) for each in value]
        return lambda thread: any(each(thread) for each in one_of) is (operator == "IN")
    if name in NUMBERS or name in FLAGS:
        wanted = _number(name, value) if name in NUMBERS else _flag(name, value)
        compare = COMPARISONS.get(str(operator))
        if compare is None or (name in FLAGS and operator not in ("=", "!=")):
            raise SearchError("parameter_invalid", f"Operator {operator} does not apply to {name}")
        return lambda thread: compare(getter(thread), wanted)
    match = MATCHES.get(str(operator))
    if match is None or not isinstance(value, str):
        raise SearchError("type_mismatch" if match else "parameter_invalid", f"{name} {operator} takes a string")
    if name in LISTS:
        return _list_filter(getter, str(operator), value)
    return lambda thread: match(getter(thread) or "", value)


def _list_filter(getter: Getter, operator: str, value: str) -> Predicate:
    if operator not in ("=", "!=", "~", "!~"):
        raise SearchError("parameter_invalid", f"Operator {operator} does not apply to a list")
    return lambda thread: (value in getter(thread)) is (operator in ("=", "~"))


def getter_of(name: object) -> Getter:
    """How the value of a searchable field is read."""
    for fields in (NUMBERS, FLAGS, TEXTS, LISTS):
        if isinstance(name, str) and name in fields:
            return fields[name]
    raise SearchError("parameter_invalid", f"Unknown search field {name}")


def _number(name: object, value: object) -> int:
    if isinstance(value, bool) or value is None:
        raise SearchError("type_mismatch", f"{name} takes a number")
    try:
        return int(value)  # type: ignore[call-overload, no-any-return]
    except (TypeError, ValueError):
        raise SearchError("type_mismatch", f"{name} takes a number") from None


def _flag(name: object, value: object) -> bool:
    if value in (True, "true"):
        return True
    if value in (False, "false"):
        return False
    raise SearchError("type_mismatch", f"{name} takes true or false")


def page_of(found: Iterable[Thread], field: str, order: str, per_page: int, cursor: str | None) -> tuple[list[Thread], dict[str, Any], int]:
    """One page, its `pages` object and the total. Stateless: every call sorts anew and goes on after the cursor's value."""
    if order not in ("ascending", "descending"):
        raise SearchError("parameter_invalid", "sort.order is ascending or descending")
    if not 1 <= per_page <= MOST_PER_PAGE:
        raise SearchError("parameter_invalid", f"per_page must be between 1 and {MOST_PER_PAGE}")
    getter, sign = getter_of(field), 1 if order == "ascending" else -1
    if field not in NUMBERS:
        raise SearchError("parameter_invalid", f"sort.field {field} cannot be sorted by")

    def key(thread: Thread) -> tuple[int, int]:
        return sign * 1000 * int(getter(thread) or 0), sign * thread.id

    ordered = sorted(found, key=key)
    value, last, number = read_cursor(cursor) if cursor else (0, 0, 1)
    remaining = [each for each in ordered if key(each) > (sign * value, sign * last)] if cursor else ordered
    page = remaining[:per_page]
    pages: dict[str, Any] = {"type": "pages", "page": number, "per_page": per_page, "total_pages": -(-len(ordered) // per_page)}
    if len(remaining) > per_page:
        following = write_cursor(1000 * int(getter(page[-1]) or 0), page[-1].id, number + 1)
        pages["next"] = {"page": number + 1, "starting_after": following}
    return page, pages, len(ordered)


def write_cursor(value_ms: int, last: int, page: int) -> str:
    """The place after a conversation, as Intercom encodes it."""
    return base64.b64encode(json.dumps([value_ms, last, page], separators=(",", ":")).encode()).decode()


def read_cursor(cursor: str) -> Sequence[int]:
    """Sort value in milliseconds, conversation id, and number of the page that follows."""
    try:
        value, last, page = (int(each) for each in json.loads(base64.b64decode(cursor, validate=True)))
    except (binascii.Error, TypeError, ValueError):
        raise SearchError("client_error", "Invalid starting_after param, please provide a valid cursor") from None
    return value, last, page
