"""The real command, killed and started again: nothing is lost, nothing is sent twice. `python -m tests.campaign` does more of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from tests.campaign.__main__ import run_lanes
from tests.campaign.counting import Tally, judge
from tests.campaign.lane import Plan
from tests.postgres import NoPostgresError, schema

KILLS = 60
PLANS = (
    Plan("effects", "calm", kills=11, seed=1),
    Plan("calls", "calm", kills=12, seed=2),
    Plan("moments", "calm", kills=8, seed=3),
    Plan("effects", "storm", kills=10, seed=4),
    Plan("calls", "outages", kills=8, seed=5, fresh=1),
    Plan("effects", "tool-errors", kills=6, seed=6, fresh=1),
    Plan("moments", "clocks", kills=6, seed=7, fresh=1),
)
TEAMS = (Plan("moments", "calm", kills=6, seed=8, processes=4, fresh=3), Plan("effects", "storm", kills=4, seed=9, fresh=1))
CANARIES = {
    "slack": Plan("alerts", kills=1, fresh=1),
    "intercom": Plan("notes", kills=1, fresh=1),
    "lease": Plan("alerts", kills=1, fresh=3, processes=2),
}


def run(plans: Iterable[Plan]) -> Tally:
    total = Tally()
    for plan, tally in run_lanes(plans):
        print(f"{plan.title:45} {tally}")
        total.add(tally)
    return total


def test_whatever_is_killed_each_effect_happens_once() -> None:
    tally = run(PLANS)
    assert tally.holds, tally
    assert tally.kills >= KILLS


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_team_over_one_ledger(engine: str) -> None:
    if engine == "sqlite":
        tally = run(TEAMS[:1])
    else:
        try:
            with schema() as one, schema() as other:
                tally = run(replace(plan, ledger=url) for plan, url in zip(TEAMS, (one, other), strict=True))
        except NoPostgresError as error:
            pytest.skip(str(error))
    assert tally.holds, tally
    assert tally.kills >= TEAMS[0].kills


@pytest.mark.parametrize("safeguard", CANARIES)
def test_the_campaign_finds_what_the_safeguards_prevent(safeguard: str) -> None:
    tally = run([replace(CANARIES[safeguard], program=("-m", "tests.campaign.canary", safeguard))])
    print(f"without {safeguard}: {len(tally.doubled)} doubled")
    assert len(tally.doubled) > 0, tally
    assert tally.lost == []


def test_the_counting_side_can_tell() -> None:
    one = {"conversation_id": "1", "id": "t"}
    link = {"url": "https://app.intercom.com/a/inbox/x/inbox/conversation/1", "issueId": "i"}
    none: dict[str, list[dict[str, Any]]] = {name: [] for name in ("replies", "comments", "conversation_updates", "issue_updates")}
    good: dict[str, list[dict[str, Any]]] = {
        **none,
        "issues": [link],
        "attachments": [link, link],
        "messages": [link],
        "notes": [one],
        "taggings": [one, one],
    }
    fine, lost, doubled, strange = (Tally() for _ in range(4))
    judge(fine, good, ["1"])
    assert fine.holds
    judge(lost, {**good, "notes": []}, ["1"])
    assert lost.lost == ["note of 1"]
    judge(doubled, {**good, "messages": [link, link]}, ["1"])
    assert doubled.doubled == ["alert of 1 (2 times)"]
    judge(strange, {**good, "replies": [one]}, [])
    assert len(strange.strange) == 6
