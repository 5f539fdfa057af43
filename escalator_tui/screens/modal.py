"""The frame of every dialogue: a titled box whose keys stand at its foot, closed by esc and by nothing that happens elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Self, TypeVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets.option_list import Option

Answer = TypeVar("Answer")


class Dialogue(ModalScreen[Answer]):
    """A modal box. Answering twice, or after another screen came on top, does nothing."""

    _then: Callable[[Answer | None], object] | None = None

    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-tall")]  # noqa: RUF012 - declared so by Textual
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "answer_nothing", "close", show=False)]

    def then(self, do: Callable[[Answer | None], object]) -> Self:
        """Do this with the answer, before the next key counts. Textual's own callback comes some keys later when many are waiting."""
        self._then = do
        return self

    def answer(self, value: Answer | None) -> None:
        """Close with this answer, once."""
        # `dismiss` pops whatever is on top, which need not be this screen.
        if not self.is_active:
            return
        self.dismiss(value)
        if self._then:
            self._then(value)

    def action_answer_nothing(self) -> None:
        """Close without an answer."""
        self.answer(None)


class ReadDialogue(Dialogue[Answer]):
    """One with more to read than there may be room for: what is in `#texts` scrolls, what stands around it does not."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_texts(1)", show=False),
        Binding("up,k", "scroll_texts(-1)", show=False),
        Binding("pagedown,ctrl+d,space", "scroll_texts(10)", show=False),
        Binding("pageup,ctrl+u", "scroll_texts(-10)", show=False),
    ]

    def action_scroll_texts(self, lines: int) -> None:
        """Read on."""
        self.query_one("#texts").scroll_relative(y=lines, animate=False, immediate=True)


def numbered(number: int, *words: str | tuple[str, str]) -> Option:
    """An entry of a list that its number chooses; beyond nine only the cursor does."""
    return Option(Content.assemble((f"{number} " if number < 10 else "  ", "bold $text-accent"), *words))
