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
from escalator_tui.screens.edit import EditScreen
from escalator_tui.screens.modal import Dialogue
from escalator_tui.widgets.decisions import Attempt, confirm
from escalator_tui.widgets.draft_view import changes_content, draft_content, known_channels, summary_content
from escalator_tui.widgets.proposal import Proposal
from escalator_tui.widgets.session import Session
from escalator_tui.widgets.wording import called, called_all


@dataclass(frozen=True)
class Confirmed:
    """The escalations that are in the ledger now, and their rows as they are since."""

    rows: tuple[Row, ...]
    now: list[Row]


class Stage(Enum):
    """Where the approval stands. Only SHOWN takes a `y`: what is approved stands on the screen."""

    DRAWING = "drawing the texts"
    SHOWN = "nothing has been sent yet"
    CHECKING = "reading the conversation again"
    CONFIRMING = "confirming"
    OVER = "nothing more to send"


class SendScreen(Dialogue[Confirmed]):
    """Answers with what was confirmed, None when nothing was.

    The drafts are made from the rows at hand, so they are drawn at once. A `y` typed before that waits until they are.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "send", "send", show=False),
        Binding("p", "raise(1)", "priority up", show=False),
        Binding("P", "raise(-1)", "priority down", show=False),
        Binding("ctrl+e", "edit", "edit the texts", show=False),
        Binding("n", "turn_to(1)", "next draft", show=False),
        Binding("N", "turn_to(-1)", "previous draft", show=False),
        Binding("down,j", "scroll_texts(1)", show=False),
        Binding("up,k", "scroll_texts(-1)", show=False),
        Binding("pagedown,ctrl+d,space", "scroll_texts(10)", show=False),
        Binding("pageup,ctrl+u", "scroll_texts(-10)", show=False),
    ]

    def __init__(self, session: Session, rows: Sequence[Row]) -> None:
        super().__init__(name="send")
        self.session = session
        self.rows = tuple(rows)
        self.proposals = [Proposal(session.desk.draft_of(row, row.priority)) for row in rows]
        self.stage = Stage.DRAWING
        self.current = 0
        self._typed_ahead = self._takes_ahead = False
        self._answered = False
        self._confirmed: Confirmed | None = None
        self._channels: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """What to know, the texts, and the keys."""
        with Vertical(classes="box wide", id="send"):
            yield Static(id="news", markup=False)
            with VerticalScroll(id="texts", can_focus=False):
                yield Static(id="summary", markup=False)
                for _ in self.rows:
                    yield Static(classes="draft", markup=False)
            with Horizontal(classes="answer"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Static(id="send-keys", markup=False)

    def on_mount(self) -> None:
        """Enter must not send: it is on Cancel."""
        self.query_one("#cancel").focus()
        self.query_one("#news").display = False
        self._channels = known_channels(self.session.queue.rows.values())
        self._show(self.proposals)

    @property
    def drafts(self) -> list[Draft]:
        """What is up for approval, word for word."""
        return [proposal.draft for proposal in self.proposals]

    # -- other texts

    def action_raise(self, by: int) -> None:
        """Another priority. What the lead wrote stays, the rest is written anew."""
        if self.stage not in (Stage.SHOWN, Stage.DRAWING):
            return
        draft_of, was = self.session.desk.draft_of, self.proposals
        self._show([each.redrafted(draft_of(each.drafted.row, raised(each.drafted.priority, by))) for each in was])
        if own := dict.fromkeys(each.edited for each in was if each.edited):
            self._tell(Content(f"You wrote this yourself, so it stays as it is: {', '.join(own)}. See whether it names the priority."))

    def action_edit(self) -> None:
        """Write the texts of the current draft otherwise."""
        if self.stage is Stage.SHOWN:
            self.app.push_screen(EditScreen(self.proposals[self.current]).then(self._edited))

    def _edited(self, written: Proposal | None) -> None:
        if written is not None and not self._answered:
            self._show([written if at == self.current else each for at, each in enumerate(self.proposals)])

    def action_turn_to(self, by: int) -> None:
        """The next or the previous of several drafts."""
        before, self.current = self.current, min(max(self.current + by, 0), len(self.proposals) - 1)
        if before != self.current:
            self._draw()
            self.query_one("#texts").scroll_to_widget(self.query(".draft")[self.current], top=True, animate=False)

    # -- sending

    def action_send(self) -> None:
        """Read the conversations again; confirm if everything is as shown, else show what changed and ask again."""
        if self.stage is Stage.DRAWING:
            self._typed_ahead = self._takes_ahead
        if self.stage is not Stage.SHOWN:
            return
        self._enter(Stage.CHECKING)
        shown, desk = [each.drafted for each in self.proposals], self.session.desk
        self.session.reads.submit(lambda: [desk.fresh_draft(draft) for draft in shown], self._checked, self._fail)

    def _checked(self, fresh: list[Draft]) -> None:
        if self._answered:
            return
        now = [was.redrafted(draft) for was, draft in zip(self.proposals, fresh, strict=True)]
        drafts = [each.draft for each in now]
        changes = changes_content(self.drafts, drafts, self.session.clock())
        if not changes:
            self._enter(Stage.CONFIRMING)
            session = self.session
            session.decisions.submit(lambda: confirm(session, drafts), self._attempted, self._lose)
            return
        self._show(now, expected=False)
        own = ", ".join(dict.fromkeys(each.edited for each in now if each.edited))
        kept = f" Your own words are kept: {own}." if own else ""
        again = Content.assemble(("Nothing was sent.", "bold"), kept, (" y", "bold $text-accent"), " sends it as it is now.")
        self._tell(Content("\n").join([again, changes]))

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
            lines.append(Content.assemble((f"{len(attempt.confirmed)} of {len(self.proposals)} confirmed: ", "bold"), names))
        refused = {draft.row.id for draft, _ in attempt.refused}
        self.proposals = [each for each in self.proposals if each.drafted.row.id in refused]
        self.current = 0
        self._draw()
        self._tell(Content("\n").join(lines))
        self._enter(Stage.OVER)

    def answer(self, value: Confirmed | None) -> None:
        """Close, and let nothing that is still being read send anything."""
        self._answered = True
        super().answer(value)

    def on_screen_resume(self) -> None:
        """What lay on top is gone: give the answer that came meanwhile."""
        if self._answered:
            super().answer(self._confirmed)

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

    def _show(self, proposals: list[Proposal], *, expected: bool = True) -> None:
        """Draw these, and take a `y` for them once they stand on the screen. One typed before counts only for what was `expected`."""
        self.proposals = proposals
        self._typed_ahead, self._takes_ahead = False, expected
        self.query_one("#news").display = False
        self._draw()
        self._enter(Stage.DRAWING)
        self.call_after_refresh(self._shown)

    def _shown(self) -> None:
        if self.stage is not Stage.DRAWING or self._answered:
            return
        self._enter(Stage.SHOWN)
        if self._typed_ahead:
            self.action_send()

    def _draw(self) -> None:
        many = len(self.proposals)
        self.query_one("#summary", Static).update(summary_content(self.proposals, self._channels))
        self.query_one("#summary").display = many > 1
        for at, static in enumerate(self.query(".draft").results(Static)):
            static.display = at < many
            if at < many:
                place = f"{at + 1} of {many}  " if many > 1 else ""
                current = many > 1 and at == self.current
                static.update(draft_content(self.proposals[at], self.session.settings, self._channels, place, current=current))

    def _tell(self, content: Content) -> None:
        news = self.query_one("#news", Static)
        news.display = True
        news.update(content)

    def _fail(self, error: EscalatorError) -> None:
        if self._answered:
            return
        self._tell(Content.assemble((f"{error.message}. ", "bold $text-error"), error.cure, ("\nNothing was sent.", "bold")))
        self._enter(Stage.SHOWN)

    def _lose(self, error: EscalatorError) -> None:
        unknown = "\nWhether anything was confirmed is not known; the states in the queue tell."
        self._tell(Content.assemble((f"{error.message}. ", "bold $text-error"), error.cure, (unknown, "bold")))
        self._enter(Stage.OVER)

    def _enter(self, stage: Stage) -> None:
        self.stage = stage
        box = self.query_one("#send")
        level = f" as {self.proposals[0].drafted.priority.value}" if len(self.rows) == 1 and self.proposals else ""
        box.border_title = Content(f"Escalate {called_all(self.rows)}{level}")
        box.border_subtitle = Content(stage.value)
        self.query_one("#send-keys", Static).update(self._keys())

    def _keys(self) -> Content:
        look = "bold $text-accent" if self.stage in (Stage.SHOWN, Stage.DRAWING) else "$foreground-disabled"
        hold = self.session.settings.delivery.hold_seconds
        undo = f" · {hold:.0f} s to undo" if hold else ""
        leave = " close" if self.stage is Stage.OVER else " cancel"
        many = len(self.proposals) > 1
        return Content.assemble(
            ("y", look), f" send{undo}  ", ("p/P", look), " priority  ", ("ctrl+e", look), " edit  ",
            ("n/N" if many else "", look), " each  " if many else "", ("esc", "bold $text-accent"), leave,
        )  # fmt: skip
