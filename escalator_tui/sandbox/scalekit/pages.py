"""Scalekit over HTTP: the environment's token, and the magic link a person opens."""

from __future__ import annotations

import html
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from escalator_tui.sandbox.faults import InjectedError
from escalator_tui.sandbox.scalekit.accounts import Accounts
from escalator_tui.sandbox.scalekit.grants import Grants
from escalator_tui.sandbox.traffic import Call, Traffic
from escalator_tui.sandbox.web import cut, injected_response

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;margin:15vh auto;max-width:32rem;padding:0 1rem}}
a.button{{display:inline-block;padding:.6rem 1.2rem;border-radius:.4rem;background:#1f5eff;color:#fff;text-decoration:none}}</style></head>
<body><h1>{title}</h1><p>{text}</p>{action}</body></html>"""


class ScalekitPages:
    """The HTTP side of Scalekit's address."""

    def __init__(self, accounts: Accounts, grants: Grants, traffic: Traffic) -> None:
        self._accounts = accounts
        self._grants = grants
        self._traffic = traffic

    def app(self) -> Starlette:
        """The application."""
        return Starlette(
            routes=[
                Route("/oauth/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
                Route("/magicLink/{key}", self._link),
                Route("/magicLink/{key}/approve", self._approve),
                Route("/authorized", self._authorized),
            ]
        )

    async def _token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode("utf-8", "replace")).items()}
        try:
            return await self._traffic.serve(Call("scalekit", "POST /oauth/token"), lambda: self._grant(form))
        except InjectedError as error:
            if error.rule.kind == "http":
                return injected_response(error.rule)
            cut(request)
            return Response()

    def _grant(self, form: dict[str, str]) -> Response:
        token = self._grants.grant(form.get("client_id", ""), form.get("client_secret", ""))
        if token is None:
            return JSONResponse({"error": "invalid_client", "error_description": "client authentication failed"}, 401)
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": 86_399})

    async def _keys(self, _request: Request) -> Response:
        return JSONResponse({"keys": []})

    async def _link(self, request: Request) -> Response:
        key = request.path_params["key"]
        link = self._accounts.open_link(key)
        if link is None:
            return _page(
                "This link is no longer valid", "It was used before, or it is older than ten minutes. Ask for a new one.", status=410
            )
        who, where = html.escape(link.account.identifier), html.escape(link.account.connector.capitalize())
        action = f'<p><a class="button" href="/magicLink/{html.escape(key)}/approve">Allow access</a></p>'
        return _page(
            f"Connect {where}", f"Escalator's sandbox asks for access to {where} as <b>{who}</b>. No real account is involved.", action
        )

    async def _approve(self, request: Request) -> Response:
        link = self._accounts.open_link(request.path_params["key"])
        if link is None:
            return _page("This link is no longer valid", "Ask for a new one.", status=410)
        following = self._accounts.approve(link)
        return RedirectResponse(following) if following else await self._authorized(request)

    async def _authorized(self, _request: Request) -> Response:
        return _page("Connected", "You can close this page and go back to the terminal.")


def _page(title: str, text: str, action: str = "", status: int = 200) -> Response:
    return HTMLResponse(PAGE.format(title=title, text=text, action=action), status)
