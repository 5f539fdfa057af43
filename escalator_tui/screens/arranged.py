"""How the queue is arranged: its filter, the saved views, its order."""

from __future__ import annotations

from textual import on
from textual.events import DescendantBlur, DescendantFocus
from textual.widgets import Input

from escalator_tui.model.text import one_line
from escalator_tui.screens.triage import TriageScreen
from escalator_tui.session.columns import BY_ID, Sort, next_sort
from escalator_tui.session.filtering import LIMIT, check_views
from escalator_tui.session.session import Session
from escalator_tui.widgets.filter_line import FilterLine
from escalator_tui.widgets.queue_table import QueueTable


class Stand:
    """Where the lead stands in the table: the conversation under the cursor and the lines in sight, as they are when this is made."""

    def __init__(self, table: QueueTable) -> None:
        self._table = table
        self._cursor, self._top, self._at_top = table.cursor_id, table.scroll_offset.y, table.at_top

    def go_back(self) -> None:
        """Put the cursor back on its conversation, if it is there and nobody moved the cursor since a filter hid it."""
        table = self._table
        if self._cursor and table.cursor_id == table.stand_in:
            table.select(self._cursor)

    def look(self) -> None:
        """Bring the same lines in sight, or the nearest to them among which the cursor is."""
        table = self._table
        is_first = table.queue.order[:1] == [table.cursor_id]
        table.at_top = self._at_top if table.cursor_id == self._cursor else is_first
        table.look_from(self._top)


class ArrangedScreen(TriageScreen):
    """A screen with the queue's table and the line its filter is typed in."""

    def __init__(self, session: Session, name: str) -> None:
        super().__init__(session, name)
        self.table = QueueTable(session.queue, session.clock)
        self.filter_line = FilterLine()
        # One without a name is called by what it filters: the empty name stands for everything.
        safe = [(one_line(name, LIMIT), one_line(text, LIMIT)) for name, text in session.settings.app.views.items()]
        self.views = {name or text: text for name, text in safe}
        self.view = ""
        self._kept = ("", "")
        """The view and the filter that typing began with."""
        self._stood: Stand | None = None
        """Where the lead stood then."""
        self._whole: Stand | None = None
        """Where the lead stood when everything was shown."""

    def restore_filter(self) -> None:
        """Show the filter that the queue has already, and say what is wrong with the saved ones."""
        needle = self.session.queue.needle
        self._whole = Stand(self.table) if needle else None
        self._put(next((name for name, text in self.views.items() if text == needle), ""), needle)
        if problems := check_views(self.views):
            self.say(" ".join(problems), "warning")

    # -- filter and views

    def do_filter(self) -> None:
        """Open the filter line, with all of its text selected: what is typed takes its place, and the arrow keys go into it."""
        self._kept, self._stood = (self.view, self.filter_line.input.value), Stand(self.table)
        self._whole = self._whole if self.session.queue.needle else self._stood
        self.filter_line.display = True
        self.set_focus(self.filter_line.input)  # at once: `focus()` comes later, and the next key would be taken for a command
        self.filter_line.input.select_all()
        self.refresh_view()

    def do_view(self) -> None:
        """Go on to the next saved view, after the last one to everything."""
        names = ["", *self.views]
        at = names.index(self.view) + 1
        self.show_view(names[at % len(names)])

    def do_views(self) -> None:
        """List them all with what each shows now, counted once: the cursor finds nothing moved."""
        from escalator_tui.screens.views import ViewsScreen
        from escalator_tui.session.views import count_views

        counted = count_views(self.session.queue, {"": "", **self.views})
        in_force = self.view if self.view or not self.session.queue.needle.strip() else None
        self.app.push_screen(ViewsScreen(counted, in_force).then(lambda name: None if name is None else self.show_view(name)))

    def show_view(self, name: str) -> None:
        """Show a saved view; the empty name stands for everything."""
        self._show_kept(name, self.views.get(name, ""))

    def action_take_back_filter(self) -> None:
        """Back to the filter that was in force before it was typed over, and to where the lead stood."""
        stood = self._stood
        self._show_kept(*self._kept)
        if stood:
            self._go_back(stood, to_the_cursor=True)

    def _show_kept(self, view: str, text: str) -> None:
        self._put(view, text)
        self.set_focus(self.table)
        self._filter(text)

    def _put(self, view: str, text: str) -> None:
        self.view, self._kept, self._stood = view, (view, text), None
        with self.prevent(Input.Changed):
            self.filter_line.input.value = text
        self.filter_line.display = bool(text)

    @on(Input.Changed, "#filter")
    def _filter_changed(self) -> None:
        self._take_filter()

    def _take_filter(self) -> None:
        # As it is now: what tells of each letter may come when it is all done.
        text = self.filter_line.input.value
        if text != self.views.get(self.view, ""):
            self.view = ""
        self._filter(text)

    def _filter(self, text: str) -> None:
        queue, table, is_lost = self.session.queue, self.table, self.table.cursor_id is None
        self._whole = self._whole if queue.needle else (self._whole or Stand(table))
        if queue.filter_by(text):
            table.show()
            table.at_top &= queue.order[:1] == [table.cursor_id]
        if self._whole and not text:
            self._go_back(self._whole, to_the_cursor=is_lost)
            self._whole = None
        self.refresh_view()

    def _go_back(self, stand: Stand, *, to_the_cursor: bool) -> None:
        if to_the_cursor:
            stand.go_back()
        stand.look()
        cursor = self.table.cursor_id
        # Once the filter line has made room, unless the lead went on meanwhile.
        self.call_after_refresh(lambda: stand.look() if self.table.cursor_id == cursor else None)

    def action_enter(self) -> None:
        """Leave the filter as it is typed. It is in force at once: the next key means what it shows. A slip of the pen is mended first, as
        what of a filter cannot be read shows more than was meant.
        """
        self._take_filter()
        if self.session.queue.filter.problem:
            return
        self.filter_line.display = bool(self.filter_line.input.value)
        self.set_focus(self.table)
        self.refresh_view()

    @property
    def types(self) -> bool:
        """Whether keys go into the filter."""
        return self.focused is self.filter_line.input

    @on(DescendantFocus, "#filter")
    def _filter_entered(self) -> None:
        self.refresh_view()

    @on(DescendantBlur, "#filter")
    def _filter_left(self) -> None:
        if not self.types:  # this comes late: somebody may be typing anew by then
            self._kept, self._stood = (self.view, self.filter_line.input.value), None
            self._whole = self._whole if self.session.queue.needle else None
        self.refresh_view()

    # -- order

    def do_sort(self) -> None:
        """Sort by the next column there is room for."""
        self._sort(next_sort(self.session.queue.sort, self.table.shows))

    def do_reverse(self) -> None:
        """Turn the order round."""
        sort = self.session.queue.sort
        self._sort(Sort(sort.column, not sort.reverse))

    @on(QueueTable.HeaderClicked)
    def _header_clicked(self, event: QueueTable.HeaderClicked) -> None:
        sort = self.session.queue.sort
        self._sort(Sort(event.column, not sort.reverse if sort.column == event.column else False))

    def _sort(self, sort: Sort) -> None:
        table = self.table
        stood, table.at_top = table.at_top, table.at_top or table.scroll_offset.y == 0  # who sees the first row sees the new first row
        self.session.queue.sort_by(sort)
        table.show()
        table.at_top = stood
        if not self.table.shows(sort.column):
            self.say(f"Sorted by {BY_ID[sort.column].title.lower()}{', the other way round' if sort.reverse else ''}")
