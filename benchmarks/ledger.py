"""The ledger's own speed, as ratios within one run: escalations per second, and the cost of knowing what was escalated before.

Run: python benchmarks/ledger.py [escalations] [remembered]

Escalations are confirmed and delivered to services that answer at once, by one process and by four over the same ledger, on SQLite and,
when there is a server (see tests/postgres.py), on PostgreSQL. The check, and a cycle in which nothing changed, are tried on ledgers
that remember 1,000 conversations and `remembered` (1,000,000 when not told).
"""

from __future__ import annotations

import json
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import insert

from escalator_tui.agent.cycle import Agent
from escalator_tui.agent.deliver import Deliverer
from escalator_tui.config.schema import Settings
from escalator_tui.ledger import Ledger
from escalator_tui.ledger.schema import conversations, deliveries, episodes, escalations
from escalator_tui.ledger.snapshots import dump
from escalator_tui.model.decision import Texts
from escalator_tui.model.kinds import DeliveryKind, Priority
from escalator_tui.services.gateway import Services
from escalator_tui.services.intercom import SearchPage
from escalator_tui.services.linear import Issue
from escalator_tui.services.slack import Message
from tests.ledger.makers import KINDS, conversation
from tests.postgres import NoPostgresError, schema

PROCESSES = (1, 4)
FEW = 1_000
BAR = 2.0
CHECKS = 400
CYCLES = 5
CHUNK = 20_000
SINCE = int(time.time()) - 60 * 86_400
"""When the first remembered conversation was updated (unix seconds): a second each, and recent enough for all to be kept."""


