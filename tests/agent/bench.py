"""A ledger and real services over a sandbox, and the sandbox's control interface."""

from __future__ import annotations

import json
import time
import urllib.request
from pathlib import Path
from typing import Any

from escalator_tui.agent.cycle import Agent
from escalator_tui.agent.watch import Look, Watch
from escalator_tui.config import Settings, load_settings
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.model.row import Row
from escalator_tui.sandbox.process import SandboxProcess
from escalator_tui.services.gateway import Services, open_services

NO_SWEEP = 1e9


def shown(agent: Agent, conversation_id: str) -> Row:
    """The row as a lead is shown it now."""
    row = agent.row(conversation_id)
    assert row is not None
    return row


class Bench:
    """A watch over a sandbox, and the sandbox's control interface."""

    def __init__(self, sandbox: SandboxProcess, folder: Path) -> None:
        self.control, self.environ = sandbox.control, sandbox.env
        self.settings: Settings = load_settings(environ=sandbox.env)
        self.services: Services = open_services(self.settings)
        self.now = time.time() + 100  # what the sandbox holds is older than anything in doubt
        self.ledger = Ledger.open(str(folder / "ledger.sqlite"), clock=lambda: self.now)
        self.watch: Watch | None = None

    def look(self, *, sweep_after: float = NO_SWEEP, scored: bool = True) -> Look:
        """A look, after which what it read is scored, unless told otherwise."""
        if self.watch is None or sweep_after != NO_SWEEP:
            self.watch = self._watch(sweep_after)
        found = self.watch.look()
        if scored:
            self.watch.settle(found)
        return found

    def _watch(self, sweep_after: float) -> Watch:
        return Watch(self.services.intercom, self.ledger, full_sweep_seconds=sweep_after, clock=lambda: self.now)

    def calls(self) -> list[str]:
        """What was asked of Intercom since the last call of this."""
        found = [each["operation"] for each in self.ask("GET", "calls") if each["service"] == "intercom"]
        self.ask("DELETE", "calls")
        return found

    def ask(self, method: str, name: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.control}/{name}", data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text.strip() else None

    def add(self, **given: Any) -> str:
        found = self.ask("POST", "world", {"do": "add", "body": "<p>Hello</p>", "at": int(self.now) - 200, **given})
        return str(found["id"])

    def say(self, conversation_id: str, body: str) -> None:
        self.ask("POST", "world", {"do": "say", "id": conversation_id, "body": body})

    def agent(self, settings: Settings | None = None) -> Agent:
        return Agent(settings or self.settings, self.ledger, self.services, clock=lambda: self.now)

    def close(self) -> None:
        self.services.close()
        self.ledger.close()
