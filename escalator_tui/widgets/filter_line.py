"""The filter line: the saved view it came from, what is typed, and below it what can be typed or what is wrong with it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from escalator_tui.model.text import one_line
from escalator_tui.session.fields import FIELDS
from escalator_tui.session.filtering import EXAMPLE, LIMIT, Filter
from escalator_tui.widgets.hearing import LineField
from escalator_tui.widgets.line import Piece, spread

NAME_CELLS = 20
MORE = " … help lists all"


class FilterInput(LineField):
    """Where a filter is typed. It owns every key while it has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "screen.take_back_filter", "back", show=False)]

    def __init__(self, example: str = EXAMPLE) -> None:
        super().__init__(placeholder=example, id="filter", compact=True, select_on_focus=False, max_length=LIMIT)


class FilterLine(Vertical):
    """Hidden while everything is shown."""

    def __init__(self) -> None:
        super().__init__(id="filter-line")
        self.input = FilterInput()
        self._view = Static(id="view", markup=False)
        self._many = Static(id="many", markup=False)
        self._told = Static(id="told", markup=False)
        self._found = Filter()

    def compose(self) -> ComposeResult:
        """The view's name before the filter, how many it shows behind it, a sentence below."""
        with Horizontal():
            yield self._view
            yield self.input
            yield self._many
        yield self._told

    def tell(self, found: Filter, view: str, shown: int, total: int) -> None:
        """Say what the filter is and does. The lower line is there while typing, and as long as something is wrong."""
        if not self.display:
            return
        self._view.display = bool(view)
        self._view.update(Content.assemble(("view ", "$foreground-muted"), (one_line(view, NAME_CELLS), "bold $text-accent")))
        self._told.display = self.screen.focused is self.input or bool(found.problem)
        self._many.update(f"{shown} of {total}")
        self._found = found
        self.on_resize()

    def on_resize(self) -> None:
        """Fit the lower line to the width."""
        width = self.app.size.width
        self._told.update(spread(told(self._found, width - 2), [], width), layout=False)


def told(found: Filter, room: int) -> list[Piece]:
    """What is wrong, else what the field takes that is being typed, else which fields there are; of these as many as there is room for."""
    if found.problem:
        return [(f"✕ {found.problem}", "$text-warning")]
    return [(_whole_words(found.hint or f"words, or {': '.join(FIELDS)}:", room), "$foreground-muted")]


def _whole_words(text: str, room: int) -> str:
    if len(text) <= room:
        return text
    return f"{text[: max(0, room - len(MORE)) + 1].rpartition(' ')[0]}{MORE}"
