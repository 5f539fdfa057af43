"""The real command, killed and started again: nothing is lost, nothing is sent twice. `python -m tests.campaign` does more of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from tests.campaign.__main__ import AT_ONCE, run_lanes
from tests.campaign.counting import COUNTED, FORBIDDEN, Expected, Tally, judge
from tests.campaign.lane import Plan
from tests.campaign.later import judge_later
from tests.campaign.site import FAKETIME
from tests.postgres import NoPostgresError, schema

KILLS = 42
PLANS = (
    Plan("calls", "calm", kills=3, seed=13, processes=3, fresh=4, freeze=True),
    Plan("effects", "calm", kills=9, seed=1),
    Plan("calls", "calm", kills=8, seed=2),
    Plan("moments", "calm", kills=6, seed=3),
    Plan("effects", "storm", kills=7, seed=4),
    Plan("calls", "outages", kills=6, seed=5, fresh=1),
    Plan("effects", "tool-errors", kills=4, seed=6, fresh=1),
    Plan("moments", "clocks", kills=4, seed=7, fresh=1),
)
LATER = (
    Plan("calls", "calm", kills=3, seed=11, before=4, fresh=0, again=2),
    Plan("effects", "storm", kills=3, seed=10, before=3, fresh=0, again=2),
    Plan("effects", "calm", kills=4, seed=12, before=3, fresh=2, undo=True),
    Plan("moments", "storm", kills=4, seed=15, before=2, fresh=2, again=2, processes=2, webhooks=True),
)
TEAMS = (Plan("moments", "calm", kills=6, seed=8, processes=4, fresh=3), Plan("effects", "storm", kills=4, seed=9, fresh=1))
CANARIES = {
    "slack": Plan("alerts", kills=1, fresh=1),
    "intercom": Plan("notes", kills=1, fresh=1),
    "lease": Plan("notes", kills=1, fresh=5, processes=3),
}
ROUNDS = 6
"""Doubles without a safeguard are a matter of moments: on a busy machine one round may have none."""


def run(plans: Iterable[Plan], at_once: int = AT_ONCE) -> Tally:
    total = Tally()
    for plan, tally in run_lanes(plans, at_once):
        print(f"{plan.title:45} {tally}")
        total.add(tally)
    return total


def test_whatever_is_killed_each_effect_happens_once() -> None:
    tally = run(PLANS, AT_ONCE + 1)  # one of them is frozen most of the time
    assert tally.holds, tally
    assert tally.kills >= KILLS
    assert tally.freezes == 3


def test_what_comes_later_happens_once_too() -> None:
    tally = run(LATER)
    assert tally.holds, tally
    assert tally.kills >= 14


@pytest.mark.skipif(FAKETIME is None, reason="faketime is not installed: no process has a clock of its own")
def test_clocks_that_differ_by_minutes_over_one_server() -> None:
    try:
        with schema() as url:
            tally = run([Plan("moments", "calm", kills=2, seed=14, processes=3, fresh=1, ledger=url, skews=(-180.0, 0.0, 180.0))])
    except NoPostgresError as error:
        pytest.skip(str(error))
    assert tally.holds, tally


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
    plan = replace(CANARIES[safeguard], program=("-m", "tests.campaign.canary", safeguard))
    for seed in range(1, ROUNDS + 1):
        tally = run([replace(plan, seed=seed)])
        print(f"without {safeguard}, round {seed}: {len(tally.doubled)} doubled")
        assert tally.lost == []
        if tally.doubled:
            return
    pytest.fail(f"nothing doubled in {ROUNDS} rounds without {safeguard}")


def test_the_counting_side_can_tell() -> None:
    one = {"conversation_id": "1", "id": "t"}
    link = {"url": "https://app.intercom.com/a/inbox/x/inbox/conversation/1", "issueId": "i"}
    none: dict[str, list[dict[str, Any]]] = {name: [] for name in (*COUNTED, *FORBIDDEN)}
    good: dict[str, list[dict[str, Any]]] = {
        **none,
        "issues": [link],
        "attachments": [link, link],
        "messages": [link],
        "notes": [one],
        "taggings": [one, one],
    }
    fine, lost, doubled, strange = (Tally() for _ in range(4))
    judge(fine, good, Expected(["1"]))
    assert fine.holds
    judge(lost, {**good, "notes": []}, Expected(["1"]))
    assert lost.lost == ["note of 1"]
    judge(doubled, {**good, "messages": [link, link]}, Expected(["1"]))
    assert doubled.doubled == ["alert of 1 (2 times)"]
    judge(strange, {**good, "replies": [one]}, Expected())
    assert len(strange.strange) == 6


def test_it_can_tell_of_what_comes_later() -> None:
    link = "https://app.intercom.com/a/inbox/x/inbox/conversation/1"
    comment, reply = {"issueId": "i", "body": "word0x"}, {"channel": "C", "ts": "2", "thread_ts": "1", "text": "word0x"}
    alert, raised = {"channel": "C", "ts": "1", "text": link}, {"id": "i", "priority": 1, "archivedAt": None}
    good: dict[str, list[dict[str, Any]]] = {
        **{name: [] for name in (*COUNTED, *FORBIDDEN)},
        "issues": [{"id": "i", "url": link, "priority": 2}],
        "issue_updates": [raised, raised],
        "messages": [alert, reply],
        "comments": [comment],
        "notes": [{"conversation_id": "1", "body": "Escalated"}],
    }
    retraction, struck = {"conversation_id": "1", "body": "Withdrawn by Sam"}, {**alert, "text": "Withdrawn by Sam"}
    undone = {**good, "issue_updates": [{**raised, "archivedAt": "now"}], "message_updates": [struck, struck]}
    undone["notes"] = [*good["notes"], retraction]
    written, taken_back = Expected(["1"], {"word0x": "1"}, {"1"}), Expected(["1"], {"word0x": "1"}, undone={"1"})

    def found(effects: dict[str, list[dict[str, Any]]], expected: Expected) -> tuple[list[str], list[str], int]:
        tally = Tally()
        judge_later(tally, effects, expected)
        return tally.lost, tally.doubled, len(tally.strange)

    assert found(good, written) == found(undone, taken_back) == ([], [], 0)
    assert found({**good, "comments": [comment, comment]}, written) == ([], ["comment on 1 with word0x (2 times)"], 0)
    assert found({**good, "comments": []}, written) == (["comment on 1 with word0x"], [], 0)
    assert found({**good, "messages": [alert, reply, reply]}, written) == ([], ["reply on 1 with word0x (2 times)"], 0)
    assert found({**good, "messages": [alert]}, written) == (["reply on 1 with word0x"], [], 0)
    assert found({**good, "issue_updates": []}, written) == (["raise of 1"], [], 0)
    assert found({**good, "comments": [{**comment, "issueId": "other"}]}, written)[2] == 1
    assert found({**undone, "notes": [*undone["notes"], retraction]}, taken_back) == ([], ["retraction of 1 (2 times)"], 0)
    assert found(good, taken_back) == (["archive of 1", "strike of 1", "retraction of 1"], [], 0)
    assert found(undone, written)[2] == 3
