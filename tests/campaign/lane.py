"""One lane of a campaign: step after step customers write, processes run and one of them is killed; at the end everything is counted."""

from __future__ import annotations

import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from escalator_tui.sandbox.process import SandboxProcess
from tests.campaign.counting import COUNTED, Tally, judge
from tests.campaign.later import judge_later
from tests.campaign.site import SETTLE, SHORTEST_LEASE, Site
from tests.campaign.weather import LATENCY, WEATHERS

LOOK_EVERY = 0.02
STEP_SECONDS = 60.0
"""A step that lasts longer is cut short by a kill."""
FINISHING_RUNS = 12
POINTS = ("effects", "calls", "moments", "alerts", "notes", "comments")
PRODUCT = ("-m", "escalator_tui")


@dataclass(frozen=True)
class Plan:
    """What to do in one lane.

    `point` says when to kill: after the k-th effect, at the k-th call, k rising until a run ends by itself, or at random moments; `alerts`,
    `notes` and `comments` are right after the first one of a step. `processes` run at once. `ledger` is an address or "". `program` is what
    Python runs.

    `before` conversations are escalated undisturbed at first. Each step has `fresh` ones, and `again` messages on escalated ones. With
    `undo`, a second process undoes some of them. With `freeze`, the processes of a step are frozen for longer than their lease instead.
    With `webhooks`, a receiver of webhooks works beside them and is killed as they are. `skews` are the seconds by which the processes'
    clocks are wrong, in turns.
    """

    point: str = "effects"
    weather: str = "calm"
    kills: int = 20
    processes: int = 1
    ledger: str = ""
    seed: int = 1
    fresh: int = 2
    program: tuple[str, ...] = PRODUCT
    before: int = 0
    again: int = 0
    undo: bool = False
    freeze: bool = False
    webhooks: bool = False
    skews: tuple[float, ...] = (0.0,)

    @property
    def title(self) -> str:
        """What makes it special."""
        ledger = "postgresql" if self.ledger.startswith("postgresql") else "sqlite"
        named = {"written again": self.again, "undone": self.undo, "frozen": self.freeze, "webhooks": self.webhooks}
        told = ", ".join([*(name for name, also in named.items() if also), *(["clocks wrong"] if any(self.skews) else [])])
        return f"{self.point}, {self.weather}, {ledger}, {self.processes} at once{f', {told}' if told else ''}"


def run_lane(plan: Plan, seconds: float = 600.0) -> Tally:
    """Kill as often as the plan says, or until the time is up, then restart until everything is delivered, and count."""
    began = time.monotonic()
    with _site(plan) as site:
        lane = _Lane(plan, site, began + seconds)
        try:
            lane.prepare()
            lane.kill_often()
            lane.finish()
        finally:
            lane.end()
        tally = lane.tally
        effects = site.effects()
        judge(tally, effects, site.expected)
        judge_later(tally, effects, site.expected)
        if "Traceback" in site.complaints:
            tally.strange.append(f"a traceback: {site.complaints[-2000:]}")
    tally.conversations = len(site.expected.conversations)
    tally.seconds = time.monotonic() - began
    return tally


@contextmanager
def _site(plan: Plan) -> Iterator[Site]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="campaign-")))
        journal = folder / "journal"
        sandbox = stack.enter_context(SandboxProcess(world="empty", latency=LATENCY, seed=plan.seed, cert_dir=folder, journal=journal))
        site = Site(sandbox, folder, plan.ledger, plan.program, WEATHERS[plan.weather])
        stack.callback(site.close)
        yield site


