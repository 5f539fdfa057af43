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


def numbered(number: int, *words: str | tuple[str, str]) -> Option:
    """An entry of a list that its number chooses; beyond nine only the cursor does."""
    return Option(Content.assemble((f"{number} " if number < 10 else "  ", "bold $text-accent"), *words))
