"""One conversation on the whole screen, with the same keys for deciding as in the queue."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import ClassVar

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from escalator_tui.model.activity import Background
from escalator_tui.model.row import Row
from escalator_tui.screens.triage import TriageScreen
from escalator_tui.session.actions import Situation
from escalator_tui.session.columns import needs_something
from escalator_tui.session.session import Session
from escalator_tui.widgets.detail import NOTHING
from escalator_tui.widgets.footer import KeyLine
from escalator_tui.widgets.notice import NoticeLine
from escalator_tui.widgets.pane import DetailPane
from escalator_tui.widgets.status import StatusLine


class DetailScreen(TriageScreen):
    """The conversation that was under the cursor; it stays this one whatever happens in the queue, until the lead decides on it: then the
    next one that needs something is read, or the queue when none does. `follow` is told when the lead turns to another one; without it the
    conversation stays, whatever is decided.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "app.pop_screen", "back", show=False),
        Binding("j", "read_on(1)", "down", show=False),
        Binding("k", "read_on(-1)", "up", show=False),
        Binding("ctrl+d", "read_on(12)", "page down", show=False),
        Binding("ctrl+u", "read_on(-12)", "page up", show=False),
        Binding("g", "read_home", "to the top", show=False),
        Binding("G", "read_end", "to the end", show=False),
    ]

    def __init__(self, session: Session, row: Row, follow: Callable[[str], object] | None = None) -> None:
        super().__init__(session, "detail")
        self.row = row
        self.follow = follow
        self.background = NOTHING
        self._read_of: Row | None = None
        self.pane = DetailPane(full=True, id="full-detail")

    def compose(self) -> ComposeResult:
        """The state lines, the conversation, the keys."""
        yield StatusLine(self.session)
        yield NoticeLine(self.session, lambda: self.row)
        yield self.pane
        yield KeyLine(self.session.actions)

    def on_mount(self) -> None:
        """Show it."""
        self.pane.focus()
        self.refresh_view()

    def situation(self) -> Situation:
        """The conversation being read, whatever is marked in the queue."""
        return replace(self.acting_on((self.row,), self.row), in_queue=False, turns=True)

    def refresh_view(self) -> None:
        """Draw it as it is now; a conversation that left the queue stays as it was last seen."""
        self.row = self.session.queue.rows.get(self.row.id, self.row)
        self._read_background()
        self.pane.show(self.row, self.session.queue.related(self.row), self.session.clock(), self.background)
        self.query_one(KeyLine).show(self.situation(), 0)
        self.tick()

    def _read_background(self) -> None:
        # Whatever is decided changes the row, so it is read again then and not otherwise.
        row = self.row
        if row is self._read_of:
            return
        self._read_of = row
        desk = self.session.desk
        self.session.reads.submit(lambda: desk.background(row.id), lambda read: self._take_background(row.id, read), self.complain)

    def _take_background(self, conversation_id: str, read: Background) -> None:
        if conversation_id == self.row.id and read != self.background and self.stands:
            self.background = read
            self.refresh_view()

    def do_next(self) -> None:
        """Read the next conversation of the queue."""
        self._turn(+1)

    def do_previous(self) -> None:
        """Read the one before."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        queue = self.session.queue
        at = queue.places.get(self.row.id, -1) + by
        if not 0 <= at < len(queue.order) or (self.row.id not in queue.places and by < 0):
            self.say("There is no conversation further on" if by > 0 else "There is no conversation before this one")
            return
        self._read(queue.rows[queue.order[at]])

    def _read(self, row: Row) -> None:
        self.row, self.background = row, NOTHING
        if self.follow:
            self.follow(row.id)
        self.refresh_view()
        self.pane.scroll_home(animate=False)

    def go_on(self, left: Collection[str]) -> None:
        """Read what the queue's cursor went on to."""
        if self.follow is None or self.row.id not in left:
            return
        row = self.session.queue.rows.get(self.session.queue.pinned or "")
        if row and row.id not in left and needs_something(row):
            self._read(row)
        else:
            self.app.pop_screen()

    def reach(self, conversation_id: str) -> bool:
        """Read it, unless this screen is for one conversation only."""
        self.point_at(conversation_id)
        return self.follow is not None

    def point_at(self, conversation_id: str) -> None:
        """Read what was taken back."""
        if self.follow and (row := self.session.queue.rows.get(conversation_id)):
            self._read(row)

    def activity_of(self) -> str | None:
        """Only this one's."""
        return self.row.id

    def tick(self) -> None:
        """A second passed."""
        self.query_one(StatusLine).tick()
        self.query_one(NoticeLine).tick()

    def do_mark(self) -> None:
        """Mark it in the queue."""
        self.session.queue.toggle_mark(self.row.id)
        marked = self.row.id in self.session.queue.marks
        self.say("Marked in the queue" if marked else "No longer marked in the queue")

    def action_read_on(self, lines: int) -> None:
        """Read on."""
        self.pane.scroll_relative(y=lines, animate=False)

    def action_read_home(self) -> None:
        """To the beginning."""
        self.pane.scroll_home(animate=False)

    def action_read_end(self) -> None:
        """To the end."""
        self.pane.scroll_end(animate=False)
