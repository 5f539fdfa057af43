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

from escalator_tui.model.decision import Priority
from escalator_tui.model.draft import Draft
from escalator_tui.model.errors import EscalatorError
from escalator_tui.model.row import Row
from escalator_tui.screens.modal import Dialogue
from escalator_tui.widgets.draft_view import changes_content, drafts_content
from escalator_tui.widgets.session import Session
from escalator_tui.widgets.wording import called

PRIORITIES = tuple(Priority)


@dataclass(frozen=True)
class Confirmed:
    """The escalations that are in the ledger now, and their rows as they are since."""

    rows: tuple[Row, ...]
    now: list[Row]


@dataclass(frozen=True)
class Attempt:
    """What came of confirming several drafts."""

    confirmed: Confirmed
    refused: tuple[tuple[Draft, EscalatorError], ...]


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
        Binding("p", "shift(-1)", "priority up", show=False),
        Binding("P", "shift(1)", "priority down", show=False),
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

    def action_shift(self, by: int) -> None:
        """Another priority, with the texts written anew for it."""
        if self.stage is not Stage.SHOWN and self.stage is not Stage.DRAFTING:
            return
        self.priorities = [PRIORITIES[min(max(PRIORITIES.index(each) + by, 0), len(PRIORITIES) - 1)] for each in self.priorities]
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
        session.decisions.submit(lambda: confirm(session, fresh), self._attempted, self._fail)

    def _attempted(self, attempt: Attempt) -> None:
        if attempt.confirmed.rows:
            self._confirmed = attempt.confirmed
            self.session.desk.deliverer.wake()
        if not attempt.refused:
            self.answer(self._confirmed)
            return
        lines = [
            Content.assemble((f"{called(draft.row.record.conversation)} was not sent: ", "bold $text-error"), str(error))
            for draft, error in attempt.refused
        ]
        if many := len(attempt.confirmed.rows):
            lines.append(Content(f"{many} of {len(self.drafts)} confirmed."))
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

    def _enter(self, stage: Stage) -> None:
        self.stage = stage
        box = self.query_one("#send")
        name = called(self.rows[0].record.conversation) if len(self.rows) == 1 else f"{len(self.rows)} conversations"
        level = f" as {self.priorities[0].value}" if len(self.rows) == 1 and self.priorities else ""
        box.border_title = Content(f"Escalate {name}{level}")
        box.border_subtitle = Content(stage.value)
        self.query_one("#send-keys", Static).update(self._keys())

    def _keys(self) -> Content:
        look = "bold $text-accent" if self.stage is Stage.SHOWN else "$foreground-disabled"
        hold = self.session.settings.delivery.hold_seconds
        undo = f" · holds {hold:.0f} s, u takes it back" if hold else ""
        return Content.assemble(("y", look), f" send{undo}   ", ("p/P", look), " priority   ", ("esc", "bold $text-accent"), " cancel")


def confirm(session: Session, drafts: Sequence[Draft]) -> Attempt:
    """Write the escalations into the ledger, each on its own: one refusal does not keep the others from it."""
    rows, refused = [], []
    for draft in drafts:
        try:
            session.desk.escalate(draft, actor=session.actor, hold=True)
            rows.append(draft.row)
        except EscalatorError as error:
            refused.append((draft, error))
    return Attempt(Confirmed(tuple(rows), session.read([draft.row.id for draft in drafts])), tuple(refused))
