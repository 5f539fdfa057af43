"""Every key and what it does now."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from escalator_tui.screens.modal import Dialogue
from escalator_tui.session.actions import READ_ONLY, Action, Situation
from escalator_tui.session.fields import FIELDS
from escalator_tui.widgets.keymap import MOVES

WIDTH, FRAME = 110, 9
NARROW, STEP = 48, 2
"""Cells below which what a key does stands under its name, and how far from the edge."""
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
    """The registry, printed; for triage with what is beside it: moving about, the keys of dialogues, the filter's fields, and the signs."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark,q,enter", "answer_nothing", "close", show=False)]

    def __init__(self, situation: Situation, actions: Sequence[Action], *, triage: bool = True) -> None:
        super().__init__(name="help")
        self._situation, self._actions, self._triage = situation, actions, triage

    def compose(self) -> ComposeResult:
        """One text that scrolls."""
        with VerticalScroll(classes="box wide") as box:
            box.border_title = Content("Keys")
            box.border_subtitle = Content("esc closes")
            room = min(int(self.app.size.width * 0.96), WIDTH) - FRAME
            yield Static(help_content(self._situation, self._actions, room, triage=self._triage), markup=False)


def help_content(situation: Situation, actions: Sequence[Action], width: int, *, triage: bool = True) -> Content:
    """Keys with their help, refused ones with the reason, in `width` cells; for triage then moving about, the filter and the signs."""
    named = [(action.named(situation), action.refuse(situation)) for action in actions]
    lines = [_entry(action.shown or "–", action.title, action.help, refusal, width) for action, refusal in named]
    if situation.read_only:
        lines = [Content.styled(f"{OFF} {WHY_OFF}", "bold"), Content(""), *lines]
    lines += [Content(""), *(_entry(shown, "move", title, "", width) for _, _, shown, title in MOVES if triage)]
    lines += [_entry("ctrl+p", "palette", "all of these by name, and themes", "", width)]
    lines += [_entry("ctrl+z", "suspend", "back to the shell; fg returns", "", width)]
    return Content("\n").join([*lines, *(_beside(width) if triage else ())])


def _beside(width: int) -> list[Content]:
    keys = [_entry(key, title, text, "", width) for key, title, text in ELSEWHERE]
    signs = [_hung(Content.styled(f"{sign:<18}", "bold"), meaning, "$foreground-muted", width) for sign, meaning in LEGEND]
    fields = [_entry(f"{each.name}:", "filter", each.help.removeprefix(f"{each.name}: "), "", width) for each in FIELDS.values()]
    return [Content(""), *keys, Content(""), *fields, Content(""), *signs]


def _entry(key: str, title: str, text: str, refusal: str, width: int) -> Content:
    read_only = refusal.startswith(READ_ONLY)  # told once, above
    told = f"{OFF} {text}" if read_only else f"{text} Not now. {refusal}." if refusal else text
    head = Content.assemble((f"{key} " if width < NARROW else f"{key:<12} ", "bold $text-accent"), (f"{title:<15}", "bold"))
    return _hung(head, told, "$foreground-muted" if refusal else "", width)


def _hung(head: Content, text: str, look: str, width: int) -> Content:
    """Words beside what they explain, under one another; where there is little room below it."""
    narrow = width < NARROW
    indent = STEP if narrow else head.cell_length
    lines = [Content.assemble(" " * indent, (each, look)) for each in textwrap.wrap(text, max(1, width - indent))]
    if narrow:
        return Content("\n").join([head, *lines])
    return Content("\n").join([Content.assemble(head, lines[0][indent:]), *lines[1:]])
