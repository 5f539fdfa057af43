"""A screen whose keys are the registry's actions; a refused one says why."""

from __future__ import annotations

import time
from abc import ABCMeta, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from rich.cells import cell_len
from textual.binding import Binding, BindingsMap
from textual.message_pump import _MessagePumpMeta
from textual.screen import Screen

from escalator_tui.session.wording import NAME, cropped

if TYPE_CHECKING:
    from escalator_tui.model.errors import EscalatorError
    from escalator_tui.model.row import Row
    from escalator_tui.session.actions import Action, Situation
    from escalator_tui.session.session import Session

Severity = Literal["information", "warning", "error"]
SHORT, LONG = 4.0, 8.0
"""Seconds that words and complaints stay."""
MOST_LINES, MARGINS = 3, 10
"""Lines of a complaint, and the cells of each that its frame and the breaks between words may take."""


class AbstractScreenMeta(_MessagePumpMeta, ABCMeta):
    """Lets a screen leave methods to those made from it."""


class KeyedScreen(Screen[None], metaclass=AbstractScreenMeta):
    """Every key is an action: `do_<id>` does it. The actions are the session's, since a lead may have chosen other keys, unless a screen
    has its own. `LINES` are the ids of what it must have to be drawn.
    """

    LINES: ClassVar = frozenset(("status", "keys"))

    def __init__(self, session: Session, name: str, actions: Sequence[Action] = ()) -> None:
        super().__init__(name=name)
        self.session = session
        self.actions = actions or session.actions
        # A screen's own keys stand before the actions'.
        self._bindings = BindingsMap.merge([self._bindings, BindingsMap(_binding(each) for each in self.actions if each.keys)])

    @abstractmethod
    def situation(self) -> Situation:
        """What a key would act on now."""

    @abstractmethod
    def refresh_view(self) -> None:
        """Draw again what may have changed."""

    @property
    def stands(self) -> bool:
        """Whether its lines can be drawn: ticks, messages and answers also come before they are there, and after the screen was left,
        which `is_mounted` never tells.
        """
        return self.is_mounted and self in self.app.screen_stack and {each.id for each in self.children} >= self.LINES

    def on_screen_suspend(self) -> None:
        """What is being said is said on the screen on top, and not behind it once more."""
        self.query("ToastRack").set(display=False)

    def action_act(self, action_id: str) -> None:
        """Do what the registry calls so, or say why not."""
        action, on = next(each for each in self.actions if each.id == action_id), self.situation()
        if refusal := action.refuse(on):
            self.say(refusal, "warning")
            return
        self._withdraw_refusal()
        if left_out := action.left_out(on.rows):
            self.say(left_out, "warning")
        getattr(self, f"do_{action_id}")()

    def hush(self) -> None:
        """What was said last is not so any more. What went wrong keeps its time."""
        if time.monotonic() >= self.session.complaining[1]:
            self.app.clear_notifications()

    def _withdraw_refusal(self) -> None:
        """What was refused a moment ago need not be true behind the next key. What went wrong keeps its time."""
        if self.session.refusing:
            self.session.refusing = False
            self.app.clear_notifications()

    def rows_for(self, action_id: str) -> tuple[Row, ...]:
        """The rows that an action acts on; of the marked ones those that it can."""
        return self.session.action(action_id).able(self.situation().rows)

    def say(self, text: str, severity: Severity = "information") -> None:
        """A short word above the keys, in place of the last one. A complaint keeps its time above it."""
        text = cropped(text, self.room)
        complaints, until = self.session.complaining
        if (left := until - time.monotonic()) > 0:
            self._tell(f"{self._newest(complaints)}\n{text}", "error", max(left, SHORT))
        else:
            self._tell(text, severity, SHORT)

    def complain(self, error: EscalatorError) -> None:
        """What went wrong and its cure, above the keys. Of many at a time the newest are told, and how many there were before."""
        before, until = self.session.complaining
        told = f"✕ {shortened(error, self.room)}"
        complaints = (*(before if time.monotonic() < until else ()), told)
        self.session.complaining = (complaints, time.monotonic() + LONG)
        self._tell(self._newest(complaints), "error", LONG)

    def _newest(self, complaints: Sequence[str]) -> str:
        shown, left = list(complaints[-1:]), MOST_LINES - lines_of(complaints[-1], self._line)
        for each in reversed(complaints[:-1]):
            left -= lines_of(each, self._line)
            if left < 0:
                break
            shown.insert(0, each)
        more = len(complaints) - len(shown)
        return "\n".join(shown) + (f" (and {more} more)" if more else "")

    @property
    def room(self) -> int:
        """Cells that may be said at once."""
        return MOST_LINES * self._line

    @property
    def _line(self) -> int:
        return max(1, self.app.size.width - MARGINS)

    def _tell(self, text: str, severity: Severity, seconds: float) -> None:
        self.session.refusing = severity == "warning"
        self.app.notify(text, severity=severity, markup=False, timeout=seconds)


def lines_of(text: str, width: int) -> int:
    """About how many lines it takes."""
    return -(-cell_len(text) // width)


def listed(said: Sequence[str], room: int) -> str:
    """As many as there is room for, in cells, one behind the other, and how many there are more; the first in any case."""
    text = said[0]
    for at, each in enumerate(said[1:], 1):
        if cell_len(f"{text}; {each} (and {len(said)} more)") > room:
            return f"{text} (and {len(said) - at} more)"
        text = f"{text}; {each}"
    return text


def shortened(error: EscalatorError, room: int) -> str:
    """The error in so many cells. What a service said is cut for it, the cure is not."""
    cure = f". {error.cure}" if error.cure else ""
    return f"{cropped(error.message, max(room - len(cure), NAME))}{cure}"


def _binding(action: Action) -> Binding:
    return Binding(action.keys, f"act('{action.id}')", action.title, show=False, id=action.id)
