"""The control side, under /_sandbox: what happened, and what shall happen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from escalator_tui.sandbox.changes import Changes
from escalator_tui.sandbox.intercom.webhooks import Webhooks
from escalator_tui.sandbox.scalekit.accounts import CONNECTORS
from escalator_tui.sandbox.state import USER, State
from escalator_tui.sandbox.story import Story

Reply = dict[str, Any] | list[Any]


class Control:
    """GET effects, calls, options, webhooks; POST faults, world, connections, options, clock, story, webhooks; DELETE faults, effects,
    calls, webhooks.

    A wrong body is answered with 400 and `{"error": sentence}`.
    """

    def __init__(self, state: State, story: Story, webhooks: Webhooks) -> None:
        self._state = state
        self._story = story
        self._webhooks = webhooks
        self._changes = Changes(state.workspace)

    def app(self) -> Starlette:
        """The application."""
        table: list[tuple[str, str, Callable[[Any], Reply]]] = [
            ("GET", "/effects", lambda _body: self._state.effects.listing()),
            ("DELETE", "/effects", lambda _body: self._clear(self._state.effects.clear)),
            ("GET", "/calls", lambda _body: list(self._state.traffic.calls)),
            ("DELETE", "/calls", lambda _body: self._clear(self._state.traffic.calls.clear)),
            ("POST", "/faults", self._add_faults),
            ("DELETE", "/faults", lambda _body: self._clear(self._state.faults.clear)),
            ("POST", "/world", self._change_world),
            ("POST", "/connections", self._set_connection),
            ("GET", "/options", lambda _body: self._options()),
            ("POST", "/options", self._set_options),
            ("POST", "/clock", self._set_clock),
            ("POST", "/story", self._tell_story),
            ("GET", "/webhooks", lambda _body: self._webhooks.sent()),
            ("POST", "/webhooks", self._webhooks.subscribe),
            ("DELETE", "/webhooks", lambda _body: self._webhooks.subscribe(None)),
        ]
        return Starlette(
            routes=[Mount("/_sandbox", routes=[Route(path, _endpoint(work), methods=[method]) for method, path, work in table])]
        )

    def _add_faults(self, body: Any) -> Reply:  # noqa: ANN401 - JSON
        self._state.faults.add(body if isinstance(body, list) else [body])
        return {"rules": len(self._state.faults.rules)}

    def _change_world(self, body: Any) -> Reply:  # noqa: ANN401
        """One change, or a list of them; see `Changes`."""
        return [self._changes.apply(each) for each in body] if isinstance(body, list) else self._changes.apply(body)

    def _set_connection(self, body: Any) -> Reply:  # noqa: ANN401
        """`{"service", "status"?, "identifier"?, "revoke_token"?, "scopes"?}`; service scalekit takes only revoke_token."""
        service, identifier = body["service"], body.get("identifier", USER)
        if service == "scalekit":
            self._state.grants.revoke_all()
            return {}
        if service not in CONNECTORS:
            raise ValueError(f"There is no service {service}; there are scalekit, {', '.join(CONNECTORS)}")
        if "status" in body:
            self._state.accounts.set_status(service, identifier, body["status"])
        if body.get("revoke_token"):
            self._state.accounts.revoke(self._state.accounts.find(service, identifier))
        if "scopes" in body and service == "slack":
            self._state.slack.scopes = tuple(body["scopes"])
        return {each.connector: each.status for each in self._state.accounts.listing((), identifier)}

    def _options(self) -> Reply:
        return {name: getattr(self._state.options, name) for name in self._state.options.__slots__}

    def _set_options(self, body: Any) -> Reply:  # noqa: ANN401
        self._state.options.change(body)
        return self._options()

    def _set_clock(self, body: Any) -> Reply:  # noqa: ANN401
        self._state.clock.offset = float(body["offset"])
        return {"now": self._state.clock()}

    def _tell_story(self, body: Any) -> Reply:  # noqa: ANN401
        """`{"on": true | false}`, or `{"steps": n}` to have so many things happen at once."""
        if "on" in body:
            (self._story.begin if body["on"] else self._story.end)()
        return {"told": [self._story.step() for _ in range(int(body.get("steps", 0)))]}

    @staticmethod
    def _clear(forget: Callable[[], None]) -> Reply:
        forget()
        return {}


def _endpoint(work: Callable[[Any], Reply]) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        try:
            body = await request.json() if await request.body() else {}
            return JSONResponse(work(body))
        except KeyError as error:
            return JSONResponse({"error": f"{error.args[0]} is missing or unknown"}, 400)
        except (ValueError, TypeError, AttributeError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return serve
