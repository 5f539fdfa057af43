"""Everything the four services share and remember, without a server around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from escalator_tui.sandbox.clock import Clock
from escalator_tui.sandbox.effects import Effects
from escalator_tui.sandbox.faults import Faults
from escalator_tui.sandbox.intercom.workspace import Workspace
from escalator_tui.sandbox.linear.store import LinearStore
from escalator_tui.sandbox.linear.tools import LinearTools
from escalator_tui.sandbox.options import Options
from escalator_tui.sandbox.scalekit.accounts import CONNECTORS, Accounts
from escalator_tui.sandbox.scalekit.grants import Grants
from escalator_tui.sandbox.slack.store import SlackStore
from escalator_tui.sandbox.slack.tools import SlackTools
from escalator_tui.sandbox.traffic import Traffic
from escalator_tui.sandbox.worlds import fill

USER = "lead@acme-support.example"
"""The identifier under which all three connections are authorized."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a sandbox starts. `world` is demo, empty, reference or a number of conversations."""

    certificates: Path
    port: int = 0
    world: str = "demo"
    story: bool = False
    story_seconds: float = 6.0
    seed: int = 1
    latency: float = 0.0
    pending: tuple[str, ...] = ()
    journal: Path | None = None


@dataclass(slots=True)
class State:
    """The sandbox's memory."""

    plan: Plan
    clock: Clock = field(default_factory=Clock)
    grants: Grants = field(default_factory=Grants)
    options: Options = field(init=False)
    effects: Effects = field(init=False)
    faults: Faults = field(init=False)
    traffic: Traffic = field(init=False)
    accounts: Accounts = field(init=False)
    workspace: Workspace = field(init=False)
    linear: LinearTools = field(init=False)
    slack: SlackTools = field(init=False)

    def __post_init__(self) -> None:
        """Fill the world and connect the accounts."""
        plan, clock = self.plan, self.clock
        self.options = Options(latency=plan.latency)
        self.effects = Effects(clock, plan.journal)
        self.faults = Faults(plan.seed)
        self.traffic = Traffic(clock, self.options, self.effects, self.faults)
        self.accounts = Accounts(clock, self.options)
        self.workspace = Workspace(clock, self.options, self.effects)
        self.linear = LinearTools(LinearStore(clock, self.effects), self.options)
        self.slack = SlackTools(SlackStore(clock), self.options, self.effects)
        fill(self.workspace, plan.world, plan.seed)
        for connector in CONNECTORS:
            self.accounts.set_status(connector, USER, "PENDING_AUTH" if connector in plan.pending else "ACTIVE")
