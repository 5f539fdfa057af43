"""Every outgoing call with its outcome, the newest first: what was sent, what was not, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from escalator_tui.model.activity import Activity
from escalator_tui.model.errors import EscalatorError
from escalator_tui.model.row import Row
from escalator_tui.screens.detail import DetailScreen
from escalator_tui.screens.explain import ExplainScreen
from escalator_tui.screens.narrowed import NarrowedScreen
from escalator_tui.session.actions import Situation
from escalator_tui.session.call_filter import EXAMPLE, find_calls
from escalator_tui.session.session import Session
from escalator_tui.session.wording import DELIVERY_NAMES, called
from escalator_tui.widgets.activity_view import line_content
from escalator_tui.widgets.footer import KeyLine
from escalator_tui.widgets.hearing import Listed
from escalator_tui.widgets.line import Piece, length, spread
from escalator_tui.widgets.notice import NoticeLine
from escalator_tui.widgets.status import StatusLine

MARGINS, ALSO = 4, frozenset(("filter",))


class ActivityScreen(NarrowedScreen):
    """The deliveries of all conversations, `only` of one, or of all those that are `undone`; of these, those that have the typed words.

    Keys for deciding act on the conversation under the cursor.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "move('cursor_down')", "down", show=False),
        Binding("k", "move('cursor_up')", "up", show=False),
        Binding("ctrl+d", "move('page_down')", "page down", show=False),
        Binding("ctrl+u", "move('page_up')", "page up", show=False),
        Binding("g", "move('first')", "to the top", show=False),
        Binding("G", "move('last')", "to the end", show=False),
        Binding("right", "read", "read the conversation", show=False),
    ]

    def __init__(self, session: Session, only: str | None = None) -> None:
        super().__init__(session, "activity", Listed(self._explain, id="activity"), EXAMPLE)
        self.only, self.undone = only, False
        self.shown: list[Activity] = []
        self._found: dict[str, Activity] = {}
        self._rows: dict[str, Row] = {}
        self._reading = self._outdated = False
        self._failure = ""
        self._read_once = False

    def compose(self) -> ComposeResult:
        """The state lines, what is shown, the deliveries, the keys."""
        yield StatusLine(self.session)
        yield NoticeLine(self.session, lambda: self.situation().cursor, "enter")
        yield Static(id="activity-head", markup=False)
        yield self.line
        yield self.list
        yield KeyLine(self.session.actions)

    def on_mount(self) -> None:
        """Read, and again whenever the poller found something new in the ledger."""
        self.refresh_view()

    @property
    def current(self) -> Activity | None:
        """The delivery under the cursor."""
        at = self.list.highlighted
        return self.shown[at] if at is not None and at < len(self.shown) else None

    def situation(self) -> Situation:
        """The conversation of the delivery under the cursor."""
        activity = self.current
        row = self._row(activity.conversation.id) if activity else None
        on = self.acting_on((row,) if row else (), row)
        return replace(on, in_queue=False, also=ALSO, typing=self.types, back="no filter" if self.line.display else "back")

    def _row(self, conversation_id: str) -> Row | None:
        return self.session.queue.rows.get(conversation_id) or self._rows.get(conversation_id)

    # -- reading

    def _look(self) -> None:
        # The queue's rows are kept by the poller. Those it no longer holds are read again here when one of their calls changed.
        if self._reading:
            self._outdated = True
            return
        self._reading, self._outdated = True, False
        session, only, before, kept = self.session, self.only, self._found, self._rows
        queued = frozenset(session.queue.rows)

        def read() -> tuple[list[Activity], dict[str, Row]]:
            found = session.desk.activity(only)
            ids = {each.conversation.id for each in found} - queued
            changed = ids & ({each.conversation.id for each in found if before.get(each.delivery.ref) != each} | (ids - kept.keys()))
            return found, {each: kept[each] for each in ids - changed} | {row.id: row for row in session.read(changed)}

        session.reads.submit(read, lambda read: self._take(only, *read), self._fail)

    def _take(self, only: str | None, found: list[Activity], rows: dict[str, Row]) -> None:
        self._reading, self._failure = False, ""
        if not self.stands:
            return
        if only == self.only:
            self._found, self._rows, self._read_once = {each.delivery.ref: each for each in found}, rows, True
            self.narrow()
        if self._outdated:
            self._look()

    def _fail(self, error: EscalatorError) -> None:
        self._reading, self._failure = False, f"Could not be read: {error}"
        if self.stands:
            self._draw_lines()

    # -- drawing

    def narrow(self) -> None:
        """Show those that have the words."""
        if not self.stands:  # a key can come before the lines are there
            return
        wanted = self._wanted(find_calls(tuple(self._found.values()), self.line.value, self.session.clock()))
        if wanted != self.shown:
            self._show(wanted)
        self._draw_lines()

    def _wanted(self, calls: Iterable[Activity]) -> list[Activity]:
        return [each for each in calls if not self.undone or not each.is_settled]

    def _show(self, found: list[Activity]) -> None:
        """Draw these with the cursor on the delivery it was on, or on the next one that is still there."""
        at, before = self.list.highlighted or 0, [each.delivery.ref for each in self.shown]
        self.shown = found
        now, width = self.session.clock(), max(40, self.size.width - 4)
        self.list.clear_options()
        self.list.add_options(Option(line_content(each, now, width), id=each.delivery.ref) for each in found)
        places = {each.delivery.ref: place for place, each in enumerate(found)}
        around = (*before[at:], *reversed(before[:at]))
        self.list.highlighted = next((places[each] for each in around if each in places), 0) if found else None

    def on_resize(self) -> None:
        """Lines as wide as there is room."""
        self._show(self.shown)

    def refresh_view(self) -> None:
        """Something changed somewhere: read it."""
        self._draw_lines()
        self._look()

    def _draw_lines(self) -> None:
        """The lines around the list."""
        self.query_one("#activity-head", Static).update(self._head())
        self.query_one(KeyLine).show(self.situation(), 0)
        self.tick()

    def _head(self) -> Content:
        row = self._row(self.only) if self.only else None
        whose = (called(row.record.conversation) if row else "one conversation") if self.only else "not done" if self.undone else ""
        turns = "all" if self.undone else "not done" if self.only else "only this"
        keys = (("enter", "explain"), ("→", "read"), (self.session.action("activity").shown, turns))
        if self._failure:
            return spread([("Activity", "bold"), (f" · {self._failure}", "$text-error")], [], self.size.width)
        head: list[Piece] = [("Activity", "bold"), (f" · {self._many()}", "")]
        drawn = [piece for key, what in keys if key for piece in ((key, "bold $text-accent"), (f" {what}  ", ""))]
        drawn = drawn if self.shown and not self.types else []
        while drawn and length([*head, *drawn]) + MARGINS > self.size.width:
            drawn = drawn[2:]  # how many there are comes before the keys, but not whose
        return spread([*head, (f"{whose and ' · '}{whose}", "")], drawn, self.size.width)

    def _many(self) -> str:
        """How many calls are shown, or why none is."""
        of = len(self._wanted(self._found.values()))
        if not of:
            return "reading" if not self._read_once else "nothing is left to do" if self.undone else "nothing was sent yet"
        return f"{f'{len(self.shown)} of ' if self.line.value.strip() else ''}{of} call{'s' if of > 1 else ''}"

    def tick(self) -> None:
        """A second passed."""
        self.query_one(StatusLine).tick()
        self.query_one(NoticeLine).tick()

    def on_option_list_option_highlighted(self) -> None:
        """The keys are those of the row under the cursor."""
        if self.stands:
            self._draw_lines()

    # -- keys

    def _explain(self, number: int) -> None:
        """What happened, what it means, what to do."""
        self.app.push_screen(ExplainScreen(self.session, self.shown[number - 1]).then(self._send_again))

    def _place(self, ref: str) -> int | None:
        return next((at for at, each in enumerate(self.shown) if each.delivery.ref == ref), None)

    def _send_again(self, explained: Activity | None) -> None:
        if explained is None:
            return
        place = self._place(explained.delivery.ref)
        if place is None:
            self.say(f"The {DELIVERY_NAMES[explained.delivery.kind]} stands here no longer. Nothing was sent again", "warning")
            return
        self.list.highlighted = place
        self.action_act("retry")

    def action_move(self, where: str) -> None:
        """Move the cursor."""
        getattr(self.list, f"action_{where}")()

    def action_read(self) -> None:
        """The conversation of the row under the cursor."""
        if row := self.situation().cursor:
            self.app.push_screen(DetailScreen(self.session, row))

    def action_act(self, action_id: str) -> None:
        """As elsewhere; what is done or on its way is not sent again."""
        activity = self.current
        if action_id == "retry" and activity is not None and not activity.is_retriable:
            self.say(f"The {DELIVERY_NAMES[activity.delivery.kind]} has nothing to send again", "warning")
            return
        super().action_act(action_id)

    def do_activity(self) -> None:
        """From all to the conversation under the cursor only, from that to what is not done, and back to all."""
        if self.only is None and not self.undone and self.current:
            self.only = self.current.conversation.id
        else:
            self.only, self.undone = None, not self.undone
        self.refresh_view()

    def do_next(self) -> None:
        """The next delivery."""
        self.list.action_cursor_down()

    def do_previous(self) -> None:
        """The one before."""
        self.list.action_cursor_up()

    def do_mark(self) -> None:
        """Marks belong to the queue."""
        self.say("Mark it in the queue; esc goes back there", "warning")
