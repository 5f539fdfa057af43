"""One conversation on the whole screen, with the same keys for deciding as in the queue."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from escalator_tui.model.row import Row
from escalator_tui.screens.triage import TriageScreen
from escalator_tui.widgets.actions import Situation
from escalator_tui.widgets.detail import DetailPane
from escalator_tui.widgets.footer import KeyLine
from escalator_tui.widgets.session import Session
from escalator_tui.widgets.status import NoticeLine, StatusLine


class DetailScreen(TriageScreen):
    """The conversation that was under the cursor; it stays this one whatever happens in the queue."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "app.pop_screen", "back", show=False),
        Binding("j", "read_on(1)", "down", show=False),
        Binding("k", "read_on(-1)", "up", show=False),
        Binding("ctrl+d", "read_on(12)", "page down", show=False),
        Binding("ctrl+u", "read_on(-12)", "page up", show=False),
        Binding("g", "read_home", "to the top", show=False),
        Binding("G", "read_end", "to the end", show=False),
    ]

    def __init__(self, session: Session, row: Row) -> None:
        super().__init__(session, "detail")
        self.row = row
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
        act = self.session.undoable(self.row)
        return Situation((self.row,), self.row, self.session.read_only, act.what if act else "", in_queue=False)

    def refresh_view(self) -> None:
        """Draw it as it is now; a conversation that left the queue stays as it was last seen."""
        self.row = self.session.queue.rows.get(self.row.id, self.row)
        self.pane.show(self.row, self.session.queue.related(self.row), self.session.clock())
        self.query_one(KeyLine).show(self.situation(), 0)
        self.tick()

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
