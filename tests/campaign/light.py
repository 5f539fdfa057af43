"""Ledger and deliverer alone, killed at every statement, commit and call: `python -m tests.campaign.light`.

Processes are forked from one that has everything imported, so that a kill costs a fraction of a second. Each conversation is confirmed,
delivered, written again or undone by a process that dies at its k-th point, for every k there is, and finished by others, which may be
killed too.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Engine, Pool, event

from escalator_tui.agent.deliver import Deliverer
from escalator_tui.config.schema import DeliverySettings, ScalekitSettings, Settings
from escalator_tui.ledger import Ledger
from tests.campaign.canary import SAFEGUARDS
from tests.campaign.counting import Tally
from tests.campaign.far import SLOW, FarSide, Line
from tests.campaign.stories import STORIES, Tale, judge_ledger
from tests.postgres import schema

LANES = 10
SETTLE = 0.5
"""Seconds: long before it ends, a killed process's write has taken effect."""
RUN_SECONDS = 20.0
FINISHING_RUNS = 10
MOST_POINTS = 2000

SETTINGS = Settings(
    delivery=DeliverySettings(settle_seconds=SETTLE, lease_seconds=60, slack_waits_seconds=3),
    scalekit=ScalekitSettings(tool_timeout_seconds=5),
)


class Points:
    """Counts what the process does, and kills it at the k-th: each statement, before and after each commit and each call."""

    def __init__(self, kill_at: int) -> None:
        self._kill_at = kill_at
        self._armed = False
        self._seen = 0
        self._lock = threading.Lock()

    def passes(self) -> None:
        """One more."""
        with self._lock:
            self._seen += self._armed
            if self._armed and self._seen == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    def arm(self) -> None:
        """From now on they count."""
        self._armed = True

    def watch(self) -> None:
        """Count what SQLAlchemy does from now on."""
        event.listen(Engine, "before_cursor_execute", lambda _c, _cursor, _statement, _parameters, _context, _many: self.passes())
        event.listen(Engine, "commit", lambda _connection: self.passes())
        event.listen(Pool, "checkin", lambda _connection, _record: self.passes())


@dataclass(frozen=True)
class Lane:
    """Takes every `step`-th point from `first` on, over a ledger of its own."""

    first: int
    step: int
    kills: int
    seed: int
    ledger: str
    far: Path
    without: str = ""
    only_calls: bool = False
    stories: tuple[str, ...] = tuple(STORIES)

    def run(self) -> Tally:
        """Every point once, then random ones until there were enough kills. Each conversation is finished before the next one."""
        tally, rng = Tally(), random.Random(self.seed + self.first)
        began = time.monotonic()
        for story, k in self._points(tally, rng):
            tally.conversations += 1
            name = f"{story}-{self.first}-{k}-{tally.conversations}"
            tally.kills += self._was_killed(name, k, tally)
            if rng.random() < 0.3:
                tally.kills += self._was_killed(name, rng.randrange(1, max(k, 2)), tally)
            if not any(self._process(name, 0, tally) == 0 for _ in range(FINISHING_RUNS)):
                tally.strange.append(f"{name} was never finished")
                break
        tally.seconds = time.monotonic() - began
        return tally

    def _points(self, tally: Tally, rng: random.Random) -> Iterator[tuple[str, int]]:
        """Story and point."""
        last = dict.fromkeys(self.stories, 1)
        for story in last:
            for k in range(self.first, MOST_POINTS, self.step):
                before = tally.kills
                yield story, k
                if tally.kills == before:
                    break  # it came to its end before the k-th
                last[story] = k
        while tally.kills < self.kills and tally.conversations < MOST_POINTS:
            story = rng.choice(self.stories)
            yield story, rng.randrange(1, max(last[story], 2))

    def _was_killed(self, name: str, k: int, tally: Tally) -> bool:
        return self._process(name, k, tally) == -signal.SIGKILL

    def _process(self, name: str, kill_at: int, tally: Tally) -> int:
        """The exit code of one process."""
        tally.runs += 1
        return _code_of(_fork(lambda: self._deliver(name, kill_at)))

    def _deliver(self, name: str, kill_at: int) -> int:
        points = Points(kill_at)
        if not self.only_calls:
            points.watch()
        if self.without:
            SAFEGUARDS[self.without]()
        ledger = Ledger.open(self.ledger)
        deliverer = Deliverer(ledger, Line(self.far, points.passes).services, SETTINGS)
        STORIES[name.partition("-")[0]](Tale(name, ledger, deliverer, RUN_SECONDS / 2, points.arm))
        return 1 if ledger.owed() else 0


