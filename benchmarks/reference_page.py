"""A page of 20 conversations, 6 of them to escalate, at 100 ms a call: Escalator against the same work call after call.

Run: python benchmarks/reference_page.py [rounds]

One after another means what the reference agent does, without its pauses: three status checks, then for each conversation a token and a
read, for each escalation the contact, its companies and the list of admins (a token before each), the issue, the alert and the note.
The second ratio is against Escalator's own calls, laid end to end. Escalator's ledger is there and empty, as it is at every start but the
very first.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from escalator_tui.ledger.ledger import Ledger
from escalator_tui.sandbox.process import SandboxProcess

LATENCY = 0.1
PAGE = 20


def main() -> int:
    """Print one line per round and the medians."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    ratios = []
    for _ in range(rounds):
        ours, calls, escalated = run_escalator()
        theirs, their_calls = run_one_after_another()
        ratios.append(theirs / ours)
        print(
            f"escalator {ours:.2f} s ({calls} calls, {escalated} escalated, process start included)   "
            f"one after another {theirs:.2f} s ({their_calls} calls)   ratio {theirs / ours:.1f}   "
            f"own calls end to end {calls * LATENCY:.1f} s, ratio {calls * LATENCY / ours:.1f}",
            flush=True,
        )
    print(f"median ratio {statistics.median(ratios):.1f} over {rounds} rounds")
    return 0


def run_escalator() -> tuple[float, int, int]:
    """Seconds of one `escalator --auto --once`, its calls, and how many it escalated."""
    with SandboxProcess(world="reference", latency=LATENCY) as sandbox, tempfile.TemporaryDirectory() as folder:
        ledger = str(Path(folder, "ledger.sqlite"))
        Ledger.open(ledger).close()
        environ = {**os.environ, **sandbox.env, "ESCALATOR_LEDGER_URL": ledger}
        before = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "escalator_tui", "--auto", "--once", "--json"],
            cwd=folder,
            env=environ,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        seconds = time.perf_counter() - before
        summary = json.loads(done.stdout.splitlines()[-1])
        return seconds, len(get(sandbox.control, "calls")), summary["escalated"]


def run_one_after_another() -> tuple[float, int]:
    """Seconds of the reference agent's calls, and their number; the process start is not counted."""
    with SandboxProcess(world="reference", latency=LATENCY) as sandbox:
        before = time.perf_counter()
        subprocess.run(
            [sys.executable, str(Path(__file__).with_name("one_after_another.py"))],
            env={**os.environ, **sandbox.env},
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        )
        seconds = time.perf_counter() - before
        return seconds, len(get(sandbox.control, "calls"))


def get(control: str, name: str) -> Any:
    """One answer of the sandbox's control interface."""
    with urllib.request.urlopen(f"{control}/{name}", timeout=10) as answer:
        return json.load(answer)


if __name__ == "__main__":
    sys.exit(main())
