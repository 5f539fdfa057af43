"""The exact texts before they go out. `y` sends them if they are still true; nothing else does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from escalator_tui.agent.triage import raised
from escalator_tui.model.draft import Draft
from escalator_tui.model.errors import EscalatorError
from escalator_tui.model.row import Row
from escalator_tui.screens.modal import Dialogue
from escalator_tui.widgets.decisions import Attempt, confirm
from escalator_tui.widgets.draft_view import changes_content, drafts_content
from escalator_tui.widgets.session import Session
from escalator_tui.widgets.wording import called, called_all


@dataclass(frozen=True)
class Confirmed:
    """The escalations that are in the ledger now, and their rows as they are since."""

    rows: tuple[Row, ...]
    now: list[Row]


class Stage(Enum):
    """Where the approval stands. Only SHOWN takes a `y`: what is approved has been seen."""

    DRAFTING = "writing the texts"
    SHOWN = "nothing has been sent yet"
    CHECKING = "reading the conversation again"
    CONFIRMING = "confirming"
    OVER = "nothing more to send"


class SendScreen(Dialogue[Confirmed]):
    """Answers with what was confirmed, None when nothing was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "send", "send", show=False),
        Binding("p", "raise(1)", "priority up", show=False),
        Binding("P", "raise(-1)", "priority down", show=False),
        Binding("down,j", "scroll_texts(1)", show=False),
        Binding("up,k", "scroll_texts(-1)", show=False),
        Binding("pagedown,ctrl+d,space", "scroll_texts(10)", show=False),
        Binding("pageup,ctrl+u", "scroll_texts(-10)", show=False),
    ]

    def __init__(self, session: Session, rows: Sequence[Row]) -> None:
        super().__init__(name="send")
        self.session = session
        self.rows = tuple(rows)
        self.priorities = [row.priority for row in rows]
        self.drafts: list[Draft] = []
        self.stage = Stage.DRAFTING
        self._asked = 0
        self._answered = False
        self._confirmed: Confirmed | None = None

    def compose(self) -> ComposeResult:
        """What to know, the texts, and the keys."""
        with Vertical(classes="box wide", id="send"):
            yield Static(id="news", markup=False)
            with VerticalScroll(id="texts", can_focus=False):
                yield Static(id="drafts", markup=False)
            with Horizontal(classes="answer"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Static(id="send-keys", markup=False)

    def on_mount(self) -> None:
        """Enter must not send: it is on Cancel."""
        self.query_one("#cancel").focus()
        self.query_one("#news").display = False
        self._draft()

    # -- drafting

    def action_raise(self, by: int) -> None:
        """Another priority, with the texts written anew for it."""
        if self.stage is not Stage.SHOWN and self.stage is not Stage.DRAFTING:
            return
        self.priorities = [raised(each, by) for each in self.priorities]
        self._draft()

    def _draft(self) -> None:
        self._asked += 1
        asked, desk = self._asked, self.session.desk
        wanted = list(zip(self.rows, self.priorities, strict=True))
        self._enter(Stage.DRAFTING)
        self.session.reads.submit(
            lambda: [desk.draft(row.id, priority) for row, priority in wanted],
            # Texts for a priority that was changed meanwhile are not shown.
            lambda drafts: self._drafted(drafts) if asked == self._asked and not self._answered else None,
            self._fail,
        )

    def _drafted(self, drafts: list[Draft]) -> None:
        self._show(drafts)
        self._enter(Stage.SHOWN)

    # -- sending

    def action_send(self) -> None:
        """Read the conversations again; confirm if everything is as shown, else show what changed and ask again."""
        if self.stage is not Stage.SHOWN:
            return
        self._enter(Stage.CHECKING)
        shown, desk = list(self.drafts), self.session.desk
        self.session.reads.submit(lambda: [desk.fresh_draft(draft) for draft in shown], self._checked, self._fail)

    def _checked(self, fresh: list[Draft]) -> None:
        if self._answered:
            return
        changes = changes_content(self.drafts, fresh, self.session.clock())
        if changes:
            self._show(fresh)
            self._tell(
                Content.assemble(changes, "\n", ("Nothing was sent. ", "bold"), ("y", "bold $text-accent"), " sends it as it is now.")
            )
            self._enter(Stage.SHOWN)
            return
        self._enter(Stage.CONFIRMING)
        session = self.session
        session.decisions.submit(lambda: confirm(session, fresh), self._attempted, self._lose)

    def _attempted(self, attempt: Attempt) -> None:
        if attempt.confirmed:
            self._confirmed = Confirmed(attempt.confirmed, attempt.now)
            self.session.desk.deliverer.wake()
        if not attempt.refused:
            self.answer(self._confirmed)
            return
        lines = [
            Content.assemble((f"{called(draft.row.record.conversation)} was not sent: ", "bold $text-error"), str(error))
            for draft, error in attempt.refused
        ]
        if attempt.confirmed:
            names = ", ".join(called(row.record.conversation) for row in attempt.confirmed)
            lines.append(Content.assemble((f"{len(attempt.confirmed)} of {len(self.drafts)} confirmed: ", "bold"), names))
        self._show([draft for draft, _ in attempt.refused])
        self._tell(Content("\n").join(lines))
        self._enter(Stage.OVER)

    def answer(self, value: Confirmed | None) -> None:
        """Close, and let nothing that is still being read send anything."""
        self._answered = True
        super().answer(value)

    def action_answer_nothing(self) -> None:
        """Close. What was confirmed stays confirmed; while it is being confirmed, wait for the word."""
        if self.stage is not Stage.CONFIRMING:
            self.answer(self._confirmed)

    def on_button_pressed(self) -> None:
        """Cancel."""
        self.action_answer_nothing()

    # -- drawing

    def action_scroll_texts(self, lines: int) -> None:
        """Read on."""
        self.query_one("#texts").scroll_relative(y=lines, animate=False)

    def _show(self, drafts: list[Draft]) -> None:
        self.drafts = drafts
        self.priorities = [draft.priority for draft in drafts]
        self.query_one("#drafts", Static).update(drafts_content(drafts, self.session.settings))

    def _tell(self, content: Content) -> None:
        news = self.query_one("#news", Static)
        news.display = True
        news.update(content)

    def _fail(self, error: EscalatorError) -> None:
        if self._answered:
            return
        self._tell(Content.assemble((f"{error.message}. ", "bold $text-error"), error.cure, ("\nNothing was sent.", "bold")))
        self._enter(Stage.SHOWN if self.drafts else Stage.OVER)

    def _lose(self, error: EscalatorError) -> None:
        unknown = "\nWhether anything was confirmed is not known; the states in the queue tell."
        self._tell(Content.assemble((f"{error.message}. ", "bold $text-error"), error.cure, (unknown, "bold")))
        self._enter(Stage.OVER)

    def _enter(self, stage: Stage) -> None:
        self.stage = stage
        box = self.query_one("#send")
        level = f" as {self.priorities[0].value}" if len(self.rows) == 1 and self.priorities else ""
        box.border_title = Content(f"Escalate {called_all(self.rows)}{level}")
        box.border_subtitle = Content(stage.value)
        self.query_one("#send-keys", Static).update(self._keys())

    def _keys(self) -> Content:
        look = "bold $text-accent" if self.stage is Stage.SHOWN else "$foreground-disabled"
        hold = self.session.settings.delivery.hold_seconds
        undo = f" · held {hold:.0f} s, u takes back" if hold else ""
        leave = " close" if self.stage is Stage.OVER else " cancel"
        return Content.assemble(("y", look), f" send{undo}   ", ("p/P", look), " priority   ", ("esc", "bold $text-accent"), leave)
