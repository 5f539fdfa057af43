"""The terminal app: wiring only. Threads ring, messages carry it to the terminal's thread, screens draw."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.message import Message
from textual.screen import Screen

from escalator_tui.agent.desk import Desk
from escalator_tui.config import Settings
from escalator_tui.config.login import login_name
from escalator_tui.config.saving import ConfigFile
from escalator_tui.model.decision import RowState
from escalator_tui.screens.detail import DetailScreen
from escalator_tui.screens.keyed import RowsReceived
from escalator_tui.screens.palette import ActionProvider
from escalator_tui.screens.queue import QueueScreen
from escalator_tui.screens.triage import TriageScreen
from escalator_tui.screens.views import ViewProvider
from escalator_tui.widgets.crash import write_report
from escalator_tui.widgets.interruption import EXIT_CODE, Interruption
from escalator_tui.widgets.poller import AutoDecided, Event, PollBegan, RowsRead
from escalator_tui.widgets.session import Session

TICK_SECONDS = 1.0
UNFINISHED = (RowState.HELD, RowState.SENDING, RowState.FAILED, RowState.UNCERTAIN)


class InboxFilled(Message):
    """There is something in the poller's inbox. Carries nothing, so that a newer one may replace it."""

    def can_replace(self, message: Message) -> bool:
        """One is enough."""
        return isinstance(message, InboxFilled)


@dataclass
class HandedBack(Message):
    """A call that another thread wants made here."""

    call: Callable[[], None]


class EscalatorApp(App[None]):
    """Triage in the terminal. `actor` is the name decisions are taken in."""

    CSS_PATH = "escalator.tcss"
    TITLE = "Escalator"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar = {ActionProvider, ViewProvider}

    def __init__(
        self,
        agent: Desk,
        settings: Settings,
        *,
        read_only: bool = False,
        title: str = "",
        actor: str = "",
        config: ConfigFile | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self.session = Session(
            desk=agent,
            settings=settings,
            actor=actor or login_name(),
            ring=lambda: self.post_message(InboxFilled()),
            hand_back=lambda call: self.post_message(HandedBack(call)),
            clock=clock,
            title=title,
            read_only=read_only,
            config=config,
        )
        self.queue_screen = QueueScreen(self.session)
        self.report_told = ""
        self.interruption = Interruption()

    def get_default_screen(self) -> Screen[None]:
        """The queue."""
        return self.queue_screen

    def on_mount(self) -> None:
        """Begin to work once the first picture stands: the agent loads its libraries in the poller's thread."""
        self.call_after_refresh(self._begin)
        loop = asyncio.get_running_loop()
        self.interruption.heed(lambda: loop.call_soon_threadsafe(self.exit))

    def _begin(self) -> None:
        self.session.poller.start()
        if not self.session.read_only:
            self.session.desk.deliverer.start()
        self.set_interval(TICK_SECONDS, self._tick)

    def on_unmount(self) -> None:
        """End the threads."""
        self.interruption.heed(None)
        self.session.close()

    def _tick(self) -> None:
        screen = self.screen
        if isinstance(screen, QueueScreen | DetailScreen):
            screen.tick()
        if screen is not self.queue_screen:
            self.queue_screen.tick()

    # -- what other threads tell

    def on_inbox_filled(self) -> None:
        """Take in all that the poller found."""
        events = self.session.poller.events()
        for event in events:
            self.session.watch.absorb(event)
            self._take(event)
        self._refresh_views(queue=any(not isinstance(event, RowsRead) for event in events))

    def _take(self, event: Event) -> None:
        match event:
            case RowsRead(rows):
                self.queue_screen.receive(rows)
            case PollBegan():
                self.queue_screen.settle()
            case AutoDecided(escalations):
                many = len(escalations)
                self.notify(f"Auto mode escalated {many} conversation{'s' if many > 1 else ''}", markup=False)

    def on_handed_back(self, message: HandedBack) -> None:
        """Make the call."""
        message.call()

    def on_rows_received(self, message: RowsReceived) -> None:
        """Rows after a decision."""
        self.queue_screen.receive(message.rows, message.decided)
        self._refresh_views(queue=False)

    def _refresh_views(self, *, queue: bool) -> None:
        # Receiving rows draws the queue already.
        for screen in self.screen_stack:
            if isinstance(screen, TriageScreen) and screen.is_mounted and (queue or screen is not self.queue_screen):
                screen.refresh_view()

    # -- leaving

    async def action_quit(self) -> None:
        """The terminal's own quit key asks like `q` does."""
        self.action_help_quit()

    def action_help_quit(self) -> None:
        """So does Ctrl+C, of which Textual would only say that another key quits."""
        if isinstance(self.screen, TriageScreen):
            self.screen.action_act("quit")

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Of Textual's own commands only the theme; the rest is in the registry."""
        return (each for each in super().get_system_commands(screen) if each.title == "Theme")

    def _handle_exception(self, error: Exception) -> None:
        """End with one sentence and a redacted report: Textual's own traceback prints local variables, tokens and customers' words
        among them.
        """
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
            path = write_report(error)
            where = f"What happened is in {path} (nothing a customer wrote is in it)" if path else "The report could not be written"
            self.report_told = (
                f"Escalator ended on an unexpected error ({type(error).__name__}). {where}. Decisions and deliveries are kept."
            )
        self._return_code = 1
        self._close_messages_no_wait()


def run_app(agent: Desk, settings: Settings, *, read_only: bool = False, title: str = "", config: ConfigFile | None = None) -> int:
    """Run the terminal app until the lead leaves. The exit code: 0 nothing owed; 1 something is owed, failed or uncertain, or it crashed;
    130 ended by SIGTERM or SIGHUP.

    The agent stays open: closing it is up to who opened it.
    """
    app = EscalatorApp(agent, settings, read_only=read_only, title=title, config=config)
    with app.interruption.caught():
        try:
            app.run()
        finally:
            app.session.poller.join()
            if not read_only:
                finish(agent)
    if app.report_told:
        _tell(app.report_told)
        return 1
    if app.interruption.came:
        return EXIT_CODE
    return 1 if owes(agent) else 0


def finish(agent: Desk) -> None:
    """Wait for the calls under way, and say so: the terminal is the shell's again by now."""
    if many := agent.deliverer.in_flight:
        _tell(f"finishing {many} {'delivery' if many == 1 else 'deliveries'}…")
    agent.deliverer.stop()


def owes(agent: Desk) -> bool:
    """Whether any escalation is not done yet."""
    return any(row.state in UNFINISHED for row in agent.rows())


def _tell(text: str) -> None:
    # After a hang-up there is nobody to tell.
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)
