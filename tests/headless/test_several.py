"""Several headless agents over one ledger: one alone says of an escalation that it was escalated."""

from __future__ import annotations

import io
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from escalator_tui.agent.cycle import Agent
from escalator_tui.headless import Headless, Options
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.model.decision import Escalation
from escalator_tui.model.kinds import AUTO
from escalator_tui.model.row import Row
from escalator_tui.services.errors import UnreachableError
from tests.agent.bench import Bench
from tests.ledger.makers import process

ANGRY = "<p>This is unacceptable, I want to speak to a manager.</p>"


class Team:
    """Agents of processes of their own. The ledger's clock goes on with each look at it."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self._bench, self._folder, self._agents = bench, folder, list[Agent]()

    def _clock(self) -> float:
        self._bench.now += 0.001
        return self._bench.now

    def agent(self) -> Agent:
        """One more."""
        ledger = Ledger.open(str(self._folder / "ledger.sqlite"), clock=self._clock, owner=process(len(self._agents)))
        self._agents.append(Agent(self._bench.settings, ledger, self._bench.services, clock=self._clock))
        return self._agents[-1]

    def close(self) -> None:
        for each in self._agents:
            each.close()


@pytest.fixture
def team(bench: Bench, tmp_path: Path) -> Iterator[Team]:
    made = Team(bench, tmp_path)
    yield made
    made.close()


class Run:
    """A headless agent, cycle by cycle."""

    def __init__(self, agent: object, err: io.StringIO | None = None) -> None:
        self._out = io.StringIO()
        options = Options(drain=20.0, as_json=True)
        self._headless = Headless(
            cast("Agent", agent), options, check=list, stop=threading.Event(), out=self._out, err=io.StringIO() if err is None else err
        )

    def cycle(self) -> dict[str, Any]:
        """The summary, with the outcomes in `told`."""
        before = len(self._out.getvalue().splitlines())
        self._headless.cycle()
        *lines, summary = map(json.loads, self._out.getvalue().splitlines()[before:])
        return {**summary, "told": Counter(line["outcome"] for line in lines)}


class Crossed:
    """An agent that something comes in between: before its decisions, or after them. What it decides another process delivers."""

    def __init__(self, agent: Agent, other: Agent, cross: Callable[[], object], *, before: bool = False) -> None:
        self._agent, self._cross, self._before, self.deliverer = agent, cross, before, other.deliverer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._agent, name)

    def auto_decide(self, rows: Sequence[Row]) -> list[Escalation]:
        if self._before:
            self._cross()
        decided = self._agent.auto_decide(rows)
        if not self._before:
            self._cross()
        return decided


class Undelivering:
    """An agent whose deliveries never get their turn."""

    class deliverer:  # noqa: N801 - stands for an attribute
        """Does nothing."""

        start = staticmethod(lambda: None)
        drain = staticmethod(lambda *_, **__: None)

    def __init__(self, agent: Agent) -> None:
        self._agent = agent

    def __getattr__(self, name: str) -> Any:
        return getattr(self._agent, name)


def test_what_another_process_escalated_meanwhile_is_that_ones_to_tell(bench: Bench, team: Team) -> None:
    bench.add(body=ANGRY)
    other, told = team.agent(), list[dict[str, Any]]()
    first = Run(other)
    late = Run(Crossed(team.agent(), other, lambda: told.append(first.cycle()), before=True)).cycle()
    assert [(each["told"], each["escalated"]) for each in told] == [({"escalated": 1}, 1)]
    assert (late["told"], late["escalated"], late["skipped"]) == ({"already_escalated": 1}, 0, 1)


def test_who_decided_tells_whoever_delivers(bench: Bench, team: Team) -> None:
    bench.add(body=ANGRY)
    helper = team.agent()
    run = Run(Crossed(team.agent(), helper, lambda: None))
    assert run.cycle()["told"] == {"escalated": 1}
    assert Run(helper).cycle()["told"] == {"already_escalated": 1}
    assert run.cycle()["told"] == {"already_escalated": 1}


def test_of_who_decided_and_who_delivered_the_first_tells(bench: Bench, team: Team) -> None:
    bench.add(body=ANGRY)
    helper, told = team.agent(), list[dict[str, Any]]()
    first = Run(helper)
    late = Run(Crossed(team.agent(), helper, lambda: told.append(first.cycle()))).cycle()
    assert [each["told"] for each in told] == [{"escalated": 1}]
    assert late["told"] == {"already_escalated": 1}


def test_who_delivers_what_a_process_that_died_left_owed_tells_of_it_once(bench: Bench, team: Team) -> None:
    bench.add(body=ANGRY)
    dying, other, idle = team.agent(), Run(team.agent()), Run(team.agent())
    dying.poll()
    assert len(dying.auto_decide(dying.rows())) == 1
    assert other.cycle()["told"] == {"escalated": 1}
    assert other.cycle()["told"] == {"already_escalated": 1}
    assert other.cycle()["told"] == {}
    assert idle.cycle()["told"] == {"already_escalated": 1}


def test_what_stays_undone_is_counted_by_each_cycle_and_told_once(bench: Bench, team: Team) -> None:
    one = bench.add(body=ANGRY)
    agent = team.agent()
    agent.poll()
    agent.escalate(agent.draft(one), actor=AUTO)
    said = io.StringIO()
    run = Run(Undelivering(agent), said)
    first, second = run.cycle(), run.cycle()
    assert (first["told"], first["pending"]) == ({"pending": 1}, 1)
    assert (second["told"], second["pending"]) == ({}, 1)
    assert said.getvalue().count(f"conversation {one}") == 1
    claimed = agent.ledger.claim(lease=60.0)
    assert claimed is not None
    agent.ledger.postpone(claimed, due_at=bench.now + 600, error="Linear is away", in_doubt=False)
    assert run.cycle()["told"] == {"pending": 1}
    assert "Linear is away" in said.getvalue()


def test_what_is_undone_is_named_although_intercom_cannot_be_listed(bench: Bench, team: Team) -> None:
    one = bench.add(body=ANGRY)
    agent = team.agent()
    agent.poll()
    agent.escalate(agent.draft(one), actor=AUTO)

    class Blind(Undelivering):
        def poll(self, **_: object) -> None:
            raise UnreachableError("Intercom is away", service="intercom")

    said = io.StringIO()
    run = Run(Blind(agent), said)
    for _ in range(2):
        with pytest.raises(UnreachableError):
            run.cycle()
    assert said.getvalue().count(f"conversation {one}, ") == 1


def test_what_arrived_between_two_cycles_is_told_by_the_next(bench: Bench, team: Team) -> None:
    agent = team.agent()
    run = Run(agent)
    run.cycle()
    one = bench.add(body=ANGRY)
    agent.poll()
    agent.escalate(agent.draft(one), actor=AUTO)
    agent.deliverer.drain(20.0)
    assert run.cycle()["told"] == {"escalated": 1}
