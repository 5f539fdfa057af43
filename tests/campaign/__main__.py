"""Kills the real command again and again, and counts what arrived: `python -m tests.campaign`.

Each lane has a sandbox of its own, slow enough for the request of a killed process to take effect later. Ends with 0 when nothing was
lost and nothing doubled, else with 1.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, replace

from tests.campaign.counting import Tally
from tests.campaign.lane import POINTS, PRODUCT, Plan, run_lane
from tests.campaign.weather import WEATHERS
from tests.postgres import schema

AT_ONCE = 3
"""Lanes at a time: they mostly wait."""
TEAM = 4
LATER = (
    Plan("calls", before=4, fresh=0, again=2),
    Plan("effects", before=2, fresh=2, undo=True),
    Plan("moments", before=2, fresh=1, again=2, undo=True, processes=2),
    Plan("calls", fresh=4, processes=3, freeze=True),
    Plan("moments", before=2, fresh=2, again=2, processes=2, webhooks=True),
)
"""What comes after an escalation, processes that are frozen, and a receiver of webhooks."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it."""
    given = _parser().parse_args(arguments)
    program = ("-m", "tests.campaign.canary", given.without) if given.without else PRODUCT
    total = Tally()
    with ExitStack() as stack:
        plans = [
            replace(each, program=program, ledger=stack.enter_context(schema(given.ledger)) if given.ledger != "sqlite" else "")
            for each in plans_for(given.kills, given.seed, given.processes, given.weather or list(WEATHERS), given.point or POINTS[:3])
        ]
        for plan, tally in run_lanes(plans, given.lanes):
            total.add(tally)
            print(json.dumps({"lane": plan.title, **asdict(tally)}) if given.json else f"{plan.title:45} {tally}", flush=True)
    print(json.dumps({"lane": "all", **asdict(total)}) if given.json else f"{'all':45} {total}")
    return 0 if total.holds else 1


def plans_for(kills: int, seed: int, processes: int, weathers: Sequence[str], points: Sequence[str]) -> list[Plan]:
    """A lane for each weather, each with another kind of moment; in calm weather, one for each, and one with several processes.

    In calm weather and in a storm, also lanes in which more comes after the escalations.
    """
    plans = [Plan(point, "calm", seed=seed + at, processes=processes) for at, point in enumerate(points) if "calm" in weathers]
    if processes == 1 and "calm" in weathers:
        plans.append(Plan(points[-1], "calm", seed=seed, processes=TEAM, fresh=3))
    others = [each for each in weathers if each != "calm"]
    plans += [
        Plan(points[at % len(points)], each, seed=seed + at, processes=processes, fresh=1 if processes == 1 else 3)
        for at, each in enumerate(others)
    ]
    if "calm" in weathers:
        plans += [replace(each, seed=seed, processes=max(processes, each.processes)) for each in LATER]
    if "storm" in weathers:
        plans += [replace(each, weather="storm", seed=seed, processes=max(processes, each.processes)) for each in LATER[:2]]
    return [replace(each, kills=kills // len(plans) + (at < kills % len(plans))) for at, each in enumerate(plans)]


def run_lanes(plans: Iterable[Plan], at_once: int = AT_ONCE) -> Iterator[tuple[Plan, Tally]]:
    """Several at a time; yields in the order of the plans."""
    with ThreadPoolExecutor(at_once) as pool:
        yield from [(plan, future.result()) for plan, future in [(each, pool.submit(run_lane, each)) for each in plans]]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.campaign", description=__doc__)
    parser.add_argument("--kills", type=int, default=300, help="kills in all, shared by the lanes (default: 300)")
    parser.add_argument("--seed", type=int, default=1, help="chooses moments, victims and which calls fail (default: 1)")
    parser.add_argument("--ledger", default="sqlite", help="sqlite, or postgresql://… where each lane makes a schema of its own")
    parser.add_argument("--processes", type=int, default=1, help="processes at once over one ledger (default: 1, and one lane of 4)")
    parser.add_argument("--weather", action="append", choices=list(WEATHERS), help="only this one; may be repeated (default: all)")
    parser.add_argument("--point", action="append", choices=POINTS, help="kill only there; may be repeated (default: the first three)")
    parser.add_argument("--lanes", type=int, default=AT_ONCE, help=f"lanes at a time (default: {AT_ONCE})")
    parser.add_argument("--without", default="", help="take a safeguard away: slack, intercom or lease; then there must be doubles")
    parser.add_argument("--json", action="store_true", help="JSON lines")
    return parser


if __name__ == "__main__":
    sys.exit(main())
