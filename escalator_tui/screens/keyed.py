"""A screen whose keys are the registry's actions; a refused one says why."""

from __future__ import annotations

import time
from abc import ABCMeta, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from textual.binding import Binding, BindingsMap
from textual.message_pump import _MessagePumpMeta
from textual.screen import Screen

if TYPE_CHECKING:
    from escalator_tui.model.errors import EscalatorError
    from escalator_tui.model.row import Row
    from escalator_tui.widgets.actions import Action, Situation
    from escalator_tui.widgets.session import Session

SHORT, LONG = 4.0, 8.0
"""Seconds that words and complaints stay."""


class AbstractScreenMeta(_MessagePumpMeta, ABCMeta):
    """Lets a screen leave methods to those made from it."""


class KeyedScreen(Screen[None], metaclass=AbstractScreenMeta):
    """Every key is an action: `do_<id>` does it. The actions are the session's, since a lead may have chosen other keys, unless a screen
    has its own.
    """

    def __init__(self, session: Session, name: str, actions: Sequence[Action] = ()) -> None:
        super().__init__(name=name)
        self.session = session
        self.actions = actions or session.actions
        # A screen's own keys stand before the actions'.
        self._bindings = BindingsMap.merge([self._bindings, BindingsMap(_binding(each) for each in self.actions if each.keys)])

    @abstractmethod
    def situation(self) -> Situation:
        """What a key would act on now."""

    @abstractmethod
    def refresh_view(self) -> None:
        """Draw again what may have changed."""

    @property
    def stands(self) -> bool:
        """Whether its lines can be drawn: ticks and messages also come before they are there, and while they are taken away."""
        return self.is_mounted and {"status", "keys"} <= {each.id for each in self.children}

    def action_act(self, action_id: str) -> None:
        """Do what the registry calls so, or say why not."""
        action, on = next(each for each in self.actions if each.id == action_id), self.situation()
        if refusal := action.refuse(on):
            self.say(refusal, "warning")
            return
        if left_out := action.left_out(on.rows):
            self.say(left_out, "warning")
        getattr(self, f"do_{action_id}")()

    def rows_for(self, action_id: str) -> tuple[Row, ...]:
        """The rows that an action acts on; of the marked ones those that it can."""
        return self.session.action(action_id).able(self.situation().rows)

    def say(self, text: str, severity: Literal["information", "warning", "error"] = "information") -> None:
        """A short word at the foot of the screen, in place of the last one. A complaint keeps its time."""
        if time.monotonic() >= self.session.complaining_until:
            self.app.clear_notifications()
        self.app.notify(text, severity=severity, markup=False, timeout=SHORT)

    def complain(self, error: EscalatorError) -> None:
        """What went wrong and its cure, at the foot of the screen."""
        self.session.complaining_until = time.monotonic() + LONG
        self.app.notify(str(error), severity="error", markup=False, timeout=LONG)


def _binding(action: Action) -> Binding:
    return Binding(action.keys, f"act('{action.id}')", action.title, show=False, id=action.id)
