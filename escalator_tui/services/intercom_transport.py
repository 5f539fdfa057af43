"""HTTP to Intercom: token, version, rate window, deadlines. A write is sent once; a read is repeated while that may help."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from escalator_tui.services import intercom_errors
from escalator_tui.services.backoff import Backoff
from escalator_tui.services.errors import UnreachableError
from escalator_tui.services.rate_window import RateWindow

VERSION = "2.15"
"""The first version that puts the company into the conversation."""
CONNECTIONS = 48
"""More than the watch's readers and the deliverer's workers together: a write must not wait for a connection."""
DEADLINE = 20.0
SEARCH_DEADLINE = 60.0
"""Seconds. Searches with large pages were seen to take 18 seconds."""
WRITE_TIMEOUT = httpx.Timeout(pool=1.0, connect=3.0, write=3.0, read=12.0)
WRITE_DEADLINE = 22.0
"""Seconds from `before_write` until a write has an answer, or none: all waits of WRITE_TIMEOUT together, the one for the connection twice
(TCP and TLS each have it).
"""
DOWN = 2.0
"""Seconds that reads fail at once after one found, in all its attempts, that Intercom cannot be reached."""
_MOVED = 3

BeforeWrite = Callable[[], None]


class IntercomTransport:
    """Calls that return a JSON object. Safe to use from many threads."""

    def __init__(
        self,
        url: str,
        token: Callable[..., str],
        *,
        transport: httpx.BaseTransport | None,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
        rng: random.Random,
    ) -> None:
        self._url = url
        self._token = token
        self._transport = transport
        self._clock = clock
        self._sleep = sleep
        self._window = RateWindow(clock, rng)
        self._backoff = Backoff(clock, sleep, rng)
        self._lock = threading.Lock()
        self._http: httpx.Client | None = None
        self._closed = False
        self._down_until = 0.0

    def read(self, method: str, path: str, *, repeat: bool = True, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - httpx's own
        """The answer to a read. Waits for the rate window. Unless `repeat`, it is sent once."""

        def attempt() -> dict[str, Any]:
            self._wait_for_window()
            return self._exchange(method, path, write=False, before=None, request=request)

        if not repeat:
            return attempt()
        if self._clock() < self._down_until:
            raise _unreachable("Intercom cannot be reached", "unreachable")
        try:
            # A search that ran out of time would again: its caller asks for smaller pages.
            return self._backoff.repeat(attempt, worth_it=lambda error: method == "GET" or error.code != intercom_errors.TIMEOUT)
        except UnreachableError:
            # Thousands of reads may be waiting for their turn; each would try as long as this one did.
            self._down_until = self._clock() + DOWN
            raise

    def write(self, path: str, body: Mapping[str, Any], before: BeforeWrite | None) -> dict[str, Any]:
        """The answer to a write. Does not wait for the rate window: raises RetryableError with the time instead."""
        seconds = self._window.take(write=True)
        if seconds:
            raise intercom_errors.rate_limited(seconds)
        return self._exchange("POST", path, write=True, before=before, request={"json": body})

    def close(self) -> None:
        """Close the connections; calls afterwards raise UnreachableError."""
        with self._lock:
            self._closed = True
            if self._http is not None:
                self._http.close()

    def _wait_for_window(self) -> None:
        while seconds := self._window.take(write=False):
            self._sleep(seconds)

    def _exchange(self, method: str, path: str, *, write: bool, before: BeforeWrite | None, request: Mapping[str, Any]) -> dict[str, Any]:
        def send(to: str) -> httpx.Response:
            token = self._token()
            response = self._send(method, to, token, write=write, before=before, request=request)
            if response.status_code != 401:
                return response
            # Surely not done, so even a write may go again with a new token.
            return self._send(method, to, self._token(refused=token), write=write, before=before, request=request)

        response = send(path)
        for _ in range(_MOVED):
            target = _canonical(response)
            if target is None:
                break
            response = send(target)
        return self._object(response, write=write)

    def _send(
        self, method: str, path: str, token: str, *, write: bool, before: BeforeWrite | None, request: Mapping[str, Any]
    ) -> httpx.Response:
        client = self._client()
        if before is not None:
            before()
        deadline = SEARCH_DEADLINE if path.endswith("/search") else DEADLINE
        timeout = WRITE_TIMEOUT if write else httpx.Timeout(deadline)
        try:
            response = client.request(method, path, headers={"Authorization": f"Bearer {token}"}, timeout=timeout, **request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise intercom_errors.of_transport(error, self._url, write=write) from None
        except RuntimeError:
            if not client.is_closed:
                raise
            raise _unreachable("The connection to Intercom is closed", "closed") from None
        self._window.learn(response.headers)
        return response

    def _object(self, response: httpx.Response, *, write: bool) -> dict[str, Any]:
        """The JSON object of a success. A success without one was seen too, and is no answer."""
        if not response.is_success:
            raise intercom_errors.of_answer(response, self._clock(), write=write)
        try:
            found = response.json()
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise intercom_errors.of_answer(response, self._clock(), write=write)
        return found

    def _client(self) -> httpx.Client:
        with self._lock:
            if self._closed:
                raise _unreachable("The connection to Intercom is closed", "closed")
            if self._http is None:  # made late: loading the certificates takes a while
                self._http = self._make_client()
            return self._http

    def _make_client(self) -> httpx.Client:
        try:
            return httpx.Client(
                base_url=self._url,
                headers={"Accept": "application/json", "Intercom-Version": VERSION, "User-Agent": "escalator-tui"},
                transport=self._transport,
                limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
            )
        except httpx.InvalidURL as error:
            raise intercom_errors.of_transport(error, self._url, write=False) from None


def _unreachable(message: str, code: str) -> UnreachableError:
    return UnreachableError(message, service="intercom", code=code, cure="Check the network, intercom.region and INTERCOM_BASE_URL.")


def _canonical(response: httpx.Response) -> str | None:
    """Where a merged contact is now: 410 with a Link of rel canonical, which names the contact only. Other links are not followed."""
    target = response.links.get("canonical", {}).get("url", "") if response.status_code == 410 else ""
    old = response.request.url.path
    target = urlsplit(target).path
    if not target.startswith("/contacts/") or "/contacts/" not in old:
        return None
    rest = old.partition("/contacts/")[2].partition("/")[2]
    return f"/contacts/{target.removeprefix('/contacts/').partition('/')[0]}{f'/{rest}' if rest else ''}"
