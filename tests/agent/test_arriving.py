"""A long look: what it finds is stored, scored and offered while it goes on, and ends as if it had come at once."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalator_tui.agent.scoring import EarlyScores, Scorer
from escalator_tui.agent.watch import CURSOR, SWEPT
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.model.assessment import Assessment
from escalator_tui.model.conversation import Account, Contact, Conversation, ConversationState
from escalator_tui.model.row import Row
from escalator_tui.model.rules import Rules
from escalator_tui.sandbox.process import SandboxProcess
from tests.agent.bench import Bench
from tests.agent.builders import NOW, conversation, part

MANY = 160
TEXTS = ("This is unacceptable, I want to speak to a manager.", "How do I add a seat?", "Still broken, I am frustrated.")
PEOPLE = (None, Contact("c1", email="a@acme.example"), Contact("c2", email="b@acme.example"), Contact("c3"))
COMPANIES = (None, Account("o1", "Acme"), Account("o2", "Globex"))
STATES = (ConversationState.OPEN, ConversationState.OPEN, ConversationState.CLOSED)
KILLED_IN_THE_MIDDLE = """
import os, signal, sys
from escalator_tui.agent.cycle import Agent
from escalator_tui.config import load_settings
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.services.gateway import open_services

settings, batches = load_settings(), []

def arrived():
    batches.append(1)
    if len(batches) == 2:
        os.kill(os.getpid(), signal.SIGKILL)

Agent(settings, Ledger.open(sys.argv[1]), open_services(settings)).poll(arrived=arrived)
"""


@pytest.fixture
def crowded(certificates: Path, tmp_path: Path) -> Iterator[Bench]:
    """A workspace with many open conversations of few companies."""
    with SandboxProcess(world=MANY, cert_dir=certificates) as sandbox:
        bench = Bench(sandbox, tmp_path)
        yield bench
        bench.close()


def assessments(ledger: Ledger) -> dict[str, Assessment | None]:
    return {each.conversation.id: each.assessment for each in ledger.open_records()}


def scored_at_once(bench: Bench, folder: Path) -> dict[str, Assessment | None]:
    """The same conversations in a ledger that got all of them before any was scored."""
    ledger = Ledger.open(str(folder / "at_once.sqlite"), clock=lambda: bench.now)
    ledger.save_conversations(each.conversation for each in bench.ledger.open_records())
    Scorer(ledger, bench.settings.rules, lambda: bench.now).score_all()
    found = assessments(ledger)
    ledger.close()
    return found


def write(bench: Bench, number: int) -> str:
    """One of a company's people writes, each at another moment: of those who wrote at the same, it is open who counts as the last."""
    text, moment = TEXTS[number % len(TEXTS)], int(bench.now) - 100 - number
    return bench.add(body=f"<p>{text}</p>", email=f"c{number}@acme.example", at=moment)


def test_rows_are_there_to_be_read_while_the_look_goes_on(crowded: Bench, tmp_path: Path) -> None:
    agent, seen = crowded.agent(), list[dict[str, Row]]()
    agent.changed_rows()

    def arrived() -> None:
        seen.append({row.id: row for row in agent.changed_rows()})
        assert crowded.ledger.mark(CURSOR) is None, "not before all was stored"

    report = agent.poll(arrived=arrived)
    assert [len(each) for each in seen] == [50, 50, 50]
    assert (report.changed, report.scored) == (MANY, MANY)
    early = {key: row.score for batch in seen for key, row in batch.items()}
    final = assessments(crowded.ledger)
    assert final == scored_at_once(crowded, tmp_path)
    assert any(early[key] < found.score for key, found in final.items() if found and key in early), "of what came later"
    assert any(0 < early[key] == found.score for key, found in final.items() if found and key in early)


