"""The tune screen: every key, every refusal, and nothing saved unasked."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from escalator_tui.agent.cases import Case
from escalator_tui.agent.replay import Rehearsal
from escalator_tui.app import EscalatorApp
from escalator_tui.config import Settings, load_settings
from escalator_tui.config.saving import ConfigFile
from escalator_tui.config.schema import AppSettings
from escalator_tui.model.errors import LedgerError
from escalator_tui.model.rules import Rules
from escalator_tui.screens.tune import TuneScreen
from escalator_tui.services.errors import UnreachableError
from escalator_tui.session.tune_keys import TUNE_ACTIONS

from .conftest import PATIENCE, Open, picture, toasts, until
from .desk import ScriptedDesk
from .story import HOSTILE, NOW, conversation
from .test_snapshots import steady

FINE = "Honestly the old export was unacceptable"
MANAGER = "I want to speak to a manager"


def cases() -> list[Case]:
    """Six dismissed, two escalated, one that nobody judged."""
    said = [*((FINE, False),) * 6, (MANAGER, True), (MANAGER, True), ("We will cancel our subscription", None)]
    return [
        Case(conversation(f"{at}", HOSTILE, f"Company {at}", texts=(text,), waits=60), (), NOW, verdict)
        for at, (text, verdict) in enumerate(said)
    ]


@pytest.fixture(autouse=True)
def _recorded(desk: ScriptedDesk) -> None:
    desk.recorded = cases()


def tune(app: EscalatorApp) -> TuneScreen:
    assert isinstance(app.screen, TuneScreen)
    return app.screen


def rules(app: EscalatorApp) -> Rules:
    tuning = tune(app).tuning
    assert tuning is not None
    return tuning.rules


def is_ready(app: EscalatorApp) -> bool:
    return isinstance(app.screen, TuneScreen) and app.screen.proposals is not None and app.screen.replay is not None


def is_replayed(app: EscalatorApp) -> bool:
    replay = tune(app).replay
    return replay is not None and replay.proposed == rules(app)


async def test_the_recorded_conversations_are_judged_by_the_leads_own_decisions(open_app: Open, snapshot: SnapshotAssertion) -> None:
    async with open_app((100, 30)) as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        await pilot.press("L", "L", "L", "L", "L", "L", "L")
        await until(pilot, lambda: is_replayed(app))
        assert "threshold" in picture(app)
        assert "0.40 → 0.75" in picture(app)
        assert re.search("flagged 9 → [1-8] of 9", picture(app))
        assert "▽ no longer" in picture(app)
        assert await steady(app, pilot) == snapshot


@pytest.mark.parametrize(
    ("keys", "threshold"),
    [
        (("right",), 0.41), (("l",), 0.41), (("plus",), 0.41), (("left",), 0.39), (("h",), 0.39), (("minus",), 0.39),
        (("L",), 0.45), (("H",), 0.35), (("shift+right",), 0.45), (("shift+left",), 0.35),
        (("L", "0"), None), (("L", "backspace"), None), (("L", "H"), None),
    ],
)  # fmt: skip
async def test_keys_change_the_threshold(open_app: Open, keys: tuple[str, ...], threshold: float | None) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        await pilot.press(*keys)
        assert rules(app).threshold == threshold


def test_every_action_is_done_here_and_no_key_twice() -> None:
    assert not [action.id for action in TUNE_ACTIONS if not hasattr(TuneScreen, f"do_{action.id}")]
    keys = [key for action in TUNE_ACTIONS for key in action.keys.split(",")]
    assert sorted(set(keys)) == sorted(keys)


@pytest.mark.parametrize(
    ("width", "foot"),
    [
        (40, "esc back  enter set  w save  ? help"),
        (80, "esc back  ↑/↓ choose  ←/→ 0.01  H/L 0.05  enter set  w save  ? help"),
        (120, "esc back  ↑/↓ choose  ←/→ 0.01  H/L 0.05  enter set  0 as it was  w save  ? help"),
    ],
)
async def test_the_footer_names_the_keys(open_app: Open, width: int, foot: str) -> None:
    async with open_app((width, 24)) as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: picture(app).splitlines()[-1].strip() == foot)


async def test_help_tells_of_these_keys_and_of_none_of_the_queue(open_app: Open) -> None:
    async with open_app((120, 36), read_only=True) as (app, pilot):
        await pilot.press("T", "question_mark")
        await until(pilot, lambda: app.screen.name == "help")
        shown = picture(app)
        assert all(f"{action.shown:<12} {action.title}" in shown for action in TUNE_ACTIONS)
        assert "× off: this session is read-only, nothing is decided, sent or saved here" in shown
        assert "× Shows what would be written" in shown
        assert "dismiss" not in shown
        await pilot.press("escape")
        assert tune(app)


async def test_the_help_key_is_the_one_that_was_chosen(open_app: Open) -> None:
    async with open_app((100, 24), settings=Settings(app=AppSettings(keys={"help": "f1"}))) as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: "f1 help" in picture(app))
        await pilot.press("f1")
        await until(pilot, lambda: app.screen.name == "help")


async def test_one_decision_is_one(open_app: Open, desk: ScriptedDesk) -> None:
    desk.recorded = cases()[-2:]
    async with open_app((120, 36)) as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        assert "by 1 decision of people" in " ".join(picture(app).split())


async def test_the_palette_does_what_the_keys_do(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        await pilot.press("ctrl+p", *"much more")
        await until(pilot, lambda: "Adds 0.05 to it" in picture(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, TuneScreen) and rules(app).threshold == 0.45)
        await pilot.press("0", "ctrl+p", *"back")
        await until(pilot, lambda: "To the queue" in picture(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is app.queue_screen)


async def test_moving_reaches_every_line_and_ends_at_the_last(open_app: Open) -> None:
    async with open_app((80, 24)) as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        await pilot.press("up", "k", "k", "l")
        assert rules(app).preset == "strict"
        await pilot.press("h", "down", "j", "H")
        assert rules(app) == Rules(weights={"anger": 0.56})
        await pilot.press(*["j"] * 40)
        assert "[ ] remove “unaccept" in picture(app)
        assert "▌ [ ]" in picture(app)


@pytest.mark.parametrize(("first", "last"), [("home", "end"), ("g", "G")])
async def test_one_key_reaches_the_first_and_the_last_line(open_app: Open, first: str, last: str) -> None:
    async with open_app((80, 24)) as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        await pilot.press(last)
        assert "▌ [ ]" in picture(app)
        before = picture(app)
        await pilot.press("j")
        assert picture(app) == before
        await pilot.press(first, "l")
        assert rules(app).preset == "strict"


async def test_a_proposal_is_accepted_explained_and_taken_back(open_app: Open) -> None:
    async with open_app((160, 45)) as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        last = len(tune(app).tuning.names)  # type: ignore[union-attr]
        await pilot.press(*["j"] * (last - 1))
        told = "remove “unacceptable”: dismissed in 6 of 6 decisions; 6 false alarms fewer, 0 more missed"
        await until(pilot, lambda: told in picture(app))
        await pilot.press("right")
        assert "A proposal is accepted with enter" in toasts(app)
        await pilot.press("enter")
        await until(pilot, lambda: is_replayed(app))
        assert rules(app).words_removed == {"unacceptable"}
        assert "precision 0.25 → 1.00" in picture(app)
        assert "[x] remove" in picture(app)
        await pilot.press("0")
        assert rules(app) == Rules()


@pytest.mark.parametrize("key", ["l", "enter"])
async def test_a_weight_of_the_reference_preset_is_refused(open_app: Open, key: str) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        await pilot.press("k", "h", "j", "j", key)
        assert "The reference preset has no weights; choose another preset first" in toasts(app)
        assert rules(app) == Rules(preset="reference")


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_a_value_is_typed_over_the_one_that_is_tried(open_app: Open, desk: ScriptedDesk, size: tuple[int, int]) -> None:
    async with open_app(size) as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        await pilot.press("L", "enter")
        await until(pilot, lambda: "0.40 → 0.45" in picture(app))
        shown = picture(app)
        assert "Set threshold" in shown
        assert "In force 0.40, from 0.01 to 1.00." in shown
        assert "enter take it  esc keep it" in shown
        await pilot.press(*"0,62")
        await until(pilot, lambda: "0.40 → 0.62" in picture(app))
        await pilot.press("enter")
        assert rules(app).threshold == 0.62
        await pilot.press("enter", *".7", "escape")
        assert rules(app).threshold == 0.62, "esc keeps it"
        await pilot.press("enter", *"0.4")
        await until(pilot, lambda: "as in force" in picture(app))
        await pilot.press("enter")
        assert rules(app) == desk.rules == Rules()


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
@pytest.mark.parametrize("typed", ["0", "1.01", "0.455", "-1", "high", "nan", "1e-1", "٠.٥", "0.4.5", ","])
async def test_what_is_no_value_is_told_and_enter_does_not_leave(open_app: Open, typed: str, size: tuple[int, int]) -> None:
    async with open_app(size) as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        await pilot.press("enter", *typed)
        told = "✕ A number from 0.01 to 1.00, two decimals at most"
        await until(pilot, lambda: told in " ".join(picture(app).replace("│", " ").split()))
        await pilot.press("enter")
        assert app.screen.name == "value"
        assert "enter take it  esc keep it" in picture(app)
        await pilot.press("ctrl+u", "enter")
        assert app.screen.name == "value", "nothing is no value either"
        await until(pilot, lambda: told in " ".join(picture(app).replace("│", " ").split()))
        await pilot.press(*"1", "enter")
        assert rules(app).threshold == 1.0


async def test_a_weight_may_be_off(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        await pilot.press("j", "space")
        await until(pilot, lambda: "from 0.00 to 1.00" in picture(app))
        assert "Set anger" in picture(app)
        await pilot.press("0", "enter")
        assert rules(app) == Rules(weights={"anger": 0.0})


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_a_preset_is_chosen_from_the_list(open_app: Open, size: tuple[int, int]) -> None:
    async with open_app(size) as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        await pilot.press("k", "enter")
        await until(pilot, lambda: "3 reference 13 keywords, rules" in picture(app))
        shown = picture(app)
        assert "Set preset" in shown
        assert "In force default." in shown
        assert "1–3 or enter take it  esc keep it" in shown
        await pilot.press("9", "2")
        assert rules(app) == Rules(preset="strict")
        await pilot.press("enter", "enter")
        assert rules(app) == Rules(preset="strict"), "the cursor began on it"
        await pilot.press("enter", "down", "enter")
        assert rules(app) == Rules(preset="reference")
        await pilot.press("enter", "1", "enter", "3", "enter", "escape")
        assert rules(app) == Rules(preset="reference")


async def test_what_comes_into_force_behind_the_dialogue_refuses_there(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        await pilot.press("j", "enter", *"0.5")
        tune_screen = app.screen_stack[-2]
        assert isinstance(tune_screen, TuneScreen)
        tune_screen.begin_anew(Rules(preset="reference"))
        await pilot.press("enter")
        assert "The reference preset has no weights" in toasts(app)
        assert rules(app) == Rules(preset="reference")


async def test_saving_shows_the_difference_first_and_takes_effect_at_once(open_app: Open, desk: ScriptedDesk, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("# ours\n[detection]\nthreshold = 0.4 # low\n", encoding="utf-8")
    desk.rules = Rules(threshold=0.4)
    async with open_app(config=ConfigFile(path)) as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        await pilot.press("L", "w")
        await until(pilot, lambda: app.screen.name == "save")
        assert "-threshold = 0.4 # low" in picture(app)
        assert "+threshold = 0.45 # low" in picture(app)
        await pilot.press("enter", "escape")
        assert "0.45" not in path.read_text(encoding="utf-8")
        await pilot.press("w")
        await until(pilot, lambda: app.screen.name == "save")
        await pilot.press("y")
        await until(pilot, lambda: "In force now: 10 open conversations scored again" in toasts(app))
        assert path.read_text(encoding="utf-8") == "# ours\n[detection]\nthreshold = 0.45 # low\n"
        assert desk.rules.threshold == 0.45
        assert load_settings(path, environ={}).rules.threshold == 0.45
        await until(pilot, lambda: is_ready(app))
        assert "0.40 →" not in picture(app)
        await pilot.press("escape")
        assert app.screen is app.queue_screen


async def test_saving_does_not_wait_for_a_look_under_way(open_app: Open, desk: ScriptedDesk) -> None:
    desk.looking = True
    async with open_app() as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        await pilot.press("L", "w", "y")
        await until(pilot, lambda: "In force now: scored again when the look under way is over" in toasts(app))
        assert desk.rules.threshold == 0.45


async def test_a_file_that_changed_meanwhile_is_told(open_app: Open, desk: ScriptedDesk, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    async with open_app(config=ConfigFile(path)) as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        await pilot.press("L", "w")
        await until(pilot, lambda: app.screen.name == "save")
        path.write_text("[slack]\n", encoding="utf-8")
        await pilot.press("y")
        await until(pilot, lambda: "was changed meanwhile. Nothing was written. Look at the change again" in toasts(app))
        assert desk.rules == Rules()
        assert path.read_text(encoding="utf-8") == "[slack]\n"


async def test_what_was_written_and_is_not_in_force_is_told_and_tried_again(open_app: Open, desk: ScriptedDesk, tmp_path: Path) -> None:
    desk.rules_error = LedgerError("The disk is full")
    async with open_app(config=ConfigFile(tmp_path / "config.toml")) as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        for _ in range(2):
            await pilot.press("L" if rules(app) == Rules() else "k", "w")
            await until(pilot, lambda: app.screen.name == "save")
            shown = picture(app)
            await pilot.press("y")
            await until(pilot, lambda: app.session.decisions.pending == 0)
            assert "The disk is full" in toasts(app)
        assert "The file says all that already" in shown


async def test_without_a_file_the_settings_last_until_the_app_ends(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        await pilot.press("L", "w")
        assert "Use these settings until Escalator ends" in picture(app)
        assert "threshold 0.40 → 0.45" in picture(app)
        await pilot.press("y")
        await until(pilot, lambda: desk.rules == Rules(threshold=0.45))


async def test_nothing_changed_and_read_only_are_not_saved(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        await pilot.press("w")
        assert "Nothing is changed" in toasts(app)
    async with open_app(read_only=True) as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        await pilot.press("L", "w")
        await until(pilot, lambda: is_replayed(app))
        assert "Read-only: nothing is saved here" in toasts(app)
        assert desk.rules == Rules()


async def test_leaving_asks_when_changes_would_be_lost(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        await pilot.press("escape")
        assert app.screen is app.queue_screen
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        await pilot.press("L", "escape")
        assert "Leave without saving" in picture(app)
        await pilot.press("escape")
        assert rules(app).threshold == 0.45
        await pilot.press("q", "y")
        await until(pilot, lambda: app.screen is app.queue_screen)


async def test_a_ledger_that_cannot_be_read_is_told(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        desk.read_error = UnreachableError("The database cannot be reached", service="ledger", cure="Check the network")
        await pilot.press("T")
        await until(pilot, lambda: "The database cannot be reached. Check the network" in toasts(app))
        await pilot.press("L", "w", "j", "enter", "0", "escape")
        assert app.screen is app.queue_screen


async def test_leaving_before_everything_is_read_is_quiet(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        desk.reading.clear()
        await pilot.press("T", "escape")
        assert app.screen is app.queue_screen
        desk.reading.set()
        await until(pilot, lambda: app.session.replays.pending == 0)
        assert toasts(app) == ""


async def test_only_the_newest_rules_are_replayed(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        await pilot.press(*["L"] * 8)
        await until(pilot, lambda: is_replayed(app))
        assert app.session.replays.pending == 0
        assert rules(app).threshold == 0.8
        await pilot.press("pagedown", "pageup")


async def test_at_40_columns_saving_is_named_and_no_word_is_broken(open_app: Open, desk: ScriptedDesk) -> None:
    desk.recorded = [replace(each, verdict=None) for each in cases()]
    async with open_app((40, 10)) as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: is_ready(app))
        shown = await steady(app, pilot)
        assert "w save" in shown.splitlines()[-1]
        assert "conversation\n" in shown


class HeldRehearsal(Rehearsal):
    """Proposals of it wait to be let go; `then` is the same of the rules that are saved."""

    go: threading.Event
    then: threading.Event

    def judged_only(self) -> Rehearsal:
        """When it may."""
        if not self.go.wait(PATIENCE):
            raise AssertionError("the test never let the proposals be found")
        return super().judged_only()

    def under(self, in_force: Rules) -> Rehearsal:
        """The next one."""
        return held(Rehearsal(self.cases, in_force), self.then, self.then)


def held(rehearsal: Rehearsal, go: threading.Event, then: threading.Event) -> HeldRehearsal:
    made = HeldRehearsal(rehearsal.cases, rehearsal.in_force)
    made.go, made.then = go, then
    return made


async def test_what_is_found_for_rules_that_are_no_longer_in_force_is_not_shown(
    open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, then, recorded = threading.Event(), threading.Event(), desk.rehearsal
    monkeypatch.setattr(desk, "rehearsal", lambda: held(recorded(), go, then))
    async with open_app() as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: isinstance(app.screen, TuneScreen) and app.screen.replay is not None)
        first = tune(app).replay
        await pilot.press(*["L"] * 8, "w", "y")
        await until(pilot, lambda: "In force now" in toasts(app))
        go.set()
        await until(pilot, lambda: tune(app).replay is not first)  # it was asked for after the proposals
        assert tune(app).proposals is None, "these were found for the rules of before"
        then.set()
        await until(pilot, lambda: is_ready(app))
        await until(pilot, lambda: is_replayed(app))
        replay = tune(app).replay
        assert replay is not None
        assert replay.before == replay.after
        assert replay.flags[0] == replay.flags[1]


async def test_tuning_holds_up_nothing_else_and_what_is_queued_when_it_is_left_is_never_done(
    open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, recorded, asked = threading.Event(), desk.rehearsal, list[Rehearsal]()

    def slow() -> Rehearsal:
        asked.append(held(recorded(), go, go))
        return asked[-1]

    monkeypatch.setattr(desk, "rehearsal", slow)
    async with open_app() as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: isinstance(app.screen, TuneScreen) and app.screen.replay is not None)
        left = tune(app)
        await pilot.press("escape", "T", "escape", "T", "escape", "A")
        await until(pilot, lambda: "Activity · 9 calls" in picture(app))
        await until(pilot, lambda: not left.children)
        go.set()
        await until(pilot, lambda: app.session.replays.pending == 0)
        assert len(asked) == 1
        assert left.proposals is None
