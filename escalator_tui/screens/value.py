"""The value of a setting that is tried, typed or chosen. Nothing is saved by that."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from escalator_tui.screens.modal import Choices, Dialogue, Keys, key, numbered, numbers
from escalator_tui.session.tuning import HIGHEST, PRESET, PRESETS, Tuning, lowest, number
from escalator_tui.widgets.hearing import LineField

LONGEST = 8
"""Characters of a value that is typed."""
EXPLAINED = {"default": "≤ 5 % false alarms", "strict": "≤ 2.5 % false alarms", "reference": "13 keywords, rules"}
"""What each preset is, in the words of its setting."""


class ValueScreen(Dialogue[float]):
    """Answers with the value of a setting that is a number."""

    _was_entered = False

    def __init__(self, tuning: Tuning, name: str) -> None:
        super().__init__(name="value")
        self._setting, self._in_force, self._bounds = name, tuning.value(name, tuning.in_force), f"{lowest(name):.2f} to {HIGHEST:.2f}"
        self._field = LineField(tuning.value(name, tuning.rules), max_length=LONGEST, select_on_focus=False, compact=True)

    def compose(self) -> ComposeResult:
        """The value being tried, in a line where it can be typed over."""
        with Vertical(classes="box") as box:
            box.border_title = Content(f"Set {self._setting}")
            with VerticalScroll(id="texts", can_focus=False):
                yield Static(f"In force {self._in_force}, from {self._bounds}.", markup=False, classes="quiet")
                yield self._field
                yield Static(self._meaning(self._field.value), id="means", markup=False)
            with Vertical(classes="foot"):
                yield Keys(key("enter", "take it"), key("esc", "keep it"))

    def on_mount(self) -> None:
        """What is typed takes the place of what stands there, from the first key."""
        self.set_focus(self._field)
        self._field.select_all()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self.query_one("#means", Static).update(self._meaning(event.value))

    def action_enter(self) -> None:
        """Take what was typed; why that cannot be is told below it."""
        if (value := number(self._setting, self._field.value)) is not None:
            self.answer(value)
            return
        self._was_entered = True
        self.query_one("#means", Static).update(self._meaning(self._field.value))

    def _meaning(self, typed: str) -> Content:
        if (value := number(self._setting, typed)) is not None:
            after = f"{value:.2f}"
            return Content.styled(f"{self._in_force} → {after}" if after != self._in_force else "as in force", "bold $text-accent")
        if typed.strip() or self._was_entered:
            return Content.styled(f"✕ A number from {self._bounds}, two decimals at most", "$text-warning")
        return Content.styled("as in 0.45", "$foreground-muted")


class PresetScreen(Dialogue[str]):
    """Answers with a preset."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(str(at), f"choose({at})", "this preset", show=False) for at in range(1, len(PRESETS) + 1)
    ]

    def __init__(self, tuning: Tuning) -> None:
        super().__init__(name="preset")
        self._in_force, self._tried = tuning.in_force.preset, tuning.rules.preset

    def compose(self) -> ComposeResult:
        """All of them, with the cursor on the one that is tried."""
        with Vertical(classes="box") as box:
            box.border_title = Content(f"Set {PRESET}")
            options = [numbered(at, f"{each:<9} ", (EXPLAINED[each], "$foreground-muted")) for at, each in enumerate(PRESETS, 1)]
            with VerticalScroll(id="texts", can_focus=False):
                yield Static(f"In force {self._in_force}.", markup=False, classes="quiet")
                yield Choices(options, self.action_choose, PRESETS.index(self._tried))
            with Vertical(classes="foot"):
                yield Keys(numbers(len(PRESETS), "take it"), key("esc", "keep it"))

    def action_choose(self, at: int) -> None:
        """A preset, by its number."""
        self.answer(PRESETS[at - 1])
