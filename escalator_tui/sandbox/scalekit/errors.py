"""How Scalekit refuses: a gRPC status with its own error code, or with what the tool's provider said."""

from __future__ import annotations

STATUS_OF_HTTP = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
}


class RpcError(Exception):
    """A refusal. `code` is the name of the gRPC status, `error_code` Scalekit's own."""

    def __init__(self, code: str, error_code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.error_code = error_code
        self.outcome = f"refused: {code} {error_code}"


class ToolError(RpcError):
    """The provider behind a tool refused: `tool_code` and the message are the provider's, `status` the HTTP status it answered with."""

    def __init__(self, tool_code: str, message: str, *, status: int = 400, code: str = "") -> None:
        super().__init__(code or STATUS_OF_HTTP.get(status, "INTERNAL"), "TOOL_ERROR", message)
        self.tool_code = tool_code
        self.outcome = f"refused: {self.code} {tool_code}"
