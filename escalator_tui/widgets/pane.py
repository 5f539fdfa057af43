"""The pane that one conversation is read in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from escalator_tui.model.activity import Background
    from escalator_tui.model.row import Row


class DetailPane(VerticalScroll):
    """The conversation under the cursor, beside the queue or alone. `full` shows the whole thread."""

    def __init__(self, *, full: bool = False, id: str = "detail") -> None:  # noqa: A002 - as every widget's
        super().__init__(id=id)
        self.full = full

    def compose(self) -> Iterable[Static]:
        """One text; the pane scrolls it."""
        yield Static(markup=False)

    def show(self, row: Row | None, related: Sequence[Row], now: float, background: Background | None = None) -> None:
        """Draw this conversation."""
        self.query_one(Static).update(self._content(row, related, now, background))

    def _content(self, row: Row | None, related: Sequence[Row], now: float, background: Background | None) -> Content:
        if row is None:
            return Content.styled("No conversation is selected", "$foreground-muted")
        from escalator_tui.widgets.detail import NOTHING, detail_content  # not for the first picture, which shows none

        return detail_content(row, related, now, full=self.full, background=background or NOTHING)
