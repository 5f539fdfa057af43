"""The exact texts before they go out. `y` approves them; nothing else does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from escalator_tui.agent.triage import raised
from escalator_tui.model.row import Row
from escalator_tui.screens.edit import EditScreen
from escalator_tui.screens.keyed import KeyedScreen
from escalator_tui.screens.modal import LOOK, OFF, Cancel, Keys, ReadDialogue, key, titled
from escalator_tui.session.proposal import Proposal
from escalator_tui.session.session import Session
from escalator_tui.widgets.draft_view import changes_content, draft_content, known_channels, places_content, summary_content
from escalator_tui.widgets.refusals import Refusals, what_became_of

LOOK_SECONDS = 1.0


class SendScreen(ReadDialogue[Sequence[Proposal]]):
    """Answers with what was approved, None when nothing was. The drafts are made from the rows at hand, so they are there at once.

    Of a conversation whose approval came back, or that changes meanwhile, it shows what is different now. Of several it shows a summary
    with all texts, or one `alone`, by its place.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "send", "send", show=False),
        Binding("p", "raise(1)", "priority up", show=False),
        Binding("P", "raise(-1)", "priority down", show=False),
        Binding("ctrl+e", "edit", "edit the texts", show=False),
        Binding("n", "turn_to(1)", "next draft", show=False),
        Binding("N", "turn_to(-1)", "previous draft", show=False),
    ]

    def __init__(self, session: Session, rows: Sequence[Row]) -> None:
        super().__init__(name="send")
        self.session = session
        self.rows = tuple(rows)
        self.refusals = Refusals(session, rows)
        self.proposals = list(self.refusals.proposals)
        self.alone: int | None = None
        self._is_drawn = False
        self._told = [self.refusals.told] if self.refusals.told.plain else []
        self._differs = self.refusals.differs
        self._channels: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """What to know, where it goes, the texts, and the keys."""
        with Vertical(classes="box wide", id="send"):
            yield Static(id="news", markup=False)
            yield Static(id="places", markup=False)
            with VerticalScroll(id="texts", can_focus=False):
                yield Static(id="summary", markup=False)
                for _ in self.rows:
                    yield Static(classes="draft", markup=False)
            with Horizontal(classes="answer"):
                yield Cancel()
                yield Keys(id="send-keys")

    def on_mount(self) -> None:
        """Draw the texts."""
        self._channels = known_channels(self.session.queue.rows.values())
        self._is_drawn = True
        if self.must_be_read:
            self.let_read()
        self._tell(self.refusals.told)
        self._draw()
        self._ask_for_team()
        self.set_interval(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        """What was read anew while this is open is shown before it can be approved."""
        if not self.is_active:
            return  # what is being edited is compared when it comes back
        changes = [found for at in range(len(self.proposals)) if (found := self._renewed(at))]
        if changes:
            self._leave_out_what_is_over()
            # The newest first: there may be no room for all.
            self._differs, self._told = True, [*changes, *self._told]
            self.let_read()
            self._tell(Content("\n").join(self._told))
            self._draw()

    def _leave_out_what_is_over(self) -> None:
        left = [each for each in self.proposals if each.drafted.row.can_go_out]
        if len(left) < len(self.proposals):
            self.proposals, self.alone = left, None

    def _renewed(self, at: int) -> Content | None:
        was, session = self.proposals[at], self.session
        row = session.queue.rows.get(was.drafted.row.id)
        if row is None or row is was.drafted.row:
            return None
        now = was.redrafted(session.desk.draft_of(row, was.drafted.priority))
        changes = changes_content(was.draft, now.draft, session.clock())
        if row.can_go_out and not changes:
            return None
        self.proposals[at] = now
        return Content("\n").join([what_became_of(row), *([changes] if changes else [])])

    def _ask_for_team(self) -> None:
        """Learn what the Linear team is called, in a thread of its own: its id stands there until Linear tells, and when it does not."""
        session = self.session
        if session.settings.linear.team_id and not (session.team or session.names.pending):
            session.names.submit(session.desk.team_name, self._name_team, lambda _: None)

    def _name_team(self, name: str) -> None:
        self.session.team = name
        # The question that asked may be answered by now, and another one stand there.
        if name and isinstance(self.app.screen, SendScreen):
            self.app.screen._draw()

    @property
    def must_be_read(self) -> bool:
        """Whether a `y` typed in the rhythm of the rows before is too early: nobody approves differences, or several at once, unseen."""
        return self._differs or len(self.rows) > 1

    @property
    def can_send(self) -> bool:
        """Whether a `y` counts now."""
        return bool(self.proposals) and ((self._is_drawn and self._unread is None) or not self.must_be_read)

    @property
    def shown(self) -> range:
        """The places of the drafts whose texts are drawn. Only these get another priority."""
        return range(len(self.proposals)) if self.alone is None else range(self.alone, self.alone + 1)

    # -- other texts

    def action_raise(self, by: int) -> None:
        """Another priority for what is shown. What the lead wrote stays, the rest is written anew."""
        draft_of, was = self.session.desk.draft_of, [self.proposals[at] for at in self.shown]
        own = ", ".join(dict.fromkeys(each.edited for each in was if each.edited))
        remark = f"You wrote this yourself, so it stays as it is: {own}. See whether it names the priority." if own else ""
        self._show([each.redrafted(draft_of(each.drafted.row, raised(each.drafted.priority, by))) for each in was], remark)

    def action_edit(self) -> None:
        """Write the texts of the draft that is shown otherwise."""
        if len(self.shown) == 1:
            self.app.push_screen(EditScreen(self.proposals[self.shown.start]).then(self._edited))
        elif self.proposals:
            self._show(self.proposals, "Texts are edited one by one: n shows the first alone, ctrl+e there edits it.")

    def _edited(self, written: Proposal | None) -> None:
        if written is not None:
            self._show([written])
        self._look()

    def _show(self, instead: Sequence[Proposal], remark: str = "") -> None:
        self.proposals[self.shown.start : self.shown.stop] = instead
        # Why it came back, and what is different, stays to be read, whatever is written otherwise.
        self._tell(Content("\n").join([*self._told, Content(remark)] if remark else self._told))
        self._draw()

    def action_turn_to(self, by: int) -> None:
        """The next or the previous of several drafts alone; the summary comes before the first."""
        at = (-1 if self.alone is None else self.alone) + by
        if len(self.proposals) > 1 and at < len(self.proposals):
            self.alone = at if at >= 0 else None
            self._draw()
            self.query_one("#texts").scroll_home(animate=False)

    # -- answering

    def action_send(self) -> None:
        """Approve what is shown. A key typed right behind the one that opened this counts, unless there is something to read first."""
        if self.can_send:
            self.answer(self.proposals)
        else:
            self.read_anew()

    def action_answer_nothing(self) -> None:
        """Close without an answer. What was written is kept for the next time, and that is said where the lead looks then."""
        kept = self.session.approvals.keep(self.proposals)
        self.answer(None)
        if kept and isinstance(self.app.screen, KeyedScreen):
            self.app.screen.say("Nothing was sent. Your own words are kept for the next time")

    # -- drawing

    def read(self) -> None:
        """What is different was there long enough."""
        super().read()
        self._draw()

    def _tell(self, content: Content) -> None:
        if not self._is_drawn:
            return
        news = self.query_one("#news", Static)
        news.display = bool(content.plain)
        news.update(content)

    def _draw(self) -> None:
        if not (self._is_drawn and self.stands):
            return
        many, shown = len(self.proposals), self.shown
        going = [self.proposals[at] for at in shown]
        self.query_one("#places", Static).update(places_content(going, self.session.settings, self.session.team, self._channels))
        self.query_one("#summary", Static).update(summary_content(going))
        self.query_one("#summary").display = len(going) > 1
        for at, static in enumerate(self.query(".draft").results(Static)):
            static.display = at in shown
            if at in shown:
                static.update(draft_content(self.proposals[at], f"{at + 1} of {many}  " if many > 1 else ""))
        box = self.query_one("#send")
        level = f" as {self.proposals[0].drafted.priority.value}" if len(self.rows) == many == 1 else ""
        box.border_title = Content(f"Escalate {titled(self.rows, level)}")
        box.border_subtitle = Content(self._stands())
        self.query_one("#send-keys", Keys).show(*self._keys())

    def _stands(self) -> str:
        if not self.proposals:
            return "nothing more to send"
        if self.can_send:
            own = "in your own words · " if any(each.edits for each in self.proposals) else ""
            return f"{own}nothing has been sent yet"
        return "read what is different first" if self._differs else "read them first"

    def _keys(self) -> list[Content]:
        hold = self.session.settings.delivery.hold_seconds
        undo = f" · {hold:.0f} s to undo" if hold else ""
        many, shown = len(self.proposals), len(self.shown)
        return [
            key("y", f"send{_all(many)}{undo}", LOOK if self.can_send else OFF),
            key("p/P", _all(shown).strip() or "priority", LOOK if many else OFF),
            *([key("ctrl+e", "edit", LOOK if many else OFF)] if shown < 2 else []),
            *([key("n/N", "each")] if many > 1 else []),
            key("esc", "cancel" if many else "close"),
        ]


def _all(many: int) -> str:
    return f" all {many}" if many > 1 else ""
