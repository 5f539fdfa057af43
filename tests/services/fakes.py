"""An Intercom on httpx.MockTransport, a clock that sleeping moves, and tools that answer from a list."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from typing import Any, cast

import httpx

from escalator_tui.services.intercom import Intercom
from escalator_tui.services.scalekit import Scalekit

Handler = Callable[[httpx.Request], httpx.Response]
ME = {"type": "admin", "id": "991", "name": "Ada", "app": {"id_code": "xyz789", "name": "ACME", "region": "US"}}


class Clock:
    """Time that only sleeping moves."""

    def __init__(self, now: float = 1_790_000_000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Tokens:
    """Counts how often a token was asked for; each refusal brings the next one."""

    def __init__(self) -> None:
        self.number = 1
        self.refused: list[str] = []

    def __call__(self, *, refused: str | None = None) -> str:
        if refused is not None:
            self.refused.append(refused)
            self.number += 1
        return f"token-{self.number}"


def refusal(status: int, code: str, message: str = "No.", **headers: str) -> httpx.Response:
    """Intercom's error list."""
    body = {"type": "error.list", "request_id": None, "errors": [{"code": code, "message": message}]}
    return httpx.Response(status, json=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


def intercom(
    *answers: httpx.Response | Exception | Handler, clock: Clock | None = None, **more: Any
) -> tuple[Intercom, list[httpx.Request]]:
    """A client and the requests it made. Answers are used up in order, the last one again and again; /me always answers."""
    requests: list[httpx.Request] = []
    left = list(answers)
    clock = clock or Clock()

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/me":
            return httpx.Response(200, json=ME)
        requests.append(request)
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)

    more.setdefault("token", Tokens())
    client = Intercom(
        "https://api.intercom.test", transport=httpx.MockTransport(handle), clock=clock, sleep=clock.sleep, rng=random.Random(1), **more
    )
    return client, requests


def sent(request: httpx.Request) -> dict[str, Any]:
    """The JSON body of a request."""
    body = json.loads(request.content)
    assert isinstance(body, dict)
    return body


class Tools:
    """Stands where Scalekit stands: answers tool calls from a list and keeps what was asked."""

    def __init__(self, *answers: Mapping[str, Any] | Exception) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def execute(
        self,
        service: str,
        tool: str,
        params: Mapping[str, Any],
        *,
        before_write: Callable[[], None] | None = None,
        timeout: float | None = None,
    ) -> dict[str, Any]:
        """The next answer."""
        if before_write is not None:
            before_write()
        self.calls.append((f"{service}:{tool}", dict(params)))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)


def scalekit(tools: Tools) -> Scalekit:
    """The same object, for signatures."""
    return cast("Scalekit", tools)
