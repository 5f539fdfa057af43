"""The queue: what needs the lead, how fresh it is, and the conversation under the cursor."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from escalator_tui.model.kinds import STUCK, RowState
from escalator_tui.screens.arranged import ArrangedScreen
from escalator_tui.session.actions import Situation
from escalator_tui.widgets.footer import KeyLine
from escalator_tui.widgets.notice import NoticeLine
from escalator_tui.widgets.pane import DetailPane
from escalator_tui.widgets.queue_table import QueueTable
from escalator_tui.widgets.status import StatusLine

if TYPE_CHECKING:
    from escalator_tui.model.row import Row
    from escalator_tui.session.session import Session

REDRAW_SECONDS = 60


class QueueScreen(ArrangedScreen):
    """The main screen."""

    AUTO_FOCUS = "#queue"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (140, "-wide")]  # noqa: RUF012 - declared so by Textual
    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-tall")]  # noqa: RUF012 - declared so by Textual
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "clear", "clear", show=False)]

    def __init__(self, session: Session) -> None:
        super().__init__(session, "queue")
        self.table.mark, self.table.open = self._mark, self.do_read
        self.pane = DetailPane()
        self._drawn_at = session.clock()
        self._reading = False

    def compose(self) -> ComposeResult:
        """Two lines of state, the table with the conversation beside it, the keys."""
        self._fit()
        yield StatusLine(self.session)
        yield NoticeLine(self.session, lambda: self.table.cursor_row, self.session.action("read").shown)
        yield self.filter_line
        with Container(id="body"):
            yield self.table
            yield self.pane
        yield KeyLine(self.session.actions)

    def on_mount(self) -> None:
        """The pane is read with the mouse; the keys belong to the table."""
        self.pane.can_focus = False
        self.restore_filter()
        self._draw()

    def _fit(self) -> None:
        # Textual looks for these after the first layout, which would be seen, and jump.
        for room, breakpoints in zip(self.app.size, (self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS), strict=True):
            self.add_class(max(each for each in breakpoints if each[0] <= room)[1], update=False)

    def situation(self) -> Situation:
        """The marked rows, else the row under the cursor."""
        queue, cursor = self.session.queue, self.table.cursor_row
        marked = tuple(queue.marked())
        rows = marked or ((cursor,) if cursor else ())
        on, slip = self.acting_on(rows, cursor, marked=marked), bool(queue.filter.problem)
        return replace(on, views=len(self.views), typing=self.types, slip=slip)

    def point_at(self, conversation_id: str) -> None:
        """Put the cursor on it, if it is shown."""
        self.table.select(conversation_id)
        self.table.refresh()

    def reach(self, conversation_id: str) -> bool:
        """Put the cursor on it, and show everything when the filter hides it."""
        if conversation_id not in self.session.queue.places:
            self.show_view("")
        self.point_at(conversation_id)
        return True

    # -- what comes in

    def receive(self, rows: Sequence[Row], decided: frozenset[str] = frozenset()) -> None:
        """Take in rows as they are now. When the lead is done with the one under the cursor, the cursor goes on; what others made of it
        moves it only when the cursor leaves, what the lead took back at once.
        """
        queue, cursor = self.session.queue, self.table.cursor_id
        queue.now = self.session.clock()
        rows = self.session.approvals.drawn(self.session.unwritten.drawn(rows))
        self.session.trends.take(rows, queue.now)
        onward = queue.following(cursor, decided) if cursor in decided else None
        new = {row.id for row in rows if row.id not in queue.rows or self._was_taken_back(row)}
        failed = [row for row in rows if row.state in STUCK and self._is_news(row)]
        change = queue.apply(rows, hold_new=not self.table.at_top, hold_pinned=self.table.heard and cursor not in new)
        if onward:
            self.table.go_on(onward)
        elif change.moved:
            self._show_moved(new)
        self.table.touch(change.touched)
        if change.touched or decided:
            self.refresh_view()
        for row in failed:
            self.complain_of_failure(row)

    def _is_news(self, row: Row) -> bool:
        before = self.session.queue.rows.get(row.id)
        return before is not None and before.state not in STUCK

    def _was_taken_back(self, row: Row) -> bool:
        return row.state is RowState.NEEDS_DECISION and bool(self.session.queue.news.decided(row.id))

    def _show_moved(self, new: Set[str]) -> None:
        """Draw an order that nobody asked for. Only `new` rows, and those a lead took back, slide in above a lead who stands at the top:
        where others change places, the row under the cursor keeps its line there as well.
        """
        table, queue = self.table, self.session.queue
        stood, above = table.at_top, queue.order[: queue.places.get(table.cursor_id or "", 0)]
        table.at_top = stood and (not above or not new.isdisjoint(above))
        table.show()
        table.at_top |= stood and table.scroll_offset.y == 0

    def settle(self) -> None:
        """A look is over: what changed before it is no longer news."""
        self.table.touch(self.session.queue.news.settle())

    def let_in(self) -> None:
        """The first look of all is over: nothing it brought is new. The row under the cursor keeps its line."""
        if self.session.queue.let_in():
            self.table.show()

    def tick(self) -> None:
        """A second passed."""
        now = self.session.clock()
        if self.session.is_read:
            self.session.trends.note(self.session.queue.counts().need, now)
        self.query_one(StatusLine).tick()
        self.query_one(NoticeLine).tick()
        self.table.stale = "poll" in self.session.watch.failures
        self.table.touch(row.id for row in self.session.queue.standing(RowState.HELD))
        if now - self._drawn_at >= REDRAW_SECONDS:
            self._drawn_at = now
            if self.session.queue.pass_time(now):
                self._show_moved(frozenset())
            self.table.redraw()
            self._show_detail()
        self._read_what_time_changed()

    def _read_what_time_changed(self) -> None:
        # Nobody writes into the ledger when a snooze or a hold is over, so nothing tells of it.
        due = self.session.outdated()
        if due and not self._reading:
            self._reading = True
            self.session.reads.submit(lambda: self.session.read(due), self._received_late, lambda _: self._received_late([]))

    def _received_late(self, rows: list[Row]) -> None:
        self._reading = False
        self.receive(rows)

    def refresh_view(self) -> None:
        """Draw the lines around the table and the pane."""
        if self.stands:
            self._draw()

    def _draw(self) -> None:
        self.table.empty_text = self._empty_text()
        situation, queue = self.situation(), self.session.queue
        marked = len(queue.marks)
        self.query_one(KeyLine).show(situation, marked, hidden=marked - len(queue.marked()))
        self.filter_line.tell(queue.filter, self.view, len(queue.order), len(queue.rows))
        self.tick()
        self._show_detail()

    def _show_detail(self) -> None:
        row = self.table.cursor_row
        self.pane.show(row, self.session.queue.related(row) if row else (), self.session.clock())

    def _empty_text(self) -> str:
        if self.session.queue.needle:
            return "No conversation passes this filter. esc shows everything."
        watch = self.session.watch
        if watch.report:
            return "No open conversation."
        return "Nothing read yet." if "poll" in watch.failures else "Reading the conversations…"

    @on(QueueTable.CursorMoved)
    def _cursor_moved(self) -> None:
        self.refresh_view()
        self.pane.scroll_home(animate=False)

    # -- keys of the queue alone

    def do_read(self) -> None:
        """The whole conversation."""
        from escalator_tui.screens.detail import DetailScreen

        if row := self.table.cursor_row:
            self.app.push_screen(DetailScreen(self.session, row, self.table.select))

    def action_read_on(self, lines: int) -> None:
        """Read on in the conversation beside the queue."""
        self.pane.scroll_relative(y=lines, animate=False)

    def do_next(self) -> None:
        """Go on, as in the conversation."""
        self.table.action_cursor_down()

    def do_previous(self) -> None:
        """Go back."""
        self.table.action_cursor_up()

    def do_mark(self) -> None:
        """Mark the row and go on to the next."""
        if identity := self.table.cursor_id:
            self._mark(identity)
            self.table.action_cursor_down()

    def _mark(self, conversation_id: str) -> None:
        self.session.queue.toggle_mark(conversation_id)
        self.table.touch([conversation_id])
        self.refresh_view()

    def do_mark_all(self) -> None:
        """Mark all shown that needs a decision, or nothing any more."""
        before = self.session.queue.marks
        self.session.queue.mark_shown()
        if not (before or self.session.queue.marks):
            self.say("Nothing shown needs a decision", "warning")
        self.table.refresh()
        self.refresh_view()

    def do_tune(self) -> None:
        """Try other rules on what was recorded."""
        from escalator_tui.screens.tune import TuneScreen  # with all of detection, which the first picture need not wait for

        self.app.push_screen(TuneScreen(self.session))

    def action_clear(self) -> None:
        """Take away the filter, else the marks."""
        if self.filter_line.display:
            self.show_view("")
        elif marks := set(self.session.queue.marks):
            self.session.queue.marks.clear()
            self.table.touch(marks)
            self.refresh_view()
