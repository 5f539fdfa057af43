"""A list that is narrowed by words, which are typed in a line above it as the queue's filter is."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.events import DescendantBlur, DescendantFocus
from textual.widgets import Input, OptionList

from escalator_tui.screens.triage import TriageScreen
from escalator_tui.session.session import Session
from escalator_tui.widgets.filter_line import FilterInput


class NarrowedScreen(TriageScreen):
    """A screen with a `list` and the `line` for the words, which is hidden while there are none, and takes keys only while it has the
    focus.
    """

    AUTO_FOCUS = "OptionList"  # to Textual the line is the first that can have it, hidden as it is: keys typed ahead would go there
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "back", show=False)]

    def __init__(self, session: Session, name: str, listed: OptionList, example: str) -> None:
        super().__init__(session, name)
        self.list, self.line = listed, FilterInput(example)
        self.line.display = False
        self._kept = ""
        """The words that typing began with."""

    @abstractmethod
    def narrow(self) -> None:
        """Show what has the words of the line."""

    @property
    def types(self) -> bool:
        """Whether keys go into the line."""
        return self.focused is self.line

    def do_filter(self) -> None:
        """Open the line, with all of its words selected: what is typed takes their place."""
        self._kept = self.line.value
        self.line.display = True
        self.set_focus(self.line)  # at once: `focus()` comes later, and the next key would be taken for a command
        self.line.select_all()
        self.call_after_refresh(self.list.scroll_to_highlight)  # the line may stand where the cursor was
        self.narrow()

    def action_enter(self) -> None:
        """Keep the words as they are typed."""
        self._keep(self.line.value)

    def action_take_back_filter(self) -> None:
        """Back to the words before they were typed over."""
        self._keep(self._kept)

    def action_back(self) -> None:
        """Take the words away, else go back."""
        if self.line.display:
            self._keep("")
        else:
            self.app.pop_screen()

    def _keep(self, words: str) -> None:
        with self.prevent(Input.Changed):
            self.line.value = words
        self.line.display = bool(words.strip())
        self.set_focus(self.list)
        self.narrow()

    @on(Input.Changed, "#filter")
    def _words_changed(self) -> None:
        if self.stands:
            self.narrow()

    @on(DescendantFocus, "#filter")
    def _line_entered(self) -> None:
        self.refresh_view()

    @on(DescendantBlur, "#filter")
    def _line_left(self) -> None:
        if not self.types:  # this comes late: somebody may be typing anew by then
            self._kept = self.line.value
        self.refresh_view()
