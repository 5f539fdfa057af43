"""Which colour theme the app starts with, none at all for those who want no colour, and signs that every terminal can draw."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from dataclasses import replace

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter, Monochrome, NoColor
from textual.theme import BUILTIN_THEMES

from escalator_tui.model.errors import ConfigError
from escalator_tui.model.text import one_line

LIGHT = replace(
    BUILTIN_THEMES["textual-light"], variables={"text-warning": "#7c4a03", "text-accent": "#0a4f87", "primary-muted": "#c3d4e0"}
)
"""Textual's own, with words that can be read on light grey, on notices and on the cursor, whose ground is lighter too."""
FORMER = {"textual-ansi": "ansi-dark"}
"""Names that Textual gave up, and what they are now."""

_MARKS = "[\u20d0-\u20ff\U0001f3fb-\U0001f3ff]*"
JOINED = re.compile(f"([^\u200d\ufe0f]?){_MARKS}(?:\ufe0f{_MARKS}|\u200d(?:[^\u200d\ufe0f]{_MARKS})?)+")
"""A sign with what joins others to it or asks for a picture of it: a family, a flag, a coloured heart."""


def chosen_theme(wanted: str, remembered: str, available: Collection[str]) -> str:
    """The configured theme, else the one chosen last, else "". Raises ConfigError for a configured one that does not exist."""
    if not wanted:
        return remembered if remembered in available else ""
    if (name := FORMER.get(wanted, wanted)) in available:
        return name
    near = difflib.get_close_matches(wanted, sorted(available), n=1, cutoff=0.3)
    meant = f" (did you mean {near[0]}?)" if near else ""
    raise ConfigError(f"app.theme: there is no theme {one_line(wanted, 40)}{meant}", cure=f"There are {', '.join(sorted(available))}.")


def follow_no_color(app: App[None]) -> None:
    """With NO_COLOR, take away colour in the way the theme in force needs. Textual settles that once, before the theme is known, and its
    greys turn a terminal's own colours into black on black.
    """
    if app.no_color:
        others = [each for each in app._filters if not isinstance(each, Monochrome | NoColor)]
        app._filters = [*others, NoColor() if app.native_ansi_color else Monochrome()]


class OneSign(LineFilter):
    """Draws the first sign alone, in the cells of the whole. A terminal that does not join them, or tmux around one that does, would need
    more cells than were reckoned with, and leave letters behind. What customers wrote stays as it is everywhere else.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - as of every filter
        """The line with such signs replaced."""
        return [Segment(alone(each.text), each.style, each.control) for each in segments]


def alone(text: str) -> str:
    """The text in as many cells, without joiners and selectors."""
    if text.isascii() or not ("\u200d" in text or "\ufe0f" in text):
        return text
    return JOINED.sub(lambda found: set_cell_size(found[1], cell_len(found[0])), text)
