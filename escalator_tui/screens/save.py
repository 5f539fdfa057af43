"""What would be written into config.toml, before it is."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from escalator_tui.config.saving import Edit
from escalator_tui.screens.modal import Dialogue, Keys, key

LOOKS = {"+": "$text-success", "-": "$text-error", "@": "$foreground-muted"}
NOTHING = "The file says all that already: nothing is written, the settings come into force here."


class SaveScreen(Dialogue[bool]):
    """Answers True for `y`, None otherwise."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("y", "yes", "yes", show=False)]

    def __init__(self, edit: Edit) -> None:
        super().__init__(name="save")
        self._edit = edit

    def compose(self) -> ComposeResult:
        """The difference, and the two answers."""
        with Vertical(classes="box wide") as box:
            box.border_title = Content(f"Write {self._edit.path}")
            with VerticalScroll(id="diff"):
                yield Static(diff_content(self._edit.diff), markup=False)
            yield Static("In force here at once; other running agents take it up when they start again.", markup=False, classes="quiet")
            with Vertical(classes="foot"):
                yield Keys(key("y", "write"), key("esc", "keep trying"))

    def on_mount(self) -> None:
        """A long difference scrolls."""
        self.query_one("#diff").focus()

    def action_yes(self) -> None:
        """Affirm."""
        self.answer(True)


def diff_content(diff: str) -> Content:
    """A unified diff with its signs coloured."""
    if not diff:
        return Content(NOTHING)
    return Content("\n").join(Content.styled(line, LOOKS.get(line[:1], "")) for line in diff.splitlines())
