"""What the services really did: the counting side of every test that kills, drops or repeats."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

from escalator_tui.sandbox.clock import Clock


class Effects:
    """Every effect of a write, in order, and an append-only journal of them when a file is given.

    A journal line is `{"at": unix seconds, "event": "request" | "effect", …}`. It is handed to the system before the
    answer leaves, so that counting survives the end of the sandbox.
    """

    def __init__(self, clock: Clock, journal: Path | None = None) -> None:
        self._clock = clock
        self._entries: list[dict[str, Any]] = []
        self._journal = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600) if journal else None

    def record(self, kind: str, **detail: Any) -> None:  # noqa: ANN401 - whatever the effect has to tell
        """Note one effect. `kind` is the plural noun under which `listing` shows it."""
        entry = {"at": self._clock(), "kind": kind, **detail}
        self._entries.append(entry)
        self._append({"event": "effect", **entry})

    def request(self, service: str, operation: str, body: object) -> None:
        """Note the body of a write as it arrived, whatever becomes of it."""
        self._append({"event": "request", "at": self._clock(), "service": service, "operation": operation, "body": body})

    def listing(self) -> dict[str, list[dict[str, Any]]]:
        """All effects by kind, oldest first; every kind is present."""
        found: dict[str, list[dict[str, Any]]] = defaultdict(list, {kind: [] for kind in KINDS})
        for entry in self._entries:
            found[entry["kind"]].append(entry)
        return dict(found)

    def clear(self) -> None:
        """Forget what was counted; the journal keeps it."""
        self._entries.clear()

    def close(self) -> None:
        """Close the journal."""
        if self._journal is not None:
            os.close(self._journal)
            self._journal = None

    def _append(self, line: dict[str, Any]) -> None:
        if self._journal is not None:
            os.write(self._journal, json.dumps(line, default=str).encode() + b"\n")


KINDS = (
    "issues",
    "issue_updates",
    "attachments",
    "comments",
    "messages",
    "message_updates",
    "notes",
    "replies",
    "tags",
    "taggings",
    "conversation_updates",
)
