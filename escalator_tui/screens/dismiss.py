"""Why a conversation is no escalation."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from escalator_tui.model.row import Row
from escalator_tui.screens.modal import Dialogue
from escalator_tui.widgets.wording import called_all

LONGEST_REASON = 200


class DismissScreen(Dialogue[str]):
    """Answers with the reason: one used before, or a new one."""

    def __init__(self, rows: Sequence[Row], reasons: Sequence[str]) -> None:
        super().__init__(name="dismiss")
        self._rows, self._reasons = rows, reasons

    def compose(self) -> ComposeResult:
        """The reasons used before, and a line for a new one."""
        with Vertical(classes="box") as box:
            box.border_title = Content(f"Dismiss {called_all(self._rows)}")
            yield Static("It returns when something new happens, and says why.", markup=False, classes="quiet")
            yield OptionList(*(Option(Content(reason)) for reason in self._reasons), markup=False, compact=True)
            yield Input(placeholder="another reason", max_length=LONGEST_REASON, compact=True)
            yield Static(
                Content.assemble(("enter", "bold $text-accent"), " dismiss   ", ("tab", "bold $text-accent"), " another reason   ",
                                 ("esc", "bold $text-accent"), " keep it"),
            )  # fmt: skip

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A reason used before."""
        self.answer(self._reasons[event.option_index])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """A new reason; an empty one is none."""
        if reason := event.value.strip():
            self.answer(reason)
