"""What a service's refusal or silence means for us, in three classes. Every failure is classed once, where the call is made.

ServiceError
├─ PermanentError              surely not done, and refused again until somebody applies the cure
│  ├─ MisconfiguredError       … because of a setting (exit code 2)
│  └─ GoneError                … for ever: what it was to be done to was deleted
├─ RetryableError              surely not done, worth trying again
│  ├─ UnreachableError         the call never left (exit code 4)
│  ├─ RateLimitedError         … once the service takes calls again: it refuses all others until then, too
│  └─ ConnectorInactiveError   somebody has to authorize the connection (exit code 3)
└─ UnknownOutcomeError         it may have been done: look before sending again
"""

from __future__ import annotations

from escalator_tui.model.errors import EscalatorError


class ServiceError(EscalatorError):
    """A call to a service failed. `service` is intercom, linear, slack or scalekit; `code` is its own error code or empty."""

    def __init__(self, message: str, *, service: str, code: str = "", cure: str = "") -> None:
        super().__init__(message, cure=cure)
        self.service = service
        self.code = code


class PermanentError(ServiceError):
    """Surely not done, and it will be refused again until somebody applies the cure."""

    exit_code = 2


class MisconfiguredError(PermanentError):
    """Refused because of a setting: a wrong secret, address or connection name. The cure names the setting."""

    exit_code = 2


class GoneError(PermanentError):
    """It can never be done: what it was to be done to was deleted at the service, which says so or was looked up."""


class RetryableError(ServiceError):
    """Surely not done, and worth trying again. `retry_after` is the service's own wish in seconds, None when it told none."""

    exit_code = 4

    def __init__(self, message: str, *, service: str, code: str = "", cure: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, service=service, code=code, cure=cure)
        self.retry_after = retry_after


class UnreachableError(RetryableError):
    """The service could not be reached at all: the call never left."""

    exit_code = 4


class RateLimitedError(RetryableError):
    """The service takes no more calls for a while, whoever makes them."""

    exit_code = 4


class ConnectorInactiveError(RetryableError):
    """The connection is not ACTIVE at Scalekit, or its token was refused: it works again once somebody has authorized it."""

    exit_code = 3


class UnknownOutcomeError(ServiceError):
    """No usable answer came: the write may have taken effect. Look before sending again."""
