"""What Intercom's answers mean, and what silence means (Intercom's API reference: error codes, HTTP responses)."""

from __future__ import annotations

import httpx

from escalator_tui.model.text import one_line
from escalator_tui.services.answers import because, items, json_object, text_of
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
from escalator_tui.services.rate_window import reset_after

NOT_FOUND = "not_found"
TIMEOUT = "timeout"
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_SCOPES = "Give the Intercom app the permission it lacks in Intercom's Developer Hub, then run `escalator authorize intercom`."
_CURES = {
    "api_plan_restricted": "Intercom's plan does not include this; ask Intercom, or change the plan.",
    "admin_not_found": "Let a teammate with an inbox seat authorize Intercom: `escalator authorize intercom`.",
}


def of_answer(response: httpx.Response, now: float, *, write: bool) -> ServiceError:
    """The error in an answer that is not a success."""
    status = response.status_code
    code, reason = _said(response)
    if status == 401:
        return ConnectorInactiveError(
            f"Intercom does not accept the token{reason}", service="intercom", code=code, cure="Run `escalator authorize intercom`."
        )
    if status == 429:
        return rate_limited(reset_after(response.headers, now), reason)
    if status in (408, 504):
        return silence(f"Intercom did not answer in time ({status})", TIMEOUT, write=write)
    if status >= 500 or status < 300:
        return silence(f"Intercom failed without a usable answer ({status})", code or str(status), write=write)
    if status == 409:
        return RetryableError(f"Intercom is busy with the same object{reason}", service="intercom", code=code)
    if status == 404:
        return _not_found(response, code, reason)
    cure = _CURES.get(code) or (_SCOPES if status == 403 else "")
    return PermanentError(f"Intercom refused ({status}){reason}", service="intercom", code=code or str(status), cure=cure)


def _not_found(response: httpx.Response, code: str, reason: str) -> PermanentError:
    if code:
        return PermanentError(f"Intercom has no such object{reason}", service="intercom", code=NOT_FOUND, cure=_CURES.get(code, ""))
    # Without Intercom's error list it is some other server's 404, and says nothing about the object.
    address = str(response.request.url.copy_with(path="/", query=None))
    return wrong_address(address)


def wrong_address(url: str) -> MisconfiguredError:
    """What is at this address is not Intercom's API."""
    return MisconfiguredError(
        f"Intercom's API is not at {one_line(url)!r}",
        service="intercom",
        cure="Set intercom.region, or intercom.base_url (INTERCOM_BASE_URL).",
    )


def of_transport(error: Exception, url: str, *, write: bool) -> ServiceError:
    """The error of a call without an answer."""
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return wrong_address(url)
    if isinstance(error, _NEVER_LEFT):
        return UnreachableError(
            f"Intercom cannot be reached at {url}",
            service="intercom",
            code="unreachable",
            cure="Check the network, intercom.region and INTERCOM_BASE_URL.",
        )
    if isinstance(error, httpx.TimeoutException):
        return silence("Intercom did not answer in time", TIMEOUT, write=write)
    return silence(f"The connection to Intercom broke ({type(error).__name__})", "network", write=write)


def silence(message: str, code: str, *, write: bool) -> ServiceError:
    """No usable answer: a read can be repeated, a write may have been done."""
    kind = UnknownOutcomeError if write else RetryableError
    return kind(message, service="intercom", code=code)


def rate_limited(seconds: float | None, reason: str = "") -> RateLimitedError:
    """The window of calls is used up."""
    return RateLimitedError(
        f"Intercom's rate limit is reached{reason}", service="intercom", code="rate_limit_exceeded", retry_after=seconds
    )


def _said(response: httpx.Response) -> tuple[str, str]:
    """The code and reason of Intercom's own error list; a body that is none is not shown."""
    first = next(iter(items(json_object(response.text).get("errors"))), {})
    code = one_line(text_of(first.get("code")), 80)
    return code, because(text_of(first.get("message")) or code)
