"""A question that `y` affirms and nothing else does; some have a second answer, `a`."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from escalator_tui.screens.modal import Cancel, Keys, ReadDialogue, key


class AskScreen(ReadDialogue[bool]):
    """Answers True for `y`, False for `a` where there is another answer, None otherwise. Enter is on Cancel."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", "yes", show=False),
        Binding("a", "other", "the other answer", show=False),
    ]

    def __init__(self, title: str, text: str, verb: str, other: str = "") -> None:
        super().__init__(name="ask")
        self._title, self._words, self._other = title, text, other
        self._keys = {"y": verb, **({"a": other} if other else {}), "esc": "cancel"}

    def compose(self) -> ComposeResult:
        """Title, text, and the answers."""
        with Vertical(classes="box") as box:
            box.border_title = Content(self._title)
            with VerticalScroll(id="texts", can_focus=False):
                yield Static(self._words.strip(), markup=False)
            with Horizontal(classes="answer foot"):
                yield Cancel()
                yield Keys(*(key(name, what) for name, what in self._keys.items()))

    def action_yes(self) -> None:
        """Affirm."""
        self.answer(True)

    def action_other(self) -> None:
        """Give the other answer, if there is one."""
        if self._other:
            self.answer(False)
