"""Conversation search: filters and cursors."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalator_tui.sandbox.intercom.objects import Author, Thread
from escalator_tui.sandbox.intercom.search import SearchError, page_of, predicate_of, read_cursor, write_cursor


def thread(key: int, updated_at: int = 100, **more: Any) -> Thread:
    found = Thread(key, f"contact-{key}", Author("user", "u1", "Jane"), "Subject", "<p>please help</p>", 50, updated_at)
    for name, value in more.items():
        setattr(found, name, value)
    return found


def field(name: str, operator: str, value: object) -> dict[str, object]:
    return {"field": name, "operator": operator, "value": value}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (field("updated_at", ">", 100), [3]),
        (field("updated_at", ">=", 100), [2, 3]),
        (field("updated_at", "<", "100"), [1]),
        (field("open", "=", True), [1, 3]),
        (field("state", "!=", "closed"), [1, 3]),
        (field("id", "IN", ["1", "2"]), [1, 2]),
        (field("id", "NIN", ["1", "2"]), [3]),
        (field("contact_ids", "=", "contact-2"), [2]),
        (field("source.body", "~", "HELP"), [1, 2, 3]),
        (field("source.author.name", "^", "ja"), [1, 2, 3]),
        (field("waiting_since", ">", 0), [1]),
        ({"operator": "AND", "value": [field("open", "=", True), field("updated_at", ">", 100)]}, [3]),
        (
            {
                "operator": "OR",
                "value": [field("id", "=", "2"), {"operator": "AND", "value": [field("id", "=", "3"), field("open", "=", True)]}],
            },
            [2, 3],
        ),
    ],
)
def test_filters(query: dict[str, object], found: list[int]) -> None:
    threads = [thread(1, 99, waiting_since=7), thread(2, 100, state="closed"), thread(3, 101, state="snoozed")]
    accepts = predicate_of(query)
    assert [each.id for each in threads if accepts(each)] == found


@pytest.mark.parametrize(
    "query",
    [
        None,
        {},
        field("created_at", ">", "yesterday"),
        field("updated_at", "==", 1),
        field("open", "=", "maybe"),
        field("open", ">", True),
        field("company.id", "=", "1"),
        field("source.body", "~", 1),
        field("id", "IN", "1"),
        {"operator": "AND", "value": []},
        {"operator": "OR", "value": [field("open", "=", True)] * 16},
        {"operator": "AND", "value": [{"operator": "OR", "value": [{"operator": "AND", "value": [field("open", "=", True)]}]}]},
    ],
)
def test_queries_intercom_refuses(query: object) -> None:
    with pytest.raises(SearchError):
        predicate_of(query)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40), st.integers(1, 7), st.sampled_from(["ascending", "descending"]))
def test_paging_visits_every_conversation_once_in_order(times: list[int], per_page: int, order: str) -> None:
    threads = [thread(key, updated_at) for key, updated_at in enumerate(times)]
    seen: list[Thread] = []
    cursor = None
    while True:
        page, pages, total = page_of(threads, "updated_at", order, per_page, cursor)
        assert (total, pages["page"]) == (len(threads), len(seen) // per_page + 1)
        seen += page
        if "next" not in pages:
            break
        cursor = pages["next"]["starting_after"]
    assert sorted(each.id for each in seen) == list(range(len(times)))
    assert [each.updated_at for each in seen] == sorted(times, reverse=order == "descending")


def test_an_item_updated_between_two_pages_moves_to_the_unread_tail() -> None:
    threads = [thread(key, key) for key in range(4)]
    first, pages, _ = page_of(threads, "updated_at", "ascending", 2, None)
    threads[0].updated_at = 9
    second, _, _ = page_of(threads, "updated_at", "ascending", 5, pages["next"]["starting_after"])
    assert [each.id for each in (*first, *second)] == [0, 1, 2, 3, 0]


def test_the_cursor_is_encoded_as_intercoms() -> None:
    assert write_cursor(1726752145000, 5, 2) == "WzE3MjY3NTIxNDUwMDAsNSwyXQ=="
    assert read_cursor("WzE3MjY3NTIxNDUwMDAsNSwyXQ==") == (1726752145000, 5, 2)


@pytest.mark.parametrize("cursor", ["x", "WzFd", "bnVsbA=="])
def test_a_bad_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(SearchError, match="Invalid starting_after"):
        page_of([thread(1)], "updated_at", "ascending", 5, cursor)


@pytest.mark.parametrize(
    ("field_name", "order", "per_page"), [("updated_at", "up", 5), ("title", "ascending", 5), ("updated_at", "ascending", 151)]
)
def test_a_bad_order_or_page_size_is_refused(field_name: str, order: str, per_page: int) -> None:
    with pytest.raises(SearchError):
        page_of([thread(1)], field_name, order, per_page, None)
