"""The texts of one escalation, to be written otherwise before it is sent."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static, TextArea

from escalator_tui.agent.limits import Room, rooms
from escalator_tui.screens.modal import Dialogue, Keys, key, titled
from escalator_tui.session.proposal import NAMES, Proposal

PLACES = {"linear_title": "one line", "linear_body": "plain text", "note_text": "internal, not visible to the customer"}


class TextField(TextArea):
    """One text."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text, id=name, soft_wrap=True, show_line_numbers=False, compact=True, highlight_cursor_line=False)


class EditScreen(Dialogue[Proposal]):
    """Answers with the proposal as it was written. Nothing is sent from here, and esc keeps what was typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "answer_nothing", "done", show=False),
        Binding("ctrl+r", "as_drafted", "as drafted", show=False, priority=True),
        Binding("tab", "turn(1)", "next text", show=False),
        Binding("shift+tab", "turn(-1)", "previous text", show=False),
    ]

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(name="edit")
        self.proposal = proposal

    def compose(self) -> ComposeResult:
        """Each text under its name and what there is room for."""
        draft = self.proposal.draft
        with Vertical(classes="box wide", id="edit") as box:
            box.border_title = Content(f"Edit the texts for {titled([draft.row])}")
            box.border_subtitle = Content("nothing is sent from here")
            with VerticalScroll(id="texts", can_focus=False):
                for name in NAMES:
                    yield Static(id=f"{name}-room", markup=False)
                    yield TextField(name, getattr(draft.texts, name))
            with Vertical(classes="foot"):
                yield Keys(key("esc", "keeps it, back to the question"), key("tab", "next text"), key("ctrl+r", "as drafted"))

    def on_mount(self) -> None:
        """Tell what there is room for. The first text has the focus at once: Textual would give it some keys later."""
        self.set_focus(self.query(TextField).first())
        for name in NAMES:
            self._tell_room(name)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Tell it anew."""
        if event.text_area.id:
            self._tell_room(event.text_area.id)

    def action_as_drafted(self) -> None:
        """The text with the focus as the agent drafted it."""
        if isinstance(self.focused, TextField) and self.focused.id:
            self.focused.text = getattr(self.proposal.drafted.texts, self.focused.id)

    def action_turn(self, by: int) -> None:
        """To the next or the previous text, at once: what is typed right behind belongs there."""
        names = [each.id for each in self.query(TextField)]
        if self.focused and self.focused.id in names:
            at = names.index(self.focused.id) + by
            self.set_focus(self.query(TextField)[at % len(names)])

    def action_answer_nothing(self) -> None:
        """Back to the question, with what was typed."""
        written = self.proposal
        for field in self.query(TextField):
            if field.id:
                written = written.with_text(field.id, field.text)
        self.answer(written)

    def _tell_room(self, name: str) -> None:
        text = self.query_one(f"#{name}", TextField).text
        place = self.proposal.drafted.texts.slack_channel if name == "slack_text" else PLACES[name]
        self.query_one(f"#{name}-room", Static).update(
            Content.assemble((NAMES[name], "bold $text-accent"), (f"  {place}  ", "$foreground-muted"), room_content(name, text))
        )


def room_content(name: str, text: str) -> Content:
    """How much of the service's limits a text takes, once it is a good part of them, and what happens beyond."""
    if not text.strip():
        return Content.styled("empty: goes out as drafted", "$text-warning")
    return Content(" · ").join(_room(each) for each in rooms(name, text) if each.used * 3 > each.limit)


def _room(room: Room) -> Content:
    if room.over:
        return Content.styled(f"{room.what} {room.over:,} too long, cut at the end", "bold $text-warning")
    return Content.styled(f"{room.what} {room.used:,} of {room.limit:,}", "$foreground-muted")
