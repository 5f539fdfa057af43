"""One team at work: a sandbox, a ledger, and processes of the real command that are killed and started again."""

from __future__ import annotations

import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from escalator_tui.sandbox.process import SandboxProcess
from tests.campaign.counting import Effects, Expected, conversation_in
from tests.campaign.undoing import is_undone
from tests.campaign.weather import SLOW, Weather

ROOT = Path(__file__).resolve().parents[2]
SETTLE = 1.2
"""Seconds; well above the time in which a killed process's request takes effect."""
LEASE = 30.0
SHORTEST_LEASE = 24.0
"""Seconds; the shortest that has room for a call to Intercom and the settle time."""
CONFIG = f"""[delivery]
settle_seconds = {SETTLE}
lease_seconds = {LEASE}
slack_waits_seconds = 2
"""
ANGRY = "This is the third time I ask and nobody has answered. This is unacceptable, I want to speak to a manager."
ASKING = "Did anybody read my message {}?"
LEAVING = "We are cancelling our subscription. Cancel our account and delete our data, we are switching to a competitor, {}."
"""A strong signal of another kind: enough for a higher priority."""
UNDOING = ("-m", "tests.campaign.undoing")
FAKETIME = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
"""Where it is installed, it puts a process's clock wrong."""
PLAIN = ("PATH", "HOME", "LANG")
WEBHOOK_SECRET = "hush"


