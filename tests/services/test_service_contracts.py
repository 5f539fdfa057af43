"""Every request we make against the services' official descriptions. Each referee also gets a request that it must refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import GraphQLError, GraphQLSchema, build_schema, parse, validate
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from werkzeug.datastructures import Headers, ImmutableMultiDict

from escalator_tui.services import linear
from escalator_tui.services.intercom import Intercom
from tests.services.fakes import intercom

DOCUMENTS = [
    linear.CREATE_ISSUE,
    linear.FIND_ISSUE,
    linear.ATTACH,
    linear.COMMENT,
    linear.SET_PRIORITY,
    linear.ARCHIVE_ISSUE,
    linear.LIST_TEAMS,
    linear.LIST_LABELS,
]


class Recorded:
    """A request of httpx as openapi-core wants to see it."""

    def __init__(self, request: httpx.Request, body: Any = None) -> None:
        self.host_url = "https://api.intercom.io"
        self.path = request.url.path
        self.method = request.method.lower()
        self.content_type = request.headers.get("Content-Type", "")
        # The description lacks `sort`; the vendor's page on pagination documents it.
        content = {key: value for key, value in json.loads(request.content).items() if key != "sort"} if request.content else None
        self.body = json.dumps(body if body is not None else content).encode() if request.content else None
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(list(request.url.params.multi_items())), header=Headers(list(request.headers.items()))
        )


@pytest.fixture(scope="module")
def described(specs: Path) -> OpenAPI:
    return OpenAPI.from_file_path(str(specs / "intercom-2.15.yaml"), config=Config(spec_validator_cls=None))


@pytest.fixture(scope="module")
def schema(specs: Path) -> GraphQLSchema:
    return build_schema((specs / "linear-schema.graphql").read_text(encoding="utf-8"))


ANSWER = {
    "id": "7",
    "name": "escalated",
    "data": [],
    "conversations": [],
    "conversation_parts": {"conversation_parts": [{"id": "1", "part_type": "note", "body": "x"}]},
}


def recorded(work: Callable[[Intercom], object]) -> list[httpx.Request]:
    client, requests = intercom(httpx.Response(200, json=ANSWER))
    work(client)
    assert requests
    return requests


@pytest.mark.parametrize(
    "work",
    [
        lambda client: client.search(updated_after=1_726_752_000, open_only=True, cursor="WzFd", per_page=150),
        lambda client: client.search(updated_after=None, open_only=False, cursor=None, per_page=10),
        lambda client: client.conversation("215473886392040"),
        lambda client: client.accounts_of("66eaf772c864ff5de8d2e180"),
        lambda client: client.add_note("215473886392040", "<p>x</p>"),
        lambda client: client.find_note("215473886392040", "x"),
        lambda client: client.tag("215473886392040", "escalated"),
    ],
)
def test_intercom_requests(described: OpenAPI, work: Callable[[Intercom], object]) -> None:
    requests = list(recorded(work))
    assert requests
    for request in requests:
        described.validate_request(Recorded(request))


def test_the_request_for_me(described: OpenAPI) -> None:
    headers = {"Authorization": "Bearer t", "Intercom-Version": "2.15"}
    described.validate_request(Recorded(httpx.Request("GET", "https://api.intercom.io/me", headers=headers)))


@pytest.mark.parametrize(
    "body",
    [{}, {"query": {"operator": "==", "field": "open", "value": True}}, {"query": {"field": "open", "operator": "=", "value": {"a": 1}}}],
)
def test_the_intercom_referee_refuses(described: OpenAPI, body: dict[str, Any]) -> None:
    request = recorded(lambda client: client.search(updated_after=1, open_only=True, cursor=None, per_page=10))[0]
    with pytest.raises(OpenAPIError):
        described.validate_request(Recorded(request, body))


def test_the_intercom_referee_misses_the_bearer(described: OpenAPI) -> None:
    with pytest.raises(OpenAPIError):
        described.validate_request(Recorded(httpx.Request("GET", "https://api.intercom.io/me")))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_linear_documents(schema: GraphQLSchema, document: str) -> None:
    assert validate(schema, parse(document)) == []


@pytest.mark.parametrize("document", [linear.CREATE_ISSUE.replace("identifier", "identifer"), linear.FIND_ISSUE.replace("String!", "Int!")])
def test_the_linear_referee_refuses(schema: GraphQLSchema, document: str) -> None:
    found = validate(schema, parse(document))
    assert all(isinstance(each, GraphQLError) for each in found)
    assert found
