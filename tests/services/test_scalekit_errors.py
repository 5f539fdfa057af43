"""Every exception of the SDK finds its class, with a sentence of ours and a cure."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
import requests
from google.rpc import status_pb2
from scalekit.common import exceptions as sdk
from scalekit.v1.errdetails import errdetails_pb2

from escalator_tui.services import scalekit_errors
from escalator_tui.services.connection import Connection
from escalator_tui.services.errors import (
    ConnectorInactiveError,
    MisconfiguredError,
    PermanentError,
    RateLimitedError,
    RetryableError,
    ServiceError,
    UnknownOutcomeError,
    UnreachableError,
)

SLACK = Connection("slack", "slack-sKf", "ada@acme.example")
LINEAR = Connection("linear", "linear", "ada@acme.example")


class Failure(grpc.RpcError):  # type: ignore[misc]
    """A failed call as grpc hands it to the SDK."""

    def __init__(self, code: str, message: str, info: Any = None) -> None:
        self._code, self._message, self._info = grpc.StatusCode[code], message, info

    def code(self) -> Any:
        return self._code

    def details(self) -> str:
        return self._message

    def trailing_metadata(self) -> Any:
        if self._info is None:
            return ()
        status = status_pb2.Status(code=self._code.value[0], message=self._message)
        status.details.add().Pack(self._info)
        return (("grpc-status-details-bin", status.SerializeToString()),)


def failed(code: str, message: str = "", error_code: str = "") -> Exception:
    """Scalekit itself failed."""
    info = errdetails_pb2.ErrorInfo(error_code=error_code) if error_code else None
    promoted: Exception = sdk.ScalekitServerException.promote(Failure(code, message, info))
    return promoted


def tool_failed(code: str, tool_code: str, message: str) -> Exception:
    """The provider behind a tool failed."""
    told = errdetails_pb2.ToolErrorInfo(tool_error_code=tool_code, tool_error_message=message, execution_id="e")
    info = errdetails_pb2.ErrorInfo(error_code="TOOL_ERROR", tool_error_info=told)
    promoted: Exception = sdk.ScalekitServerException.promote(Failure(code, message, info))
    return promoted


def http_failed(status: int, reason: str) -> Exception:
    """Our own token was refused over HTTP."""
    response = requests.Response()
    response.status_code, response.reason = status, reason
    promoted: Exception = sdk.ScalekitServerException.promote(response)
    return promoted


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (tool_failed("UNAUTHENTICATED", "", "token refused"), ConnectorInactiveError, "inactive"),
        (tool_failed("UNAUTHENTICATED", "token_revoked", ""), ConnectorInactiveError, "token_revoked"),
        (tool_failed("RESOURCE_EXHAUSTED", "", "slow down"), RateLimitedError, "rate_limited"),
        (tool_failed("PERMISSION_DENIED", "", "scope"), PermanentError, "forbidden"),
        (tool_failed("PERMISSION_DENIED", "missing_scope", ""), PermanentError, "missing_scope"),
        (tool_failed("INVALID_ARGUMENT", "", '{"ok":false,"error":"not_in_channel"}'), PermanentError, "not_in_channel"),
        (tool_failed("INTERNAL", "", "slack error: channel_not_found"), PermanentError, "channel_not_found"),
        (tool_failed("INVALID_ARGUMENT", "odd", "no such argument"), PermanentError, "odd"),
        (tool_failed("INTERNAL", "", "context deadline exceeded"), UnknownOutcomeError, ""),
        (tool_failed("INVALID_ARGUMENT", "", "request to provider timed out"), UnknownOutcomeError, ""),
        (tool_failed("INTERNAL", "502", "<html>"), UnknownOutcomeError, "502"),
        (tool_failed("INTERNAL", "", "template rendering failed"), PermanentError, ""),
        (tool_failed("INTERNAL", "internal_error", ""), UnknownOutcomeError, "internal_error"),
        (tool_failed("UNAVAILABLE", "", "hm"), UnknownOutcomeError, ""),
        (failed("RESOURCE_EXHAUSTED", "x", "RATE_LIMITED"), RateLimitedError, "rate_limited"),
        (failed("UNAUTHENTICATED", "x"), MisconfiguredError, "unauthorized"),
        (failed("NOT_FOUND", "connection not found for the given key", "RESOURCE_NOT_FOUND"), MisconfiguredError, "connection_not_found"),
        (failed("NOT_FOUND", "connected account not found", "RESOURCE_NOT_FOUND"), ConnectorInactiveError, "not_found"),
        (failed("NOT_FOUND", "tool not found: x", "RESOURCE_NOT_FOUND"), PermanentError, "tool_not_found"),
        (failed("FAILED_PRECONDITION", "connected account is not active"), ConnectorInactiveError, "inactive"),
        (failed("INVALID_ARGUMENT", "x", "BAD"), PermanentError, "BAD"),
        (failed("DEADLINE_EXCEEDED"), UnknownOutcomeError, "deadline_exceeded"),
        (failed("CANCELLED"), UnknownOutcomeError, "cancelled"),
        (failed("ABORTED"), UnknownOutcomeError, "aborted"),
        (failed("INTERNAL"), UnknownOutcomeError, "internal"),
        (failed("UNAVAILABLE", "Socket closed"), UnknownOutcomeError, "unavailable"),
        (failed("UNAVAILABLE", "failed to connect to all addresses; last error: refused"), UnreachableError, "unreachable"),
        (sdk.ScalekitException(ValueError("Cannot invoke RPC on closed channel!")), RetryableError, "closed"),
        (ValueError("Unexpected type"), PermanentError, "encoding"),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"), PermanentError, "encoding"),
        (sdk.ScalekitException(OSError("cut")), UnknownOutcomeError, ""),
    ],
)
def test_calls(error: Exception, kind: type[ServiceError], code: str) -> None:
    found = scalekit_errors.at_call(error, SLACK)
    assert (type(found), found.code) == (kind, code)
    assert "\n" not in str(found)
    assert "====" not in str(found)


def test_a_wrong_connection_name_names_its_settings() -> None:
    found = scalekit_errors.at_call(failed("NOT_FOUND", "connection not found for the given key"), SLACK)
    assert "connectors.slack (SLACK_CONNECTOR)" in found.cure
    assert found.exit_code == 2


def test_a_tools_401_says_how_to_authorize() -> None:
    found = scalekit_errors.at_call(tool_failed("UNAUTHENTICATED", "", "x"), LINEAR)
    assert "escalator authorize linear" in found.cure
    assert found.exit_code == 3


def test_where_no_reason_was_given_the_sentence_ends() -> None:
    assert scalekit_errors.at_call(tool_failed("PERMISSION_DENIED", "", ""), LINEAR).message == "Linear does not permit it"


def test_linears_conflict_is_known_inside_a_tool_error() -> None:
    body = 'HTTP 400: {"errors":[{"message":"conflict on insert of Issue","extensions":{"code":"INPUT_ERROR"}}],"data":null}'
    assert scalekit_errors.at_call(tool_failed("INVALID_ARGUMENT", "400", body), LINEAR).code == "conflict"


@pytest.mark.parametrize(
    ("error", "kind", "word"),
    [
        (http_failed(401, "Unauthorized"), MisconfiguredError, "SCALEKIT_CLIENT_SECRET"),
        (http_failed(404, "Not Found"), MisconfiguredError, "SCALEKIT_ENV_URL"),
        (http_failed(429, "Too Many Requests"), RateLimitedError, "rate limit"),
        (http_failed(502, "Bad Gateway"), UnreachableError, "SCALEKIT_ENV_URL"),
        (http_failed(504, "GATEWAY_TIMEOUT"), UnreachableError, "SCALEKIT_ENV_URL"),
        (sdk.ScalekitException(requests.ConnectionError("refused")), UnreachableError, "SCALEKIT_ENV_URL"),
        (sdk.ScalekitException(requests.exceptions.InvalidURL("x")), MisconfiguredError, "SCALEKIT_ENV_URL"),
        (KeyError("access_token"), MisconfiguredError, "SCALEKIT_ENV_URL"),
        (ValueError("not JSON"), MisconfiguredError, "SCALEKIT_ENV_URL"),
    ],
)
def test_connecting(error: Exception, kind: type[ServiceError], word: str) -> None:
    found = scalekit_errors.at_connecting(error, "https://acme.scalekit.test")
    assert type(found) is kind
    assert word in str(found)


@pytest.mark.parametrize(
    ("connection", "text", "seconds"),
    [
        (SLACK, '{"ok":false,"error":"ratelimited","retry_after":30}', 30.0),
        (SLACK, "slack error: ratelimited, Retry-After: 7", 7.0),
        (SLACK, '{"ok":false,"error":"ratelimited"}', None),
        (LINEAR, "HTTP 429: Rate limit exceeded (retry-after=12)", 12.0),
        (LINEAR, "Rate limit exceeded. Only 2500 requests are allowed per 1 hour.", None),
    ],
)
def test_a_wait_that_is_handed_on_is_read(connection: Connection, text: str, seconds: float | None) -> None:
    error = scalekit_errors.at_call(tool_failed("RESOURCE_EXHAUSTED", "", text), connection)
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == seconds
