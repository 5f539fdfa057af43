"""Intercom over HTTP: who may ask, how often, in which format; then the operation."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from escalator_tui.sandbox.faults import InjectedError
from escalator_tui.sandbox.intercom.errors import IntercomError, not_found
from escalator_tui.sandbox.intercom.limits import RateLimit
from escalator_tui.sandbox.intercom.operations import Ask, Json, Operations
from escalator_tui.sandbox.scalekit.accounts import Accounts
from escalator_tui.sandbox.traffic import Call, Traffic
from escalator_tui.sandbox.web import cut, injected_response

READS = ("/conversations/search",)
DEFAULT_VERSION = "2.15"


def build_app(operations: Operations, accounts: Accounts, limit: RateLimit, traffic: Traffic) -> Starlette:
    """The application."""

    def endpoint(method: str, path: str, work: Callable[[Ask], Json]) -> Callable[[Request], Awaitable[Response]]:
        writes = method != "GET" and path not in READS

        async def serve(request: Request) -> Response:
            raw = await request.body()
            operation = f"{method} {request.url.path}"
            headers: dict[str, str] = {}

            def handle() -> Json:
                _authorize(request, accounts)
                headers.update(limit.take())
                _check_format(request)
                return work(_ask(request, raw))

            try:
                call = Call("intercom", operation, _loaded(raw), writes)
                return JSONResponse(await traffic.serve(call, handle), headers=headers)
            except IntercomError as problem:
                return _refused(problem, headers)
            except InjectedError as error:
                return _failed(request, error)

        return serve

    # "/conversations/search" must be tried before "/conversations/{id}".
    by_path = sorted(operations.by_route.items(), key=lambda each: each[0][1].count("{"))
    routes = [Route(path, endpoint(method, path, work), methods=[method]) for (method, path), work in by_path]
    return Starlette(routes=routes, exception_handlers={404: _unknown, 405: _unknown})


def _authorize(request: Request, accounts: Accounts) -> None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not accounts.accepts(token):
        raise IntercomError(401, "unauthorized", "Access Token Invalid")


def _check_format(request: Request) -> None:
    if "application/json" not in request.headers.get("accept", ""):
        raise IntercomError(406, "not_acceptable", "The Accept header should send a media type of application/json")


def _ask(request: Request, raw: bytes) -> Ask:
    body = _loaded(raw)
    if raw and not isinstance(body, dict):
        raise IntercomError(400, "bad_request", "The body is not a JSON object")
    version = request.headers.get("intercom-version", DEFAULT_VERSION)
    return Ask(request.path_params, request.query_params, body or {}, version)


def _loaded(raw: bytes) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw.decode("utf-8", "replace")


def _refused(problem: IntercomError, headers: dict[str, str]) -> Response:
    return JSONResponse(problem.body(), problem.status, {**headers, **problem.headers})


def _failed(request: Request, error: InjectedError) -> Response:
    if error.rule.kind == "http":
        return injected_response(error.rule)
    cut(request)
    return Response()


async def _unknown(_request: Request, _error: Exception) -> Response:
    return _refused(not_found(), {})
