"""Scalekit: the one authentication layer. Holds the client, Intercom's token and the way to Linear's and Slack's tools.

The SDK and gRPC are imported when the first call is made: that takes a third of a second, which no front end should wait for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from escalator_tui.config import Settings
from escalator_tui.services import scalekit_errors, scalekit_sdk
from escalator_tui.services.connection import MISSING, UNKNOWN, Connection, ConnectionStatus
from escalator_tui.services.errors import ConnectorInactiveError, RetryableError, ServiceError, UnknownOutcomeError
from escalator_tui.services.single_flight import SingleFlight
from escalator_tui.services.tokens import TokenCache

__all__ = ["SERVICES", "ConnectionStatus", "Scalekit"]

SERVICES = ("intercom", "linear", "slack")

T = TypeVar("T")


class Scalekit:
    """One client for all threads, connected by the first call that needs it. Each method blocks, has a deadline and raises ServiceError."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._settings = settings.scalekit
        self._connections = {
            service: Connection(service, getattr(settings.connectors, service), getattr(settings.users, service)) for service in SERVICES
        }
        self._tokens = {service: TokenCache(clock) for service in SERVICES}
        self._client: Any = None
        self._connecting: SingleFlight[Any] = SingleFlight()
        self._lock = threading.Lock()
        self._closed = False

    def load(self) -> None:
        """Import the SDK now, without a call, for a caller who has something to do while the first call waits for its answer."""
        scalekit_sdk.load()

    def connect(self) -> None:
        """Build the client, which asks for our own token. Does nothing when there is one.

        Raises MisconfiguredError (address, client id or secret) or UnreachableError.
        """
        self._connected()

    def status(self, service: str) -> ConnectionStatus:
        """The state of a connection. For Intercom its token is remembered, so that `token` needs no call afterwards."""
        status, account = self._look(self._connections[service], details=service != "intercom")
        token = scalekit_sdk.access_token(account)
        if status.is_active and token:
            self._tokens[service].keep(token, scalekit_sdk.expiry(account))
        return status

    def token(self, service: str, *, refused: str | None = None) -> str:
        """The access token, from memory until five minutes before it expires. `refused` is one that the service answered 401 to: a
        new one is read, unless another thread already did. Raises ConnectorInactiveError when the connection is not ACTIVE.
        """
        return self._tokens[service].get(lambda: self._read_token(service), refused)

    def execute(
        self,
        service: str,
        tool: str,
        params: Mapping[str, Any],
        *,
        before_write: Callable[[], None] | None = None,
        timeout: float | None = None,
    ) -> dict[str, Any]:
        """Run a tool once and return its answer, empty when it had none. Never repeated here, except when our own token had expired.

        `before_write` is called last before the call leaves and may raise to stop it; `timeout` is in seconds, by default the setting's.
        Every number in the answer is a float: Scalekit sends protobuf structs.
        """
        connection = self._connections[service]
        client = self._connected()
        deadline = timeout if timeout is not None else self._settings.tool_timeout_seconds
        request = _classed(connection, lambda: scalekit_sdk.tool_request(connection, tool, params))
        if before_write is not None:
            before_write()
        return _classed(connection, lambda: scalekit_sdk.execute(client, request, deadline))

    def authorization_link(self, service: str) -> str:
        """The link under which a person authorizes the connection; the account is created when there is none.

        Raises MisconfiguredError when Scalekit has no connection of that name.
        """
        connection = self._connections[service]
        names = {"connection_name": connection.connector, "identifier": connection.user}
        self._call(connection, lambda client: client.actions.get_or_create_connected_account(**names))
        answer = self._call(connection, lambda client: client.actions.get_authorization_link(**names))
        if not answer.link:
            raise RetryableError(f"Scalekit gave no authorization link for {service}", service="scalekit")
        return str(answer.link)

    def close(self) -> None:
        """Close the channel: calls in flight end at once, with an unknown outcome, and none can be made afterwards."""
        with self._lock:
            self._closed = True
            client, self._client = self._client, None
        if client is not None:
            scalekit_sdk.close(client)

    def _connected(self) -> Any:  # noqa: ANN401 - the SDK is untyped
        client = self._client
        return client if client is not None else self._connecting.run(self._build)

    def _build(self) -> Any:  # noqa: ANN401
        self._refuse_when_closed()
        if self._client is not None:
            return self._client
        client = scalekit_sdk.new_client(self._settings)
        with self._lock:
            if not self._closed:
                self._client = client
                return client
        scalekit_sdk.close(client)
        return self._refuse_when_closed()

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise RetryableError("The connection to Scalekit is closed", service="scalekit", code="closed")

    def _call(self, connection: Connection, work: Callable[[Any], T]) -> T:
        """A call that changes nothing, or nothing that matters when it is made twice: without an answer it simply was not done."""
        client = self._connected()
        try:
            return _classed(connection, lambda: work(client))
        except UnknownOutcomeError as error:
            raise RetryableError(error.message, service=error.service, code=error.code, cure=error.cure) from None

    def _look(self, connection: Connection, *, details: bool) -> tuple[ConnectionStatus, Any]:
        """The status and the SDK's account; without the token when `details`. The account is None when it does not exist."""
        try:
            account = self._call(connection, lambda client: scalekit_sdk.read_account(client, connection, details=details))
        except ServiceError as error:
            if error.code != "not_found":
                raise
            return connection.explain(MISSING), None
        if account is None:
            return connection.explain(UNKNOWN), None
        return connection.explain(account.status, scalekit_sdk.scopes(account)), account

    def _read_token(self, service: str) -> tuple[str, float | None]:
        status, account = self._look(self._connections[service], details=False)
        token = scalekit_sdk.access_token(account)
        if status.is_active and token:
            return token, scalekit_sdk.expiry(account)
        sentence = f"{status.explanation}, but Scalekit holds no token for it" if status.is_active else status.explanation
        raise ConnectorInactiveError(
            sentence, service=service, code=status.status, cure=status.cure or f"Run `escalator authorize {service}`."
        )


def _classed(connection: Connection, work: Callable[[], T]) -> T:
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - whatever the SDK, protobuf and gRPC raise becomes one of our classes
        raise scalekit_errors.at_call(error, connection) from None
