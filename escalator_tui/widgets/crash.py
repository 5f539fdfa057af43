"""Reports of unexpected errors: files that name the place in the program and nothing that a customer wrote or that is secret."""

from __future__ import annotations

import platform
import traceback
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import platformdirs

from escalator_tui import __version__
from escalator_tui.model.errors import EscalatorError

KEPT = 20


def write_report(error: BaseException) -> Path | None:
    """Write what happened where, without messages and local variables: both can hold customers' words and tokens.

    None when the disk refuses.
    """
    try:
        folder = platformdirs.user_log_path("escalator", ensure_exists=True)
        path = folder / f"crash-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.txt"
        path.write_text(render_report(error), encoding="utf-8")
        for old in sorted(folder.glob("crash-*.txt"))[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return None
    return path


def render_report(error: BaseException) -> str:
    """The report: versions, the chain of exceptions by their types, and the lines of the program they passed."""
    lines = [f"escalator {__version__}, textual {version('textual')}, Python {platform.python_version()}, {platform.system()}", ""]
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        lines.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(cause.__traceback__)]
        cause = cause.__cause__ or cause.__context__
    return "\n".join(lines) + "\n"


def explain(error: Exception) -> EscalatorError:
    """An error in words: our own as it is, any other as unexpected, with the report's place as the cure."""
    if isinstance(error, EscalatorError):
        return error
    path = write_report(error)
    return EscalatorError(f"Unexpected error ({type(error).__name__})", cure=f"Please report it with {path}" if path else "")
