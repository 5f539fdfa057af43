"""What `c` copies, and the clipboards of desktops, beside the terminal's own."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from escalator_tui.model.text import one_line
from escalator_tui.session.wording import UNKNOWN, company_name, customer_name, subject

if TYPE_CHECKING:
    from escalator_tui.model.row import Row

PATIENCE = 2.0
LONGEST = 500


def copy_natively(text: str, environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Put the text on the desktop's clipboard; False when it has none. Blocks for two seconds at most."""
    command = copier(environ, platform)
    if not command:
        return False
    # Windows' own program takes UTF-16; the others take what the rest of the system writes.
    data = text.encode("utf-16" if command[0] == "clip.exe" else "utf-8", "replace")
    silent = subprocess.DEVNULL
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(command, input=data, stdout=silent, stderr=silent, timeout=PATIENCE, check=False)  # noqa: S603 - from the list below
        return done.returncode == 0
    return False


def copier(environ: Mapping[str, str], platform: str) -> list[str]:
    """The program that fills this desktop's clipboard, empty when there is none."""
    wayland, x11 = environ.get("WAYLAND_DISPLAY"), environ.get("DISPLAY")
    candidates = (
        (platform == "darwin", ["pbcopy"]),
        (platform == "win32" or environ.get("WSL_DISTRO_NAME"), ["clip.exe"]),
        (wayland, ["wl-copy"]),
        (x11, ["xclip", "-selection", "clipboard"]),
        (x11, ["xsel", "--clipboard", "--input"]),
    )
    return next((command for usable, command in candidates if usable and shutil.which(command[0])), [])


def summary(row: Row, url: str) -> str:
    """One line about a conversation, to be pasted anywhere: whose, how urgent, what about, and where it is. Cleaned."""
    conversation = row.record.conversation
    who = [each for each in (company_name(conversation), customer_name(conversation)) if each != UNKNOWN]
    words = [*dict.fromkeys(who), row.priority.value, f"score {row.shown_score}", subject(conversation)]
    return " · ".join([*(one_line(each, LONGEST) for each in words), one_line(url, LONGEST)])
