"""A screen on which rules are tried: what was recorded is read once, and each change is replayed on it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from escalator_tui.agent.proposals import proposals
from escalator_tui.screens.keyed import KeyedScreen
from escalator_tui.session.tuning import Tuning

if TYPE_CHECKING:
    from escalator_tui.agent.flips import Replay
    from escalator_tui.agent.proposals import RuleChange
    from escalator_tui.agent.replay import Rehearsal
    from escalator_tui.model.errors import EscalatorError
    from escalator_tui.model.rules import Rules
    from escalator_tui.session.actions import Action
    from escalator_tui.session.session import Session


class RehearsingScreen(KeyedScreen):
    """Only the newest rules are replayed, in a lane of their own. What is queued there when the screen is left is never begun."""

    def __init__(self, session: Session, name: str, actions: Sequence[Action]) -> None:
        super().__init__(session, name, actions)
        self.tuning: Tuning | None = None
        self.replay: Replay | None = None
        self.proposals: list[RuleChange] | None = None
        self._rehearsal: Rehearsal | None = None
        self._replaying = self._is_left = False

    def on_mount(self) -> None:
        """Read what was recorded."""
        self.session.replays.submit(self.session.desk.rehearsal, self._loaded, self._failed, lambda: not self._is_left)

    def on_unmount(self) -> None:
        """Nothing is wanted any more."""
        self._is_left, self._rehearsal = True, None

    def begin_anew(self, in_force: Rules) -> None:
        """Other rules are in force: try from there."""
        if self._rehearsal is not None:
            self._begin(self._rehearsal.under(in_force))

    def _loaded(self, rehearsal: Rehearsal) -> None:
        if not self._is_left:
            self._begin(rehearsal)

    def _begin(self, rehearsal: Rehearsal) -> None:
        self._rehearsal, self.tuning, self.proposals = rehearsal, Tuning(rehearsal.in_force), None
        self.try_rules()
        done, wanted = partial(self._proposed, rehearsal), lambda: self._rehearsal is rehearsal
        self.session.replays.submit(partial(proposals, rehearsal), done, self._failed, wanted)

    def _proposed(self, rehearsal: Rehearsal, found: list[RuleChange]) -> None:
        if rehearsal is self._rehearsal:  # and not what was proposed before a save
            self.proposals = found
            self.refresh_view()

    def try_rules(self) -> None:
        """Replay the rules as they are now, unless a replay is under way: then that is looked at when it comes back."""
        rehearsal, tuning = self._rehearsal, self.tuning
        if rehearsal is None or tuning is None or self._replaying:
            return
        self._replaying = True
        work, done = partial(rehearsal.replay, tuning.rules), partial(self._replayed, rehearsal)
        self.session.replays.submit(work, done, self._failed, lambda: not self._is_left)

    def _replayed(self, rehearsal: Rehearsal, replay: Replay) -> None:
        self._replaying, self.replay = False, replay
        if self.tuning is not None and (self.tuning.rules != replay.proposed or rehearsal is not self._rehearsal):
            self.try_rules()
        self.refresh_view()

    def _failed(self, error: EscalatorError) -> None:
        self._replaying = False
        self.complain(error)
