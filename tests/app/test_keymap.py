"""Other keys for the actions: read from the configuration, refused in one sentence, and shown everywhere."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalator_tui.app import EscalatorApp
from escalator_tui.config import Settings
from escalator_tui.config.schema import AppSettings
from escalator_tui.model.errors import ConfigError
from escalator_tui.model.kinds import Priority
from escalator_tui.screens.keyed import KeyedScreen
from escalator_tui.session.actions import ACTIONS
from escalator_tui.widgets.keymap import NAMES, keyed, read_key

from .conftest import Open, picture, toasts, until
from .desk import ScriptedDesk

OTHER = {"escalate": "X,f2", "quit": "?", "help": "f1", "raise": "+", "auto": "", "pause": "f9", "undo": "ctrl+u", "filter": "shift+f"}


def keys(settings: dict[str, str]) -> dict[str, tuple[str, str]]:
    """The keys in force and how they are printed, of the actions that got others."""
    return {each.id: (each.keys, each.shown) for each in keyed(settings) if each.id in settings}


def test_without_settings_the_registry_stands() -> None:
    assert keyed({}) == ACTIONS


def test_keys_are_written_as_printed_or_by_name() -> None:
    assert keys({"escalate": "X, f2", "quit": "?", "help": "F1", "raise": "+", "auto": "", "filter": "shift+f"}) == {
        "escalate": ("X,f2", "X"),
        "quit": ("question_mark", "?"),
        "help": ("f1", "f1"),
        "raise": ("plus", "+"),
        "auto": ("", ""),
        "filter": ("F", "F"),
    }


def test_two_actions_may_change_places() -> None:
    assert keys({"escalate": "d", "dismiss": "e"}) == {"escalate": ("d", "d"), "dismiss": ("e", "e")}


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"escalat": "x"}, "app.keys: there is no action escalat (did you mean escalate?). The actions are escalate, raise,"),
        ({"escalate": "ctl+x"}, "app.keys.escalate: there is no key ctl+x (did you mean ctrl+x?)"),
        ({"escalate": "pgdn"}, "app.keys.escalate: there is no key pgdn (did you mean pagedown?)"),
        ({"escalate": "d"}, "app.keys: d is the key of escalate and of dismiss"),
        ({"escalate": "x", "snooze": "x"}, "app.keys: x is the key of escalate and of snooze"),
        ({"escalate": "j"}, "app.keys.escalate: j moves about"),
        ({"escalate": "escape"}, "app.keys.escalate: esc moves about, opens or closes"),
        ({"escalate": "y"}, "app.keys.escalate: y answers questions and sends. Choose another key"),
        ({"escalate": "x", "filter": "f2, y"}, "app.keys.filter: y answers questions and sends"),
        ({"escalate": "ctrl+m"}, "app.keys.escalate: enter moves about, opens or closes"),
    ],
)
def test_what_cannot_be_is_told_in_one_sentence_with_the_nearest(settings: dict[str, str], told: str) -> None:
    with pytest.raises(ConfigError) as raised:
        keyed(settings)
    assert told in str(raised.value)


@given(st.text(alphabet=[chr(code) for code in range(128)], max_size=12) | st.sampled_from(sorted(NAMES)).map(str.upper))
def test_a_text_is_a_key_by_one_name_or_none(text: str) -> None:
    assert read_key(text) == "" or read_key(read_key(text)) == read_key(text)


def test_the_app_does_not_start_with_such_keys(desk: ScriptedDesk) -> None:
    with pytest.raises(ConfigError, match="there is no key"):
        EscalatorApp(desk, Settings(app=AppSettings(keys={"escalate": "nokey"})))


async def test_other_keys_act_and_stand_in_the_footer_the_help_and_the_palette(open_app: Open, desk: ScriptedDesk) -> None:
    settings = Settings(app=AppSettings(keys={**OTHER, "undo": "U"}))
    async with open_app((160, 45), settings=settings) as (app, pilot):
        footer = "\n".join(picture(app).splitlines()[-2:])
        assert "X escalate  +/P priority" in footer
        assert "a auto" not in footer
        await pilot.press("e", "a", "u")
        assert app.screen is app.queue_screen
        assert not app.session.auto
        await pilot.press("P", "+")
        await until(pilot, lambda: app.session.decisions.pending == 0)
        assert desk.book["101"].priority is Priority.P0
        await pilot.press("f9")
        assert "‖ paused" in picture(app)
        await pilot.press("f1")
        assert "X            escalate" in picture(app)
        await pilot.press("escape", "ctrl+p", *"escal")
        await until(pilot, lambda: "escalate  X" in picture(app))
        await pilot.press("escape", "d", "enter")
        await until(pilot, lambda: "U takes it back" in toasts(app))
        app.queue_screen.table.select("102")
        await pilot.press("f2")
        assert app.screen.name == "send"
        await pilot.press("escape", "?")
        assert app._exit


async def test_an_action_without_a_key_is_not_offered_as_one(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app((160, 45), settings=Settings(app=AppSettings(keys={"undo": "", "retry": ""}))) as (app, pilot):
        await pilot.press("d", "enter")
        await until(pilot, lambda: "AcmeCorp dismissed" in toasts(app))
        assert "takes it back" not in toasts(app)
        desk.put(replace(desk.book["102"]))
        app.queue_screen.table.select("110")
        await pilot.pause()
        assert "not sent again by itself" in picture(app).splitlines()[1]


def test_a_screen_that_leaves_out_what_it_must_say_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="abstract"):
        KeyedScreen(None, "x")  # type: ignore[abstract, arg-type]


async def test_no_screen_names_a_key_that_was_given_away(open_app: Open) -> None:
    async with open_app((160, 45), settings=Settings(app=AppSettings(keys={"retry": "x"}))) as (app, pilot):
        app.queue_screen.table.select("110")
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.name == "detail")
        words = picture(app).split()
        assert "R" not in words
        assert "x" in words
