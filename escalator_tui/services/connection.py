"""A service's connection at Scalekit: its name and user in the settings, and what its status means for a person."""

from __future__ import annotations

from dataclasses import dataclass

ACTIVE = "ACTIVE"
MISSING = "MISSING"
UNKNOWN = "UNKNOWN"

_EXPLANATIONS = {
    ACTIVE: "is authorized and works",
    "PENDING_AUTH": "has never been authorized",
    "EXPIRED": "has expired, and Scalekit could not renew it",
    "DISCONNECTED": "was disconnected",
    "PENDING_VERIFICATION": "was authorized, but the person who did it has not been verified yet",
    MISSING: "does not exist yet at Scalekit",
    UNKNOWN: "is in a state this program does not know",
}


@dataclass(frozen=True, slots=True)
class ConnectionStatus:
    """The state of one connection. `status` is ACTIVE, PENDING_AUTH, EXPIRED, DISCONNECTED, PENDING_VERIFICATION, MISSING (no account
    yet) or UNKNOWN; `scopes` are those Scalekit told, possibly none; `explanation` is a sentence; `cure` is empty when ACTIVE.
    """

    service: str
    connector: str
    user: str
    status: str
    scopes: tuple[str, ...] = ()
    explanation: str = ""
    cure: str = ""

    @property
    def is_active(self) -> bool:
        """Whether calls can be made."""
        return self.status == ACTIVE


@dataclass(frozen=True, slots=True)
class Connection:
    """Which connection of the Scalekit environment serves a service, and under which identifier it was authorized."""

    service: str
    connector: str
    user: str

    @property
    def settings(self) -> str:
        """The settings that name it, for cures."""
        upper = self.service.upper()
        return f"connectors.{self.service} ({upper}_CONNECTOR) and users.{self.service} ({upper}_USER)"

    def explain(self, status: str | None, scopes: tuple[str, ...] = ()) -> ConnectionStatus:
        """The status with its meaning and cure; a status that is not known to us becomes UNKNOWN."""
        known = status if status in _EXPLANATIONS else UNKNOWN
        sentence = f"The {self.service} connection {self.connector} of {self.user} {_EXPLANATIONS[known]}"
        return ConnectionStatus(self.service, self.connector, self.user, known, scopes, sentence, self._cure(known))

    def _cure(self, status: str) -> str:
        if status == ACTIVE:
            return ""
        authorize = f"Run `escalator authorize {self.service}` and follow the link"
        if status == "PENDING_VERIFICATION":
            return f"{authorize} while signed in as {self.user}; if that is not enough, verify the user in the Scalekit dashboard."
        if status == MISSING:
            return f"{authorize}. If it was authorized before, check {self.settings}."
        return f"{authorize}."
