"""Intercom's objects read into ours. Pure, and tolerant: everything that real workspaces send in place of what is documented is read.

Only what is no conversation at all is refused. All text becomes plain and safe here, and nowhere later.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from escalator_tui.model.conversation import Account, Author, Contact, Conversation, ConversationState, Part
from escalator_tui.model.kinds import AuthorKind
from escalator_tui.model.text import one_line, plain_from_html

_KINDS = {
    **dict.fromkeys(("user", "lead", "contact", "customer", "visitor"), AuthorKind.CUSTOMER),
    **dict.fromkeys(("admin", "team", "teammate"), AuthorKind.TEAMMATE),
    **dict.fromkeys(("bot", "operator"), AuthorKind.BOT),
}
_LAST_SECOND = 253_402_300_799
"""The end of the year 9999: the last time Python's datetime can show."""


def read_conversation(payload: Mapping[str, Any], *, mrr_attribute: str = "") -> Conversation:
    """A conversation of GET /conversations/{id}, or a list item, which has no parts but its opening message; HTML or plain text.

    Raises ValueError, with a sentence, for what is not an object or has no id.
    """
    if not isinstance(payload, Mapping):
        raise ValueError("This is not a conversation: it is not a JSON object")  # noqa: TRY004 - what a file or a service sent
    conversation_id = _id(payload.get("id"))
    if not conversation_id:
        raise ValueError("This is not a conversation: it has no id")
    source, statistics = _object(payload.get("source")), _object(payload.get("statistics"))
    created_at = seconds(payload.get("created_at"))
    replies, total = _read_parts(payload.get("conversation_parts"), created_at)
    if total is None:
        total = _count(statistics.get("count_conversation_parts"))
    opening = (_read_source(source, created_at),) if source else ()
    parts = (*opening, *replies)
    newest = max((part.created_at or 0 for part in parts), default=0)
    return Conversation(
        id=conversation_id,
        subject=_line(source.get("subject")) or _line(payload.get("title")),
        state=_state(payload),
        created_at=created_at,
        updated_at=seconds(payload.get("updated_at")) or max(newest, created_at or 0),
        waiting_since=seconds(payload.get("waiting_since")),
        snoozed_until=seconds(payload.get("snoozed_until")),
        contact=_contact(payload, parts),
        account=read_company(payload.get("company"), mrr_attribute=mrr_attribute),
        parts=parts,
        total_parts=max(total + len(opening), len(parts)),
        tags=_tags(payload.get("tags")),
        reopens=_count(statistics.get("count_reopens")),
    )


def read_company(payload: object, *, mrr_attribute: str = "") -> Account | None:
    """A company, None when there is none. `mrr` is the named custom attribute, even 0; without a name it is monthly_spend, whose
    default of 0 means unknown (Intercom's API reference). A plan of {} is unknown too.
    """
    company = _object(payload)
    company_id, name = _id(company.get("id")) or _id(company.get("company_id")), _line(company.get("name"))
    if not company_id and not name:
        return None
    plan = company.get("plan")
    return Account(
        id=company_id,
        name=name,
        plan=_line(plan.get("name") if isinstance(plan, Mapping) else plan) or None,
        mrr=_number(_object(company.get("custom_attributes")).get(mrr_attribute))
        if mrr_attribute
        else _positive(company.get("monthly_spend")),
    )


def _state(payload: Mapping[str, Any]) -> ConversationState:
    state = str(payload.get("state") or "").lower()
    if state in set(ConversationState):
        return ConversationState(state)
    if payload.get("open") is False:
        return ConversationState.SNOOZED if seconds(payload.get("snoozed_until")) else ConversationState.CLOSED
    return ConversationState.OPEN


def _read_source(source: Mapping[str, Any], created_at: int | None) -> Part:
    author = _author(source)
    if author.kind is AuthorKind.UNKNOWN and source.get("delivered_as") == "customer_initiated":
        author = Author(AuthorKind.CUSTOMER, author.id, author.name, author.email)
    return _part(source, "source", author, created_at)


