"""What the SDK's exceptions mean for us.

The sentence is always ours: the SDK's own text is a banner of several lines. Nothing here shows a token or a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from escalator_tui.model.text import one_line
from escalator_tui.services import linear_errors, slack_errors
from escalator_tui.services.answers import because, wait_told
from escalator_tui.services.connection import MISSING, Connection
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

_PROVIDERS: dict[str, Callable[[str, str], ServiceError | None]] = {"linear": linear_errors.from_tool, "slack": slack_errors.from_tool}
_SERVICE_NAMES = {"intercom": "Intercom", "linear": "Linear", "slack": "Slack"}
# gRPC's words when no connection was ever made, so that the call cannot have left.
_NEVER_LEFT = re.compile(r"failed to connect to all addresses|DNS resolution failed|name resolution", re.IGNORECASE)
_LOST_AT_PROVIDER = re.compile(
    r"time[d -]{0,2}out|deadline exceeded|internal server error|bad gateway|service unavailable"
    r"|connection (reset|closed|aborted)|broken pipe|\bEOF\b",
    re.IGNORECASE,
)
_REACH = "Check the network and SCALEKIT_ENV_URL (scalekit.env_url)."
# An internal error of a tool is the provider's 5xx, unless Scalekit says that it could not even make the call.
_NEVER_MADE = re.compile(r"template|validation|invalid|missing|required|unsupported", re.IGNORECASE)
_UNSURE_STATUSES = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "ABORTED"}
_INTERNAL_STATUSES = {"INTERNAL", "UNKNOWN", "DATA_LOSS"}


def at_connecting(error: Exception, env_url: str) -> ServiceError:
    """An exception of the client's constructor, which asks for our own token over HTTP. Nothing can have happened yet."""
    from requests import exceptions as http
    from scalekit.common import exceptions as sdk

    cause = error.args[0] if error.args else None
    if isinstance(error, sdk.ScalekitUnauthorizedException | sdk.ScalekitForbiddenException | sdk.ScalekitBadRequestException):
        return MisconfiguredError(
            "Scalekit does not accept the client id and secret",
            service="scalekit",
            code="unauthorized",
            cure="Copy SCALEKIT_CLIENT_ID and SCALEKIT_CLIENT_SECRET again from the Scalekit dashboard, API credentials.",
        )
    if isinstance(error, sdk.ScalekitTooManyRequestsException):
        return RateLimitedError("Scalekit's rate limit is reached", service="scalekit", code="rate_limited")
    if isinstance(cause, http.InvalidURL | http.InvalidSchema | http.MissingSchema) or isinstance(error, sdk.ScalekitNotFoundException):
        return wrong_address(env_url)
    if isinstance(error, sdk.ScalekitException):
        return UnreachableError(f"Scalekit cannot be reached at {env_url}", service="scalekit", code="unreachable", cure=_REACH)
    return MisconfiguredError(
        f"What answers at {env_url} is not Scalekit", service="scalekit", cure="Set SCALEKIT_ENV_URL to the environment's address."
    )


def wrong_address(env_url: str) -> MisconfiguredError:
    """The address cannot be the one of a Scalekit environment."""
    said = f"is {one_line(env_url)!r}, which is no address of a Scalekit environment" if env_url else "is not set"
    return MisconfiguredError(
        f"SCALEKIT_ENV_URL {said}", service="scalekit", cure="Set it to an address such as https://acme.scalekit.dev (scalekit.env_url)."
    )


def at_call(error: Exception, connection: Connection) -> ServiceError:
    """An exception of a call for one connection, a tool's or any other."""
    from scalekit.common import exceptions as sdk

    if isinstance(error, sdk.ScalekitToolException):
        return _of_tool(error, connection)
    if isinstance(error, sdk.ScalekitUnauthorizedException):
        return at_connecting(error, "")
    if isinstance(error, sdk.ScalekitTooManyRequestsException):
        return RateLimitedError("Scalekit's rate limit is reached", service="scalekit", code="rate_limited")
    if isinstance(error, sdk.ScalekitNotFoundException):
        return _not_found(error, connection)
    if isinstance(error, sdk.ScalekitBadRequestException | sdk.ScalekitForbiddenException | sdk.ScalekitNotImplementedException):
        return _refused(error, connection)
    if isinstance(error, sdk.ScalekitServerException):
        return _unanswered(error, connection)
    return _not_sent_or_unknown(error, connection)


