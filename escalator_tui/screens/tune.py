"""Threshold and weights tried on what was recorded: what would flip, and how that stands to the lead's own decisions."""

from __future__ import annotations

from functools import partial, partialmethod

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from escalator_tui.agent.flips import Replay
from escalator_tui.agent.proposals import RuleChange, proposals
from escalator_tui.agent.replay import Rehearsal
from escalator_tui.config.saving import Edit
from escalator_tui.model.errors import EscalatorError
from escalator_tui.model.rules import Rules
from escalator_tui.screens.ask import AskScreen
from escalator_tui.screens.help import HelpScreen
from escalator_tui.screens.keyed import KeyedScreen
from escalator_tui.screens.save import SaveScreen
from escalator_tui.session.actions import Situation
from escalator_tui.session.session import Session
from escalator_tui.session.tune_keys import TUNE_ACTIONS
from escalator_tui.session.tuning import Tuning
from escalator_tui.widgets.footer import KeyLine
from escalator_tui.widgets.tune_view import explained, flips_content, indented, judgement_content, proposal_line, setting_line

FINE, COARSE, PAGE = 0.01, 0.05, 10


class TuneScreen(KeyedScreen):
    """The recorded conversations are read once; each change replays them in a lane of its own, only the newest one. What is queued there
    when the screen is left is never begun.
    """

    LINES = frozenset(("tune", "keys"))

    def __init__(self, session: Session) -> None:
        super().__init__(session, "tune", (*TUNE_ACTIONS, session.action("help")))
        self.tuning: Tuning | None = None
        self.replay: Replay | None = None
        self.proposals: list[RuleChange] | None = None
        self.cursor = 1
        self._rehearsal: Rehearsal | None = None
        self._replaying = self._is_left = False

    def compose(self) -> ComposeResult:
        """Settings and proposals on the left, what they would change on the right."""
        yield Static(Content(" TUNE · nothing is changed until you save"), id="tune-title", markup=False)
        with Horizontal(id="tune"):
            with VerticalScroll(id="settings", can_focus=False):
                yield Static("Reading what was recorded…", id="rows", markup=False)
            with Vertical(id="effect"):
                yield Static("", id="judgement", markup=False)
                with VerticalScroll(id="flips", can_focus=False):
                    yield Static("", id="flipped", markup=False)
        yield KeyLine(self.actions)

    def on_mount(self) -> None:
        """Read what was recorded."""
        self.query_one(KeyLine).show(self.situation(), 0)
        self.session.replays.submit(self.session.desk.rehearsal, self._loaded, self._failed, lambda: not self._is_left)

    def on_unmount(self) -> None:
        """Nothing is wanted any more."""
        self._is_left, self._rehearsal = True, None

    def on_resize(self) -> None:
        """There is another width to draw in."""
        self.call_after_refresh(self.refresh_view)

    # -- what the lane brings

    def _loaded(self, rehearsal: Rehearsal) -> None:
        if self._is_left:
            return
        self._rehearsal, self.tuning = rehearsal, Tuning(rehearsal.in_force)
        self._try()
        self._propose()

    def _propose(self) -> None:
        if (rehearsal := self._rehearsal) is not None:
            done, wanted = partial(self._proposed, rehearsal), lambda: self._rehearsal is rehearsal
            self.session.replays.submit(partial(proposals, rehearsal), done, self._failed, wanted)

    def _proposed(self, rehearsal: Rehearsal, found: list[RuleChange]) -> None:
        if rehearsal is self._rehearsal:  # and not what was proposed before a save
            self.proposals = found
            self.refresh_view()

    def _try(self) -> None:
        """Replay the rules as they are now, unless a replay is under way: then that is looked at when it comes back."""
        rehearsal, tuning = self._rehearsal, self.tuning
        if rehearsal is None or tuning is None or self._replaying:
            return
        self._replaying = True
        work, done = partial(rehearsal.replay, tuning.rules), partial(self._replayed, rehearsal)
        self.session.replays.submit(work, done, self._failed, lambda: not self._is_left)

    def _replayed(self, rehearsal: Rehearsal, replay: Replay) -> None:
        self._replaying, self.replay = False, replay
        if self.tuning is not None and (self.tuning.rules != replay.proposed or rehearsal is not self._rehearsal):
            self._try()
        self.refresh_view()

    def _failed(self, error: EscalatorError) -> None:
        self._replaying = False
        self.complain(error)

    # -- drawing

    def situation(self) -> Situation:
        """No conversation is acted on here."""
        return Situation(read_only=self.session.read_only, in_queue=False)

    def refresh_view(self) -> None:
        """Everything as it is now."""
        if self.tuning is None or not self.stands:
            return
        panel = self.query_one("#settings")
        width = max(20, panel.scrollable_content_region.width)
        lines, at = self._lines(self.tuning, width)
        self.query_one("#rows", Static).update(Content("\n").join(lines))
        panel.scroll_to(y=max(0, at - panel.size.height // 2), animate=False)
        if self.replay is not None:
            flips = self.query_one("#flips")
            self.query_one("#judgement", Static).update(self._judgement(self.replay))
            self.query_one("#flipped", Static).update(flips_content(self.replay, flips.scrollable_content_region.width))

    def _judgement(self, replay: Replay) -> Content:
        chosen = self._chosen()
        width = max(20, self.query_one("#judgement").content_size.width)
        told = indented(explained(chosen), width, first="") if isinstance(chosen, RuleChange) else ""
        return Content.assemble(judgement_content(replay), "\n", (told, "$text-accent")) if told else judgement_content(replay)

    def _lines(self, tuning: Tuning, width: int) -> tuple[list[Content], int]:
        """The lines of the left side, and the one under the cursor."""
        names, found = tuning.names, self.proposals or []
        lines = [setting_line(tuning, name, width, chosen=at == self.cursor) for at, name in enumerate(names)]
        told = "proposals" if found else "no proposal: too few decisions" if self.proposals is not None else "looking for proposals…"
        lines.append(Content.styled(indented(told, width), "$foreground-muted"))
        lines += [proposal_line(tuning, each, width, chosen=len(names) + at == self.cursor) for at, each in enumerate(found)]
        return lines, self.cursor + (self.cursor >= len(names))

    def _chosen(self) -> str | RuleChange | None:
        if self.tuning is None:
            return None
        names, found = self.tuning.names, self.proposals or []
        return names[self.cursor] if self.cursor < len(names) else found[self.cursor - len(names)]

    # -- keys

    def do_help(self) -> None:
        """Every key and what it does."""
        self.app.push_screen(HelpScreen(self.situation(), self.actions, triage=False))

    def _move(self, by: int) -> None:
        if self.tuning is not None:
            last = len(self.tuning.names) + len(self.proposals or []) - 1
            self.cursor = min(max(self.cursor + by, 0), last)
            self.refresh_view()

    do_up, do_down = partialmethod(_move, -1), partialmethod(_move, 1)

    def _step(self, by: float) -> None:
        chosen = self._chosen()
        if isinstance(chosen, RuleChange):
            self.say("A proposal is accepted with enter", "warning")
        elif chosen is not None and self.tuning is not None:
            if refusal := self.tuning.refuse(chosen):
                self.say(refusal, "warning")
                return
            self.tuning.step(chosen, by)
            self._changed()

    do_less, do_more = partialmethod(_step, -FINE), partialmethod(_step, FINE)
    do_much_less, do_much_more = partialmethod(_step, -COARSE), partialmethod(_step, COARSE)

    def do_reset(self) -> None:
        """Take back the change under the cursor."""
        chosen = self._chosen()
        if self.tuning is None or chosen is None:
            return
        if isinstance(chosen, str):
            self.tuning.reset(chosen)
        elif self.tuning.holds(chosen):
            self.tuning.toggle(chosen)
        self._changed()

    def do_accept(self) -> None:
        """Take the proposal under the cursor over, or take it back. Nothing is saved by that."""
        chosen = self._chosen()
        if isinstance(chosen, RuleChange) and self.tuning is not None:
            self.tuning.toggle(chosen)
            self._changed()
        elif chosen is not None:
            self.say("Enter accepts a proposal; a setting is changed with ← and →", "warning")

    def _changed(self) -> None:
        self._try()
        self.refresh_view()

    def _scroll(self, lines: int) -> None:
        self.query_one("#flips").scroll_relative(y=lines, animate=False, immediate=True)

    do_read_back, do_read_on = partialmethod(_scroll, -PAGE), partialmethod(_scroll, PAGE)

    # -- saving and leaving

    def do_save(self) -> None:
        """Show what would be written."""
        tuning, file = self.tuning, self.session.config
        if tuning is None or not tuning.is_changed:
            self.say("Nothing is changed", "warning")
        elif file is None:
            ask = AskScreen("Use these settings until Escalator ends", "\n".join(tuning.changes()), "use")
            self.app.push_screen(ask.then(lambda yes: self._save(None, tuning.rules) if yes else None))
        else:
            before, after = tuning.in_force, tuning.rules
            self.session.decisions.submit(lambda: file.edit(before, after), lambda edit: self._show(edit, after), self.complain)

    def _show(self, edit: Edit, rules: Rules) -> None:
        if self.is_active:
            self.app.push_screen(SaveScreen(edit).then(lambda yes: self._save(edit, rules) if yes else None))

    def _save(self, edit: Edit | None, rules: Rules) -> None:
        def save() -> int | None:
            if edit is not None and edit.before != edit.after:
                edit.write()
            return self.session.desk.apply_rules(rules)

        self.session.decisions.submit(save, lambda scored: self._saved(rules, scored), self.complain)

    def _saved(self, rules: Rules, scored: int | None) -> None:
        again = f"{scored} open conversation{'' if scored == 1 else 's'} scored again"
        self.say(f"In force now: {'scored again when the look under way is over' if scored is None else again}")
        if self._rehearsal is not None:
            self._rehearsal = self._rehearsal.under(rules)
            self.tuning, self.proposals, self.cursor = Tuning(rules), None, min(self.cursor, 1)
            self._try()
            self._propose()

    def do_leave(self) -> None:
        """Back to the queue; asks when changes would be lost that could be saved."""
        if self.tuning is None or not self.tuning.is_changed or self.session.read_only:
            self.dismiss()
            return
        text = "\n".join(self.tuning.changes())
        self.app.push_screen(AskScreen("Leave without saving", text, "leave").then(lambda yes: self.dismiss() if yes else None))
