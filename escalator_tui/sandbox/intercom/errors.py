"""How Intercom refuses."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any


class IntercomError(Exception):
    """A refusal: HTTP status, error code, sentence, and headers of the answer."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})
        self.outcome = f"refused: {status} {code}"

    def body(self) -> dict[str, Any]:
        """The error list Intercom sends."""
        return {"type": "error.list", "request_id": str(uuid.uuid4()), "errors": [{"code": self.code, "message": str(self)}]}


def not_found(what: str = "Resource") -> IntercomError:
    """404."""
    return IntercomError(404, "not_found", f"{what} Not Found")
