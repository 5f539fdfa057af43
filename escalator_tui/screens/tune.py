"""Threshold and weights tried on what was recorded: what would flip, and how that stands to the lead's own decisions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partialmethod
from math import inf

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from escalator_tui.agent.flips import Replay
from escalator_tui.agent.proposals import RuleChange
from escalator_tui.config.saving import Edit
from escalator_tui.model.rules import Rules
from escalator_tui.screens.ask import AskScreen
from escalator_tui.screens.help import HelpScreen
from escalator_tui.screens.rehearsing import RehearsingScreen
from escalator_tui.screens.save import SaveScreen
from escalator_tui.screens.value import PresetScreen, ValueScreen
from escalator_tui.session.actions import Situation
from escalator_tui.session.session import Session
from escalator_tui.session.tune_keys import TUNE_ACTIONS
from escalator_tui.session.tuning import PRESET, Tuning
from escalator_tui.widgets.footer import KeyLine
from escalator_tui.widgets.tune_view import explained, flips_content, indented, judgement_content, proposal_line, setting_line

FINE, COARSE, PAGE = 0.01, 0.05, 10


class TuneScreen(RehearsingScreen):
    """Settings and proposals under a cursor, and what they would change."""

    LINES = frozenset(("tune", "keys"))

    def __init__(self, session: Session) -> None:
        super().__init__(session, "tune", (*TUNE_ACTIONS, session.action("help")))
        self.cursor = 1

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
        """The keys stand there while it is read."""
        self.query_one(KeyLine).show(self.situation(), 0)

    def on_resize(self) -> None:
        """There is another width to draw in."""
        self.call_after_refresh(self.refresh_view)

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

    def _move(self, by: float) -> None:
        if self.tuning is not None:
            last = len(self.tuning.names) + len(self.proposals or []) - 1
            self.cursor = int(min(max(self.cursor + by, 0), last))
            self.refresh_view()

    do_up, do_down = partialmethod(_move, -1), partialmethod(_move, 1)
    do_first, do_last = partialmethod(_move, -inf), partialmethod(_move, inf)

    def _step(self, by: float) -> None:
        chosen = self._chosen()
        if isinstance(chosen, RuleChange):
            self.say("A proposal is accepted with enter", "warning")
        elif chosen is not None:
            self._change(chosen, lambda tuning: tuning.step(chosen, by))

    def _change(self, name: str, do: Callable[[Tuning], object]) -> None:
        """Change a setting, unless that is refused."""
        if self.tuning is None:
            return
        if refusal := self.tuning.refuse(name):
            self.say(refusal, "warning")
            return
        do(self.tuning)
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

    def do_set(self) -> None:
        """Ask for the value of the setting under the cursor; take a proposal over, or take it back. Nothing is saved by that."""
        chosen = self._chosen()
        if self.tuning is None or chosen is None:
            return
        if isinstance(chosen, RuleChange):
            self.tuning.toggle(chosen)
            self._changed()
        elif refusal := self.tuning.refuse(chosen):
            self.say(refusal, "warning")
        elif chosen == PRESET:
            self.app.push_screen(PresetScreen(self.tuning).then(lambda preset: self._set(chosen, preset)))
        else:
            self.app.push_screen(ValueScreen(self.tuning, chosen).then(lambda value: self._set(chosen, value)))

    def _set(self, name: str, value: str | float | None) -> None:
        if value is not None:
            # What was saved before it opened may have come into force meanwhile, and refuse it.
            self._change(name, lambda tuning: tuning.set(name, value))

    def _changed(self) -> None:
        self.try_rules()
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
        self.cursor = min(self.cursor, 1)
        self.begin_anew(rules)

    def do_leave(self) -> None:
        """Back to the queue; asks when changes would be lost that could be saved."""
        if self.tuning is None or not self.tuning.is_changed or self.session.read_only:
            self.dismiss()
            return
        text = "\n".join(self.tuning.changes())
        self.app.push_screen(AskScreen("Leave without saving", text, "leave").then(lambda yes: self.dismiss() if yes else None))