class Site:
    """A sandbox with its world, and the folder the processes run in. `ledger` is the address of an empty ledger, "" for a file."""

    def __init__(self, sandbox: SandboxProcess, folder: Path, ledger: str, program: Sequence[str], weather: Weather) -> None:
        self._sandbox = sandbox
        self._folder = folder
        self._program = list(program)
        self._weather = weather
        self._errors: IO[bytes] = (folder / "errors").open("ab")
        self._journal: IO[bytes] = (folder / "journal").open("rb")
        self._seen: Counter[str] = Counter()
        self._port = free_port()
        self.expected = Expected()
        self._environ = {
            **{name: os.environ[name] for name in PLAIN if name in os.environ},
            **sandbox.env,
            **weather.environ,
            "PYTHONPATH": str(ROOT),
            "XDG_CONFIG_HOME": str(folder),
            "XDG_STATE_HOME": str(folder),
            "INTERCOM_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "ESCALATOR_LEDGER_URL": ledger or str(folder / "ledger.sqlite3"),
        }
        (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
        self.ask("options", weather.options)
        self.calm_down(SLOW)

    def close(self) -> None:
        """Close the files."""
        self._errors.close()
        self._journal.close()

    def shorten_lease(self) -> None:
        """For a process that is frozen longer than that."""
        config = CONFIG.replace(f"lease_seconds = {LEASE}", f"lease_seconds = {SHORTEST_LEASE}")
        (self._folder / "config.toml").write_text(config, encoding="utf-8")

    def start(self, skew: float = 0.0) -> subprocess.Popen[bytes]:
        """Start `escalator --auto --once`, with its clock wrong by so many seconds."""
        return self._run([*self._program, "--auto", "--once", "--json", "--drain", "60"], skew)

    def start_undoing(self) -> subprocess.Popen[bytes]:
        """Start what undoes escalations."""
        self.expected.undone = {each for each in self.expected.conversations if is_undone(each)}
        return self._run(UNDOING, 0.0)

    def start_receiver(self) -> subprocess.Popen[bytes]:
        """Start `escalator webhook`, and have each event sent to it twice, and again when it was not there to hear it."""
        url = f"http://127.0.0.1:{self._port}/"
        self.ask("webhooks", {"url": url, "secret": WEBHOOK_SECRET, "retry_after": 1.0, "copies": 2})
        return self._run([*self._program, "webhook", "--port", str(self._port)], 0.0)

    def listens(self) -> bool:
        """Whether a receiver can be reached."""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), timeout=1.0):
            return True
        return False

    def heard(self) -> int:
        """Webhooks that a receiver took."""
        return sum(200 in each["answers"] for each in self.ask("webhooks") if each["conversation_id"])

    def _run(self, program: Sequence[str], skew: float) -> subprocess.Popen[bytes]:
        wrong = {"LD_PRELOAD": str(FAKETIME), "FAKETIME": f"{skew:+g}s", "FAKETIME_DONT_FAKE_MONOTONIC": "1"} if skew else {}
        return subprocess.Popen(
            [sys.executable, *program],
            cwd=self._folder,
            env={**self._environ, **wrong},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
        )

    @property
    def complaints(self) -> str:
        """What the processes wrote to stderr."""
        return (self._folder / "errors").read_text(encoding="utf-8", errors="replace")

    def customers_write(self, number: int) -> None:
        """So many new conversations that all have to be escalated; every other one to the second channel."""
        at = len(self.expected.conversations)
        companies = ({"name": "Acme", "plan": "Enterprise", "spend": 900}, {"name": "Small", "plan": "Free", "spend": 1})
        added = self.ask(
            "world",
            [
                {"do": "add", "email": f"c{at + each}@example.com", "company": companies[each % 2], "body": f"<p>{ANGRY}</p>"}
                for each in range(number)
            ],
        )
        self.expected.conversations += [str(each["id"]) for each in added]

    def customers_write_again(self, number: int, rng: random.Random) -> None:
        """So many new messages on conversations that surely are escalated, because their issue exists; every other one is worse news."""
        there = sorted({conversation_in(each) for each in self.effects()["issues"]} - self.expected.undone)
        for conversation in rng.sample(there, min(number, len(there))):
            at = len(self.expected.told)
            word, worse = f"word{at}x", at % 2 == 1
            body = f"<p>{(LEAVING if worse else ASKING).format(word)}</p>"
            self.ask("world", {"do": "say", "id": conversation, "body": body})
            self.expected.told[word] = conversation
            self.expected.grown |= {conversation} if worse else set()

    def change_weather(self, step: int, rng: random.Random) -> None:
        """The faults and the clock of one step."""
        outage = self._weather.outages[step % len(self._weather.outages)] if self._weather.outages else ()
        # In another order each time, because the first one that strikes decides.
        faults = rng.sample(self._weather.faults, len(self._weather.faults))
        self.calm_down([*SLOW, *faults, *outage])
        if self._weather.clock:
            self.ask("clock", {"offset": self._weather.clock[min(step, len(self._weather.clock) - 1)]})
        self.ask("calls", method="DELETE")

    def calm_down(self, faults: Sequence[Mapping[str, Any]]) -> None:
        """These faults from now on, and no others."""
        self.ask("faults", method="DELETE")
        if faults:
            self.ask("faults", list(faults))

    def calls(self) -> int:
        """Calls that arrived since this step began."""
        return len(self.ask("calls"))

    def seen(self, *kinds: str) -> int:
        """Effects of these kinds so far, by the sandbox's journal: that asks nothing of the sandbox."""
        while (line := self._journal.readline()).endswith(b"\n"):
            entry = json.loads(line)
            self._seen[entry.get("kind", "") if entry["event"] == "effect" else ""] += 1
        self._journal.seek(-len(line), os.SEEK_CUR)
        return sum(self._seen[kind] for kind in kinds)

    def effects(self) -> Effects:
        """All effects, by kind."""
        found: Effects = self.ask("effects")
        return found

    def wait_for_stragglers(self, seconds: float = 10.0) -> None:
        """Let requests take effect whose caller is dead."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and any(each["outcome"] == "running" for each in self.ask("calls")):
            time.sleep(0.02)

    def ask(self, name: str, body: object = None, *, method: str = "") -> Any:
        """One answer of the sandbox's control side."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self._sandbox.control}/{name}", data, {"Content-Type": "application/json"}, method=method or ("POST" if data else "GET")
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)


def free_port() -> int:
    """A port of this machine that nobody listens at now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
