"""Runs plain mode from the first line to the exit code."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import TextIO

from escalator_tui.agent.desk import Desk
from escalator_tui.config import Settings
from escalator_tui.config.login import login_name
from escalator_tui.plain.console import Console, LeftError
from escalator_tui.plain.ending import Ending
from escalator_tui.plain.prompt import Prompt
from escalator_tui.session.crash import threads_reported
from escalator_tui.session.interruption import EXIT_CODE, Interruption
from escalator_tui.session.leaving import finish, owed, tell
from escalator_tui.session.memory import MemoryFile
from escalator_tui.session.session import Session


def run_plain(
    agent: Desk,
    settings: Settings,
    source: TextIO,
    out: TextIO,
    *,
    read_only: bool = False,
    is_demo: bool = False,
    actor: str = "",
    clock: Callable[[], float] = time.time,
    memory: MemoryFile | None = None,
) -> int:
    """Serve commands, one a line, until the lead leaves. The exit code: 0 nothing owed; 1 something is owed, failed or uncertain; 130 ended
    by SIGTERM or SIGHUP. `memory` is where the app remembers its session: the reasons for dismissals are shared with it.

    The agent stays open: closing it is up to who opened it.
    """
    heard, console, interruption = threading.Event(), Console(source, out), Interruption()
    session = Session(
        desk=agent, settings=settings, actor=actor or login_name(), ring=heard.set, hand_back=lambda call: call(), clock=clock,
        read_only=read_only, is_demo=is_demo,
    )  # fmt: skip

    def leave() -> None:
        # While a line is awaited nothing else would end it; a decision under way is not cut off.
        if console.reading:
            raise LeftError

    ending = Ending(session)
    with interruption.caught(), threads_reported(), contextlib.suppress(LeftError):
        interruption.heed(leave)
        session.poller.start()
        if not read_only:
            agent.deliverer.start()
        try:
            Prompt(session, console, heard, lambda: interruption.came, memory, ending).run()
        finally:
            interruption.heed(None)
            finish(session)
            ending.take_in()
    code = EXIT_CODE if interruption.came else 1 if owed(session) else 0
    if told := ending.line():
        tell(told)
    return code
