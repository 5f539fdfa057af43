"""The saved views, each with how many rows it shows now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets.option_list import Option

from escalator_tui.model.text import one_line
from escalator_tui.screens.modal import GAP, LOOK, OFF, Choices, Dialogue, Keys, key, numbered, numbers
from escalator_tui.screens.palette import EVERYTHING
from escalator_tui.session.views import CountedView
from escalator_tui.session.wording import fit

WIDTH, FRAME, TALL_FRAME, TALL = 64, 5, 7, 24
"""Cells of the box, and of its frame with the scroll bar; from so many lines on the frame is wider."""
IN_FORCE = "● in force"
LONGEST_NAME = 30
"""Characters of a view's name that are shown."""
NUMBER, BELOW = 2, "\n  "
"""Cells of the number before a line, and what begins one below it."""


class ViewsScreen(Dialogue[str]):
    """Answers with the name of the view to show, empty for everything. `counted` has everything first; `in_force` is the name of the one
    that is shown, None when a filter was typed that is none of them.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding(str(each), f"choose({each + 1})", "this view", show=False) for each in range(10)]

    def __init__(self, counted: Sequence[CountedView], in_force: str | None) -> None:
        super().__init__(name="views")
        self._counted, self._in_force = counted, in_force

    def compose(self) -> ComposeResult:
        """Everything and the views by their digits. The cursor is on the one in force."""
        size = self.app.size
        room = min(int(size.width * 0.96), WIDTH) - (TALL_FRAME if size.height >= TALL else FRAME)
        names = [each.name for each in self._counted]
        first = names.index(self._in_force) if self._in_force is not None else 0
        with Vertical(classes="box") as box:
            box.border_title = Content("Views")
            box.border_subtitle = Content("a filter of yours is in force" if self._in_force is None else "")
            yield Choices(lines_of(self._counted, self._in_force, room), self.action_choose, first)
            with Vertical(classes="foot"):
                yield Keys(numbers(min(9, len(names) - 1), "show", first=0), key("esc", "keep it"))

    def action_choose(self, number: int) -> None:
        """The view at this place of the list, from 1."""
        if number <= len(self._counted):
            self.answer(self._counted[number - 1].name)


def lines_of(counted: Sequence[CountedView], in_force: str | None, room: int) -> list[Option]:
    """Each view with what there is to tell of it beside its name, as far as there is `room` (cells), and the rest below."""
    names = [one_line(each.name, LONGEST_NAME) or EVERYTHING for each in counted]
    longest, told = max(map(cell_len, names)), _counts_told(counted)
    left = room - NUMBER - longest - len(GAP) - max(each.cell_length for each in told)
    before, behind = GAP if left >= 0 else BELOW, GAP if left >= len(GAP) + len(IN_FORCE) else BELOW
    options = []
    for at, (each, name, counts) in enumerate(zip(counted, names, told, strict=True)):
        mark = (f"{behind}{IN_FORCE}" if each.name == in_force else "", LOOK)
        slip = (f"{BELOW}✕ {each.problem}" if each.problem else "", "$text-warning")
        options.append(numbered(at, fit(name, longest) if left >= 0 else name, before, counts, mark, slip))
    return options


def _counts_told(counted: Sequence[CountedView]) -> list[Content]:
    """The numbers of all, under one another."""
    rows, needs = (len(str(max(many))) for many in ([each.found for each in counted], [each.need for each in counted]))
    return [
        Content.assemble(
            f"{each.found:>{rows}} {'row, ' if each.found == 1 else 'rows,'} ",
            (f"{each.need:>{needs}} need you", "$text-warning" if each.need else OFF),
        )
        for each in counted
    ]
