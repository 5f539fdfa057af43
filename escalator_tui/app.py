"""The terminal app: wiring only. Threads ring, messages carry it to the terminal's thread, screens draw."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from escalator_tui.config.login import login_name
from escalator_tui.screens.keyed import SHORT
from escalator_tui.screens.palette import ActionProvider, Palette, ViewProvider
from escalator_tui.screens.queue import QueueScreen
from escalator_tui.screens.triage import TriageScreen
from escalator_tui.session.columns import needs_something
from escalator_tui.session.crash import farewell
from escalator_tui.session.interruption import Interruption
from escalator_tui.session.memory import Memory, MemoryFile, memory_of, memory_path, restore
from escalator_tui.session.poller import AutoDecided, Event, PollBegan, RowsRead
from escalator_tui.session.session import Session
from escalator_tui.widgets.hearing import ACTS, HearingApp
from escalator_tui.widgets.keymap import keyed
from escalator_tui.widgets.themes import LIGHT, OneSign, chosen_theme, follow_no_color

if TYPE_CHECKING:
    from escalator_tui.agent.desk import Desk
    from escalator_tui.config import Settings
    from escalator_tui.config.saving import ConfigFile
    from escalator_tui.model.errors import EscalatorError
    from escalator_tui.model.row import Row

TICK_SECONDS, REMEMBER_SECONDS = 1.0, 30.0


class InboxFilled(Message):
    """There is something in the poller's inbox. Carries nothing, so that a newer one may replace it."""

    def can_replace(self, message: Message) -> bool:
        """One is enough."""
        return isinstance(message, InboxFilled)


@dataclass
class HandedBack(Message):
    """A call that another thread wants made here."""

    call: Callable[[], None]


