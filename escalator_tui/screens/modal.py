"""The frame of every dialogue: a titled box whose keys stand at its foot, closed by esc and by nothing that happens elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Self, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Button, Static
from textual.widgets.option_list import Option

from escalator_tui.model.row import Row
from escalator_tui.session.wording import UNKNOWN, called_all, subject
from escalator_tui.widgets.hearing import Clickable, Listed

Answer = TypeVar("Answer")
FAR = 100_000
"""More lines than there are to read."""
LOOK, OFF, GAP = "bold $text-accent", "$foreground-muted", "  "
READING_SECONDS = 0.7
"""How long what must be read stands on the screen before an answer counts. One typed earlier, in the rhythm of the rows before, begins it
anew.
"""


class Dialogue(ModalScreen[Answer]):
    """A modal box. Answering twice, or after another screen came on top, does nothing."""

    _then: Callable[[Answer | None], object] | None = None

    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-tall")]  # noqa: RUF012 - declared so by Textual
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "answer_nothing", "close", show=False),
        Binding("ctrl+c", "app.help_quit", "why not quit", show=False),
        Binding("ctrl+z", "app.suspend_process", "suspend", show=False),
    ]

    @property
    def stands(self) -> bool:
        """Whether it was not left: its timers also come while it is taken away."""
        return self in self.app.screen_stack

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
        Binding("end,G", f"scroll_texts({FAR})", show=False),
        Binding("home,g", f"scroll_texts(-{FAR})", show=False),
    ]

    _unread: Timer | None = None

    def let_read(self) -> None:
        """Give the lead the time to read. Until `read` is called no answer should count."""
        if self._unread:
            self._unread.stop()
        self._unread = self.set_timer(READING_SECONDS, self.read)

    def read(self) -> None:
        """The time is over."""
        self._unread = None

    def read_anew(self) -> None:
        """Begin that time anew: somebody typed on without reading."""
        if self._unread:
            self._unread.reset()

    def action_scroll_texts(self, lines: int) -> None:
        """Read on."""
        self.query_one("#texts").scroll_relative(y=lines, animate=False, immediate=True)


class Cancel(Clickable, Button):
    """Closes without an answer. It has the focus, so that enter does not affirm."""

    def __init__(self) -> None:
        super().__init__("Cancel", id="cancel", compact=True)

    def on_mount(self) -> None:
        """At once: Textual would give it the focus some keys later."""
        self.screen.set_focus(self)

    def press(self) -> Self:
        """At once as well: a `y` typed right behind must not find the question."""
        if isinstance(self.screen, Dialogue):
            self.screen.action_answer_nothing()
        return self

    def clicked(self, event: events.Click) -> None:  # noqa: ARG002 - as every widget's
        """As enter does."""
        self.press()


class Choices(Listed):
    """A list of which the screen's `choose` takes one, by its number. It has the focus from the first, and the cursor on entry `at`."""

    def __init__(self, options: Sequence[Option], choose: Callable[[int], object], at: int = 0) -> None:
        super().__init__(choose, *options)
        self._at = at

    def on_mount(self) -> None:
        """That entry is under the cursor."""
        self.screen.set_focus(self)
        self.highlighted = self._at if self.options else None


def titled(rows: Sequence[Row], after: str = "") -> str:
    """These rows in a title: one by its name and then its subject, as a company may have several. `after` stands between."""
    name = called_all(rows)
    about = subject(rows[0].record.conversation) if len(rows) == 1 else name
    return f"{name}{after}" if about in (name, UNKNOWN) else f"{name}{after} · {about}"


def key(name: str, what: str, look: str = LOOK) -> Content:
    """A key and what it does."""
    return Content.assemble((name, look), f" {what}")


def numbers(many: int, what: str, first: int = 1) -> Content:
    """The keys that choose from a list."""
    return Content.assemble((f"{first}–{many}", LOOK), " or ", ("enter", LOOK), f" {what}")


class Keys(Static):
    """The keys of a dialogue, in as many lines as they need. Between a key and what it does no line is broken."""

    def __init__(self, *keys: Content, id: str | None = None) -> None:  # noqa: A002 - as every widget's
        super().__init__(id=id, markup=False)
        self._keys = keys

    def show(self, *keys: Content) -> None:
        """Draw these instead."""
        self._keys = keys
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - as every widget's
        """As many lines as they take in this width."""
        return laid(self._keys, width).get_height({}, max(1, width))

    def render(self) -> Content:
        """The keys."""
        return laid(self._keys, self.content_size.width)


def laid(keys: Sequence[Content], width: int) -> Content:
    """Keys in lines of at most so many cells, as long as each fits one."""
    lines: list[Content] = []
    for each in keys:
        if lines and lines[-1].cell_length + len(GAP) + each.cell_length <= width:
            lines[-1] = Content.assemble(lines[-1], GAP, each)
        else:
            lines.append(each)
    return Content("\n").join(lines)


def numbered(number: int, *words: Content | str | tuple[str, str]) -> Option:
    """An entry of a list that its number chooses; beyond nine only the cursor does."""
    return Option(Content.assemble((f"{number} " if number < 10 else "  ", "bold $text-accent"), *words))
