"""Why a conversation is no escalation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from escalator_tui.model.row import Row
from escalator_tui.screens.modal import Dialogue, Keys, key, numbered, numbers
from escalator_tui.widgets.session import LONGEST_REASON
from escalator_tui.widgets.wording import called_all


class DismissScreen(Dialogue[str]):
    """Answers with the reason: one used before, by its number, or a new one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(str(each), f"choose({each})", "this reason", show=False) for each in range(1, 10)]

    def __init__(self, rows: Sequence[Row], reasons: Sequence[str]) -> None:
        super().__init__(name="dismiss")
        self._rows, self._reasons = rows, reasons

    def compose(self) -> ComposeResult:
        """The reasons used before, and a line for a new one."""
        with Vertical(classes="box") as box:
            box.border_title = Content(f"Dismiss {called_all(self._rows)}")
            with VerticalScroll(id="texts", can_focus=False):
                yield Static("It returns when something new happens, and says why.", markup=False, classes="quiet")
                yield OptionList(*(numbered(at, reason) for at, reason in enumerate(self._reasons, 1)), markup=False, compact=True)
                yield Input(placeholder="another reason", max_length=LONGEST_REASON, compact=True)
            with Vertical(classes="foot"):
                chosen = [numbers(len(self._reasons), "dismiss")] if self._reasons else []
                yield Keys(*chosen, key("tab", "another reason"), key("esc", "keep it"))

    def action_choose(self, number: int) -> None:
        """A reason used before, by its number."""
        if number <= len(self._reasons):
            self.answer(self._reasons[number - 1])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A reason used before."""
        self.answer(self._reasons[event.option_index])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """A new reason; an empty one is none."""
        if reason := event.value.strip():
            self.answer(reason)
