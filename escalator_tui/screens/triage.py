"""What the queue and the detail screen have in common: decisions, and the keys that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalator_tui.model.kinds import RowState
from escalator_tui.screens.linking import LinkingScreen
from escalator_tui.session.actions import Situation

if TYPE_CHECKING:
    from escalator_tui.model.row import Row


class TriageScreen(LinkingScreen):
    """A screen for triage, with everything that both of its kinds can do."""

    def acting_on(self, rows: tuple[Row, ...], cursor: Row | None, marked: tuple[Row, ...] = ()) -> Situation:
        """What a key would act on with these rows, and what is so on every screen."""
        session, acts = self.session, self.session.acts
        undoable = acts.undoable(cursor, marked=marked)
        return Situation(rows, cursor, session.read_only, undoable, acts.sent, paused=session.watch.paused)

    def tick(self) -> None:
        """A second passed."""

    def do_activity(self) -> None:
        """What was sent and what was not."""
        from escalator_tui.screens.activity import ActivityScreen  # that is one of these screens itself

        self.app.push_screen(ActivityScreen(self.session, self.activity_of()))

    def activity_of(self) -> str | None:
        """The conversation whose activity is asked for from here, None for all."""
        return None

    def do_auto(self) -> None:
        """Turn auto mode on, once confirmed, or off."""
        from escalator_tui.screens.ask import AskScreen
        from escalator_tui.session.auto_mode import RULE, foretold

        if self.session.auto:
            self._set_auto(on=False)
            return
        need = self.session.queue.standing(RowState.NEEDS_DECISION)
        ask = AskScreen("Turn auto mode on", "\n".join((RULE, *foretold(need))), "on")
        self.app.push_screen(ask.then(lambda yes: self._set_auto(on=True) if yes else None))

    def _set_auto(self, *, on: bool) -> None:
        self.session.auto = on
        self.say("Auto mode is on: escalations go out by themselves" if on else "Auto mode is off: nothing goes out without you")
        if on:
            self.session.poller.refresh()
        self.refresh_view()

    def do_refresh(self) -> None:
        """Ask Intercom now."""
        self.session.poller.refresh()
        self.say("Asking Intercom")

    def do_pause(self) -> None:
        """Stop asking Intercom, or go on."""
        watch = self.session.watch
        watch.paused = self.session.poller.paused = not watch.paused
        self.refresh_view()

    def do_help(self) -> None:
        """Every key and what it does."""
        from escalator_tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.situation(), self.session.actions))

    def do_quit(self) -> None:
        """Leave the queue, or go back there."""
        if self.situation().in_queue:
            self.leave()
        else:
            self.app.pop_screen()

    def leave(self) -> None:
        """Leave; ask when something is under way."""
        from escalator_tui.screens.leave import LeaveScreen

        if not self.session.leaving_drops():
            self.app.exit()
            return
        self.app.push_screen(LeaveScreen(self.session).then(lambda yes: self.app.exit() if yes else self._stay()))

    def _stay(self) -> None:
        """What came back is why there was a question: the cursor goes there, in the queue."""
        queue = self.app.screen_stack[0]
        if isinstance(queue, TriageScreen) and (unsent := self.session.approvals.unsent):
            for _ in self.app.screen_stack[1:]:
                self.app.pop_screen()
            queue.reach(unsent[0].id)
