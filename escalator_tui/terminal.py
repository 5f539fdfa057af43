"""Whether the full-screen app can draw where it was started."""

from __future__ import annotations

import os
import sys

from escalator_tui.model.errors import ConfigError

UNABLE = frozenset({"", "dumb", "unknown"})
"""Values of TERM by which a terminal tells that it only writes line after line."""


def require_terminal(*, demo: bool = False) -> None:
    """Raises ConfigError where nothing can be drawn."""
    command = "escalator demo" if demo else "escalator"
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigError(
            "The terminal app needs a terminal",
            cure=f"Run `{command} --plain` to decide over lines of text, `{command} --auto` for the headless agent.",
        )
    kind = os.environ.get("TERM", "")
    if kind in UNABLE and sys.platform != "win32":
        said = f"TERM is {kind}" if kind else "TERM is not set"
        raise ConfigError(f"This terminal cannot draw the app ({said}), but `{command} --plain` works in it")
