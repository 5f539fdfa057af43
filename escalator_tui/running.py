"""Runs the terminal app from the first picture to the exit code."""

from __future__ import annotations

import errno
import gc
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.drivers._writer_thread import WriterThread

from escalator_tui.app import EscalatorApp
from escalator_tui.session.crash import threads_reported
from escalator_tui.session.interruption import EXIT_CODE, Interruption
from escalator_tui.session.leaving import cut_off, tell, tell_of_owed

if TYPE_CHECKING:
    from escalator_tui.agent.desk import Desk
    from escalator_tui.config import Settings
    from escalator_tui.config.saving import ConfigFile

GONE = frozenset((errno.EIO, errno.EPIPE, errno.ENXIO, errno.EBADF))
"""What writing to a terminal that went away says."""


def run_app(
    agent: Desk,
    settings: Settings,
    *,
    read_only: bool = False,
    is_demo: bool = False,
    config: ConfigFile | None = None,
    opening: Callable[[], object] | None = None,
) -> int:
    """Run the terminal app until the lead leaves. The exit code: 0 nothing owed; 1 something is owed, failed or uncertain, or it crashed;
    130 ended by SIGTERM, SIGHUP or a terminal that went away. `opening` makes the agent ready, after the first paint; its EscalatorError
    is raised here.

    The agent stays open: closing it is up to who opened it.
    """
    _collect_the_new()
    app = EscalatorApp(agent, settings, read_only=read_only, is_demo=is_demo, config=config, opening=opening)
    with app.interruption.caught(), threads_reported(lambda died: is_terminal_gone(died, app.interruption)):
        try:
            app.run()
        finally:
            app.memory.write(app.memory_now())
            if app.is_open:
                cut_off(app.session)
    if app.refused:
        raise app.refused
    if problem := app.memory.news():
        tell(problem)
    if app.report_told:
        tell(app.report_told)
        return 1
    if app.interruption.came:
        return EXIT_CODE
    return 1 if app.is_open and tell_of_owed(app.session) else 0


def is_terminal_gone(died: threading.ExceptHookArgs, interruption: Interruption) -> bool:
    """Whether a thread ended because nobody reads the terminal any more, which is no fault. When what writes there ends, whatever by, that
    is a wish to leave: nothing would be seen. Leaving draws once more, and waits for room in the writer's queue: what comes there is taken
    out here until its end.
    """
    if not isinstance(died.thread, WriterThread):
        return False
    interruption.hang_up()
    while died.thread._queue.get() is not None:
        pass
    return isinstance(died.exc_value, OSError) and died.exc_value.errno in GONE


def _collect_the_new() -> None:
    gc.freeze()  # the libraries stay, so they are never looked at again
    gc.enable()
