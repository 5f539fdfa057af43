"""Connected accounts: who authorized what, and the tokens that came of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from escalator_tui.sandbox.clock import Clock
from escalator_tui.sandbox.options import Options
from escalator_tui.sandbox.scalekit.errors import RpcError

CONNECTORS = ("intercom", "linear", "slack")
STATUSES = ("ACTIVE", "EXPIRED", "PENDING_AUTH", "PENDING_VERIFICATION", "DISCONNECTED")
MISSING = "MISSING"
RENEW_BEFORE = 300.0
LINK_LIFETIME = 600.0
SCOPES = {
    "intercom": ("read_conversations", "write_conversations", "read_users_and_companies", "read_admins", "write_tags"),
    "linear": ("read", "write", "issues:create", "comments:create"),
}


@dataclass(slots=True)
class ConnectedAccount:
    """One user's authorization of one connector. Times are unix seconds."""

    connector: str
    identifier: str
    status: str
    updated_at: float
    id: str = field(default_factory=lambda: f"ca_{secrets.randbelow(10**18):018d}")
    scopes: tuple[str, ...] = ()
    token: str = ""
    refresh_token: str = ""
    token_expires_at: float = 0.0


@dataclass(slots=True)
class MagicLink:
    """A link that lets a person authorize an account, once."""

    account: ConnectedAccount
    expires_at: float
    state: str = ""
    user_verify_url: str = ""
    used: bool = False


class Accounts:
    """All connected accounts of the environment."""

    def __init__(self, clock: Clock, options: Options) -> None:
        self._clock = clock
        self._options = options
        self._accounts: dict[tuple[str, str], ConnectedAccount] = {}
        self._tokens: dict[str, float] = {}
        self.links: dict[str, MagicLink] = {}
        self._verifications: dict[str, ConnectedAccount] = {}

    def find(self, connector: str, identifier: str, key: str = "") -> ConnectedAccount:
        """The account. Raises RpcError (NOT_FOUND) for an unknown connector, and for one nobody began to authorize."""
        if key:
            found = next((each for each in self._accounts.values() if each.id == key), None)
        else:
            self._check_connector(connector)
            found = self._accounts.get((connector, identifier))
        if found is None:
            raise RpcError(
                "NOT_FOUND", "RESOURCE_NOT_FOUND", f"connected account not found for identifier {identifier!r} and connector {connector!r}"
            )
        return found

    def create(self, connector: str, identifier: str) -> ConnectedAccount:
        """A new account, waiting for authorization."""
        self._check_connector(connector)
        if not identifier:
            raise RpcError("INVALID_ARGUMENT", "INVALID_ARGUMENT", "identifier is required")
        if (connector, identifier) in self._accounts:
            raise RpcError("ALREADY_EXISTS", "RESOURCE_ALREADY_EXISTS", "connected account already exists")
        return self._add(connector, identifier, "PENDING_AUTH")

    def set_status(self, connector: str, identifier: str, status: str) -> None:
        """Bring an account into a state, MISSING included. Raises ValueError for an unknown state or connector."""
        if connector not in CONNECTORS:
            raise ValueError(f"There is no connector {connector}; there are {', '.join(CONNECTORS)}")
        if status == MISSING:
            self._accounts.pop((connector, identifier), None)
            return
        if status not in STATUSES:
            raise ValueError(f"There is no status {status}; there are {', '.join((*STATUSES, MISSING))}")
        account = self._accounts.get((connector, identifier)) or self._add(connector, identifier, status)
        self._move(account, status)

    def listing(self, connectors: tuple[str, ...], identifier: str) -> list[ConnectedAccount]:
        """Accounts of these connectors (none named: all) and this identifier (empty: all)."""
        return [
            each
            for each in self._accounts.values()
            if (not connectors or each.connector in connectors) and (not identifier or each.identifier == identifier)
        ]

    def delete(self, account: ConnectedAccount) -> None:
        """Forget an account."""
        self._accounts.pop((account.connector, account.identifier), None)

    def renew(self, account: ConnectedAccount) -> None:
        """Renew the token of an active account shortly before it expires, as Scalekit does; the old one lives on until then."""
        early = min(RENEW_BEFORE, self._options.token_lifetime / 2)
        if account.status == "ACTIVE" and account.token_expires_at - self._clock() < early:
            self._issue_token(account)

    def revoke(self, account: ConnectedAccount) -> None:
        """Have the token refused from now on; the next look at the account brings a new one."""
        self._tokens.pop(account.token, None)
        account.token_expires_at = 0.0

    def accepts(self, token: str) -> bool:
        """Whether Intercom takes this token now."""
        return self._tokens.get(token, 0.0) > self._clock()

    def link_for(self, account: ConnectedAccount, state: str, user_verify_url: str) -> tuple[str, MagicLink]:
        """A new magic link and its key."""
        key = secrets.token_urlsafe(18)
        self.links[key] = MagicLink(account, self._clock() + LINK_LIFETIME, state, user_verify_url)
        return key, self.links[key]

    def open_link(self, key: str) -> MagicLink | None:
        """The link, unless it is unknown, used or too old."""
        link = self.links.get(key)
        return link if link and not link.used and link.expires_at > self._clock() else None

    def approve(self, link: MagicLink) -> str:
        """The person agrees. Returns the address to go to next: the verifier's, or nothing."""
        link.used = True
        if not link.user_verify_url:
            self._move(link.account, "ACTIVE")
            return ""
        self._move(link.account, "PENDING_VERIFICATION")
        request = f"areq_{secrets.token_hex(8)}"
        self._verifications[request] = link.account
        glue = "&" if "?" in link.user_verify_url else "?"
        return f"{link.user_verify_url}{glue}auth_request_id={request}&state={link.state}"

    def verify(self, request: str, identifier: str) -> None:
        """The verifier vouches for the person who authorized."""
        account = self._verifications.pop(request, None)
        if account is None:
            raise RpcError("NOT_FOUND", "RESOURCE_NOT_FOUND", "auth request not found")
        if account.identifier != identifier:
            raise RpcError("PERMISSION_DENIED", "USER_MISMATCH", "the identifier does not match the auth request")
        self._move(account, "ACTIVE")

    def _add(self, connector: str, identifier: str, status: str) -> ConnectedAccount:
        account = ConnectedAccount(connector, identifier, status, self._clock(), scopes=SCOPES.get(connector, ()))
        self._accounts[connector, identifier] = account
        return account

    def _move(self, account: ConnectedAccount, status: str) -> None:
        account.status, account.updated_at = status, self._clock()
        if status != "ACTIVE":
            self._tokens.pop(account.token, None)
            account.token, account.token_expires_at = "", 0.0
        elif not account.token:
            self._issue_token(account)

    def _issue_token(self, account: ConnectedAccount) -> None:
        account.token = f"tok_{account.connector}_{secrets.token_hex(16)}"
        account.refresh_token = f"ref_{secrets.token_hex(16)}"
        account.token_expires_at = self._clock() + self._options.token_lifetime
        self._tokens[account.token] = account.token_expires_at

    @staticmethod
    def _check_connector(connector: str) -> None:
        if connector not in CONNECTORS:
            raise RpcError("NOT_FOUND", "RESOURCE_NOT_FOUND", "connection not found for the given key")
