"""The pane that one conversation is read in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import is_
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from escalator_tui.model.kinds import RowState
from escalator_tui.session.wording import MINUTE

if TYPE_CHECKING:
    from escalator_tui.model.activity import Background
    from escalator_tui.model.row import Row


class DetailPane(VerticalScroll):
    """The conversation under the cursor, beside the queue or alone. `full` shows the whole thread."""

    def __init__(self, *, full: bool = False, id: str = "detail") -> None:  # noqa: A002 - as every widget's
        super().__init__(id=id)
        self.full = full
        self._make: Callable[[Size | None], Content] = lambda _: Content("")
        self._shown: tuple[object, ...] = ()
        self._moment = -1.0
        self._drawn: Content | None = None
        self._drawn_for = Size()

    def compose(self) -> Iterable[Static]:
        """One text; the pane scrolls it."""
        yield Static(markup=False)

    def show(self, row: Row | None, related: Sequence[Row], now: float, background: Background | None = None) -> None:
        """Draw this conversation, unless just that was drawn within this minute. A thread may be long: comparing what stands there is not
        enough.
        """
        # What is held counts down its seconds; all other times are told by the minute.
        moment = now if row is not None and row.state is RowState.HELD else now // MINUTE
        shown = (row, *related, background)
        if moment == self._moment and len(shown) == len(self._shown) and all(map(is_, shown, self._shown)):
            return
        self._shown, self._moment = shown, moment
        self._make = lambda room: self._content(row, related, now, background, room)
        self._draw()

    def on_resize(self) -> None:
        """What comes first is another when less fits."""
        if self.content_size != self._drawn_for:
            self._draw()

    def _draw(self) -> None:
        whole, was, drawn_for = self._make(None), self._drawn, self._drawn_for
        self._drawn = whole
        width, height = self._drawn_for = self.content_size
        if was is not None and was.is_same(whole) and drawn_for == self.content_size:
            return
        fits = not width or whole.get_height({}, width) <= height
        # What does not fit has a scroll bar beside it.
        self.query_one(Static).update(whole if fits else self._make(Size(width - 1, height)))

    def _content(self, row: Row | None, related: Sequence[Row], now: float, background: Background | None, room: Size | None) -> Content:
        if row is None:
            return Content.styled("No conversation is selected", "$foreground-muted")
        from escalator_tui.widgets.detail import NOTHING, detail_content  # not for the first picture, which shows none

        width = room.width if room else self.content_size.width
        return detail_content(row, related, now, full=self.full, background=background or NOTHING, room=room, width=width)