def run(given: argparse.Namespace) -> Tally:
    """At least so many kills, and every point (or every so many-th) once."""
    began, lanes, ledger = time.monotonic(), given.lanes, given.ledger
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="light-")))
        urls = [str(folder / f"{at}.sqlite3") if ledger == "sqlite" else stack.enter_context(schema(ledger)) for at in range(lanes)]
        for url in urls:
            Ledger.open(url).close()
        _spare_memory()
        parent = os.getpid()
        far = _fork(lambda: asyncio.run(FarSide().serve(folder / "far", parent)) or 0)
        stack.callback(_end, far)
        _wait_for(folder / "far")
        stories = tuple(given.story or STORIES)
        kills, step = -(-given.kills // lanes), lanes * given.stride
        plans = [
            Lane(1 + at * given.stride, step, kills, given.seed, url, folder / "far", given.without, given.only_calls, stories)
            for at, url in enumerate(urls)
        ]
        children = [_fork(lambda at=at, plan=plan: _report(plan, folder / f"{at}.json")) for at, plan in enumerate(plans)]  # type: ignore[misc]
        for child in children:
            stack.callback(_end, child)
        codes = [_code_of(child, seconds=600.0) for child in children]
        total = Tally()
        for at in range(lanes):
            total.add(Tally(**json.loads((folder / f"{at}.json").read_text())))
        total.strange += [f"a lane ended with {code}" for code in codes if code]
        _judge(total, urls, Line(folder / "far", lambda: None).ask(do="count"))
    total.seconds = time.monotonic() - began
    return total


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaign.light", description=__doc__)
    parser.add_argument("--kills", type=int, default=300, help="at least so many (default: 300)")
    parser.add_argument("--seed", type=int, default=1, help="chooses what is random (default: 1)")
    parser.add_argument("--ledger", default="sqlite", help="sqlite, or postgresql://… where each lane makes a schema of its own")
    parser.add_argument("--lanes", type=int, default=LANES, help=f"processes at a time (default: {LANES})")
    parser.add_argument("--without", default="", choices=["", *SAFEGUARDS], help="take a safeguard away: then there must be doubles")
    parser.add_argument("--stride", type=int, default=1, help="only every so many-th point (default: 1, each)")
    parser.add_argument("--story", action="append", choices=list(STORIES), help="only this one; may be repeated (default: all)")
    parser.add_argument("--only-calls", action="store_true", help="only before and after calls, not at statements")
    parser.add_argument("--json", action="store_true", help="the result as JSON")
    given = parser.parse_args(arguments)
    tally = run(given)
    print(json.dumps(asdict(tally)) if given.json else tally)
    return 0 if tally.holds else 1


def _judge(tally: Tally, urls: Sequence[str], made: dict[str, int]) -> None:
    """Every delivery that any ledger knows was made once."""
    time.sleep(3 * SLOW)
    for url in urls:
        ledger = Ledger.open(url)
        judge_ledger(tally, ledger, made)
        ledger.close()
    if tally.found != tally.conversations:
        tally.strange.append(f"{tally.conversations} conversations were confirmed, the ledgers know {tally.found}")


def _report(lane: Lane, path: Path) -> int:
    path.write_text(json.dumps(asdict(lane.run())))
    return 0


def _spare_memory() -> None:
    """Leave the pages that all processes share alone: a collection in each of a thousand forks would copy them all."""
    gc.collect()
    gc.disable()
    gc.freeze()


def _fork(work: Callable[[], int]) -> int:
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        code = work()
    except BaseException as error:  # noqa: BLE001 - the process ends here, and says why
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    finally:
        os._exit(code)


def _code_of(child: int, seconds: float = RUN_SECONDS) -> int:
    """Its exit code, or minus the signal that ended it. One that takes too long is ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 75


def _end(child: int) -> None:
    try:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        pass  # it has ended


def _wait_for(path: Path) -> None:
    until = time.monotonic() + 10
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.01)


if __name__ == "__main__":
    sys.exit(main())
