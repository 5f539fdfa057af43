"""Whether to leave while something is under way: at once, or when it is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from escalator_tui.screens.modal import Cancel, Keys, ReadDialogue, key
from escalator_tui.session.session import Session
from escalator_tui.session.wording import called_all

LOOK_SECONDS = 0.25
QUIET_LOOKS = 6
"""Looks that must find nothing under way: between two deliveries of one escalation there is a moment without any."""
NOW = "What is being sent stays in doubt: the next start looks whether it arrived, and sends it if it did not."
HELD = "What is held goes out when Escalator runs again."
DEMO = "All of that is lost with the demo: the next one begins anew."
UNCONFIRMED = "What is not confirmed yet is not sent."
UNWRITTEN = "What is being written may be lost."
WAITING = "Leaves as soon as it is done."


class LeaveScreen(ReadDialogue[bool]):
    """Answers True to leave, None to stay. Enter is on Cancel. What came back unsent is waited for by nobody but the lead."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "leave", "leave now", show=False),
        Binding("w", "wait", "wait, then leave", show=False),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(name="leave")
        self.session = session
        self.waits = False
        self._quiet = 0

    def compose(self) -> ComposeResult:
        """What is under way, what leaving does to it, and the answers."""
        with Vertical(classes="box") as box:
            box.border_title = Content("Leave now")
            with VerticalScroll(id="texts", can_focus=False):
                yield Static(self._words(), markup=False, id="under-way")
            with Horizontal(classes="answer foot"):
                yield Cancel()
                yield Keys(*self._answers())

    def on_mount(self) -> None:
        """Follow what is under way."""
        self.set_interval(LOOK_SECONDS, self._look)

    def action_leave(self) -> None:
        """At once."""
        self.answer(True)

    def action_wait(self) -> None:
        """When nothing is under way any more."""
        self.waits = self.waits or self.session.is_busy
        self._draw()

    def _draw(self) -> None:
        self.query_one("#under-way", Static).update(self._words())
        self.query_one(Keys).show(*self._answers())

    def _look(self) -> None:
        if not self.stands:
            return
        self._draw()
        self._quiet = 0 if self.session.leaving_drops() else self._quiet + 1
        if self.waits and self._quiet >= QUIET_LOOKS:
            self.answer(True)

    def _answers(self) -> list[Content]:
        waits = [key("w", "wait, then leave")] if self.session.is_busy and not self.waits else []
        return [key("y", "leave now"), *waits, key("esc", "stay")]

    def _words(self) -> str:
        session = self.session
        under_way = session.leaving_drops() or "Nothing is under way any more"
        return "\n".join((f"{under_way}.", *(told for told, concerned in self._effects() if concerned)))

    def _effects(self) -> Sequence[tuple[str, object]]:
        session, came_back = self.session, [each.proposal.drafted.row for each in self.session.approvals.unsent]
        shows = f"{called_all(came_back)} {'waits' if len(came_back) == 1 else 'wait'} for you: esc shows it, y leaves it unsent."
        if self.waits:
            return ((WAITING, not came_back), (shows, came_back))
        if session.is_demo:
            return ((shows, came_back), (DEMO, session.is_busy))
        return (
            (shows, came_back),
            (UNCONFIRMED, session.approvals.checking),
            (UNWRITTEN, session.decisions.pending),
            (NOW, session.desk.deliverer.in_flight),
            (HELD, session.held()),
        )
