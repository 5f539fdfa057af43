"""The credentials of the Scalekit environment itself."""

from __future__ import annotations

import secrets


class Grants:
    """The environment's client id and secret, and the tokens given for them."""

    def __init__(self) -> None:
        self.client_id = "skc_sandbox"
        self.client_secret = f"sandbox_{secrets.token_hex(16)}"
        self._tokens: set[str] = set()

    def grant(self, client_id: str, client_secret: str) -> str | None:
        """A new token, or nothing when the id or secret is wrong."""
        if (client_id, client_secret) != (self.client_id, self.client_secret):
            return None
        token = f"env_{secrets.token_hex(16)}"
        self._tokens.add(token)
        return token

    def accepts(self, authorization: str) -> bool:
        """Whether this authorization header carries a good token."""
        return authorization.removeprefix("Bearer ") in self._tokens

    def revoke_all(self) -> None:
        """Have every token refused from now on."""
        self._tokens.clear()
