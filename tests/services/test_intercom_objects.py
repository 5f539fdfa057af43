"""Reading Intercom's objects: what real workspaces send, and rubbish."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalator_tui.model.conversation import ConversationState
from escalator_tui.model.kinds import AuthorKind
from escalator_tui.services.intercom_objects import read_company, read_conversation


def part(number: int, at: int | None, body: str | None, kind: str = "comment", author: Any = None, **more: Any) -> dict[str, Any]:
    author = {"type": "user", "id": "u1", "name": "Cleo", "email": "cleo@acme.example"} if author is None else author
    return {"type": "conversation_part", "id": str(number), "part_type": kind, "body": body, "created_at": at, "author": author, **more}


def detail(*parts: Any, **more: Any) -> dict[str, Any]:
    source = {
        "id": "s1",
        "body": "<p>Hello &amp; help</p>",
        "subject": "<p>Export</p>",
        "author": {"type": "user", "id": "u1", "name": "Cleo"},
    }
    whole = {"conversation_parts": list(parts), "total_count": len(parts)}
    return {"id": "77", "created_at": 1000, "updated_at": 2000, "source": source, "conversation_parts": whole, **more}


def test_a_thread_is_sorted_and_begins_with_the_opening_message() -> None:
    read = read_conversation(detail(part(12, 1300, "third"), part(9, 1200, "second"), part(10, 1300, "tie")))
    assert [each.text for each in read.parts] == ["Hello & help", "second", "tie", "third"]
    assert (read.parts[0].kind, read.parts[0].created_at, read.subject) == ("source", 1000, "Export")


def test_a_reply_that_reopens_counts_and_system_parts_do_not() -> None:
    bot = {"type": "bot", "id": "b"}
    read = read_conversation(
        detail(part(1, 1100, None, "close", bot), part(2, 1200, "<p>Thanks again :)</p>", "open"), part(3, 1300, "", "assignment", bot))
    )
    assert read.reply_count == 1
    assert [each.text for each in read.customer_messages] == ["Hello & help", "Thanks again :)"]


def test_text_on_an_assignment_by_a_teammate_is_an_answer() -> None:
    read = read_conversation(detail(part(1, 1100, "On it", "assignment", {"type": "admin", "id": 5})))
    assert read.unanswered == ()
    assert read.parts[1].author.id == "5"


@pytest.mark.parametrize(
    ("author", "kind"),
    [
        ({"type": "lead"}, AuthorKind.CUSTOMER),
        ({"type": "admin"}, AuthorKind.TEAMMATE),
        ({"type": "admin", "from_ai_agent": True}, AuthorKind.BOT),
        ({"type": "martian"}, AuthorKind.UNKNOWN),
        ([], AuthorKind.UNKNOWN),
        ({"type": None}, AuthorKind.UNKNOWN),
    ],
)
def test_authors(author: Any, kind: AuthorKind) -> None:
    assert read_conversation(detail(part(1, 1100, "x", author=author))).parts[1].author.kind is kind


def test_quoted_lines_are_kept_and_hostile_text_is_made_safe() -> None:
    read = read_conversation(
        detail(
            part(1, 1100, "<p>no\x1b[31m\u202e</p><blockquote>you said</blockquote>", author={"type": "user", "name": "A\x1b]0;x\x07\nB"})
        )
    )
    assert "> you said" in read.parts[1].text
    assert "\x1b" not in read.parts[1].text + read.parts[1].author.name
    assert "\u202e" not in read.parts[1].text
    assert "\n" not in read.parts[1].author.name


def test_redacted_parts_have_no_text() -> None:
    assert read_conversation(detail(part(1, 1100, "<i>This message was deleted</i>", redacted=True))).parts[1].text == ""


@pytest.mark.parametrize("value", [1_726_752_048, 1_726_752_048.9, 1_726_752_048_123, "1726752048"])
def test_times_in_any_unit_and_type(value: Any) -> None:
    assert read_conversation({"id": 1, "updated_at": value}).updated_at == 1_726_752_048


@pytest.mark.parametrize("value", [None, True, 0, -5, "soon", float("nan"), float("inf"), [], 10**400])
def test_no_time_is_none(value: Any) -> None:
    assert read_conversation({"id": 1, "waiting_since": value}).waiting_since is None


def test_a_part_without_a_time_stays_where_it_was() -> None:
    read = read_conversation(detail(part(1, 1100, "one"), part(2, None, "two"), part(3, 1200, "three")))
    assert [each.text for each in read.parts[1:]] == ["one", "two", "three"]


@pytest.mark.parametrize(
    ("payload", "state"),
    [
        ({"state": "snoozed"}, ConversationState.SNOOZED),
        ({"state": "pondering"}, ConversationState.OPEN),
        ({"open": False}, ConversationState.CLOSED),
        ({"open": False, "snoozed_until": 9}, ConversationState.SNOOZED),
        ({}, ConversationState.OPEN),
    ],
)
def test_states(payload: dict[str, Any], state: ConversationState) -> None:
    assert read_conversation({"id": "1", **payload}).state is state


def test_nulls_everywhere() -> None:
    names = ("source", "statistics", "company", "contacts", "tags", "conversation_parts", "title", "custom_attributes", "state", "open")
    read = read_conversation({"id": "1", **dict.fromkeys(names)})
    assert (read.account, read.contact, read.parts, read.tags, read.reopens) == (None, None, (), (), 0)


def test_the_contact_takes_name_and_email_from_what_it_wrote() -> None:
    read = read_conversation(detail(part(1, 1100, "x"), contacts={"contacts": [{"type": "contact", "id": "u1"}]}))
    assert read.contact is not None
    assert (read.contact.id, read.contact.name, read.contact.email) == ("u1", "Cleo", "cleo@acme.example")


def test_another_customers_name_is_not_taken() -> None:
    read = read_conversation(detail(contacts={"contacts": [{"id": "u2"}]}))
    assert read.contact is not None
    assert (read.contact.id, read.contact.name) == ("u2", "")


def test_cut_threads_tell_how_long_they_are() -> None:
    payload = detail(part(1, 1100, "x"))
    payload["conversation_parts"]["total_count"] = 900
    read = read_conversation(payload)
    assert (read.total_parts, len(read.parts)) == (901, 2)


def test_tags_and_reopens() -> None:
    read = read_conversation(detail(tags={"tags": [{"name": "escalated"}, {"id": 3}, None]}, statistics={"count_reopens": 2.0}))
    assert (read.tags, read.reopens) == (("escalated",), 2)


@pytest.mark.parametrize(
    ("company", "attribute", "plan", "mrr"),
    [
        ({"plan": {"name": "Pro"}, "monthly_spend": 1000}, "", "Pro", 1000.0),
        ({"plan": {}, "monthly_spend": 0}, "", None, None),
        ({"plan": None}, "", None, None),
        ({"plan": "Business", "custom_attributes": {"arr": 0}, "monthly_spend": 9}, "arr", "Business", 0.0),
        ({"custom_attributes": {"arr": True}, "monthly_spend": 9}, "arr", None, None),
        ({"custom_attributes": {"arr": "1200.5"}}, "arr", None, 1200.5),
        ({"custom_attributes": None, "monthly_spend": 9}, "arr", None, None),
    ],
)
def test_companies(company: dict[str, Any], attribute: str, plan: str | None, mrr: float | None) -> None:
    account = read_company({"id": "c1", "name": "Acme\u200b Inc", **company}, mrr_attribute=attribute)
    assert account is not None
    assert (account.name, account.plan, account.mrr) == ("Acme Inc", plan, mrr)


@pytest.mark.parametrize("rubbish", [None, [], "x", 5, {}, {"id": None}, {"id": ""}, {"id": True}, {"id": {}}])
def test_only_rubbish_is_refused(rubbish: Any) -> None:
    with pytest.raises(ValueError, match="not a conversation"):
        read_conversation(rubbish)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "id", "body", "author", "name", "contacts", "conversation_parts", "created_at", "plan"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
_KEYS = [
    "source",
    "statistics",
    "company",
    "contacts",
    "tags",
    "conversation_parts",
    "title",
    "state",
    "open",
    "created_at",
    "updated_at",
    "snoozed_until",
]


@given(st.dictionaries(st.sampled_from(_KEYS), _json))
def test_whatever_stands_in_the_fields_a_conversation_is_read(payload: dict[str, Any]) -> None:
    read = read_conversation({"id": "1", **payload})
    assert read.id == "1"
    assert read.total_parts >= len(read.parts)
    assert read.version


def test_a_real_search_answer(specs: Path) -> None:
    captured = json.loads((specs / "captures" / "real-search-conversations.json").read_text())
    read = read_conversation(captured["conversations"][0])
    assert (read.id, read.updated_at, read.parts[0].text, read.total_parts) == ("5", 1_726_752_145, "wwww", 8)
    assert read.contact is not None
    assert read.contact.email == "ck@gmail.com"
