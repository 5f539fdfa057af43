"""How the app hears: a key, a paste or a click counts when it comes, by what is on the screen then.

Textual hands each to the queue of a widget first, and what the widget makes of it comes to its screen as a message. A later key can
overtake both, and acts then on the row before, or is taken for an answer.
"""

from __future__ import annotations

import sys
from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.constants import DRIVER
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from escalator_tui.model.text import one_line, sanitise

# To Textual a widget is of the first kind of widget that it is made from, with its styles and its keys: what stands before it is none.
if TYPE_CHECKING:
    from textual.driver import Driver
    from textual.widget import Widget
else:
    Widget = object

ACTS = (events.Key, events.Paste, events.MouseDown, events.MouseScrollDown, events.MouseScrollUp)
"""What a lead does, as against a mouse that is only pushed aside."""


class HearingApp(App[None]):
    """An app that is typed at faster than it draws, and into which anything is pasted."""

    def get_driver_class(self) -> type[Driver]:
        """The one that reads a paste as one, where Textual would take its own for this terminal."""
        if DRIVER is not None or sys.platform == "win32":
            return super().get_driver_class()
        from escalator_tui.widgets.terminal_input import TerminalDriver  # there is none of its kind on Windows

        return TerminalDriver

    async def on_event(self, event: events.Event) -> None:
        """Take each key and each paste at once."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self.app_focus = True
            await (self._take_key(event) if isinstance(event, events.Key) else self._take_paste(event))
        else:
            await super().on_event(event)

    async def _take_key(self, event: events.Key) -> None:
        if await self._check_bindings(event.key, priority=True):
            return
        field = self.focused
        if not (field and field.check_consume_key("e", "e")):
            await self._check_bindings(event.key)
        # A field takes letters before anything else does, and of the rest what nobody else wants: its line breaks.
        elif field.check_consume_key(event.key, event.character) or not await self._check_bindings(event.key):
            await field._on_key(event)

    async def _take_paste(self, event: events.Paste) -> None:
        event._set_forwarded()
        event.text = sanitise(event.text)
        await (self.focused or self.screen).on_event(event)


class Clickable(Widget):
    """What makes a widget take a click at once. Stands before its class."""

    @abstractmethod
    def clicked(self, event: events.Click) -> None:
        """What the click means, in cells from the widget's corner."""

    def _forward_event(self, event: events.Event) -> None:
        if isinstance(event, events.Click):
            self.clicked(event)
        else:
            super()._forward_event(event)


class LineField(Input):
    """A field for one line. What is pasted becomes one line before it is drawn; `enter` is the screen's own action, and counts at once."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "screen.enter", "enter", show=False)]

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted may have many."""
        event.text = one_line(event.text, self.max_length or len(event.text))


class Listed(Clickable, OptionList):
    """A list of which `choose` takes an entry at once, before the next key counts, by its number from 1."""

    def __init__(self, choose: Callable[[int], object], *options: Option, id: str | None = None) -> None:  # noqa: A002 - as every widget's
        super().__init__(*options, id=id, markup=False, compact=True)
        self._choose = choose

    def action_select(self) -> None:
        """The entry under the cursor."""
        if self.highlighted is not None:
            self._choose(self.highlighted + 1)

    def _move_page(self, direction: Literal[-1, 1]) -> None:
        if is_laid_out(self):
            super()._move_page(direction)

    def clicked(self, event: events.Click) -> None:
        """The entry that was clicked, which gets the cursor."""
        if (at := event.style.meta.get("option")) is not None and at < self.option_count:
            self.highlighted = at
            self._choose(at + 1)


def is_laid_out(listed: OptionList) -> bool:
    """Whether a page of it can be turned. Textual 8 raises a KeyError for the lines of a list that has none yet."""
    return (listed.highlighted or 0) in listed._index_to_line
