"""Which colour theme the app starts with, and none at all for those who want no colour."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import replace

from textual.app import App
from textual.filter import Monochrome, NoColor
from textual.theme import BUILTIN_THEMES

from escalator_tui.model.errors import ConfigError
from escalator_tui.model.text import one_line

LIGHT = replace(
    BUILTIN_THEMES["textual-light"], variables={"text-warning": "#7c4a03", "text-accent": "#0a4f87", "primary-muted": "#c3d4e0"}
)
"""Textual's own, with words that can be read on light grey, on notices and on the cursor, whose ground is lighter too."""
FORMER = {"textual-ansi": "ansi-dark"}
"""Names that Textual gave up, and what they are now."""


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
