"""Every key and what it does now, and a search in that."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from escalator_tui.screens.modal import Dialogue
from escalator_tui.session.actions import READ_ONLY, Action, Situation
from escalator_tui.session.fields import FIELDS
from escalator_tui.widgets.hearing import LineField
from escalator_tui.widgets.keymap import MOVES

WIDTH, FRAME = 110, 9
NARROW, STEP = 48, 2
"""Cells below which what a key does stands under its name, and how far from the edge."""
LONGEST = 60
"""Characters that are searched for."""
SUBTITLE = "/ searches, esc closes"
OFF, WHY_OFF = "×", "off: this session is read-only, nothing is decided, sent or saved here"
ELSEWHERE = (
    (
        "y",
        "send",
        "While the texts are shown: sends them, if they are still true. p and P change the priority, n and N turn to another text.",
    ),
    (
        "ctrl+e",
        "edit",
        "While the texts are shown: write them yourself. tab goes on, ctrl+r brings back what was drafted, esc keeps it.",
    ),
    ("→", "read", "In the activity: the conversation of the call under the cursor; enter explains the call, A shows all or only this."),
)
LEGEND = (
    ("! needs you", "reached the threshold"), ("◷ crosses", "will reach it at that time if nobody answers"),
    ("» sends, sending", "held, then on its way"), ("✔", "where it went"), ("✕ failed", "refused; the conversation tells the cure"),
    ("? uncertain", "may have been sent, and nobody can look"), ("P1?", "no company data to judge the priority by"),
    ("• before a row", "changed since the last look; + is a new conversation"),
)  # fmt: skip


class HelpScreen(Dialogue[None]):
    """The registry, printed; for triage with what is beside it: moving about, the keys of dialogues, the filter's fields, and the signs.

    `/` opens a line at the foot: what is typed there is what an entry must say to be shown. esc takes that away, then closes.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,q,enter", "close", "close", show=False),
        Binding("slash", "search", "search", show=False),
    ]

    def __init__(self, situation: Situation, actions: Sequence[Action], *, triage: bool = True) -> None:
        super().__init__(name="help")
        self._situation, self._actions, self._triage = situation, actions, triage
        self._box = VerticalScroll(classes="box wide")
        self._search = LineField(placeholder="a key, a name or words", max_length=LONGEST, select_on_focus=False, compact=True)
        self._search.display, self._words = False, ""

    def compose(self) -> ComposeResult:
        """One text that scrolls, and the line to search it."""
        with self._box:
            self._box.border_title = Content("Keys")
            self._box.border_subtitle = Content(SUBTITLE)
            yield Static(self._content(""), id="entries", markup=False)
            yield self._search

    def action_close(self) -> None:
        """Close, whatever is searched for."""
        self.answer(None)

    def action_answer_nothing(self) -> None:
        """Everything again; when it is there, close."""
        if not self._search.display:
            self.answer(None)
            return
        self.set_focus(self._box)
        self._search.display, self._search.value = False, ""
        self._box.border_subtitle = Content(SUBTITLE)
        self._box.remove_class("-searching")
        self._find()

    def action_search(self) -> None:
        """Open the line, for the next key."""
        self._search.display = True
        self.set_focus(self._search)
        self._search.select_all()
        self._box.border_subtitle = Content("esc shows all")
        self._box.add_class("-searching")

    def action_enter(self) -> None:
        """Keep what is shown, and read it: letters are keys again."""
        self.set_focus(self._box)
        self._find()

    @on(Input.Changed)
    def _find(self) -> None:
        # By the words as they are now, and once: what tells of each letter may come when somebody reads on already.
        if self._words == (words := self._search.value):
            return
        self._words = words
        self.query_one("#entries", Static).update(self._content(words))
        self._box.scroll_home(animate=False, immediate=True)

    def _content(self, words: str) -> Content:
        room = min(int(self.app.size.width * 0.96), WIDTH) - FRAME
        return help_content(self._situation, self._actions, room, triage=self._triage, words=words)


class Entry(NamedTuple):
    """Something to press, type or see, in cells of its own, and what is said of it."""

    head: Content
    text: str
    look: str = ""

    def says(self, words: Sequence[str]) -> bool:
        """Whether it says each of these somewhere; they are in small letters."""
        said = f"{self.head.plain} {self.text}".casefold()
        return all(each in said for each in words)


def help_content(situation: Situation, actions: Sequence[Action], width: int, *, triage: bool = True, words: str = "") -> Content:
    """Keys with their help, refused ones with the reason, in `width` cells; for triage then moving about, the filter and the signs.
    Of these only what says all the `words`, in whatever letters.
    """
    named = [(action.named(situation), action.refuse(situation)) for action in actions]
    keys = [_entry(action.shown or "–", action.title, action.help, width, refusal) for action, refusal in named]
    moves = [_entry(shown, "move", title, width) for _, _, shown, title in MOVES if triage]
    moves += [_entry("ctrl+p", "palette", "all of these by name, and themes", width)]
    moves += [_entry("ctrl+z", "suspend", "back to the shell; fg returns", width)]
    wanted = words.casefold().split()
    blocks = [[each for each in block if each.says(wanted)] for block in (keys, moves, *(_beside(width) if triage else ()))]
    shown = [Content("\n").join(_hung(each, width) for each in block) for block in blocks if block]
    if not shown:
        return Content.styled("Nothing is called so.", "$foreground-muted")
    if situation.read_only:
        shown.insert(0, Content.styled(f"{OFF} {WHY_OFF}", "bold"))
    return Content("\n\n").join(shown)


def _beside(width: int) -> Sequence[list[Entry]]:
    keys = [_entry(key, title, text, width) for key, title, text in ELSEWHERE]
    fields = [_entry(f"{each.name}:", "filter", each.help.removeprefix(f"{each.name}: "), width) for each in FIELDS.values()]
    signs = [Entry(Content.styled(f"{sign:<18}", "bold"), meaning, "$foreground-muted") for sign, meaning in LEGEND]
    return keys, fields, signs


def _entry(key: str, title: str, text: str, width: int, refusal: str = "") -> Entry:
    read_only = refusal.startswith(READ_ONLY)  # told once, above
    told = f"{OFF} {text}" if read_only else f"{text} Not now. {refusal}." if refusal else text
    head = Content.assemble((f"{key} " if width < NARROW else f"{key:<12} ", "bold $text-accent"), (f"{title:<15}", "bold"))
    return Entry(head, told, "$foreground-muted" if refusal else "")


def _hung(entry: Entry, width: int) -> Content:
    """Words beside what they explain, under one another; where there is little room below it."""
    narrow = width < NARROW
    indent = STEP if narrow else entry.head.cell_length
    lines = [Content.assemble(" " * indent, (each, entry.look)) for each in textwrap.wrap(entry.text, max(1, width - indent))]
    if narrow:
        return Content("\n").join([entry.head, *lines])
    return Content("\n").join([Content.assemble(entry.head, lines[0][indent:]), *lines[1:]])
