"""Where the program's own diagnostics go."""

from __future__ import annotations

import logging


def log_to(handler: logging.Handler, *, verbose: bool, formatter: type[logging.Formatter] = logging.Formatter) -> None:
    """Send the program's own diagnostics there: warnings, and with `verbose` what it does."""
    handler.setFormatter(formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("escalator_tui")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO if verbose else logging.WARNING)
    logger.propagate = False


def log_file(*, demo: bool) -> logging.Handler:
    """A file that is renewed at a megabyte; the demo has one of its own. Nothing when the folder cannot be written: the app says all
    that matters on its screen.
    """
    from logging.handlers import RotatingFileHandler

    import platformdirs

    path = platformdirs.user_log_path("escalator") / ("escalator-demo.log" if demo else "escalator.log")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return RotatingFileHandler(path, maxBytes=1_000_000, backupCount=2, encoding="utf-8")
    except OSError:
        return logging.NullHandler()