def test_a_first_look_that_is_killed_goes_on_where_it_was(crowded: Bench, tmp_path: Path) -> None:
    run = [sys.executable, "-c", KILLED_IN_THE_MIDDLE, str(tmp_path / "ledger.sqlite")]
    ended = subprocess.run(run, env=os.environ | crowded.environ, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert (crowded.ledger.mark(CURSOR), crowded.ledger.mark(SWEPT)) == (None, None)
    stored = assessments(crowded.ledger)
    assert len(stored) == 100
    assert all(stored.values())
    crowded.calls()
    crowded.agent().poll()
    read = [each for each in crowded.calls() if each.startswith("GET /conversations/")]
    assert len(read) == MANY - 100 + 50, "the second batch was scored and not settled"
    assert len(assessments(crowded.ledger)) == MANY
    assert assessments(crowded.ledger) == scored_at_once(crowded, tmp_path)
    assert crowded.ledger.due_reads() == set()


def test_what_a_later_look_did_not_come_to_is_left_to_the_next(bench: Bench, tmp_path: Path) -> None:
    bench.add(email="jane@acme.example")
    agent = bench.agent()
    agent.poll()
    ids = {write(bench, number) for number in range(70)}
    before = bench.ledger.mark(CURSOR)

    def stopped() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        agent.poll(arrived=stopped)
    assert bench.ledger.mark(CURSOR) == before
    assert len(bench.ledger.due_reads() & ids) == 50, "the customers' other conversations were not scored again yet"
    assert agent.poll().changed == 70
    assert bench.ledger.due_reads() == set()
    assert assessments(bench.ledger).keys() > ids
    assert assessments(bench.ledger) == scored_at_once(bench, tmp_path)


def test_a_look_without_a_full_batch_is_scored_once(bench: Bench) -> None:
    for number in range(49):
        bench.add(email=f"c{number}@x.example")
    told: list[int] = []
    assert bench.agent().poll(arrived=lambda: told.append(1)).scored == 49
    assert told == []


def test_a_read_that_fails_does_not_hold_up_the_others(crowded: Bench) -> None:
    fault = {"kind": "http", "service": "intercom", "operation": "GET /conversations/*", "status": 403, "body": {}, "count": 1}
    crowded.ask("POST", "faults", [fault])
    told: list[int] = []
    report = crowded.agent().poll(arrived=lambda: told.append(1))
    assert (report.changed, report.unread, len(told)) == (MANY - 1, 1, 3)


@st.composite
def customers(draw: st.DrawFn) -> list[Conversation]:
    """Conversations of a few people at a few companies."""
    return [
        conversation(
            part(1, draw(st.sampled_from(TEXTS)), kind="source"),
            id=str(number),
            state=draw(st.sampled_from(STATES)),
            updated_at=NOW - draw(st.integers(0, 9 * 86_400)),
            contact=draw(st.sampled_from(PEOPLE)),
            account=draw(st.sampled_from(COMPANIES)),
        )
        for number in range(draw(st.integers(1, 12)))
    ]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty ledger: making one takes longer than copying it."""
    file = tmp_path_factory.mktemp("ledgers") / "empty.sqlite"
    Ledger.open(str(file)).close()
    return file


@settings(max_examples=40)
@given(found=customers(), size=st.integers(1, 5))
def test_in_batches_of_any_size_the_scores_end_as_if_all_had_come_at_once(found: list[Conversation], size: int, empty: Path) -> None:
    ended = []
    for batched in (True, False):
        ledger = Ledger.open(str(shutil.copy(empty, empty.with_name("used.sqlite"))), clock=lambda: NOW)
        scorer = Scorer(ledger, Rules(), lambda: NOW)
        early = EarlyScores(scorer, lambda: None)
        for start in range(0, len(found), size):
            ledger.save_conversations(found[start : start + size])
            if batched:
                early(found[start : start + size])
        scorer.score_all()
        ended.append({each.id: ledger.record(each.id) for each in found})
        ledger.close()
    assert ended[0] == ended[1]