class _Lane:
    def __init__(self, plan: Plan, site: Site, until: float) -> None:
        self._plan = plan
        self._site = site
        self._until = until
        self._rng = random.Random(plan.seed)
        self._team: list[subprocess.Popen[bytes]] = []
        self._receivers: list[subprocess.Popen[bytes]] = []
        self._k = 0
        self.tally = Tally()

    def prepare(self) -> None:
        """What is escalated before anything is killed."""
        if self._plan.freeze:
            self._site.shorten_lease()
        if self._plan.before:
            self._site.change_weather(0, self._rng)  # its clock never goes back, as Intercom's does not
            self._site.customers_write(self._plan.before)
            self._run_to_the_end(self._start())

    def kill_often(self) -> None:
        """Steps until the kills are done."""
        for step in range(self._plan.kills * 4):
            if self.tally.kills + self.tally.freezes >= self._plan.kills or time.monotonic() > self._until:
                return
            self._site.customers_write(self._plan.fresh)
            self._site.customers_write_again(self._plan.again, self._rng)
            self._site.change_weather(step, self._rng)
            self._fill_team()
            if not self._wait_until(self._next_point()):
                self._k = 0
            elif self._plan.freeze:
                self._freeze_team()
            else:
                self._kill_one()

    def finish(self) -> None:
        """Fine weather, and one process again and again until one ends with nothing owed."""
        if self._plan.webhooks and not self._is_heard():
            self.tally.strange.append("no webhook was heard")
        self._site.calm_down([])
        for each in self._team:
            each.wait(STEP_SECONDS * 3)
        for _ in range(FINISHING_RUNS):
            if self._run_to_the_end(self._start()) == 0 and self._undo_the_rest():
                break
        else:
            self.tally.strange.append(f"still something owed after {FINISHING_RUNS} runs: {self._site.complaints[-1000:]}")
        self._site.wait_for_stragglers()

    def end(self) -> None:
        """Leave no process behind."""
        for each in (*self._team, *self._receivers):
            each.kill()
            each.wait()

    def _is_heard(self) -> bool:
        """Whether a receiver took a webhook. On a slow machine the kills left none the time to, so the last one lives until it did."""
        until = time.monotonic() + STEP_SECONDS
        while not self._site.heard() and time.monotonic() < until:
            self._fill_receivers()
            if self._site.listens():
                self._site.customers_write(1)
            time.sleep(1.0)
        return self._site.heard() > 0

    def _fill_receivers(self) -> None:
        self._receivers = [each for each in self._receivers if each.poll() is None]
        if self._plan.webhooks and not self._receivers:
            self._receivers.append(self._site.start_receiver())
            self.tally.runs += 1

    def _fill_team(self) -> None:
        self._team = [each for each in self._team if each.poll() is None]
        self._fill_receivers()
        for _ in range(self._plan.processes - len(self._team)):
            self._team.append(self._start())
        if self._plan.undo:
            self._team.append(self._site.start_undoing())
            self.tally.runs += 1

    def _start(self) -> subprocess.Popen[bytes]:
        self.tally.runs += 1
        return self._site.start(self._plan.skews[self.tally.runs % len(self._plan.skews)])

    def _undo_the_rest(self) -> bool:
        return not self._plan.undo or self._run_to_the_end(self._site.start_undoing()) == 0

    def _run_to_the_end(self, process: subprocess.Popen[bytes]) -> int:
        self._team = [process]
        return process.wait(STEP_SECONDS * 3)

    def _next_point(self) -> Callable[[], bool]:
        """Whether it is time to kill."""
        self._k += 1
        k, site = self._k, self._site
        if self._plan.point == "calls":
            return lambda: site.calls() >= k
        if self._plan.point == "moments":
            moment = time.monotonic() + self._rng.uniform(0.5, 3.5)
            return lambda: time.monotonic() >= moment
        kinds = {"alerts": ("messages",), "notes": ("notes",), "comments": ("comments",)}.get(self._plan.point, COUNTED)
        wanted = site.seen(*kinds) + (k if self._plan.point == "effects" else 1)
        return lambda: site.seen(*kinds) >= wanted

    def _wait_until(self, point: Callable[[], bool]) -> bool:
        """False when all processes ended before."""
        until = time.monotonic() + STEP_SECONDS
        while time.monotonic() < until:
            if point():
                return True
            if all(each.poll() is not None for each in self._team):
                return False
            time.sleep(LOOK_EVERY)
        return True

    def _kill_one(self) -> None:
        victim = self._rng.choice([each for each in (*self._team, *self._receivers) if each.poll() is None] or self._team)
        victim.kill()
        self.tally.kills += victim.wait() == -signal.SIGKILL

    def _freeze_team(self) -> None:
        """All are stopped, one after the other, and go on when another has long taken over what they held.

        Any of them may hold a file's lock as well; then the other has to wait until they go on.
        """
        for each in self._team:
            each.send_signal(signal.SIGSTOP)
            self.tally.freezes += each.poll() is None
            time.sleep(self._rng.uniform(0.0, 2 * LATENCY))
        frozen, other = list(self._team), self._start()
        self._team.append(other)
        time.sleep(SHORTEST_LEASE + 2 * SETTLE)
        for each in frozen:
            each.send_signal(signal.SIGCONT)
        for each in self._team:
            try:
                each.wait(STEP_SECONDS)
            except subprocess.TimeoutExpired:
                self.tally.strange.append("a process hangs after another was frozen")
