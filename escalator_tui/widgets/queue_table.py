"""The queue as a table that renders only the lines on screen. Rows are known by conversation id, never by number."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from escalator_tui.model.kinds import RowState
from escalator_tui.session.columns import GUTTER, header, needs_something, place, title_at
from escalator_tui.session.wording import fit
from escalator_tui.widgets.hearing import Clickable
from escalator_tui.widgets.keymap import MOVES
from escalator_tui.widgets.row_look import LOOKS, Look, draw_row

if TYPE_CHECKING:
    from escalator_tui.model.row import Row
    from escalator_tui.session.queue_model import Queue

HEADER_LINES, CACHED_LINES = 1, 512


class QueueTable(Clickable, ScrollView, can_focus=True, inherit_bindings=False):
    """Draws a `Queue`. After the queue changed, call `touch` for rows that read differently and `show` when lines moved.

    The cursor is a conversation: it stays on it, and on its line of the screen, whatever happens around it. Only until the lead was
    `heard` it is on the first row, whichever that is.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = LOOKS
    BINDINGS: ClassVar[list[BindingType]] = [Binding(keys, action, title, show=False) for keys, action, _, title in MOVES]

    stale: reactive[bool] = reactive(False)
    empty_text: reactive[str] = reactive("")

    class CursorMoved(Message):
        """The cursor is on another conversation, or on none."""

    class HeaderClicked(Message):
        """A column's title was clicked."""

        def __init__(self, column: str) -> None:
            super().__init__()
            self.column = column

    def __init__(self, queue: Queue, clock: Callable[[], float] = time.time) -> None:
        super().__init__(id="queue")
        self.queue, self.clock = queue, clock
        self.mark: Callable[[str], object] = lambda _: None
        self.open: Callable[[], object] = lambda: None
        self.cursor_id: str | None = None
        self.stand_in: str | None = None  # what the cursor was put on, and is still on, when its own conversation was gone
        self.at_top, self.heard, self._cursor_at = True, False, 0
        self._lines: LRUCache[tuple[object, ...], tuple[Row, Strip]] = LRUCache(CACHED_LINES)
        self._styles: dict[tuple[str, ...], Style] = {}
        self._drawn: dict[int, str] = {}

    # -- what the queue tells

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor."""
        return self.queue.rows.get(self.cursor_id) if self.cursor_id else None

    def touch(self, ids: Iterable[str]) -> None:
        """Draw these rows again, if they are on screen: one line each."""
        top, touched = self.scroll_offset.y, frozenset(ids)
        for at, each in enumerate(self.queue.order[top : top + self._room], top):
            if each in touched:
                self.refresh_line(at + HEADER_LINES)

    def show(self) -> None:
        """Draw the new order, with the cursor's conversation on the line where it was; on the first row when that is filtered out."""
        before, top, at = self._cursor_at, self.scroll_offset.y, self.queue.places.get(self.cursor_id or "")
        self._measure()
        if at is None or not self.heard:
            self._go_to(0)
            self.stand_in = self.cursor_id
        else:
            self._cursor_at = at
            self.look_from(0 if self.at_top else at - (before - top))
        self._refresh_moved()

    def _refresh_moved(self) -> None:
        """Draw the titles, and of the lines on screen those on which another conversation stands than was drawn there."""
        top, order = self.scroll_offset.y, self.queue.order
        for at in range(top, top + self._room):
            if self._drawn.get(at - top, "") != (order[at] if at < len(order) else ""):
                self.refresh_line(at + HEADER_LINES)
        self.refresh_line(top)

    def go_on(self, conversation_id: str) -> None:
        """Draw the new order with the cursor on another conversation, and the lines above it left where they are as far as can be."""
        self.queue.pin(conversation_id)
        self._measure()
        at, top = self.queue.places[conversation_id], self.scroll_offset.y
        if not top <= at < top + self._room:
            self.scroll_to(y=at - self._room // 2, animate=False, force=True)  # among its neighbours, not at the edge
        self.select(conversation_id)
        self.refresh()

    def _measure(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.queue.order) + HEADER_LINES)

    def redraw(self) -> None:
        """Draw everything on screen again, as time passed or colours changed."""
        self._lines.clear()
        self._styles.clear()
        self.refresh()

    def shows(self, column: str) -> bool:
        """Whether there is room for this column."""
        return any(each.column.id == column for each in place(self.size.width))

    # -- moving about

    def select(self, conversation_id: str) -> None:
        """Put the cursor on a conversation, if it is shown."""
        if conversation_id in self.queue.places:
            self.heard = True
            self._go_to(self.queue.places[conversation_id])

    def action_cursor_down(self) -> None:
        """To the next row."""
        self._go_to(self._cursor_at + 1)

    def action_cursor_up(self) -> None:
        """To the previous row."""
        self._go_to(self._cursor_at - 1)

    def action_page_down(self) -> None:
        """Down by what is on screen."""
        self._go_to(self._cursor_at + (self._room - 1 or 1))

    def action_page_up(self) -> None:
        """Up by what is on screen."""
        self._go_to(self._cursor_at - (self._room - 1 or 1))

    def action_top(self) -> None:
        """Let new conversations in and go to the first row that needs the lead; from there, when nothing is new, to the first row."""
        new = self.queue.let_in()
        if self.queue.release() or new:
            self.show()
        first = next((at for at, each in enumerate(self.queue.order) if needs_something(self.queue.rows[each])), 0)
        self._go_to(first if new or first != self._cursor_at else 0)
        self.scroll_to(y=0 if self._cursor_at < self._room else self._cursor_at, animate=False, force=True)

    def action_bottom(self) -> None:
        """To the last row."""
        if self.queue.release():
            self.show()
        self._go_to(len(self.queue.order) - 1)

    @property
    def _room(self) -> int:
        return max(1, self.size.height - HEADER_LINES)

    def _go_to(self, at: int) -> None:
        order, before = self.queue.order, self.cursor_id
        self._cursor_at = max(0, min(at, len(order) - 1))
        self.cursor_id = order[self._cursor_at] if order else None
        self.at_top = self._cursor_at == 0
        self.look_from(self.scroll_offset.y)
        if self.cursor_id != before:
            self.stand_in = None
            if self.queue.pin(self.cursor_id):
                self.show()
                self.at_top |= self._cursor_at == 0
            self.touch(each for each in (before, self.cursor_id) if each)
            self.post_message(self.CursorMoved())

    def look_from(self, top: int) -> None:
        """Scroll there, or as near to it as the cursor can be seen from."""
        seen_from = max(0, self._cursor_at - self._room + 1, min(self._cursor_at, top))
        if seen_from != self.scroll_offset.y:
            self.scroll_to(y=seen_from, animate=False, force=True)

    # -- events

    def notify_style_update(self) -> None:
        """Colours are computed once; another theme, and having the focus or not, need them anew."""
        super().notify_style_update()
        self.redraw()

    def on_resize(self) -> None:
        """Fit the lines to the new width."""
        self._lines.clear()
        self._measure()
        self.look_from(self.scroll_offset.y)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Take the cursor along when the wheel or the scroll bar would leave it out of sight: keys act on what is seen."""
        super().watch_scroll_y(old_value, new_value)
        if self.queue.places.get(self.cursor_id or "") == self._cursor_at:
            top = self.scroll_offset.y
            self._go_to(max(top, min(self._cursor_at, top + self._room - 1)))

    def clicked(self, event: events.Click) -> None:
        """A title sorts, a row takes the cursor, before its first cell it is marked, twice opens it."""
        if event.y < HEADER_LINES:
            if hit := title_at(place(self.size.width), event.x):
                self.post_message(self.HeaderClicked(hit))
            return
        at = event.y - HEADER_LINES + self.scroll_offset.y
        if at < len(self.queue.order):
            self._go_to(at)
            if event.x < GUTTER:
                self.mark(self.queue.order[at])
            elif event.chain == 2:
                self.open()

    # -- drawing

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width = self.size.width
        if y < HEADER_LINES:
            titles = header(place(width), self.queue.sort.column, reverse=self.queue.sort.reverse)
            return Strip([Segment(fit(titles, width), self._style("queue--header"))])
        at = y - HEADER_LINES + self.scroll_offset.y
        self._drawn[y - HEADER_LINES] = self.queue.order[at] if at < len(self.queue.order) else ""
        if not self.queue.order and at == 1:
            return Strip([Segment(fit("   " + self.empty_text, width), self._style("queue--quiet"))])
        if at >= len(self.queue.order):
            return Strip.blank(width, self._style("queue--row"))
        return self._row(self.queue.order[at])

    def _row(self, conversation_id: str) -> Strip:
        queue, row, now = self.queue, self.queue.rows[conversation_id], self.clock()
        look = Look(self.stale, conversation_id in queue.marks, conversation_id == self.cursor_id, queue.news.cells.get(conversation_id))
        # A held row counts down by the second, everything else by the minute.
        moment = int(now) if row.state is RowState.HELD else int(now // 60)
        key = (conversation_id, look, moment)
        drawn = self._lines.get(key)
        if drawn is None or drawn[0] is not row:
            drawn = self._lines[key] = (row, draw_row(row, look, self.size.width, now, self._style))
        return drawn[1]

    def _style(self, *names: str) -> Style:
        if names not in self._styles:
            self._styles[names] = self.get_visual_style(*names).rich_style
        return self._styles[names]
