"""The whole sandbox: four services and their control, in one event loop."""

from __future__ import annotations

import asyncio
import os

from escalator_tui.sandbox.certificate import certificate_in
from escalator_tui.sandbox.control import Control
from escalator_tui.sandbox.front import Front
from escalator_tui.sandbox.intercom.limits import RateLimit
from escalator_tui.sandbox.intercom.operations import Operations
from escalator_tui.sandbox.intercom.routes import build_app
from escalator_tui.sandbox.intercom.webhooks import Webhooks
from escalator_tui.sandbox.linear.store import TEAM_ID
from escalator_tui.sandbox.scalekit.accounts import CONNECTORS
from escalator_tui.sandbox.scalekit.pages import ScalekitPages
from escalator_tui.sandbox.scalekit.rpc import RpcServer
from escalator_tui.sandbox.scalekit.toolbox import Toolbox
from escalator_tui.sandbox.state import USER, Plan, State
from escalator_tui.sandbox.story import Story
from escalator_tui.sandbox.web import WebServer

LOOPBACK = "127.0.0.1,localhost"


class Sandbox:
    """Starts and stops everything, once."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._state = state = State(plan)
        self._story = Story(state.workspace, plan.seed, plan.story_seconds)
        toolbox = Toolbox(state.accounts, state.linear, state.slack, state.traffic)
        self._rpc = RpcServer(state.accounts, toolbox, state.grants, state.traffic, lambda: self.address)
        self._intercom = WebServer(
            build_app(Operations(state.workspace), state.accounts, RateLimit(state.clock, state.options), state.traffic)
        )
        self._pages = WebServer(ScalekitPages(state.accounts, state.grants, state.traffic).app())
        self._webhooks = Webhooks(state.workspace)
        self._control = WebServer(Control(state, self._story, self._webhooks).app())
        self._front: Front | None = None
        self.address = ""

    async def begin(self) -> dict[str, object]:
        """Start; returns the line that tells a parent process how to talk to it."""
        certificate, key = certificate_in(self._plan.certificates)
        rpc_port = await self._rpc.begin(certificate, key)
        await asyncio.gather(*(each.begin() for each in (self._intercom, self._pages, self._control)))
        self._front = Front(rpc_port, self._pages.port)
        self.address = f"http://127.0.0.1:{await self._front.listen(self._plan.port)}"
        if self._plan.story:
            self._story.begin()
        environment = {
            "SCALEKIT_ENV_URL": self.address,
            "SCALEKIT_CLIENT_ID": self._state.grants.client_id,
            "SCALEKIT_CLIENT_SECRET": self._state.grants.client_secret,
            "INTERCOM_BASE_URL": f"http://127.0.0.1:{self._intercom.port}",
            **{f"{connector.upper()}_USER": USER for connector in CONNECTORS},
            "LINEAR_TEAM_ID": TEAM_ID,
            "SLACK_CHANNEL_ESCALATIONS": "#customer-support",
            "SLACK_CHANNEL_TRIAGE": "#support-engineering",
            "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": str(certificate),
            **no_proxy(),
        }
        return {"env": environment, "control": f"http://127.0.0.1:{self._control.port}/_sandbox", "pid": os.getpid()}

    async def end(self) -> None:
        """Stop without waiting for calls under way."""
        self._story.end()
        self._webhooks.end()
        if self._front:
            self._front.close()
        await asyncio.gather(self._rpc.end(), *(each.end() for each in (self._intercom, self._pages, self._control)))
        self._state.effects.close()


def no_proxy() -> dict[str, str]:
    """The variables that keep a proxy out of the way, with what they held before."""
    before = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    value = f"{before},{LOOPBACK}" if before else LOOPBACK
    return {"NO_PROXY": value, "no_proxy": value}