def _read_parts(value: object, created_at: int | None) -> tuple[tuple[Part, ...], int | None]:
    """The parts by time, and how many there are at Intercom; None when the payload does not hold parts at all."""
    listed = value.get("conversation_parts") if isinstance(value, Mapping) else value
    if not isinstance(listed, list):
        return (), _count(value.get("total_count")) or None if isinstance(value, Mapping) else None
    keyed: list[tuple[tuple[int, int, str], Part]] = []
    last = created_at or 0
    for found in listed:
        if not isinstance(found, Mapping):
            continue
        part = _part(found, one_line(str(found.get("part_type") or ""), 80), _author(found), seconds(found.get("created_at")))
        # A part without a time stays behind the one it came after. Ids are numbers in text.
        last = part.created_at if part.created_at is not None else last
        keyed.append(((last, len(part.id), part.id), part))
    keyed.sort(key=lambda pair: pair[0])
    total = _count(value.get("total_count")) if isinstance(value, Mapping) else 0
    return tuple(part for _, part in keyed), max(total, len(keyed))


def _part(found: Mapping[str, Any], kind: str, author: Author, created_at: int | None) -> Part:
    attachments = found.get("attachments")
    redacted = found.get("redacted") is True
    return Part(
        id=_id(found.get("id")),
        kind=kind,
        author=author,
        # A redacted body is null, or says that the message was deleted, in words that nobody wrote.
        text="" if redacted else _text(found.get("body")),
        created_at=created_at,
        attachments=len(attachments) if isinstance(attachments, list) and not redacted else 0,
        redacted=redacted,
    )


def _author(found: Mapping[str, Any]) -> Author:
    author = _object(found.get("author"))
    kind = _KINDS.get(str(author.get("type") or "").lower(), AuthorKind.UNKNOWN)
    if kind is AuthorKind.TEAMMATE and (author.get("from_ai_agent") is True or author.get("is_ai_answer") is True):
        kind = AuthorKind.BOT
    return Author(kind, _id(author.get("id")), _line(author.get("name")), _line(author.get("email")))


def _contact(payload: Mapping[str, Any], parts: Iterable[Part]) -> Contact | None:
    """The first contact. Intercom lists a reference only, so name and email come from what the contact wrote."""
    listed = payload.get("contacts")
    listed = listed.get("contacts") if isinstance(listed, Mapping) else listed
    first = next((each for each in listed if isinstance(each, Mapping)), {}) if isinstance(listed, list) else {}
    contact_id = _id(first.get("id"))
    authors = [part.author for part in parts if part.author.kind is AuthorKind.CUSTOMER and contact_id in ("", part.author.id)]
    contact_id = contact_id or next((author.id for author in authors if author.id), "")
    name = _line(first.get("name")) or next((author.name for author in authors if author.name), "")
    email = _line(first.get("email")) or next((author.email for author in authors if author.email), "")
    return Contact(contact_id, name, email) if contact_id or name or email else None


def _tags(value: object) -> tuple[str, ...]:
    listed = value.get("tags") if isinstance(value, Mapping) else value
    names = (_line(each.get("name") if isinstance(each, Mapping) else each) for each in listed) if isinstance(listed, list) else ()
    return tuple(name for name in names if name)


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return plain_from_html(value) if isinstance(value, str) else ""


def _line(value: object) -> str:
    return one_line(_text(value))


def _id(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return one_line(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _positive(value: object) -> float | None:
    number = _number(value)
    return number if number is not None and number > 0 else None


def _count(value: object) -> int:
    number = _positive(value)
    return int(number) if number is not None else 0


def seconds(value: object) -> int | None:
    """Unix seconds; milliseconds are told by their size, and text is a number or a date in ISO 8601, in UTC unless it says otherwise.
    None for what is no time after 1970.
    """
    number = _positive(value)
    if number is None and isinstance(value, str):
        number = _positive(_of_date(value.strip()))
    if number is None:
        return None
    whole = int(number / 1000 if number > 1e11 else number)
    return whole if 0 < whole <= _LAST_SECOND else None


def _of_date(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
