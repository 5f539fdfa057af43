"""`escalator demo`: the whole program against a sandbox on this machine, in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from escalator_tui.sandbox.process import SandboxProcess
from escalator_tui.terminal import require_terminal
from escalator_tui.widgets.interruption import SIGNALS

if TYPE_CHECKING:
    from types import FrameType

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
def in_sandbox(*, drawn: bool = False) -> Iterator[DemoSandbox]:
    """Start a sandbox with its story, and point this process's environment at it, with a ledger that ends with the demo. What is to be
    `drawn` needs a terminal that can: raises ConfigError before anything is started.
    """
    if drawn:
        require_terminal("demo")
    folders = tempfile.TemporaryDirectory(prefix="escalator-demo-")
    with ended_by_signals(), folders as folder, SandboxProcess(world="demo", story=True) as sandbox:
        os.environ.update(sandbox.env)
        os.environ.update(INTERCOM_CONNECTOR="intercom", LINEAR_CONNECTOR="linear", SLACK_CONNECTOR="slack")
        os.environ["ESCALATOR_LEDGER_URL"] = str(Path(folder, "ledger.sqlite"))
        os.environ["POLL_INTERVAL_MINUTES"] = str(POLL_MINUTES)
        yield DemoSandbox(sandbox.control)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP end the demo as Ctrl+C does, so that its sandbox and its folder go with it. Further ones find it ending already.

    The front ends take the signals themselves while they run. What the process was started to ignore (nohup) stays ignored.
    """
    before = {each: handler for each in SIGNALS if (handler := signal.getsignal(each)) is not signal.SIG_IGN}

    def end(_number: int, _frame: FrameType | None) -> None:
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    for each in before:
        signal.signal(each, end)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
