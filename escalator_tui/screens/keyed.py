"""A screen whose keys are the registry's actions; a refused one says why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from escalator_tui.model.errors import EscalatorError
from escalator_tui.model.row import Row
from escalator_tui.widgets.actions import ACTIONS, BY_ID, Situation
from escalator_tui.widgets.session import Session


@dataclass
class RowsReceived(Message):
    """Rows as they are now. `decided` are those the lead is done with: the cursor goes on to the next one."""

    rows: list[Row]
    decided: frozenset[str] = frozenset()


class KeyedScreen(Screen[None]):
    """Every key is an action: `do_<id>` does it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # The filter's key comes before the focus: what is typed right behind it belongs to the filter and may not become a command.
        Binding(action.keys, f"act('{action.id}')", action.title, show=False, id=action.id, priority=action.id == "filter")
        for action in ACTIONS
        if action.keys
    ]

    def __init__(self, session: Session, name: str) -> None:
        super().__init__(name=name)
        self.session = session

    def situation(self) -> Situation:
        """What a key would act on now."""
        raise NotImplementedError

    def refresh_view(self) -> None:
        """Draw again what may have changed."""
        raise NotImplementedError

    def action_act(self, action_id: str) -> None:
        """Do what the registry calls so, or say why not."""
        refusal = BY_ID[action_id].refuse(self.situation())
        if refusal:
            self.say(refusal, "warning")
            return
        getattr(self, f"do_{action_id}")()

    def say(self, text: str, severity: Literal["information", "warning", "error"] = "information") -> None:
        """A short word in the corner."""
        self.app.notify(text, severity=severity, markup=False, timeout=4)

    def complain(self, error: EscalatorError) -> None:
        """What went wrong and its cure, in the corner."""
        self.app.notify(str(error), severity="error", markup=False, timeout=8)
