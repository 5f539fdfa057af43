"""What Linear's refusals mean. Linear is classed by the body, not by the HTTP status: a rate limit arrives as 400, 429 or 200.

The codes and types are those of Linear's GraphQL schema and its official SDK.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from escalator_tui.services.answers import because, items, json_object, mapping, text_of, wait_told
from escalator_tui.services.errors import ConnectorInactiveError, PermanentError, RateLimitedError, ServiceError, UnknownOutcomeError

CONFLICT = "conflict"
NOT_FOUND = "not_found"
RATE_LIMITED = "ratelimited"

_CONFLICT = re.compile(r"conflict on insert|with id \S+ already exists", re.IGNORECASE)
_RATE_LIMIT = re.compile(r"rate ?limit(ed| exceeded)", re.IGNORECASE)
_NOT_FOUND = re.compile(r"entity not found|could not find referenced", re.IGNORECASE)
_AUTHENTICATION = re.compile(r"authentication (error|required)|not authenticated", re.IGNORECASE)
_UNSURE_TYPES = {"internal error", "network error", "bootstrap error", "lock timeout", "unknown", "other"}
_CURES = {
    "forbidden": "Let somebody with access to the team authorize Linear: `escalator authorize linear`.",
    "feature not accessible": "The Linear plan or role does not allow it; change linear.labels or the plan.",
    "usage limit exceeded": "The Linear workspace is full: archive issues or change the plan.",
    NOT_FOUND: "Check linear.team_id (LINEAR_TEAM_ID) and linear.labels; `escalator doctor` lists the teams.",
}
_DEFAULT_CURE = "Check linear.team_id (LINEAR_TEAM_ID) and linear.labels; `escalator doctor` tells which is wrong."


def from_errors(errors: object) -> ServiceError | None:
    """The error in a GraphQL answer's `errors`; None when there is none."""
    found = items(errors)
    if not found:
        return None
    extensions = mapping(found[0].get("extensions"))
    message = text_of(found[0].get("message"))
    said = text_of(extensions.get("userPresentableMessage")) or message
    return _classify(_kind(extensions, f"{message} {said}"), said)


def from_tool(code: str, text: str) -> ServiceError | None:
    """The error in a failed tool call's own code and text; None when it does not sound like Linear."""
    error = from_errors(json_object(text).get("errors"))
    if error is not None:
        return error
    kind = _kind({"code": code}, text)
    return _classify(kind, text) if kind in _KNOWN else None


def _kind(extensions: Mapping[str, Any], text: str) -> str:
    """One word for the error: ours for what we act on, else Linear's own type."""
    code, kind = text_of(extensions.get("code")), text_of(extensions.get("type")).lower()
    if _CONFLICT.search(text):
        return CONFLICT
    if code.upper() == "RATELIMITED" or kind == RATE_LIMITED or _RATE_LIMIT.search(text):
        return RATE_LIMITED
    if _NOT_FOUND.search(text):
        return NOT_FOUND
    if kind == "authentication error" or code.upper() == "AUTHENTICATION_ERROR" or _AUTHENTICATION.search(text):
        return "authentication error"
    return kind or code.lower()


_KNOWN = {CONFLICT, RATE_LIMITED, NOT_FOUND, "authentication error"}


def _classify(kind: str, said: str) -> ServiceError:
    reason = because(said)
    if kind == RATE_LIMITED:
        return RateLimitedError(f"Linear's rate limit is reached{reason}", service="linear", code=kind, retry_after=wait_told(said))
    if kind == "authentication error":
        return ConnectorInactiveError(
            f"Linear does not accept the authorization{reason}", service="linear", code=kind, cure="Run `escalator authorize linear`."
        )
    if kind in _UNSURE_TYPES:
        return UnknownOutcomeError(f"Linear failed while it worked on the call{reason}", service="linear", code=kind)
    cure = "" if kind == CONFLICT else _CURES.get(kind, _DEFAULT_CURE)
    return PermanentError(f"Linear refused{reason}", service="linear", code=kind, cure=cure)
