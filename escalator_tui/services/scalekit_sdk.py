"""The few calls of Scalekit's SDK that are made, and what is read from its answers. Nothing of it is imported before the first call."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from escalator_tui.config.schema import ScalekitSettings
from escalator_tui.services import scalekit_errors
from escalator_tui.services.connection import Connection


def load() -> None:
    """Import the SDK and gRPC, which takes a third of a second the first time."""
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # gRPC's core logs straight to fd 2, where the terminal app draws
    import scalekit.client  # noqa: F401 - for later


def new_client(settings: ScalekitSettings) -> Any:  # noqa: ANN401 - the SDK is untyped
    """A client with its channel. Blocks while it asks for our own token (the SDK's own deadline: ten seconds to connect, thirty to
    answer). Raises MisconfiguredError, UnreachableError or RetryableError.
    """
    address = settings.env_url.rstrip("/")  # with a final slash the SDK asks for //oauth/token
    try:
        parts = urlsplit(address)
    except ValueError:
        raise scalekit_errors.wrong_address(address) from None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise scalekit_errors.wrong_address(address)
    load()
    from scalekit.client import ScalekitClient

    try:
        return ScalekitClient(
            address,
            settings.client_id,
            settings.client_secret.get_secret_value(),
            call_timeout_s=settings.call_timeout_seconds,
            tool_call_timeout_s=settings.tool_timeout_seconds,
        )
    except Exception as error:  # noqa: BLE001 - the SDK lets JSON, key and transport errors of its answer through
        raise scalekit_errors.at_connecting(error, address) from None


def close(client: Any) -> None:  # noqa: ANN401
    """Close the channel, which ends the calls in flight. The SDK has no method for it."""
    client.core_client.grpc_secure_channel.close()


def tool_request(connection: Connection, tool: str, params: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """The message that runs a tool. Raises ValueError for a value that protobuf cannot hold."""
    from google.protobuf import struct_pb2
    from scalekit.v1.tools.tools_pb2 import ExecuteToolRequest

    values = struct_pb2.Struct()
    values.update(params)
    # Without the connector, Scalekit refuses when one user has two connections of a provider.
    return ExecuteToolRequest(tool_name=tool, identifier=connection.user, connector=connection.connector, params=values)


def execute(client: Any, request: Any, deadline: float) -> dict[str, Any]:  # noqa: ANN401
    """The tool's answer. The SDK repeats the call only after it was refused for our own expired token."""
    from scalekit.actions.types import ExecuteToolResponse

    answer, _ = client.core_client.grpc_exec(
        client.tools.tool_service.ExecuteTool.with_call, request, timeout=deadline, retry_on_unavailable=False
    )
    return ExecuteToolResponse.from_proto(answer).data or {}


def read_account(client: Any, connection: Connection, *, details: bool) -> Any:  # noqa: ANN401
    """The connected account, without its token when `details`; None when its status is newer than this SDK."""
    actions = client.actions
    read = actions.get_connected_account_details if details else actions.get_connected_account
    try:
        return read(connection_name=connection.connector, identifier=connection.user).connected_account
    except ValueError as error:
        if "enum" in str(error).lower():
            return None
        raise


def _oauth(account: Any) -> Mapping[str, Any]:  # noqa: ANN401
    details = (account.authorization_details if account is not None else None) or {}
    return details.get("oauth_token") or {}


def access_token(account: Any) -> str:  # noqa: ANN401
    """The service's token, empty when the account holds none."""
    return str(_oauth(account).get("access_token") or "")


def scopes(account: Any) -> tuple[str, ...]:  # noqa: ANN401
    """The scopes granted, as far as Scalekit tells."""
    return tuple(map(str, _oauth(account).get("scopes") or ()))


def expiry(account: Any) -> float | None:  # noqa: ANN401
    """When the token expires, in unix seconds. The SDK gives naive UTC, and the year 1970 for a time that was never set."""
    expires: datetime | None = account.token_expires_at
    return expires.replace(tzinfo=UTC).timestamp() if expires is not None and expires.year > 1970 else None
