"""Opening a link in the lead's browser, when there is one to open."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping

PATIENCE = 2.0
"""Seconds after which a starter that still runs counts as having opened the link: some are the browser itself."""


def open_link(url: str, environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Open the link; False when no browser can be opened from here. Blocks for two seconds at most, and never writes on the terminal."""
    silent = subprocess.DEVNULL
    try:
        command = opener(environ, platform)
        if not command or not url.startswith(("https://", "http://")):
            return False
        started = subprocess.Popen([*command, url], stdin=silent, stdout=silent, stderr=silent, start_new_session=True)  # noqa: S603 - the lead's own browser
        return started.wait(PATIENCE) == 0
    except subprocess.TimeoutExpired:
        return True
    except (OSError, ValueError):  # it is not there, or BROWSER is no command line
        return False


def opener(environ: Mapping[str, str], platform: str) -> list[str]:
    """The command that opens a link on this desktop, empty when there is none: over ssh a browser would open where nobody sits."""
    if chosen := environ.get("BROWSER", "").split(os.pathsep)[0].strip():
        import shlex

        return [word for word in shlex.split(chosen) if word != "%s"]
    display = environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    if any(environ.get(each) for each in ("SSH_CONNECTION", "SSH_TTY")) and not display:
        return []
    if platform == "darwin":
        return ["open"]
    if platform == "win32":
        return ["rundll32", "url.dll,FileProtocolHandler"]
    names = [*(["wslview"] if environ.get("WSL_DISTRO_NAME") else []), *(["xdg-open"] if display else [])]
    return next(([name] for name in names if shutil.which(name)), [])
