"""What can be switched while the sandbox runs, where the real services' behaviour is open or depends on the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal


@dataclass(slots=True)
class Options:
    """Settings of the four services. Times are in seconds."""

    latency: float = 0.0
    """Added to every API call, concurrently."""
    index_lag: float = 0.0
    """How late Intercom's search sees a change; reading by id sees it at once."""
    rate_limit: int = 1666
    """Intercom requests per window of ten seconds."""
    token_lifetime: float = 3600.0
    """Lifetime of an Intercom token that Scalekit hands out from now on."""
    company_scope: bool = True
    """Whether the Intercom app may read companies; without it they are left out, or refused with 403."""
    slack_errors: Literal["data", "tool_error"] = "data"
    """How Slack's `ok: false` arrives: as the tool's result, or as a tool error."""
    linear_errors: Literal["data", "tool_error"] = "tool_error"
    """How GraphQL errors arrive: as the tool's result (HTTP 200), or as a tool error (HTTP 400)."""

    def change(self, changes: Mapping[str, Any]) -> None:
        """Set several options. Raises ValueError with a sentence for an unknown name or a value of the wrong type."""
        for name, value in changes.items():
            setattr(self, name, _checked(name, value))


_KINDS = {each.name: type(each.default) for each in fields(Options)}
_CHOICES = {"slack_errors": ("data", "tool_error"), "linear_errors": ("data", "tool_error")}


def _checked(name: str, value: object) -> object:
    if name not in _KINDS:
        raise ValueError(f"There is no option {name}; there are {', '.join(_KINDS)}")
    if name in _CHOICES:
        if value not in _CHOICES[name]:
            raise ValueError(f"{name} is one of {', '.join(_CHOICES[name])}")
        return value
    kind = _KINDS[name]
    if isinstance(value, bool) is not (kind is bool) or not isinstance(value, (int, float)) or value < 0:
        raise ValueError(f"{name} is a {'truth value' if kind is bool else 'number, zero or more'}")
    return float(value) if kind is float else value