def main() -> int:
    """Print the figures; 1 when the check costs more than the bar."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    many = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    worst = 0.0
    for engine in ("sqlite", "postgresql"):
        try:
            base = [drain(engine, number, count) for count in PROCESSES]
            few, lots = (remembering(engine, count) for count in (FEW, many))
        except NoPostgresError as error:
            print(f"{engine:10} {error}")
            continue
        for count, rate in zip(PROCESSES, base, strict=True):
            print(f"{engine:10} {count} processes  {rate:6.1f} escalations/s  {rate / base[0]:4.2f} times one process", flush=True)
        for what in few:
            ratio = lots[what] / few[what]
            worst = max(worst, ratio)
            print(
                f"{engine:10} {what} with {many:,} remembered conversations: {ratio:.2f} times the cost with {FEW:,}"
                f" ({lots[what] * 1e3:.2f} ms against {few[what] * 1e3:.2f} ms; bar {BAR:g})",
                flush=True,
            )
    return 1 if worst > BAR else 0


@contextmanager
def empty(engine: str) -> Iterator[str]:
    """The address of a new ledger."""
    if engine == "postgresql":
        with schema() as url:
            Ledger.open(url).close()
            yield url
        return
    with tempfile.TemporaryDirectory() as folder:
        url = str(Path(folder, "ledger.sqlite3"))
        Ledger.open(url).close()
        yield url


def drain(engine: str, number: int, processes: int) -> float:
    """Escalations per second, from the first confirmation to the last delivery."""
    with empty(engine) as url:
        context = multiprocessing.get_context("spawn")
        ready = context.Barrier(processes + 1)
        share = [range(at, number, processes) for at in range(processes)]
        team = [context.Process(target=work, args=(url, numbers, ready)) for numbers in share]
        for each in team:
            each.start()
        ready.wait(60)
        began = time.perf_counter()
        for each in team:
            each.join(300)
        seconds = time.perf_counter() - began
        ledger = Ledger.open(url)
        owed, done = ledger.owed(), len(ledger.open_records())
        ledger.close()
        if owed or done != number:
            raise SystemExit(f"{engine}: {len(owed)} deliveries are still owed, {done} of {number} conversations are known")
        return number / seconds


def work(url: str, numbers: range, ready: Any) -> None:
    """Confirm a share and deliver whatever is owed."""
    ledger = Ledger.open(url)
    deliverer = Deliverer(ledger, instant_services(), Settings())
    ready.wait(60)
    ledger.save_conversations([conversation(str(each)) for each in numbers])
    for each in numbers:
        texts = Texts("title", "body", f"#{each}", "alert", "note")
        ledger.confirm(str(each), priority=Priority.P1, texts=texts, actor="auto", kinds=KINDS)
    deliverer.drain(240)
    ledger.close()


def instant_services() -> Services:
    """Services that agree to everything at once."""
    issue = Issue("id", "INF-1", "https://linear.app/acme/issue/INF-1")
    linear = SimpleNamespace(create_issue=lambda **_: issue, find_issue=lambda _: None, attach=lambda **_: None)
    slack = SimpleNamespace(
        post=lambda channel, **_: Message(channel, "1.0"), find=lambda **_: None, update=lambda **_: None, permalink=lambda *_: None
    )
    intercom = SimpleNamespace(
        search=lambda **_: SearchPage((), None, 0, 0),
        add_note=lambda *_, **__: "1",
        find_note=lambda *_: None,
        tag=lambda *_, **__: None,
        conversation_url=lambda name: f"https://i/{name}",
    )
    return cast(Services, SimpleNamespace(linear=linear, slack=slack, intercom=intercom))


def remembering(engine: str, remembered: int) -> dict[str, float]:
    """Median seconds of asking for one conversation that was escalated before, and of a quiet cycle, among so many."""
    with empty(engine) as url:
        ledger = Ledger.open(url)
        remember(ledger, remembered)
        rng = random.Random(1)
        names = [str(rng.randrange(remembered)) for _ in range(CHECKS)]
        ask(ledger, names[:50])
        one = [timed(lambda name=name: ask(ledger, [name])) for name in names]  # type: ignore[misc]
        agent = Agent(Settings(), ledger, instant_services())
        agent.poll()  # the first look is a sweep
        cycles = [timed(agent.poll) for _ in range(CYCLES)]
        agent.close()
        return {"the already-escalated check": statistics.median(one), "a quiet cycle": statistics.median(cycles)}


def ask(ledger: Ledger, names: list[str]) -> None:
    """The check: each of these is known to be escalated."""
    for name in names:
        record = ledger.record(name)
        if record is None or record.escalation is None:
            raise SystemExit(f"conversation {name} is not known to be escalated")


def timed(act: Callable[[], object]) -> float:
    """The seconds it takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def remember(ledger: Ledger, number: int) -> None:
    """Closed, escalated conversations with what was delivered, in bulk."""
    snapshot, texts = dump(conversation("0")), dump(Texts("title", "body", "#channel", "alert", "note"))
    for start in range(0, number, CHUNK):
        part = range(start, min(start + CHUNK, number))
        with ledger._database.write() as tx:
            tx.conn.execute(insert(conversations), [remembered_conversation(each, snapshot) for each in part])
            tx.conn.execute(insert(episodes), [{"conversation_id": str(each), "last": 1} for each in part])
            tx.conn.execute(insert(escalations), [remembered_escalation(each, texts) for each in part])
            tx.conn.execute(insert(deliveries), [remembered_delivery(each) for each in part])
    if not ledger._database.is_sqlite:
        # What autovacuum does within a minute of such growth: without it, planning a query walks the whole index.
        with ledger._database._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("VACUUM ANALYZE")


def remembered_conversation(number: int, snapshot: str) -> dict[str, Any]:
    """One row."""
    where = {"contact_id": f"c{number // 3}", "company_id": f"o{number // 30}"}
    return {"id": str(number), "state": "closed", **where, "updated_at": SINCE + number, "snapshot": snapshot, "touched_at": SINCE + number}


def remembered_escalation(number: int, texts: str) -> dict[str, Any]:
    """One row."""
    return {
        "id": number + 1,
        "conversation_id": str(number),
        "episode": 1,
        "state": "open",
        "priority": "P1",
        "actor": "auto",
        "confirmed_at": float(number),
        "held_until": 0.0,
        "texts": texts,
        "reason": "",
        "score": 0.5,
    }


def remembered_delivery(number: int) -> dict[str, Any]:
    """One row."""
    return {
        "ref": f"esc-{number}",
        "escalation_id": number + 1,
        "conversation_id": str(number),
        "kind": DeliveryKind.SLACK.value,
        "state": "done",
        "due_at": float(number),
        "waiting": False,
        "attempts": 1,
        "fence": 1,
        "in_doubt": False,
        "result": json.dumps({"channel": "C1", "ts": "1.0"}),
        "error": "",
        "cure": "",
    }


if __name__ == "__main__":
    sys.exit(main())
