"""Tool calls as Scalekit executes them: the account first, then the provider, then its failures."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from escalator_tui.sandbox.faults import InjectedError, Rule
from escalator_tui.sandbox.linear.tools import LinearTools
from escalator_tui.sandbox.scalekit.accounts import Accounts, ConnectedAccount
from escalator_tui.sandbox.scalekit.errors import STATUS_OF_HTTP, RpcError, ToolError
from escalator_tui.sandbox.slack.store import SlackError
from escalator_tui.sandbox.slack.tools import SlackTools
from escalator_tui.sandbox.traffic import Call, Traffic

Params = Mapping[str, Any]


class Provider(Protocol):
    """A service behind tools."""

    tools: dict[str, Callable[[Params], dict[str, Any]]]

    def describe(self, tool: str, params: Params) -> tuple[str, bool]:
        """The operation's name and whether it writes."""
        ...


class Toolbox:
    """All tools there are."""

    def __init__(self, accounts: Accounts, linear: LinearTools, slack: SlackTools, traffic: Traffic) -> None:
        self._accounts = accounts
        self._linear = linear
        self._slack = slack
        self._traffic = traffic
        self._providers: dict[str, Provider] = {"linear": linear, "slack": slack}

    @property
    def names(self) -> list[tuple[str, str]]:
        """Service and name of every tool."""
        return [(service, tool) for service, provider in self._providers.items() for tool in provider.tools]

    async def execute(self, tool: str, params: Params, connector: str, identifier: str, account_id: str) -> dict[str, Any]:
        """The tool's result. Raises RpcError, ToolError, or InjectedError for a cut connection."""
        service = next((name for name, provider in self._providers.items() if tool in provider.tools), "")
        if not service:
            raise RpcError("NOT_FOUND", "RESOURCE_NOT_FOUND", f"tool not found: {tool}")
        provider = self._providers[service]
        operation, writes = provider.describe(tool, params)

        def work() -> dict[str, Any]:
            self._authorize(self._accounts.find(connector or service, identifier, account_id), service)
            return provider.tools[tool](params)

        try:
            return await self._traffic.serve(Call(service, operation, dict(params), writes), work)
        except InjectedError as error:
            return self._fail(error.rule)

    def _authorize(self, account: ConnectedAccount, service: str) -> None:
        if account.connector != service:
            raise RpcError("INVALID_ARGUMENT", "INVALID_ARGUMENT", f"the tool does not belong to connector {account.connector}")
        if account.status != "ACTIVE":
            raise RpcError("FAILED_PRECONDITION", "CONNECTED_ACCOUNT_NOT_ACTIVE", f"connected account is not active: {account.status}")

    def _fail(self, rule: Rule) -> dict[str, Any]:
        if rule.kind == "slack":
            return self._slack.refusal(SlackError(rule.error), rule.delivery)
        if rule.kind == "linear_ratelimited":
            return self._linear.rate_limited(rule.flavour, rule.delivery)
        raise failure_of(rule)


def failure_of(rule: Rule, *, tool: bool = True) -> RpcError:
    """The refusal a rule asks for, as gRPC tells it; of kind http it is the provider's, unless it is Scalekit itself that is asked."""
    if rule.kind in ("drop_before", "drop_after"):
        return RpcError("UNAVAILABLE", "", "Socket closed")
    if rule.kind == "tool_error":
        return ToolError(rule.error, rule.message, code=rule.code)
    if rule.kind != "http":
        return RpcError(rule.code, "", rule.message)
    if not tool:
        return RpcError(STATUS_OF_HTTP.get(rule.status, "INTERNAL"), "", rule.message)
    body = rule.body if isinstance(rule.body, str) or rule.body is None else json.dumps(rule.body)
    return ToolError(str(rule.status), body or "", status=rule.status)
