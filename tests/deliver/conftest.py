"""A team's processes over one ledger and one far side, under a clock that the test moves."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from escalator_tui.agent.deliver import Deliverer
from escalator_tui.config import Settings
from escalator_tui.ledger import Ledger
from escalator_tui.model.decision import Delivery
from tests.deliver.far_side import FarSide
from tests.ledger.makers import Clock, process
from tests.ledger.urls import ENGINES, fresh_url


class Team:
    """Processes come and go; ledger, services and time stay."""

    def __init__(self, url: str, settings: Settings | None = None) -> None:
        self.clock = Clock()
        self.far = FarSide(self.clock)
        self.settings = settings or Settings()
        self.told: list[Delivery] = []
        self._url = url
        self._number = 0
        self.ledger, self.deliverer = self._start()

    def _start(self) -> tuple[Ledger, Deliverer]:
        self._number += 1
        ledger = Ledger.open(self._url, clock=self.clock, owner=process(self._number))
        rng = random.Random(self._number)
        return ledger, Deliverer(ledger, self.far.services, self.settings, clock=self.clock, rng=rng, on_change=self.told.append)

    def restart(self) -> None:
        """The process died; another one starts on the same machine."""
        self.ledger.close()
        self.ledger, self.deliverer = self._start()
        self.ledger.take_over()

    def colleague(self) -> tuple[Ledger, Deliverer]:
        """One more process."""
        return self._start()

    def run(self, seconds: float = 100_000.0) -> None:
        """Let time pass from one due moment to the next, until nothing is due or that much time passed."""
        end = self.clock.now + seconds
        while True:
            while self.deliverer.deliver_next():
                pass
            due = self.ledger.next_due()
            if due is None or due > end:
                return
            self.clock.now = max(self.clock.now, due)


@pytest.fixture(params=ENGINES)
def team(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Team]:
    with fresh_url(request.param, tmp_path) as url:
        team = Team(url)
        yield team
        team.ledger.close()
