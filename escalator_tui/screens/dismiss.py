"""Why a conversation is no escalation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static
from textual.widgets.option_list import Option

from escalator_tui.model.decision import LONGEST_REASON
from escalator_tui.model.row import Row
from escalator_tui.model.text import one_line
from escalator_tui.screens.modal import Choices, Dialogue, Keys, key, numbered, numbers, titled
from escalator_tui.session.memory import FIRST_REASONS
from escalator_tui.widgets.hearing import LineField


class DismissScreen(Dialogue[str]):
    """Answers with the reason: one used before, by its number, or a new one. `reasons` are the session's own: one is forgotten there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(each), f"choose({each})", "this reason", show=False) for each in range(1, 10)),
        Binding("x,delete", "forget", "forget", show=False),
    ]

    def __init__(self, rows: Sequence[Row], reasons: list[str]) -> None:
        super().__init__(name="dismiss")
        self._rows, self._reasons = rows, reasons

    def compose(self) -> ComposeResult:
        """The reasons used before, and a line for a new one."""
        with Vertical(classes="box") as box:
            box.border_title = Content(f"Dismiss {titled(self._rows)}")
            with VerticalScroll(id="texts", can_focus=False):
                yield Static("It returns when something new happens, and says why.", id="returns", markup=False, classes="quiet")
                yield Choices(self._options(), self.action_choose)
                yield LineField(placeholder="another reason", max_length=LONGEST_REASON, compact=True)
                yield Static("✕ Say why, in some words", id="means", markup=False)
            with Vertical(classes="foot"):
                yield Keys(*self._keys())

    def _options(self) -> list[Option]:
        return [numbered(at, reason) for at, reason in enumerate(self._reasons, 1)]

    def _keys(self) -> list[Content]:
        chosen = [numbers(len(self._reasons), "dismiss")] if self._reasons else []
        own = [key("x", "forget")] if any(each not in FIRST_REASONS for each in self._reasons) else []
        return [*chosen, *own, key("tab", "another reason"), key("esc", "keep it")]

    def action_choose(self, number: int) -> None:
        """A reason used before, by its number."""
        if number <= len(self._reasons):
            self.answer(self._reasons[number - 1])

    def action_forget(self) -> None:
        """Never offer again the reason under the cursor, if it is the lead's own."""
        listed = self.query_one(Choices)
        if not listed.has_focus or (at := listed.highlighted) is None:
            return
        reason = self._reasons[at]
        own = reason not in FIRST_REASONS
        self.query_one("#returns", Static).update(f"“{reason}” is forgotten." if own else f"“{reason}” is built in: it stays.")
        if own:
            self._drop(at, listed)

    def _drop(self, at: int, listed: Choices) -> None:
        del self._reasons[at]
        listed.clear_options()
        listed.add_options(self._options())
        listed.highlighted = min(at, len(self._reasons) - 1) if self._reasons else None
        self.query_one(Keys).show(*self._keys())
        if not self._reasons:
            self.set_focus(self.query_one(LineField))

    @on(Input.Changed)
    def _typed(self) -> None:
        if self._reason:
            self.remove_class("-blank")

    def action_enter(self) -> None:
        """A new reason; an empty one is none, which is told below it."""
        if reason := self._reason:
            self.answer(reason)
            return
        self.add_class("-blank")
        self.query_one("#texts").scroll_end(animate=False)

    @property
    def _reason(self) -> str:
        return one_line(self.query_one(LineField).value, LONGEST_REASON)
