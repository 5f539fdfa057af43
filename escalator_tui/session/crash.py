"""Reports of unexpected errors: files that name the place in the program and nothing that a customer wrote or that is secret."""

from __future__ import annotations

import contextlib
import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import platformdirs

from escalator_tui import __version__
from escalator_tui.model.errors import EscalatorError

KEPT = 20
ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


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


@contextlib.contextmanager
def threads_reported(is_expected: Callable[[threading.ExceptHookArgs], bool] = lambda _: False) -> Iterator[None]:
    """What ends a thread inside goes into a report: Python's own traceback would be written over the screen, with its message. Nothing is
    reported of what `is_expected`, which is asked in the thread that ends.
    """

    def report(died: threading.ExceptHookArgs) -> None:
        if died.exc_value and not is_expected(died):
            write_report(died.exc_value)

    before = threading.excepthook
    threading.excepthook = report
    try:
        yield
    finally:
        threading.excepthook = before


class RedactedFormatter(logging.Formatter):
    """Log lines with the places an error passed, and without its message."""

    def formatException(self, ei: ErrorInfo) -> str:  # noqa: N802 - logging's own name
        """As in a report."""
        return render_report(ei[1]).rstrip() if ei[1] else ""


def render_report(error: BaseException) -> str:
    """The report: versions, the chain of exceptions by their types, and the lines of the program they passed."""
    import platform  # these take longer to import than the app takes to draw
    from importlib.metadata import version

    lines = [f"escalator {__version__}, textual {version('textual')}, Python {platform.python_version()}, {platform.system()}", ""]
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        lines.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(cause.__traceback__)]
        cause = _behind(cause)
    return "\n".join(lines) + "\n"


def _behind(error: BaseException) -> BaseException | None:
    """What led to it. Textual's workers keep that as `error`."""
    kept = getattr(error, "error", None)
    return error.__cause__ or (kept if isinstance(kept, BaseException) else error.__context__)


def farewell(error: Exception) -> str:
    """What to say when the app ends on an error, with the report written: what it is called inside stands there and not here."""
    path = write_report(error)
    told = f"Please report it with {path} (nothing a customer wrote is in it)" if path else "No report of it could be written"
    return f"Escalator ended on a fault of its own. Decisions and deliveries are kept: start it again to go on. {told}."


def explain(error: Exception) -> EscalatorError:
    """An error in words: our own as it is, any other as unexpected, with the report's place as the cure."""
    if isinstance(error, EscalatorError):
        return error
    path = write_report(error)
    return EscalatorError(f"Unexpected error ({type(error).__name__})", cure=f"Please report it with {path}" if path else "")
