"""A question that `y` affirms and nothing else does; some have a second answer, `a`."""

from __future__ import annotations

import string
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from escalator_tui.screens.modal import LOOK, OFF, Cancel, Keys, ReadDialogue, key

STRAY = ",".join(sorted(set(string.ascii_letters + string.digits) - set("yajkgG")))
"""Keys that mean nothing here: who types them is elsewhere in mind."""


class AskScreen(ReadDialogue[bool]):
    """Answers True for `y`, False for `a` where there is another answer, None otherwise. Enter is on Cancel.

    One that is `unforeseen`, as the same key mostly asks nothing, takes no answer before it could be read; nor does any other once a key
    was typed that means nothing here.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", "yes", show=False),
        Binding("a", "other", "the other answer", show=False),
        Binding(STRAY, "stray", "no answer", show=False),
    ]

    def __init__(self, title: str, text: str, verb: str, other: str = "", *, unforeseen: bool = False) -> None:
        super().__init__(name="ask")
        self._title, self._words, self._other = title, text, other
        self._answers = {"y": verb, **({"a": other} if other else {})}
        self.can_answer = not unforeseen

    def compose(self) -> ComposeResult:
        """Title, text, and the answers."""
        with Vertical(classes="box", id="question") as box:
            box.border_title = Content(self._title)
            with VerticalScroll(id="texts", can_focus=False):
                yield Static(self._words.strip(), markup=False)
            with Horizontal(classes="answer foot"):
                yield Cancel()
                yield Keys(*self._keys())

    def on_mount(self) -> None:
        """What is asked only sometimes is not known before it is read: keys typed behind that one were meant for something else."""
        if not self.can_answer:
            self.action_stray()

    def action_stray(self) -> None:
        """No answer counts until it could be read."""
        self.let_read()
        self._take_answers(taken=False)

    def read(self) -> None:
        """An answer counts from now on."""
        super().read()
        self._take_answers(taken=True)

    def _take_answers(self, *, taken: bool) -> None:
        self.can_answer = taken
        self.query_one("#question").border_subtitle = "" if taken else "read it first"
        self.query_one(Keys).show(*self._keys())

    def action_yes(self) -> None:
        """Affirm."""
        self._answer(yes=True)

    def action_other(self) -> None:
        """Give the other answer, if there is one."""
        if self._other:
            self._answer(yes=False)

    def _answer(self, *, yes: bool) -> None:
        if self.can_answer:
            self.answer(yes)
        else:
            self.read_anew()

    def _keys(self) -> list[Content]:
        look = LOOK if self.can_answer else OFF
        return [*(key(name, what, look) for name, what in self._answers.items()), key("esc", "cancel")]
