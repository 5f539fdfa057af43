"""One sandbox for the tests of this room, and a client of each kind for it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

os.environ.setdefault("GRPC_VERBOSITY", "NONE")

import httpx
import pytest
from scalekit.client import ScalekitClient

from escalator_tui.sandbox.process import SandboxProcess


class Desk:
    """The unmodified SDK and httpx, pointed at a sandbox."""

    def __init__(self, process: SandboxProcess) -> None:
        self.process = process
        self.control = httpx.Client(base_url=process.control)
        self.scalekit: Any = self.new_client()
        self._by_token: dict[str, httpx.Client] = {}

    def new_client(self, **changes: str) -> Any:
        """A client of its own; `changes` replace environment variables."""
        env = {**self.process.env, **changes}
        return ScalekitClient(env["SCALEKIT_ENV_URL"], env["SCALEKIT_CLIENT_ID"], env["SCALEKIT_CLIENT_SECRET"])

    def account(self, connector: str) -> Any:
        """The connected account, with its token."""
        return self.scalekit.actions.get_connected_account(connection_name=connector, identifier=self.user(connector)).connected_account

    def user(self, connector: str) -> str:
        """The identifier of a connector."""
        return self.process.env[f"{connector.upper()}_USER"]

    def tool(self, tool: str, **params: Any) -> dict[str, Any]:
        """Execute a tool."""
        connector = tool.split("_")[0]
        actions = self.scalekit.actions
        found = actions.execute_tool(tool_input=params, tool_name=tool, identifier=self.user(connector), connection_name=connector)
        return dict(found.data or {})

    def graphql(self, query: str, **variables: Any) -> Any:
        """Execute a document; returns its data."""
        return self.tool("linear_graphql_query", query=query, variables=variables)["data"]

    @property
    def intercom(self) -> httpx.Client:
        """A client with a good token."""
        token = self.account("intercom").authorization_details["oauth_token"]["access_token"]
        if token not in self._by_token:
            self._by_token[token] = self.reader(token)
        return self._by_token[token]

    def reader(self, token: str) -> httpx.Client:
        """A client with this token."""
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json", "Intercom-Version": "2.15"}
        return httpx.Client(base_url=self.process.env["INTERCOM_BASE_URL"], headers=headers)

    def world(self, **change: Any) -> Any:
        """Change the world."""
        return self.ask("/world", change)

    def ask(self, path: str, body: object) -> Any:
        """POST to the control side."""
        return self.control.post(path, json=body).raise_for_status().json()

    def effects(self, kind: str) -> list[dict[str, Any]]:
        """Effects of a kind."""
        found: list[dict[str, Any]] = self.control.get("/effects").json()[kind]
        return found

    def fault(self, **rule: Any) -> None:
        """Add a rule."""
        self.ask("/faults", rule)

    def close(self) -> None:
        """Close both clients."""
        self.scalekit.core_client.grpc_secure_channel.close()
        for client in (self.control, *self._by_token.values()):
            client.close()


@pytest.fixture(scope="session")
def shared(certificates: Path) -> Iterator[Desk]:
    """One sandbox for all these tests, empty at first."""
    with SandboxProcess(world="empty", cert_dir=certificates) as process:
        desk = Desk(process)
        yield desk
        desk.close()


@pytest.fixture
def desk(shared: Desk) -> Iterator[Desk]:
    """The shared sandbox with its options, faults, connections and counts as they were."""
    yield shared
    defaults: Mapping[str, Any] = {"latency": 0, "index_lag": 0, "rate_limit": 100_000, "token_lifetime": 3600, "company_scope": True}
    shared.ask("/options", {**defaults, "slack_errors": "data", "linear_errors": "tool_error"})
    shared.ask("/clock", {"offset": 0})
    for path in ("/faults", "/effects", "/calls"):
        shared.control.delete(path)
    for connector in ("intercom", "linear", "slack"):
        shared.ask("/connections", {"service": connector, "status": "ACTIVE"})
