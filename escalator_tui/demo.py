"""`escalator demo`: the whole program against a sandbox on this machine, in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from escalator_tui.sandbox.process import SandboxProcess
from escalator_tui.session.interruption import SIGNALS
from escalator_tui.terminal import require_terminal

if TYPE_CHECKING:
    from types import FrameType

POLL_MINUTES = 0.1
"""The demo's story moves every few seconds, so it is looked at more often than a real workspace."""
NOTES = "POST /conversations/*/reply"

FOLDER, OWNER = "escalator-demo-", "owner"
"""How a demo's folder begins, and the file in it that stays locked as long as its demo runs, however that ends."""


@dataclass(frozen=True, slots=True)
class DemoSandbox:
    """A running sandbox. `control` is the address of its control interface."""

    control: str

    def describe_effects(self) -> str:
        """What the sandbox's services hold now, for people."""
        effects = self._ask("effects")
        lines = [f"  Linear    {each['identifier']}  {each['title']}" for each in effects["issues"]]
        lines += [f"  Slack     #{each['channel_name']}  {each['text'].splitlines()[0]}" for each in effects["messages"]]
        lines += [f"  Intercom  note on conversation {each['conversation_id']}" for each in effects["notes"]]
        return "\n".join(["", "In the sandbox now:", *(lines or ["  nothing"])])

    def refuse_a_note(self) -> None:
        """Intercom refuses the second note once, so that there is something to send again."""
        reason = {"type": "error.list", "errors": [{"code": "demo", "message": "The demo refuses one note, once"}]}
        self._ask("faults", {"kind": "http", "service": "intercom", "operation": NOTES, "nth": 2, "status": 422, "body": reason})

    def _ask(self, name: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"{self.control}/{name}", data, timeout=10) as answer:  # noqa: S310 - our own child on loopback
            return json.load(answer)


@contextmanager
def in_sandbox(*, drawn: bool = False) -> Iterator[DemoSandbox]:
    """Start a sandbox with its story, and point this process's environment at it, with a ledger that ends with the demo. What is to be
    `drawn` needs a terminal that can: raises ConfigError before anything is started. There one note fails at first.
    """
    if drawn:
        require_terminal(demo=True)
    clear_left_behind(Path(tempfile.gettempdir()))
    with (
        ended_by_signals(),
        tempfile.TemporaryDirectory(prefix=FOLDER) as folder,  # made here: a signal that came before would leave it behind
        owned(Path(folder)),
        SandboxProcess(world="demo", story=True) as sandbox,
    ):
        os.environ.update(sandbox.env)
        os.environ.update(INTERCOM_CONNECTOR="intercom", LINEAR_CONNECTOR="linear", SLACK_CONNECTOR="slack")
        os.environ["ESCALATOR_LEDGER_URL"] = str(Path(folder, "ledger.sqlite"))
        os.environ["POLL_INTERVAL_MINUTES"] = str(POLL_MINUTES)
        demo = DemoSandbox(sandbox.control)
        if drawn:
            demo.refuse_a_note()
        yield demo


@contextmanager
def owned(folder: Path) -> Iterator[None]:
    """Tell other demos that this folder is in use, until this one ends, killed or not."""
    unnamed = Path(folder, f"{OWNER}.new")
    with unnamed.open("w") as file:
        lock(file)
        if sys.platform != "win32":  # where nothing is cleared away, and no open file renamed
            unnamed.rename(Path(folder, OWNER))  # locked by now: another demo would take it for one left behind
        yield


def clear_left_behind(folder: Path) -> None:
    """Remove what demos of this user that were killed left in `folder`. One whose owner cannot be told stays, on Windows all."""
    if sys.platform == "win32":
        return
    for each in folder.glob(f"{FOLDER}*/{OWNER}"):
        with contextlib.suppress(OSError):
            left = each.parent
            if left.is_symlink() or left.stat().st_uid != os.getuid():
                continue
            with each.open("r+") as file:
                lock(file)
                shutil.rmtree(left)


def lock(file: IO[str]) -> None:
    """Lock it as long as it is open. Raises OSError when somebody has it."""
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


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
