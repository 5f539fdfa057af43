"""`python -m escalator_tui.sandbox`: everything on loopback, until standard input ends."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib.util
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import types
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from escalator_tui.sandbox.state import Plan

# gRPC's core writes to the terminal unless it is told not to before it is loaded.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a sandbox. Prints one JSON line when it is ready, and ends on SIGTERM, SIGINT or when standard input ends."""
    _load_messages_only()
    from escalator_tui.sandbox.state import Plan

    given = _parser().parse_args(arguments)
    folder = given.cert_dir or Path(tempfile.mkdtemp(prefix="escalator-sandbox-"))
    plan = Plan(
        certificates=folder,
        port=given.port,
        world=given.world,
        story=given.story,
        story_seconds=given.story_seconds,
        seed=given.seed,
        latency=given.latency,
        pending=tuple(given.pending),
        journal=given.journal,
    )
    try:
        return asyncio.run(_run(plan))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"The sandbox cannot start: {error}\n")
        return 2
    finally:
        if given.cert_dir is None:
            shutil.rmtree(folder, ignore_errors=True)


async def _run(plan: Plan) -> int:
    from escalator_tui.sandbox.server import Sandbox

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(each, stop.set)
    threading.Thread(target=_await_end_of_input, args=(loop, stop), daemon=True).start()
    sandbox = Sandbox(plan)
    sys.stdout.write(json.dumps(await sandbox.begin()) + "\n")
    sys.stdout.flush()
    await stop.wait()
    await sandbox.end()
    return 0


def _load_messages_only() -> None:
    """Have `scalekit` stand for its generated messages alone: the package imports the whole client, which takes most of the start."""
    found = importlib.util.find_spec("scalekit")
    if found and found.submodule_search_locations and "scalekit" not in sys.modules:
        sys.modules["scalekit"] = package = types.ModuleType("scalekit")
        package.__path__ = list(found.submodule_search_locations)


def _await_end_of_input(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """A parent that dies takes its end of the pipe along."""
    with contextlib.suppress(OSError, ValueError):
        while os.read(sys.stdin.fileno(), 4096):
            pass
    with contextlib.suppress(RuntimeError):  # the loop has ended already
        loop.call_soon_threadsafe(stop.set)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m escalator_tui.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port of the Scalekit address (default: a free one)")
    parser.add_argument("--world", default="demo", help="demo, empty, reference, or a number of conversations (default: demo)")
    parser.add_argument("--story", action=argparse.BooleanOptionalAction, default=False, help="let things happen by themselves")
    parser.add_argument("--story-seconds", type=float, default=6.0, help="mean time between two of them (default: 6)")
    parser.add_argument("--seed", type=int, default=1, help="chooses the story, the generated texts and which calls fail (default: 1)")
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="delay of every API call (default: 0)")
    parser.add_argument(
        "--pending", action="append", default=[], choices=("intercom", "linear", "slack"), help="a connection not authorized yet"
    )
    parser.add_argument("--journal", type=Path, metavar="FILE", help="append every write and its effect to this file")
    parser.add_argument("--cert-dir", type=Path, metavar="DIR", help="keep the certificate here, and use the one that is there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
