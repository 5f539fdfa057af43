"""The exception tree's root. Every error that a user can meet says what happened and what cures it."""

from __future__ import annotations


class EscalatorError(Exception):
    """Something a user can cause or cure.

    `message` is one plain sentence without a final full stop; `cure` says what to do about it, in the imperative, or is empty.
    `exit_code` is the process's exit code when this error ends a run (CLI contract).
    """

    exit_code = 1

    def __init__(self, message: str, *, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.message}. {self.cure}".rstrip() if self.cure else self.message


class ConfigError(EscalatorError):
    """The command line or the configuration cannot be used as written."""

    exit_code = 2


class LedgerError(EscalatorError):
    """The ledger cannot be opened or written: corrupt, newer than this program, read-only, or the disk is full."""

    exit_code = 2


class LedgerDownError(LedgerError):
    """The ledger does not answer now and may later: its server is down or restarting, or another process keeps it locked."""

    exit_code = 4


class DecisionError(EscalatorError):
    """A decision can no longer be taken as asked: somebody was first, or the conversation changed since it was shown."""
