"""When a conversation shall come back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from escalator_tui.model.durations import EXAMPLES, duration, slip
from escalator_tui.model.row import Row
from escalator_tui.screens.modal import Choices, Dialogue, Keys, key, numbered, numbers, titled
from escalator_tui.session.wording import clock_time
from escalator_tui.widgets.hearing import LineField

MORNING = time(9)
MONDAY = 0
LONGEST = 12
"""Characters of a time that is typed."""


class SnoozeScreen(Dialogue[float]):
    """Answers with the moment, in unix seconds; a choice is taken by its number, another time is typed and counts from then on."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(str(each), f"choose({each})", "this moment", show=False) for each in range(1, 10)]
    _was_entered = False

    def __init__(self, rows: Sequence[Row], clock: Callable[[], float]) -> None:
        super().__init__(name="snooze")
        self._rows, self._clock, self._choices = rows, clock, snooze_choices(clock())

    def compose(self) -> ComposeResult:
        """The choices, with the time each comes to."""
        with Vertical(classes="box") as box:
            box.border_title = Content(f"Snooze {titled(self._rows)}")
            options = (
                numbered(at, f"{label:<16}", (clock_time(until, self._clock()), "$foreground-muted"))
                for at, (label, until) in enumerate(self._choices, 1)
            )
            with VerticalScroll(id="texts", can_focus=False):
                yield Static("It returns then, or when something new happens.", markup=False, classes="quiet")
                yield Choices(list(options), self.action_choose)
                yield LineField(placeholder="another time", max_length=LONGEST, compact=True)
                yield Static(self._meaning(""), id="means", markup=False)
            with Vertical(classes="foot"):
                yield Keys(numbers(len(self._choices), "snooze"), key("tab", "another time"), key("esc", "keep it"))

    def action_choose(self, number: int) -> None:
        """Until then, by its number."""
        if number <= len(self._choices):
            self.answer(self._choices[number - 1][1])

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._explain(event.value)

    def _explain(self, typed: str) -> None:
        self.query_one("#means", Static).update(self._meaning(typed))

    def action_enter(self) -> None:
        """For as long as was typed; what is no time is told below it."""
        typed = self.query_one(LineField).value
        if seconds := duration(typed):
            self.answer(self._clock() + seconds)
            return
        self._was_entered = True
        self._explain(typed)

    def _meaning(self, typed: str) -> Content:
        if seconds := duration(typed):
            now = self._clock()
            return Content.styled(clock_time(now + seconds, now), "bold $text-accent")
        if typed.strip() or self._was_entered:
            return Content.styled(f"✕ {slip(typed)}", "$text-warning")
        return Content.styled(EXAMPLES, "$foreground-muted")


def snooze_choices(now: float) -> list[tuple[str, float]]:
    """Labels and moments (unix seconds): in one and four hours, tomorrow and on Monday at 9:00 local time."""
    today = datetime.fromtimestamp(now, tz=UTC).astimezone().date()
    to_monday = (MONDAY - today.weekday()) % 7 or 7

    def morning(days: int) -> float:
        # A naive time is read as local time of that very day, whatever daylight saving does until then.
        return datetime.combine(today + timedelta(days=days), MORNING).astimezone().timestamp()

    return [("1 hour", now + 3600), ("4 hours", now + 4 * 3600), ("tomorrow 9:00", morning(1)), ("Monday 9:00", morning(to_monday))]
