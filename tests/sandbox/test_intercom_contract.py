"""The sandbox's Intercom against the official description, and against a captured answer of the real one."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from openapi_core import Config, OpenAPI
from openapi_core.testing import MockRequest, MockResponse
from openapi_core.validation.response.exceptions import InvalidData

from tests.sandbox.conftest import Desk
from tests.sandbox.test_intercom import ADMIN, NOTE

SERVER = "https://api.intercom.io"


@pytest.fixture(scope="module")
def contract(specs: Path) -> OpenAPI:
    """The description, relaxed: the real service sends null, empty addresses and free custom attributes where it promises none."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    description = yaml.load((specs / "intercom-2.15.yaml").read_text(), loader)
    for schema in list(_schemas(description["components"]["schemas"])):
        _relax(schema)
    return OpenAPI.from_dict(description, config=Config(spec_validator_cls=None))


def _schemas(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if isinstance(node.get("type"), str):
            yield node
        for each in node.values():
            yield from _schemas(each)
    elif isinstance(node, list):
        for each in node:
            yield from _schemas(each)


def _relax(schema: dict[str, Any]) -> None:
    schema["nullable"] = True
    if schema.get("format") == "email":
        del schema["format"]
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    if "custom_attributes" in schema.get("properties", {}):
        schema["properties"]["custom_attributes"] = {"type": "object", "nullable": True}


def check(contract: OpenAPI, answer: httpx.Response, body: Any = None) -> None:
    """Raises when the answer is not as described."""
    asked = answer.request
    request = MockRequest(
        SERVER, asked.method.lower(), asked.url.path, args=dict(asked.url.params), headers=dict(asked.headers), data=asked.content
    )
    content = json.dumps(body if body is not None else answer.json()).encode()
    contract.validate_response(request, MockResponse(content, answer.status_code, content_type="application/json"))


def answers(desk: Desk) -> dict[str, httpx.Response]:
    """One answer of every operation."""
    client = desk.intercom
    key = desk.world(
        do="add",
        body="<p>Hello</p>",
        company={"name": "AcmeCorp", "plan": "Enterprise", "spend": 2400},
        parts=[{"do": "bot", "body": "<p>Hi</p>"}, {"do": "answer", "body": "<p>Yes?</p>", "kind": "assignment"}, {"do": "close"}],
    )["id"]
    detail = client.get(f"/conversations/{key}")
    contact, company = detail.json()["contacts"]["contacts"][0]["id"], detail.json()["company"]["id"]
    tag = client.post("/tags", json={"name": "escalated"})
    body = {"query": {"field": "updated_at", "operator": ">", "value": 1}, "pagination": {"per_page": 1}}
    return {
        "me": client.get("/me"),
        "admins": client.get("/admins"),
        "search": client.post("/conversations/search", json=body),
        "list": client.get("/conversations"),
        "detail": detail,
        "note": client.post(f"/conversations/{key}/reply", json=NOTE),
        "update": client.put(f"/conversations/{key}", json={"read": True}),
        "tag": tag,
        "tags": client.get("/tags"),
        "tagging": client.post(f"/conversations/{key}/tags", json={"id": tag.json()["id"], "admin_id": ADMIN}),
        "contact": client.get(f"/contacts/{contact}"),
        "company": client.get(f"/companies/{company}"),
        "unauthorized": client.get(f"/conversations/{key}", headers={"Authorization": "Bearer wrong"}),
        "missing": client.get("/conversations/1"),
    }


def test_answers_are_as_described(desk: Desk, contract: OpenAPI) -> None:
    for name, answer in answers(desk).items():
        assert answer.status_code == {"unauthorized": 401, "missing": 404}.get(name, 200), name
        if name != "list":  # its per_page is text in reality
            check(contract, answer)


@pytest.mark.parametrize(
    ("place", "value"),
    [(("id",), 5), (("state",), "opened"), (("updated_at",), "now"), (("source", "author", "id"), 1), (("tags", "tags"), {})],
)
def test_the_description_would_notice(desk: Desk, contract: OpenAPI, place: tuple[str, ...], value: object) -> None:
    """The canary: what is wrong must be refused, or the test above checks nothing."""
    key = desk.world(do="add", body="<p>Hello</p>")["id"]
    answer = desk.intercom.get(f"/conversations/{key}")
    check(contract, answer)
    wrong = copy.deepcopy(answer.json())
    inner = wrong
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    with pytest.raises(InvalidData):
        check(contract, answer, wrong)


def shape(value: object) -> object:
    """Names and kinds, without the values; null fits anything and every number is one kind."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return {str: "text", bool: "flag", int: "number", float: "number", type(None): None}[type(value)]


def differences(ours: object, theirs: object, at: str = "") -> Iterator[str]:
    """Where two shapes disagree; an empty list or null agrees with everything."""
    if ours is None or theirs is None or [] in (ours, theirs):
        return
    if isinstance(ours, dict) and isinstance(theirs, dict):
        yield from (f"{at}/{name} is on one side only" for name in sorted(set(ours) ^ set(theirs)))
        for name in set(ours) & set(theirs):
            yield from differences(ours[name], theirs[name], f"{at}/{name}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        yield from differences(ours[0], theirs[0], f"{at}[]")
    elif ours != theirs:
        yield f"{at}: {ours} here, {theirs} there"


@pytest.fixture
def capture(specs: Path) -> Any:
    """A search answer of the real service, first of two pages."""
    return json.loads((specs / "captures" / "real-search-conversations.json").read_text())


def test_a_search_answer_has_the_shape_of_the_captured_one(desk: Desk, capture: Any) -> None:
    desk.world(do="add", body="<p>One</p>")
    desk.world(do="add", body="<p>Two</p>", parts=[{"do": "answer", "body": "<p>Yes?</p>"}])
    body = {"query": {"field": "updated_at", "operator": ">", "value": 1}, "pagination": {"per_page": 1}}
    ours = desk.intercom.post("/conversations/search", json={**body, "sort": {"field": "updated_at", "order": "descending"}}).json()
    # The captured one was asked for with a version that does not have the company inline yet.
    for item in ours["conversations"]:
        del item["company"]
    assert list(differences(shape(ours), shape(capture))) == []


def test_a_different_shape_would_be_noticed(capture: Any) -> None:
    wrong = copy.deepcopy(capture)
    wrong["conversations"][0]["id"] = 5
    wrong["conversations"][0]["teammates"]["teammates"] = wrong["conversations"][0]["teammates"].pop("admins")
    assert len(list(differences(shape(wrong), shape(capture)))) == 3
