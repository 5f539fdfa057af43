"""Intercom over HTTP."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import Desk

ADMIN = "7387601"
NOTE = {"message_type": "note", "type": "admin", "admin_id": ADMIN, "body": "<p>ref abc</p>"}


def add(desk: Desk, **more: Any) -> str:
    """A conversation; returns its id."""
    return str(desk.world(do="add", body="<p>It is <b>broken</b> &amp; slow</p>", **more)["id"])


def search(desk: Desk, name: str, value: object, operator: str = "=", **more: Any) -> Any:
    body = {"query": {"field": name, "operator": operator, "value": value}, **more}
    return desk.intercom.post("/conversations/search", json=body).raise_for_status().json()


def codes(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["errors"][0]["code"]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Authorization": ""}, (401, "unauthorized")),
        ({"Authorization": "Bearer wrong"}, (401, "unauthorized")),
        ({"Accept": "text/html"}, (406, "not_acceptable")),
    ],
)
def test_who_asks_and_in_which_format(desk: Desk, headers: dict[str, str], expected: tuple[int, str]) -> None:
    response = desk.intercom.get("/me", headers=headers)
    assert codes(response) == expected
    assert ("X-RateLimit-Limit" in response.headers) is (expected[0] != 401)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/conversations/1", "not_found"),
        ("/conversations/x", "not_found"),
        ("/contacts/1", "not_found"),
        ("/companies/1", "company_not_found"),
        ("/nowhere", "not_found"),
    ],
)
def test_what_is_not_there(desk: Desk, path: str, expected: str) -> None:
    assert codes(desk.intercom.get(path)) == (404, expected)


@pytest.mark.parametrize(
    "body",
    [
        {"query": {"field": "created_at", "operator": ">", "value": "word"}},
        {"query": {"field": "open", "operator": "=", "value": True}, "pagination": {"starting_after": "bad"}},
        {"query": {"field": "open", "operator": "=", "value": True}, "pagination": {"per_page": 151}},
        {"query": {"field": "open", "operator": "=", "value": True}, "sort": []} | {"pagination": [1]},
        {},
        [],
    ],
)
def test_a_search_intercom_would_not_understand(desk: Desk, body: object) -> None:
    assert desk.intercom.post("/conversations/search", json=body).status_code == 400


def test_parts_come_in_the_detail_only_and_the_newest_500_of_them(desk: Desk) -> None:
    key = add(desk, parts=[{"do": "say", "body": f"<p>{at}</p>"} for at in range(503)])
    assert "conversation_parts" not in search(desk, "id", key)["conversations"][0]
    parts = desk.intercom.get(f"/conversations/{key}").json()["conversation_parts"]
    assert (len(parts["conversation_parts"]), parts["total_count"]) == (500, 503)
    assert parts["conversation_parts"][-1]["body"] == "<p>502</p>"


def test_bodies_are_html_or_plain_text(desk: Desk) -> None:
    key = add(desk)
    assert desk.intercom.get(f"/conversations/{key}").json()["source"]["body"] == "<p>It is <b>broken</b> &amp; slow</p>"
    assert desk.intercom.get(f"/conversations/{key}", params={"display_as": "plaintext"}).json()["source"]["body"] == "It is broken & slow"


def test_the_list_gives_its_page_size_as_text_and_can_be_paged(desk: Desk) -> None:
    keys = {add(desk) for _ in range(3)}
    seen: set[str] = set()
    params: dict[str, Any] = {"per_page": 2}
    while params:
        page = desk.intercom.get("/conversations", params=params).json()
        assert page["pages"]["per_page"] == "2"
        seen |= {each["id"] for each in page["conversations"]}
        params = {"per_page": 2, "starting_after": page["pages"]["next"]["starting_after"]} if "next" in page["pages"] else {}
    assert keys <= seen


def test_a_customer_who_reopens_does_so_with_a_part_of_kind_open(desk: Desk) -> None:
    key = add(desk, parts=[{"do": "answer", "body": "<p>Done.</p>"}, {"do": "close"}])
    assert desk.intercom.get(f"/conversations/{key}").json()["open"] is False
    desk.world(do="say", id=key, body="<p>Not done.</p>")
    found = desk.intercom.get(f"/conversations/{key}").json()
    assert (found["state"], found["statistics"]["count_reopens"]) == ("open", 1)
    assert [each["part_type"] for each in found["conversation_parts"]["conversation_parts"]] == ["comment", "close", "open"]


def test_a_note_moves_updated_at_wakes_a_snoozed_conversation_and_is_known_as_ours(desk: Desk) -> None:
    began = int(time.time()) - 500
    key = add(desk, at=began, parts=[{"do": "snooze", "until": began + 90_000, "at": began}])
    before = desk.intercom.get(f"/conversations/{key}").json()
    assert (before["state"], before["open"], before["updated_at"]) == ("snoozed", True, began)
    after = desk.intercom.post(f"/conversations/{key}/reply", json=NOTE).json()
    assert (after["state"], after["updated_at"] > began) == ("open", True)
    part = after["conversation_parts"]["conversation_parts"][-1]
    assert (part["part_type"], bool(part["app_package_code"]), part["body"]) == ("note", True, NOTE["body"])
    assert [each["id"] for each in desk.effects("notes")] == [part["id"]]
    assert after["waiting_since"] is not None


@pytest.mark.parametrize("wrong", [{"admin_id": 7387601}, {"admin_id": "1"}, {"body": ""}, {"message_type": "shout"}])
def test_a_note_that_is_refused_has_no_effect(desk: Desk, wrong: dict[str, Any]) -> None:
    assert desk.intercom.post(f"/conversations/{add(desk)}/reply", json={**NOTE, **wrong}).status_code in (400, 404)
    assert desk.effects("notes") == []


def test_tags_are_made_once_and_attached_once(desk: Desk) -> None:
    key = add(desk)
    tags = [desk.intercom.post("/tags", json={"name": name}).json() for name in ("Escalated", "escalated")]
    assert tags[0] == tags[1]
    for _ in range(2):
        assert desk.intercom.post(f"/conversations/{key}/tags", json={"id": tags[0]["id"], "admin_id": ADMIN}).json() == tags[0]
    assert [each["name"] for each in search(desk, "id", key)["conversations"][0]["tags"]["tags"]] == ["Escalated"]
    assert tags[0] in desk.intercom.get("/tags").json()["data"]


def test_attributes_are_set(desk: Desk) -> None:
    key = add(desk)
    changed = desk.intercom.put(f"/conversations/{key}", json={"custom_attributes": {"Escalation": "yes"}, "read": True}).json()
    assert (changed["custom_attributes"]["Escalation"], changed["read"]) == ("yes", True)


def test_companies_with_and_without_a_plan(desk: Desk) -> None:
    rich = add(desk, email="a@rich.example", company={"name": "Rich", "plan": "Enterprise", "spend": 2400})
    plain = add(desk, email="b@plain.example", company={"name": "Plain"})
    alone = add(desk, email="c@alone.example")
    found = {key: desk.intercom.get(f"/conversations/{key}").json() for key in (rich, plain, alone)}
    assert (found[rich]["company"]["plan"]["name"], found[rich]["company"]["monthly_spend"]) == ("Enterprise", 2400)
    assert (found[plain]["company"]["plan"], found[plain]["company"]["monthly_spend"]) == ({}, 0)
    assert found[alone]["company"] is None
    contact = found[rich]["contacts"]["contacts"][0]["id"]
    assert "plan" not in desk.intercom.get(f"/contacts/{contact}").json()["companies"]["data"][0]
    assert desk.intercom.get(f"/contacts/{contact}/companies").json()["data"] == [found[rich]["company"]]
    assert desk.intercom.get(f"/companies/{found[rich]['company']['id']}").json() == found[rich]["company"]
    old = desk.intercom.get(f"/conversations/{rich}", headers={"Intercom-Version": "2.14"}).json()
    assert "company" not in old
    desk.ask("/options", {"company_scope": False})
    assert desk.intercom.get(f"/conversations/{rich}").json()["company"] is None
    assert desk.intercom.get(f"/contacts/{contact}/companies").status_code == 403


def test_a_merged_contact_is_gone_and_points_to_the_other_one(desk: Desk) -> None:
    key = add(desk, email="old@merge.example")
    old = desk.intercom.get(f"/conversations/{key}").json()["contacts"]["contacts"][0]["id"]
    new = desk.world(do="merge", contact_id=old, into_email="new@merge.example")["contact_id"]
    gone = desk.intercom.get(f"/contacts/{old}/companies")
    assert (codes(gone), gone.headers["link"]) == ((410, "contact_merged"), f'</contacts/{new}>; rel="canonical"')
    assert desk.intercom.get(f"/conversations/{key}").json()["contacts"]["contacts"][0]["id"] == new


def test_several_changes_go_in_one_order(desk: Desk) -> None:
    made = desk.ask("/world", [{"do": "add", "body": "<p>1</p>"}, {"do": "add", "body": "<p>2</p>"}])
    assert [desk.intercom.get(f"/conversations/{each['id']}").json()["source"]["body"] for each in made] == ["<p>1</p>", "<p>2</p>"]


def test_a_deleted_conversation_is_gone_everywhere(desk: Desk) -> None:
    key = add(desk)
    desk.world(do="delete", id=key)
    assert desk.intercom.get(f"/conversations/{key}").status_code == 404
    assert search(desk, "id", key)["total_count"] == 0


def test_the_index_lags_behind_the_truth(desk: Desk) -> None:
    key = add(desk)
    desk.ask("/options", {"index_lag": 60})
    desk.world(do="close", id=key)
    late = add(desk)
    assert desk.intercom.get(f"/conversations/{key}").json()["state"] == "closed"
    assert search(desk, "id", key)["conversations"][0]["state"] == "open"
    assert search(desk, "id", late)["total_count"] == 0
    desk.ask("/clock", {"offset": 61})
    assert search(desk, "id", key)["conversations"][0]["state"] == "closed"
    assert search(desk, "id", late)["total_count"] == 1


def test_a_window_of_ten_seconds_is_used_up(desk: Desk, specs: Path) -> None:
    desk.ask("/clock", {"offset": 10_000})  # a window nobody has used
    desk.ask("/connections", {"service": "intercom", "revoke_token": True})
    client = desk.intercom
    desk.ask("/options", {"rate_limit": 2})
    answers = [client.get("/me") for _ in range(3)]
    while answers[-1].headers["X-RateLimit-Reset"] != answers[0].headers["X-RateLimit-Reset"]:  # the window ended in between
        answers = [client.get("/me") for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    captured = json.loads((specs / "captures" / "error-429.real.json").read_text())
    refused = answers[-1]
    assert refused.json().keys() == captured["body"].keys()
    assert refused.json()["errors"] == [{"code": "rate_limit_exceeded", "message": "Exceeded rate limit of 2 in 10_seconds"}]
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert "retry-after" not in refused.headers
    assert 0 < int(refused.headers["X-RateLimit-Reset"]) - (time.time() + 10_000) <= 10
