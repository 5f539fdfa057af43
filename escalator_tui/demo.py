"""`escalator demo`: the whole program against a sandbox on this machine, in a process of its own."""

from __future__ import annotations

import json
import os
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from escalator_tui.sandbox.process import SandboxProcess

POLL_MINUTES = 0.1
"""The demo's story moves every few seconds, so it is looked at more often than a real workspace."""


@dataclass(frozen=True, slots=True)
class DemoSandbox:
    """A running sandbox. `control` is the address of its control interface."""

    control: str

    def describe_effects(self) -> str:
        """What the sandbox's services hold now, for people."""
        effects = self._get("effects")
        lines = ["", "In the sandbox now:"]
        lines += [f"  Linear    {each['identifier']}  {each['title']}" for each in effects["issues"]]
        lines += [f"  Slack     #{each['channel_name']}  {each['text'].splitlines()[0]}" for each in effects["messages"]]
        lines += [f"  Intercom  note on conversation {each['conversation_id']}" for each in effects["notes"]]
        return "\n".join(lines)

    def _get(self, name: str) -> Any:  # noqa: ANN401 - JSON
        with urllib.request.urlopen(f"{self.control}/{name}", timeout=10) as answer:  # noqa: S310 - our own child on loopback
            return json.load(answer)


@contextmanager
def in_sandbox() -> Iterator[DemoSandbox]:
    """Start a sandbox with its story, and point this process's environment at it, with a ledger that ends with the demo."""
    with tempfile.TemporaryDirectory(prefix="escalator-demo-") as folder, SandboxProcess(world="demo", story=True) as sandbox:
        os.environ.update(sandbox.env)
        os.environ.update(INTERCOM_CONNECTOR="intercom", LINEAR_CONNECTOR="linear", SLACK_CONNECTOR="slack")
        os.environ["ESCALATOR_LEDGER_URL"] = str(Path(folder, "ledger.sqlite"))
        os.environ["POLL_INTERVAL_MINUTES"] = str(POLL_MINUTES)
        yield DemoSandbox(sandbox.control)
