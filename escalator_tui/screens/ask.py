"""A question that `y` affirms and nothing else does."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from escalator_tui.screens.modal import Dialogue


class AskScreen(Dialogue[bool]):
    """Answers True for `y`, None otherwise. Enter is on Cancel."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("y", "yes", "yes", show=False)]

    def __init__(self, title: str, text: str, verb: str) -> None:
        super().__init__(name="ask")
        self._title, self._words, self._verb = title, text, verb

    def compose(self) -> ComposeResult:
        """Title, text, and the two answers."""
        with Vertical(classes="box") as box:
            box.border_title = Content(self._title)
            yield Static(self._words.strip(), markup=False)
            with Horizontal(classes="answer"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Static(Content.assemble(("y", "bold $text-accent"), f" {self._verb}   ", ("esc", "bold $text-accent"), " cancel"))

    def on_mount(self) -> None:
        """Enter must not affirm."""
        self.query_one("#cancel").focus()

    def on_button_pressed(self) -> None:
        """Cancel."""
        self.answer(None)

    def action_yes(self) -> None:
        """Affirm."""
        self.answer(True)
