"""The terminal app in a real terminal: how fast it starts, loads, answers a key, leaves, and what it takes meanwhile.

Run: python benchmarks/app.py [rows] [rounds]

Keys are timed from the moment they are written to the terminal to the moment the bytes that paint the expected row have come. The first
paint is against the smallest Textual app in the same run. Needs Linux and the extra `test`. Exit code 1 when a bar is missed.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from terminal import Terminal

from escalator_tui.sandbox.process import SandboxProcess

SIZES = ((80, 24), (200, 50))
KEYS = 60
IDLE_SECONDS = 8.0
MINIMAL = """
from textual.app import App
from textual.widgets import Static

class Minimal(App):
    def compose(self):
        yield Static("A minimal app")

Minimal().run()
"""
CURSOR_ON = "▌(?:(?!Row ).)*Row {:05}"
BARS = {
    "load, ms": 100.0,
    "key to paint, p95, ms": 40.0,
    "processor while idle, % of a core": 10.0,
    "memory, MB": 200.0,
    "first paint, times a minimal app": 1.5,
    "quit while a service hangs, s": 0.5,
}


def main() -> int:
    """Print every round, the medians, and which bars are missed."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    found: dict[str, list[float]] = {}
    with compiled():
        for _ in range(rounds):
            for name, value in (*(pair for size in SIZES for pair in crowded(rows, size)), *first_paint(), *leaving()):
                found.setdefault(name, []).append(value)
                print(f"{name:<48}{value:>9.2f}", flush=True)
            print(f"load of this machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors\n", flush=True)
    return verdict(found, rounds)


@contextmanager
def compiled() -> Iterator[None]:
    """Let what is started find its modules compiled, as an installed program does, also where the environment forbids to write that."""
    with tempfile.TemporaryDirectory() as cache:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = cache
        yield


def verdict(found: dict[str, list[float]], rounds: int) -> int:
    """Print the medians against the bars; 1 when one is missed."""
    missed = 0
    print(f"medians of {rounds}")
    for name, values in found.items():
        median, bar = statistics.median(values), BARS.get(name.partition(" at ")[0])
        missed += bar is not None and median > bar
        told = "" if bar is None else f"   bar {bar:g}{'   MISSED' if median > bar else ''}"
        print(f"{name:<48}{median:>9.2f}{told}")
    return 1 if missed else 0


def crowded(rows: int, size: tuple[int, int]) -> Iterator[tuple[str, float]]:
    """Loading, keys, processor and memory with many rows, 50 of which change every second."""
    at = f" at {size[0]}×{size[1]}"
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "load")
        command = [sys.executable, str(Path(__file__).with_name("crowded_queue.py")), str(rows), str(told)]
        terminal = Terminal(command, size, environment(folder), folder)
        try:
            terminal.painted("Row 00001")
            terminal.read_for(3.0)
            yield f"load, ms{at}", float(told.read_text())
            waits = list(key_waits(terminal))
            yield f"key to paint, p50, ms{at}", statistics.median(waits)
            yield f"key to paint, p95, ms{at}", statistics.quantiles(waits, n=20)[-1]
            before = terminal.cpu_seconds
            began = time.perf_counter()
            terminal.read_for(IDLE_SECONDS)
            yield f"processor while idle, % of a core{at}", 100 * (terminal.cpu_seconds - before) / (time.perf_counter() - began)
            yield f"memory, MB{at}", terminal.megabytes
        finally:
            terminal.kill()


def key_waits(terminal: Terminal) -> Iterator[float]:
    """Milliseconds from each key to its paint, the keys at odd moments between the changes."""
    rng = random.Random(3)
    for number in range(KEYS):
        down = number % 2 == 0
        before = terminal.type("j" if down else "k")
        yield 1000 * (terminal.painted(CURSOR_ON.format(1 if down else 0)) - before)
        terminal.read_for(rng.uniform(0.05, 0.25))


def first_paint() -> Iterator[tuple[str, float]]:
    """Start to first paint, process start included, against a minimal app; one after the other, several times."""
    ours, minimal = [], []
    with SandboxProcess() as sandbox, tempfile.TemporaryDirectory() as folder:
        environ = {**environment(folder), **sandbox.env}
        Path(folder, "minimal_app.py").write_text(MINIMAL)
        escalator, smallest = ([sys.executable, "-m", each] for each in ("escalator_tui", "minimal_app"))
        for _ in range(6):
            ours.append(time_to_paint(escalator, "SCORE", environ, folder))
            minimal.append(time_to_paint(smallest, "A minimal app", environ, folder))
    # The first of each reads its modules from the disk.
    ours, minimal = ours[1:], minimal[1:]
    yield "first paint of a minimal app, ms", 1000 * statistics.median(minimal)
    yield "first paint, ms", 1000 * statistics.median(ours)
    yield "first paint, times a minimal app", statistics.median(a / b for a, b in zip(ours, minimal, strict=True))


def time_to_paint(command: list[str], words: str, environ: dict[str, str], folder: str) -> float:
    """Seconds until these words are painted."""
    terminal = Terminal(command, (120, 36), environ, folder)
    try:
        return terminal.painted(words) - terminal.started
    finally:
        terminal.kill()


def leaving() -> Iterator[tuple[str, float]]:
    """From the key to the end of the process, with nothing under way and while Intercom does not answer."""
    for name, hangs in (("quit, s", False), ("quit while a service hangs, s", True)):
        with SandboxProcess() as sandbox, tempfile.TemporaryDirectory() as folder:
            if hangs:
                order(sandbox.control, "faults", [{"kind": "delay", "service": "intercom", "seconds": 30.0}])
            terminal = Terminal([sys.executable, "-m", "escalator_tui"], (120, 36), {**environment(folder), **sandbox.env}, folder)
            terminal.painted("asking Intercom" if hangs else "live")
            terminal.read_for(2.0)
            before = terminal.type("q")
            yield name, terminal.ended() - before


def order(control: str, name: str, body: object) -> None:
    """One order to the sandbox's control interface."""
    request = urllib.request.Request(f"{control}/{name}", json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST")
    urllib.request.urlopen(request, timeout=10).close()


def environment(folder: str) -> dict[str, str]:
    """The environment of here, with every folder of the program below one that is dropped."""
    return {**os.environ, "XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_CACHE_HOME": folder}


if __name__ == "__main__":
    sys.exit(main())
