"""Scalekit's gRPC services, built from the SDK's own messages."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.json_format import MessageToDict
from google.rpc import status_pb2
from scalekit.v1.connected_accounts import connected_accounts_pb2 as accounts_pb2
from scalekit.v1.errdetails import errdetails_pb2
from scalekit.v1.tools import tools_pb2

from escalator_tui.sandbox.faults import InjectedError
from escalator_tui.sandbox.scalekit.accounts import Accounts, ConnectedAccount
from escalator_tui.sandbox.scalekit.errors import RpcError, ToolError
from escalator_tui.sandbox.scalekit.grants import Grants
from escalator_tui.sandbox.scalekit.toolbox import Toolbox, failure_of
from escalator_tui.sandbox.traffic import Call, Traffic

SERVER_OPTIONS = (
    # The SDK pings an idle connection every minute; a stricter server would send it away.
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.so_reuseport", 0),
)

Method = Callable[[Any], Any]


class RpcServer:
    """The services on a TLS port of 127.0.0.1. Raises nothing at callers but gRPC statuses."""

    def __init__(self, accounts: Accounts, toolbox: Toolbox, grants: Grants, traffic: Traffic, base_url: Callable[[], str]) -> None:
        self._accounts = accounts
        self._toolbox = toolbox
        self._grants = grants
        self._traffic = traffic
        self._base_url = base_url
        self._server = grpc.aio.server(options=SERVER_OPTIONS)
        self._server.add_generic_rpc_handlers(
            (self._handlers(accounts_pb2, "ConnectedAccountService"), self._handlers(tools_pb2, "ToolService"))
        )

    async def begin(self, certificate: Path, key: Path) -> int:
        """Start; returns the port."""
        credentials = grpc.ssl_server_credentials([(key.read_bytes(), certificate.read_bytes())])
        port = self._server.add_secure_port("127.0.0.1:0", credentials)
        await self._server.start()
        return int(port)

    async def end(self) -> None:
        """Stop at once."""
        await self._server.stop(None)

    def _handlers(self, module: Any, service: str) -> Any:  # noqa: ANN401 - generated code
        described = module.DESCRIPTOR.services_by_name[service]
        served = {
            "GetConnectedAccountAuth": self._account_with_token,
            "GetConnectedAccountDetails": self._account_details,
            "CreateConnectedAccount": self._create_account,
            "ListConnectedAccounts": self._list_accounts,
            "DeleteConnectedAccount": self._delete_account,
            "GetMagicLinkForConnectedAccount": self._magic_link,
            "VerifyConnectedAccountUser": self._verify_user,
            "ListTools": self._list_tools,
        }
        handlers = {
            method.name: grpc.unary_unary_rpc_method_handler(
                self._answering(method.name, served.get(method.name)),
                request_deserializer=getattr(module, method.input_type.name).FromString,
                response_serializer=getattr(module, method.output_type.name).SerializeToString,
            )
            for method in described.methods
            if method.name in served or method.name == "ExecuteTool"
        }
        return grpc.method_handlers_generic_handler(described.full_name, handlers)

    def _answering(self, name: str, method: Method | None) -> Callable[[Any, Any], Awaitable[Any]]:
        async def answer(request: Any, context: Any) -> Any:  # noqa: ANN401 - grpc's own signature
            try:
                self._authenticate(context)
                if method is None:
                    return await self._execute_tool(request)
                return await self._traffic.serve(Call("scalekit", name), lambda: method(request))
            except RpcError as error:
                await _abort(context, error)
            except InjectedError as error:
                await _abort(context, failure_of(error.rule, tool=False))

        return answer

    def _authenticate(self, context: Any) -> None:  # noqa: ANN401
        # After a refresh the SDK sends its new and its old token; one that is good will do.
        if not any(self._grants.accepts(value) for key, value in context.invocation_metadata() if key == "authorization"):
            raise RpcError("UNAUTHENTICATED", "UNAUTHENTICATED", "token is not valid")

    def _account_with_token(self, request: Any) -> Any:  # noqa: ANN401
        account = self._accounts.find(request.connector, request.identifier, request.id)
        self._accounts.renew(account)
        return accounts_pb2.GetConnectedAccountByIdentifierResponse(connected_account=_shown(account, with_token=True))

    def _account_details(self, request: Any) -> Any:  # noqa: ANN401
        account = self._accounts.find(request.connector, request.identifier, request.id)
        return accounts_pb2.GetConnectedAccountByIdentifierResponse(connected_account=_shown(account))

    def _create_account(self, request: Any) -> Any:  # noqa: ANN401
        account = self._accounts.create(request.connector, request.identifier)
        return accounts_pb2.CreateConnectedAccountResponse(connected_account=_shown(account))

    def _delete_account(self, request: Any) -> Any:  # noqa: ANN401
        self._accounts.delete(self._accounts.find(request.connector, request.identifier, request.id))
        return accounts_pb2.DeleteConnectedAccountResponse()

    def _list_accounts(self, request: Any) -> Any:  # noqa: ANN401
        names = tuple(request.connection_names) or ((request.connector,) if request.connector else ())
        found = [_listed(each) for each in self._accounts.listing(names, request.identifier)]
        return accounts_pb2.ListConnectedAccountsResponse(connected_accounts=found, total_size=len(found))

    def _magic_link(self, request: Any) -> Any:  # noqa: ANN401
        account = self._accounts.find(request.connector, request.identifier, request.id)
        key, link = self._accounts.link_for(account, request.state, request.user_verify_url)
        response = accounts_pb2.GetMagicLinkForConnectedAccountResponse(link=f"{self._base_url()}/magicLink/{key}")
        response.expiry.FromSeconds(int(link.expires_at))
        return response

    def _verify_user(self, request: Any) -> Any:  # noqa: ANN401
        self._accounts.verify(request.auth_request_id, request.identifier)
        return accounts_pb2.VerifyConnectedAccountUserResponse(post_user_verify_redirect_url=f"{self._base_url()}/authorized")

    async def _execute_tool(self, request: Any) -> Any:  # noqa: ANN401
        params = MessageToDict(request.params)
        data = await self._toolbox.execute(request.tool_name, params, request.connector, request.identifier, request.connected_account_id)
        response = tools_pb2.ExecuteToolResponse(execution_id=_execution_id())
        if data:
            response.data.update(data)
        return response

    def _list_tools(self, request: Any) -> Any:  # noqa: ANN401
        wanted = set(request.filter.tool_name)
        tools = [
            tools_pb2.Tool(provider=service.upper(), definition={"name": name})
            for service, name in self._toolbox.names
            if not wanted or name in wanted
        ]
        return tools_pb2.ListToolsResponse(tools=tools, tool_names=[each.definition["name"] for each in tools], total_size=len(tools))


def _shown(account: ConnectedAccount, *, with_token: bool = False) -> Any:  # noqa: ANN401
    message = accounts_pb2.ConnectedAccount(
        id=account.id,
        identifier=account.identifier,
        provider=account.connector.upper(),
        connector=account.connector,
        status=accounts_pb2.ConnectorStatus.Value(account.status),
        authorization_type=accounts_pb2.ConnectorType.Value("OAUTH"),
    )
    message.updated_at.FromNanoseconds(int(account.updated_at * 1e9))
    if account.token_expires_at:
        message.token_expires_at.FromNanoseconds(int(account.token_expires_at * 1e9))
    if with_token and account.token:
        granted = message.authorization_details.oauth_token
        granted.access_token, granted.refresh_token = account.token, account.refresh_token
        granted.scopes.extend(account.scopes)
    return message


def _listed(account: ConnectedAccount) -> Any:  # noqa: ANN401
    shown = _shown(account)
    return accounts_pb2.ConnectedAccountForList(
        identifier=shown.identifier,
        provider=shown.provider,
        connector=shown.connector,
        status=shown.status,
        authorization_type=shown.authorization_type,
        updated_at=shown.updated_at,
    )


async def _abort(context: Any, error: RpcError) -> None:  # noqa: ANN401
    code = grpc.StatusCode[error.code]
    if not error.error_code:
        await context.abort(code, str(error))
    info = errdetails_pb2.ErrorInfo(error_code=error.error_code)
    if isinstance(error, ToolError):
        told = {"execution_id": _execution_id(), "tool_error_code": error.tool_code, "tool_error_message": str(error)}
        info.tool_error_info.CopyFrom(errdetails_pb2.ToolErrorInfo(**told))
    status = status_pb2.Status(code=code.value[0], message=str(error))
    status.details.add().Pack(info)
    await context.abort(code, str(error), (("grpc-status-details-bin", status.SerializeToString()),))


def _execution_id() -> str:
    return f"exec_{secrets.token_hex(9)}"
