"""One delivery in full: what happened, what it means, what to do."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingsMap, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from escalator_tui.model.activity import Activity
from escalator_tui.screens.modal import Dialogue
from escalator_tui.session.session import Session
from escalator_tui.session.wording import DELIVERY_NAMES, called
from escalator_tui.widgets.activity_view import explain_content


class ExplainScreen(Dialogue[Activity]):
    """Answers with the delivery that it explains when that is to be sent again: the list behind it may be another by then."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,enter", "answer_nothing", "close", show=False)]

    def __init__(self, session: Session, activity: Activity) -> None:
        super().__init__(name="explain")
        self.activity, self._now = activity, session.clock()
        self._keys = {each: session.action(each) for each in ("retry", "undo")}
        if keys := self._keys["retry"].keys:
            self._bindings = BindingsMap.merge([self._bindings, BindingsMap([Binding(keys, "retry", "retry", show=False)])])

    def compose(self) -> ComposeResult:
        """One text that scrolls."""
        with VerticalScroll(classes="box wide") as box:
            box.border_title = Content(f"{DELIVERY_NAMES[self.activity.delivery.kind]} for {called(self.activity.conversation)}")
            box.border_subtitle = Content("esc closes")
            again, back = (each.shown or f"{each.title} (ctrl+p)" for each in self._keys.values())
            yield Static(explain_content(self.activity, self._now, again=again, back=back), markup=False)

    def action_retry(self) -> None:
        """Try it again."""
        self.answer(self.activity)