class EscalatorApp(HearingApp):
    """Triage in the terminal. `actor` is the name decisions are taken in. `opening` makes the agent ready: it is called after the first
    paint, in a thread of its own, and its EscalatorError ends the app.

    Raises ConfigError for keys or a theme that do not exist.
    """

    CSS_PATH = "escalator.tcss"
    TITLE = "Escalator"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar = App.COMMANDS | {ActionProvider, ViewProvider}
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+z", "suspend_process", "suspend", show=False)]

    def __init__(
        self,
        agent: Desk,
        settings: Settings,
        *,
        read_only: bool = False,
        is_demo: bool = False,
        actor: str = "",
        config: ConfigFile | None = None,
        clock: Callable[[], float] = time.time,
        opening: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self._filters.append(OneSign())
        self._opening = opening or (lambda: None)
        self.is_open = opening is None
        self.refused: EscalatorError | None = None
        self.session = Session(
            desk=agent,
            settings=settings,
            actor=actor or login_name(),
            ring=lambda: self.post_message(InboxFilled()),
            hand_back=lambda call: self.post_message(HandedBack(call)),
            receive=self._receive,
            clock=clock,
            is_demo=is_demo,
            read_only=read_only,
            config=config,
            actions=keyed(settings.app.keys),
        )
        self.memory = MemoryFile(memory_path(demo=is_demo))
        self._restore(self.memory.read())
        self.queue_screen = QueueScreen(self.session)
        self.report_told = ""
        self.interruption = Interruption()

    def get_default_screen(self) -> Screen[None]:
        """The queue."""
        return self.queue_screen

    def on_mount(self) -> None:
        """Begin to work once the first picture stands: the agent's libraries load in another thread."""
        self.call_after_refresh(lambda: self.session.reads.submit(self._opening, lambda _: self._begin(), self._give_up))
        self.theme_changed_signal.subscribe(self, lambda _: follow_no_color(self))
        # After fg the terminal is empty, and Textual believes that what it drew is still there.
        self.app_resume_signal.subscribe(self, lambda _: self.refresh())
        loop = asyncio.get_running_loop()
        self.interruption.heed(lambda: loop.call_soon_threadsafe(self.exit))

    def _give_up(self, error: EscalatorError) -> None:
        self.refused = error
        self.exit()

    def _begin(self) -> None:
        self.is_open = True
        self.session.poller.start()
        if not self.session.read_only:
            self.session.desk.deliverer.start()
        self.set_interval(TICK_SECONDS, self._tick)
        self.set_interval(REMEMBER_SECONDS, self._remember)
        self._tell_of_memory()

    def on_unmount(self) -> None:
        """End the threads."""
        self.interruption.heed(None)
        self.session.close()

    def _tick(self) -> None:
        for screen in dict.fromkeys((self.queue_screen, *self.screen_stack[-1:])):  # at the very end there is none
            if isinstance(screen, TriageScreen) and screen.stands:
                screen.tick()

    async def on_event(self, event: events.Event) -> None:
        """Note whether the lead was here yet."""
        self.queue_screen.table.heard |= isinstance(event, ACTS)
        await super().on_event(event)

    def _restore(self, memory: Memory) -> None:
        restore(self.session, memory)
        self._remembered, self._cursor_was = memory, memory.cursor
        self.register_theme(LIGHT)
        if theme := chosen_theme(self.session.settings.app.theme, memory.theme, self.available_themes):
            self.theme = theme
        self._first_theme = self.theme
        follow_no_color(self)

    def memory_now(self) -> Memory:
        """What the next session shall begin with. A theme is remembered when it was chosen here."""
        theme = self.theme if self.theme != self._first_theme else self._remembered.theme
        return memory_of(self.session, theme, self._cursor_was or self.queue_screen.table.cursor_id or "")

    def _remember(self) -> None:
        memory = self.memory_now()
        self.session.reads.submit(lambda: self.memory.write(memory), lambda _: self._tell_of_memory(), lambda _: None)

    def _tell_of_memory(self) -> None:
        if problem := self.memory.news():
            self.queue_screen.say(problem, "warning")

    def on_inbox_filled(self) -> None:
        """Take in all that the poller found."""
        found = self.session.poller.events()
        for event in found:
            filling = self.session.queue.filling
            self.session.absorb(event)
            self._take(event)
            if filling and not self.session.queue.filling:
                self.queue_screen.let_in()
        self._refresh_views(queue=any(not isinstance(event, RowsRead) for event in found))

    def _take(self, event: Event) -> None:
        match event:
            case RowsRead(rows):
                self.queue_screen.receive(rows)
                self._restore_cursor()
            case PollBegan():
                self.queue_screen.settle()
            case AutoDecided(escalations):
                many = len(escalations)
                self.queue_screen.say(f"Auto mode escalated {many} conversation{'s' if many > 1 else ''}")

    def _restore_cursor(self) -> None:
        """Once, and only where something still waits: what needs the lead comes before where the lead was."""
        row, self._cursor_was = self.session.queue.rows.get(self._cursor_was), ""
        if row and needs_something(row):
            self.queue_screen.table.select(row.id)

    def on_handed_back(self, message: HandedBack) -> None:
        """Make the call."""
        message.call()

    def _receive(self, rows: Sequence[Row], decided: frozenset[str] = frozenset()) -> None:
        self.queue_screen.receive(rows, decided)
        self._refresh_views(queue=False)

    def _refresh_views(self, *, queue: bool) -> None:
        # Receiving rows draws the queue already.
        for screen in self.screen_stack:
            if isinstance(screen, TriageScreen) and screen.stands and (queue or screen is not self.queue_screen):
                screen.refresh_view()

    def on_notify(self) -> None:
        """What is said takes the place of what was said before: one never stands upon the other."""
        self.clear_notifications()

    async def action_quit(self) -> None:
        """The terminal's own quit key asks like `q` does."""
        self.action_help_quit()

    def action_help_quit(self) -> None:
        """So does Ctrl+C, of which Textual would only say that another key quits. A question is answered first."""
        if isinstance(self.screen, TriageScreen):
            self.screen.leave()
        else:
            self.notify("Close this first with esc, then leave", markup=False, timeout=SHORT)

    def action_suspend_process(self) -> None:
        """Back to the shell, unless something speaks against it."""
        if why_not := self.session.keeps_running():
            self.notify(f"Not suspended: {why_not}", markup=False, timeout=SHORT)
        else:
            super().action_suspend_process()

    def action_command_palette(self) -> None:
        """Everything that can be done here, by name."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Of Textual's own commands only the theme; the rest is in the registry."""
        return (each for each in super().get_system_commands(screen) if each.title == "Theme")

    def _handle_exception(self, error: Exception) -> None:
        """End with one sentence and a redacted report: Textual's own traceback prints tokens and customers' words."""
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
            self.report_told = farewell(error)
        self._return_code = 1
        self._close_messages_no_wait()
