"""The help page: what is searched for, and every way out."""

from __future__ import annotations

import asyncio

import pytest
from textual.pilot import Pilot

from escalator_tui.app import EscalatorApp
from escalator_tui.screens.help import WHY_OFF, HelpScreen, help_content
from escalator_tui.session.actions import ACTIONS, Situation
from escalator_tui.session.tune_keys import TUNE_ACTIONS

from .conftest import PATIENCE, Open, in_box, picture, until
from .test_snapshots import steady
from .test_typing import type_at_once

SIZES = [(80, 24), (40, 10)]


def found(words: str, *, width: int = 100, read_only: bool = False) -> str:
    return help_content(Situation(read_only=read_only), ACTIONS, width, words=words).plain


async def open_help(app: EscalatorApp, pilot: Pilot[None]) -> None:
    await pilot.press("question_mark")
    await until(pilot, lambda: isinstance(app.screen, HelpScreen) and "escalate" in picture(app))


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("ctrl+z", "ctrl+z       suspend        back to the shell; fg returns"),
        ("SUSPEND", "ctrl+z       suspend        back to the shell; fg returns"),
        (" returns  SHELL ", "ctrl+z       suspend        back to the shell; fg returns"),
        ("mrr:", "mrr:         filter         revenue per month, such as >=1000 or >2.5k"),
        ("nobody can look", "? uncertain       may have been sent, and nobody can look"),
    ],
)
def test_an_entry_is_found_by_its_key_its_name_and_its_text(words: str, line: str) -> None:
    assert found(words) == line


@pytest.mark.parametrize("width", [30, 100])
def test_words_are_found_wherever_the_line_is_broken_and_the_whole_entry_stays(width: int) -> None:
    shown = found("Slack and Intercom", width=width)
    assert shown.startswith("e ")
    assert " ".join(shown.split()).endswith("There is no conversation to act on.")
    assert "dismiss" not in shown


def test_blocks_stay_apart_and_none_leaves_a_gap() -> None:
    shown = found("subject")
    assert [line.split()[0] for line in shown.splitlines()] == ["subject:"]
    assert found("next row").count("\n\n") == 0
    assert found("tag") == found("TAG")
    assert found("priority").count("\n\n") == 2


def test_nothing_searched_for_is_everything() -> None:
    assert found("") == found("  ")
    assert all(action.title in found("") for action in ACTIONS)


def test_what_is_off_in_a_read_only_session_says_why_beside_what_is_found() -> None:
    assert found("dismiss", read_only=True).startswith(f"× {WHY_OFF}\n\nd ")
    assert found("xyzzy", read_only=True) == "Nothing is called so."


@pytest.mark.parametrize("size", SIZES)
async def test_esc_takes_the_search_away_and_then_closes(open_app: Open, size: tuple[int, int]) -> None:
    async with open_app(size) as (app, pilot):
        await open_help(app, pilot)
        before = await steady(app, pilot)
        assert "/ searches, esc closes" in before
        await pilot.press("slash", *"Q?jk")
        await until(pilot, lambda: "Nothing is called so." in picture(app))
        shown = picture(app)
        assert "Q?jk" in shown
        assert "esc shows all" in shown
        assert "Keys" in shown
        await pilot.press("escape")
        await until(pilot, lambda: picture(app) == before)
        await pilot.press("escape")
        assert app.screen is app.queue_screen


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_found_scrolls_to_its_end_above_the_line(open_app: Open, size: tuple[int, int]) -> None:
    async with open_app(size) as (app, pilot):
        await open_help(app, pilot)
        await pilot.press("slash", *"e")
        async with asyncio.timeout(PATIENCE):
            while "conversation e" not in in_box(app):
                await pilot.press("pagedown")
        await pilot.press("n")
        await until(pilot, lambda: "Makes it more urgent" in in_box(app))
        await pilot.press("ctrl+u", *"move")
        await until(pilot, lambda: "next row" in picture(app))


async def test_enter_keeps_what_is_found_and_the_slash_goes_on(open_app: Open) -> None:
    async with open_app((80, 24)) as (app, pilot):
        await open_help(app, pilot)
        await pilot.press("slash", *"shell", "enter", "j")
        await until(pilot, lambda: "fg returns" in picture(app) and "dismiss " not in picture(app).split("╰")[0])
        await pilot.press("slash", *"snooze")
        await until(pilot, lambda: "For later." in picture(app))
        assert "shellsnooze" not in picture(app), "what is typed takes the place of what was there"


@pytest.mark.parametrize("key", ["q", "question_mark", "enter"])
@pytest.mark.parametrize("searched", [(), ("slash", "s", "h", "enter")])
async def test_the_other_keys_close_it_at_once(open_app: Open, key: str, searched: tuple[str, ...]) -> None:
    async with open_app((80, 24)) as (app, pilot):
        await open_help(app, pilot)
        await pilot.press(*searched, key)
        assert app.screen is app.queue_screen


async def test_the_keys_of_the_tune_screen_are_searched_alike(open_app: Open) -> None:
    async with open_app((80, 24)) as (app, pilot):
        await pilot.press("T", "question_mark", "slash", *"0.05")
        await until(pilot, lambda: "Adds 0.05 to it." in picture(app))
        shown = in_box(app)
        assert not [each.help for each in TUNE_ACTIONS if "0.05" not in each.help and each.help in shown]


@pytest.mark.parametrize("left", ["enter", "escape"])
async def test_who_reads_on_right_behind_a_search_is_not_taken_back_to_its_top(open_app: Open, left: str) -> None:
    async with open_app((80, 24)) as (app, pilot):
        await open_help(app, pilot)
        await type_at_once(app, pilot, "slash", "a", left, "pagedown")
        await until(pilot, lambda: app.screen.query_one(".box").scroll_offset.y > 0)


async def test_esc_closes_it_before_it_is_drawn(open_app: Open) -> None:
    async with open_app() as (app, _):
        screen = HelpScreen(app.queue_screen.situation(), app.session.actions)
        app.push_screen(screen)
        screen.action_answer_nothing()
        assert app.screen is app.queue_screen