def _of_tool(error: Any, connection: Connection) -> ServiceError:  # noqa: ANN401 - the SDK is untyped
    """The service itself refused, or failed behind Scalekit."""
    from scalekit.common import exceptions as sdk

    service, name = connection.service, _SERVICE_NAMES[connection.service]
    code, text = error.tool_error_code or "", error.tool_error_message or error.message or ""
    known = _PROVIDERS[service](code, text) if service in _PROVIDERS else None
    if known is not None:
        return known
    reason = because(text or code)
    if isinstance(error, sdk.ScalekitToolUnauthorizedException):
        return inactive(connection, f"{name} does not accept the authorization of {connection.user}{reason}")
    if isinstance(error, sdk.ScalekitToolRateLimitException):
        told = wait_told(text)
        return RateLimitedError(f"{name}'s rate limit is reached{reason}", service=service, code=code or "rate_limited", retry_after=told)
    if isinstance(error, sdk.ScalekitToolForbiddenException):
        cure = f"Give the {service} connection the missing scope in the Scalekit dashboard, then run `escalator authorize {service}`."
        return PermanentError(f"{name} does not permit it{reason}", service=service, code=code or "forbidden", cure=cure)
    if _is_unsure(_status(error), code, text):
        return UnknownOutcomeError(f"{name} gave Scalekit no usable answer{reason}", service=service, code=code)
    return PermanentError(f"{name} refused{reason}", service=service, code=code)


def _is_unsure(status: str, code: str, text: str) -> bool:
    if status in _UNSURE_STATUSES or re.fullmatch(r"5\d\d", code) or _LOST_AT_PROVIDER.search(f"{code} {text}"):
        return True
    return status in _INTERNAL_STATUSES and not _NEVER_MADE.search(text)


def _not_found(error: Any, connection: Connection) -> ServiceError:  # noqa: ANN401
    text = (error.message or "").lower()
    if "connection" in text and "account" not in text:
        return MisconfiguredError(
            f"Scalekit has no connection {connection.connector}",
            service=connection.service,
            code="connection_not_found",
            cure=f"Check {connection.settings} against the Scalekit dashboard, Connections.",
        )
    if "tool" in text and "account" not in text:
        return PermanentError(
            f"Scalekit does not know the tool{because(text)}",
            service=connection.service,
            code="tool_not_found",
            cure="Update Escalator, or use a connector of Scalekit's own for this service.",
        )
    status = connection.explain(MISSING)
    return ConnectorInactiveError(status.explanation, service=connection.service, code="not_found", cure=status.cure)


def _refused(error: Any, connection: Connection) -> ServiceError:  # noqa: ANN401
    if _status(error) == "FAILED_PRECONDITION":
        return inactive(connection, f"The {connection.service} connection {connection.connector} is not ready{because(error.message)}")
    return PermanentError(
        f"Scalekit refused{because(error.message)}", service=connection.service, code=error.error_code or _status(error).lower()
    )


def _unanswered(error: Any, connection: Connection) -> ServiceError:  # noqa: ANN401
    status = _status(error)
    if status == "UNAVAILABLE" and _NEVER_LEFT.search(error.message or ""):
        return UnreachableError("Scalekit cannot be reached", service="scalekit", code="unreachable", cure=_REACH)
    said = {"DEADLINE_EXCEEDED": "did not answer in time", "CANCELLED": "was not waited for"}.get(status, "failed without an answer")
    return UnknownOutcomeError(f"Scalekit {said}", service=connection.service, code=status.lower())


def _not_sent_or_unknown(error: Exception, connection: Connection) -> ServiceError:
    cause = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
    if isinstance(cause, ValueError) and "closed channel" in str(cause):
        return RetryableError("The connection to Scalekit was closed before the call left", service="scalekit", code="closed")
    if isinstance(cause, ValueError | TypeError):  # gRPC and protobuf refuse before anything is sent
        return PermanentError(f"The call cannot be encoded{because(str(cause))}", service=connection.service, code="encoding")
    return UnknownOutcomeError(f"The call through Scalekit failed: {type(cause).__name__}", service=connection.service)


def inactive(connection: Connection, sentence: str) -> ConnectorInactiveError:
    """The connection has to be authorized again."""
    return ConnectorInactiveError(
        sentence, service=connection.service, code="inactive", cure=f"Run `escalator authorize {connection.service}`."
    )


def _status(error: Any) -> str:  # noqa: ANN401
    return str(error.grpc_status.name) if error.grpc_status is not None else "UNKNOWN"
