"""Failures on demand, and what takes effect all the same."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import httpx
import pytest
from scalekit.common import exceptions
from scalekit.v1.tools.tools_pb2 import ExecuteToolRequest

from tests.sandbox.conftest import Desk
from tests.sandbox.test_intercom import NOTE, add


def post(desk: Desk, text: str = "t") -> dict[str, Any]:
    return desk.tool("slack_send_message", channel="#customer-support", text=text)


def counts(desk: Desk) -> tuple[int, int]:
    return len(desk.effects("messages")), len(desk.effects("notes"))


@pytest.mark.parametrize(("kind", "effect"), [("drop_before", 0), ("drop_after", 1)])
def test_a_connection_is_cut_before_or_after_the_write(desk: Desk, kind: str, effect: int) -> None:
    key = add(desk)
    desk.fault(kind=kind, operation="POST /conversations/*/reply")
    with pytest.raises(httpx.TransportError):
        desk.intercom.post(f"/conversations/{key}/reply", json=NOTE)
    desk.fault(kind=kind, service="slack")
    with pytest.raises(exceptions.ScalekitServiceUnavailableException):
        post(desk)
    assert counts(desk) == (effect, effect)


def test_the_token_request_can_be_cut_too(desk: Desk) -> None:
    desk.fault(kind="drop_before", operation="POST /oauth/token")
    with pytest.raises(exceptions.ScalekitException):
        desk.new_client()


@pytest.mark.parametrize(
    ("body", "content"),
    [("<html>504</html>", "text/html"), (None, "application/json"), ({"errors": []}, "application/json")],
)
def test_an_http_status_with_any_body(desk: Desk, body: object, content: str) -> None:
    desk.fault(kind="http", service="intercom", status=504, body=body, headers={"X-Test": "1"})
    answer = desk.intercom.get("/me")
    assert (answer.status_code, answer.headers["x-test"]) == (504, "1")
    assert answer.headers["content-type"].startswith(content)
    assert answer.text == (body if isinstance(body, str) else "" if body is None else json.dumps(body, separators=(",", ":")))


def test_a_failure_after_the_effect(desk: Desk) -> None:
    desk.fault(kind="http", service="intercom", operation="POST *", status=500, after=True)
    assert desk.intercom.post(f"/conversations/{add(desk)}/reply", json=NOTE).status_code == 500
    desk.fault(kind="slack", error="internal_error", operation="slack_send_message", after=True)
    assert post(desk) == {"ok": False, "error": "internal_error"}
    assert counts(desk) == (1, 1)


def test_slack_refuses_in_either_way(desk: Desk) -> None:
    desk.fault(kind="slack", error="ratelimited", delivery="tool_error", nth=1)
    desk.fault(kind="slack", error="ratelimited")
    with pytest.raises(exceptions.ScalekitToolRateLimitException):
        post(desk)
    assert post(desk)["error"] == "ratelimited"
    assert counts(desk) == (0, 0)


@pytest.mark.parametrize(
    ("flavour", "error"), [("400", exceptions.ScalekitToolException), ("429", exceptions.ScalekitToolRateLimitException)]
)
def test_linear_is_rate_limited_with_a_code(desk: Desk, flavour: str, error: type[Exception]) -> None:
    desk.fault(kind="linear_ratelimited", flavour=flavour)
    with pytest.raises(error) as caught:
        desk.graphql("{ viewer { id } }")
    assert json.loads(caught.value.tool_error_message)["errors"][0]["extensions"]["code"] == "RATELIMITED"  # type: ignore[attr-defined]


def test_linear_is_rate_limited_with_a_message_only(desk: Desk) -> None:
    desk.fault(kind="linear_ratelimited", flavour="200")
    answer = desk.tool("linear_graphql_query", query="{ viewer { id } }")
    assert answer["errors"][0].keys() == {"message"}


def test_grpc_codes_and_tool_errors(desk: Desk) -> None:
    desk.fault(kind="grpc", code="DEADLINE_EXCEEDED", service="slack", nth=1)
    desk.fault(kind="tool_error", code="PERMISSION_DENIED", error="missing_scope", message="no", service="slack", nth=2)
    desk.fault(kind="http", status=503, service="scalekit", operation="GetConnectedAccountDetails")
    with pytest.raises(exceptions.ScalekitGatewayTimeoutException):
        post(desk)
    with pytest.raises(exceptions.ScalekitToolForbiddenException, match="no"):
        post(desk)
    with pytest.raises(exceptions.ScalekitInternalServerException):
        desk.scalekit.actions.get_connected_account_details(connection_name="slack", identifier=desk.user("slack"))


def test_nth_count_and_probability(desk: Desk) -> None:
    client = desk.intercom
    desk.fault(kind="http", status=500, operation="GET /me", nth=2)
    desk.fault(kind="http", status=502, operation="GET /admins", count=2)
    desk.fault(kind="http", status=503, operation="GET /tags", probability=0.5)
    assert [client.get("/me").status_code for _ in range(3)] == [200, 500, 200]
    assert [client.get("/admins").status_code for _ in range(3)] == [502, 502, 200]
    assert {client.get("/tags").status_code for _ in range(30)} == {200, 503}
    desk.control.delete("/faults")
    assert {client.get("/tags").status_code for _ in range(10)} == {200}


@pytest.mark.parametrize(
    "rule",
    [{"kind": "meteor"}, {}, {"kind": "delay", "service": "github"}, {"kind": "delay", "second": 1}],
)
def test_a_rule_that_means_nothing_is_refused(desk: Desk, rule: dict[str, Any]) -> None:
    answer = desk.control.post("/faults", json=rule)
    assert (answer.status_code, "error" in answer.json()) == (400, True)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/world", {"do": "dance", "id": "1"}),
        ("/world", {"do": "say", "id": "1", "body": "x"}),
        ("/world", {}),
        ("/connections", {"service": "slack", "status": "ASLEEP"}),
        ("/connections", {"service": "github"}),
        ("/options", {"speed": 1}),
        ("/options", {"latency": "much"}),
        ("/options", {"slack_errors": "never"}),
    ],
)
def test_wrong_orders_are_answered_with_a_sentence(desk: Desk, path: str, body: dict[str, Any]) -> None:
    answer = desk.control.post(path, json=body)
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)


def wait_for(desk: Desk, wanted: tuple[int, int]) -> None:
    patience = threading.Event()
    for _ in range(200):
        if counts(desk) == wanted:
            return
        patience.wait(0.01)
    assert counts(desk) == wanted


def test_a_slow_write_is_done_though_its_caller_hung_up(desk: Desk) -> None:
    key, client = add(desk), desk.intercom
    desk.fault(kind="delay", seconds=0.3, operation="POST /conversations/*/reply")
    desk.fault(kind="delay", seconds=0.3, service="slack")
    with pytest.raises(httpx.ReadTimeout):
        client.post(f"/conversations/{key}/reply", json=NOTE, timeout=0.1)
    request = ExecuteToolRequest(tool_name="slack_send_message", identifier=desk.user("slack"), connector="slack")
    request.params.update({"channel": "#customer-support", "text": "late"})
    core = desk.scalekit.core_client
    call = desk.scalekit.tools.tool_service.ExecuteTool.future(request, timeout=0.1, metadata=tuple(core.get_headers().items()))
    with pytest.raises(grpc.RpcError):
        call.result()
    assert counts(desk) == (0, 0)
    wait_for(desk, (1, 1))


def test_latency_is_not_a_queue(desk: Desk) -> None:
    """64 calls of 0.2 s each, at once: far less than one after the other, which would take 12.8 s."""
    client = desk.intercom
    desk.ask("/options", {"latency": 0.2})
    began = time.monotonic()
    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(lambda at: client.get("/me").status_code if at % 2 else post(desk)["ok"], range(64)))
    took = time.monotonic() - began
    assert set(answers) == {200, True}
    assert 0.2 <= took < 6.4


def test_calls_are_written_down_with_their_outcome(desk: Desk) -> None:
    client = desk.intercom
    desk.control.delete("/calls")
    client.get("/me")
    client.get("/conversations/1")
    desk.tool("slack_send_message", channel="#nowhere", text="x")
    found = [(each["service"], each["operation"], each["outcome"]) for each in desk.control.get("/calls").json()]
    assert found == [
        ("intercom", "GET /me", "ok"),
        ("intercom", "GET /conversations/1", "refused: 404 not_found"),
        ("slack", "slack_send_message", "refused: channel_not_found"),
    ]
