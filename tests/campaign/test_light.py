"""Ledger and deliverer killed at every statement, commit and call. `python -m tests.campaign.light --kills 3000` does more of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.campaign.counting import Tally
from tests.postgres import NoPostgresError, address

LATER = ("--story", "again", "--story", "undone", "--story", "midway")
ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


def run(*arguments: str) -> Tally:
    """In a process of its own: it forks, which a process with threads should not."""
    command = [sys.executable, "-m", "tests.campaign.light", "--json", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.stdout, done.stderr
    tally = Tally(**json.loads(done.stdout))
    print(tally)
    return tally


def test_killed_at_every_point_on_sqlite() -> None:
    tally = run("--kills", "200", "--story", "escalated")
    tally.add(run("--kills", "60", "--stride", "12", *LATER))
    assert tally.holds, tally
    assert tally.kills >= 300


def test_killed_at_every_point_on_postgresql() -> None:
    try:
        server = address()
    except NoPostgresError as error:
        pytest.skip(str(error))
    tally = run("--kills", "100", "--stride", "9", "--ledger", server)
    assert tally.holds, tally
    assert tally.kills >= 100


@pytest.mark.parametrize("safeguard", ["slack", "intercom", "lease"])
def test_it_finds_what_the_safeguards_prevent(safeguard: str) -> None:
    tally = run("--kills", "30", "--only-calls", "--story", "escalated", "--without", safeguard)
    print(f"without {safeguard}: {len(tally.doubled)} doubled")
    assert len(tally.doubled) > 0, tally
    assert tally.lost == []


def test_it_finds_a_reply_and_a_retraction_that_are_not_looked_for() -> None:
    tally = run("--kills", "30", "--only-calls", "--story", "again", "--story", "undone", "--without", "later")
    assert {each.partition(" ")[0] for each in tally.doubled} == {"reply", "retraction"}, tally
    assert tally.lost == []
