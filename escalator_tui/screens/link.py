"""A link that no browser could open here. It stays until it is closed, so that it can be read off or selected."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from escalator_tui.model.text import one_line
from escalator_tui.screens.modal import Keys, ReadDialogue, key

LONGEST = 2000


class LinkScreen(ReadDialogue[None]):
    """Shows the link and nothing else."""

    def __init__(self, what: str, url: str) -> None:
        super().__init__(name="link")
        self._what, self._url = what, url

    def compose(self) -> ComposeResult:
        """The link, and what became of it."""
        with Vertical(classes="box wide") as box:
            box.border_title = Content(one_line(self._what))
            with VerticalScroll(id="texts", can_focus=False):
                yield Static(one_line(self._url, LONGEST), markup=False, id="link")
                yield Static("No browser can be opened from here. The link was given to the clipboard.", markup=False, classes="quiet")
            with Vertical(classes="foot"):
                yield Keys(key("esc", "close"))
