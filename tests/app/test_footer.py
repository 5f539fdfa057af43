"""The keys at the bottom fit the row under the cursor and the terminal."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from escalator_tui.app import EscalatorApp
from escalator_tui.model.errors import EscalatorError
from escalator_tui.model.kinds import RowState
from escalator_tui.model.row import Row
from escalator_tui.screens.keyed import MOST_LINES, KeyedScreen, listed, shortened
from escalator_tui.session.actions import ACTIONS, Situation
from escalator_tui.widgets.footer import keys_content

from .conftest import Open, picture, toasts, until
from .story import escalated, row

NEEDS = row("1")
FAILED = escalated(row("2"), RowState.FAILED, error="Slack refused")


def shown(on: Row, width: int, lines: int = 1) -> str:
    """The keys for a row, with two rows marked."""
    return keys_content(Situation((on,), on), 2, width, lines=lines).plain


@pytest.mark.parametrize("width", [40, 60, 80, 100, 160, 300])
@pytest.mark.parametrize("on", [NEEDS, FAILED], ids=["needs", "failed"])
@pytest.mark.parametrize("lines", [1, 2])
def test_no_refused_key_takes_the_room_of_another(on: Row, width: int, lines: int) -> None:
    text = shown(on, width, lines)
    situation = Situation((on,), on)
    there = {each.id for each in ACTIONS if each.rank and f"{each.shown}{'/P' if each.twin else ''} {each.brief or each.title}" in text}
    off = {each.id for each in ACTIONS if each.rank and each.refuse(situation)}
    assert "? help" in text
    assert not (there & off) or there | off == {each.id for each in ACTIONS if each.rank}
    assert text.splitlines()[0].endswith(" 2 marked ")
    assert all(len(line) <= width for line in text.splitlines())
    assert len(text.splitlines()) <= lines


def test_what_the_row_needs_comes_first() -> None:
    assert "e escalate" in shown(NEEDS, 80)
    assert "R retry" not in shown(NEEDS, 80)
    assert "R retry" in shown(FAILED, 80)
    assert "e escalate" not in shown(FAILED, 80)


async def test_a_tall_terminal_shows_all_keys_in_two_lines_that_never_become_one(open_app: Open) -> None:
    async with open_app((120, 36)) as (app, pilot):
        for key in ("home", "down", "end"):
            await pilot.press(key)
            foot = "\n".join(picture(app).splitlines()[-2:])
            assert all(f"{each.shown} {each.title}" in foot for each in ACTIONS if each.rank and not each.brief)
            assert app.queue_screen.query_one("#keys").size.height == 2


@pytest.mark.parametrize("length", [70, 76, 77, 78, 79, 80, 81, 160])
async def test_a_toast_shows_all_its_words_and_covers_whole_lines(open_app: Open, length: int) -> None:
    words = " ".join(["word"] * 40)[: length - 4] + " end"
    async with open_app((80, 24), notifications=True) as (app, pilot):
        app.queue_screen.say(words)
        await until(pilot, lambda: "word" in picture(app))
        lines = [line for line in picture(app).splitlines() if "word" in line or " end" in line]
        assert " ".join("".join(lines).replace("▌", " ").split()).endswith("end"), lines
        assert all(set(line) <= set("▌word en") for line in lines), lines
        (toast,) = app.screen.query(Toast)
        assert (toast.region.x, toast.region.right) == (0, 80)


LONG_ANSWER = "Slack refused #escalations: " + "the bot is not in this private channel, " * 12 + "it said"


@pytest.mark.parametrize("key", ["", "A", "enter", "T"], ids=["queue", "activity", "conversation", "tune"])
@pytest.mark.parametrize("size", [(80, 24), (120, 36), (160, 45), (60, 16)], ids=str)
async def test_what_is_said_never_covers_the_keys(open_app: Open, size: tuple[int, int], key: str) -> None:
    async with open_app(size, notifications=True) as (app, pilot):
        if key:
            await pilot.press(key)
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, KeyedScreen)
        foot = screen.query_one("#keys").region
        before = picture(app).splitlines()[foot.y :]
        screen.complain(EscalatorError(LONG_ANSWER, cure="/invite @escalator there."))
        screen.say("Something else was done meanwhile")
        await until(pilot, lambda: "Something else" in picture(app))
        after = picture(app).splitlines()
        assert after[foot.y :] == before
        if key != "T":  # there all is read but the title
            assert "Something else" in after[foot.y - 1]
        assert "@escalator there." in " ".join(after)
        (toast,) = screen.query(Toast)
        assert toast.region.height <= MOST_LINES + 1


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_what_is_said_does_not_cover_the_table(open_app: Open, size: tuple[int, int]) -> None:
    async with open_app(size, notifications=True) as (app, pilot):
        before = picture(app).splitlines()
        await pilot.press("R", "R", "u")
        await until(pilot, lambda: "There is nothing" in picture(app))
        after = picture(app).splitlines()
        bottom = app.queue_screen.table.region.bottom
        assert after[1:bottom] == before[1:bottom]


async def test_what_is_said_over_a_dialogue_covers_only_the_keys_that_rest(open_app: Open) -> None:
    async with open_app((80, 24), notifications=True) as (app, pilot):
        await pilot.press("d")
        app.queue_screen.say("Something was done")
        await until(pilot, lambda: "Something was done" in picture(app))
        (toast,) = app.screen.query(Toast)
        assert toast.region == app.queue_screen.query_one("#keys").region
        assert not toast.region.overlaps(app.screen.query_one(".box").region)


@pytest.mark.parametrize("words", ["Something was done", "Something was done that takes so many words to tell that they are two lines"])
@pytest.mark.parametrize("key", ["d", "e", "z", "question_mark"])
@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 15), (40, 10)], ids=str)
async def test_what_is_said_never_covers_what_a_dialogue_is_about(open_app: Open, size: tuple[int, int], key: str, words: str) -> None:
    async with open_app(size, notifications=True) as (app, pilot):
        app.queue_screen.say(words)
        await pilot.press(key)
        await until(pilot, lambda: words[:18] in picture(app))
        box, (toast,) = app.screen.query_one(".box").region, (each.region for each in app.screen.query(Toast))
        assert "─ " in picture(app).splitlines()[box.y]
        assert not toast.overlaps(box)
        app.queue_screen.hush()
        await until(pilot, lambda: words[:18] not in picture(app))
        if toast.height == 1 or size[1] >= 24:
            assert app.screen.query_one(".box").region == box, "nothing jumped"


async def test_what_is_said_while_tuning_covers_only_the_title(open_app: Open) -> None:
    async with open_app((80, 24), notifications=True) as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: "threshold" in picture(app))
        app.queue_screen.say("Something was done")
        await until(pilot, lambda: "Something was done" in picture(app).splitlines()[0])


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_what_is_said_stands_once_also_when_a_dialogue_opens_and_closes(open_app: Open, size: tuple[int, int]) -> None:
    async with open_app(size, notifications=True) as (app, pilot):
        app.queue_screen.say("Something was done")
        await until(pilot, lambda: "Something was done" in picture(app))
        await pilot.press("d")
        await until(pilot, lambda: app.screen.name == "dismiss" and "Something was done" in picture(app))
        assert picture(app).count("Something was done") == 1
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.queue_screen and "Something was done" in picture(app))
        assert picture(app).count("Something was done") == 1


async def test_of_many_complaints_the_newest_is_told_and_how_many_there_were(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        for number in range(12):
            app.queue_screen.complain(EscalatorError(f"Company {number} was not sent"))
        await pilot.pause()
        newest = "✕ Company 9 was not sent\n✕ Company 10 was not sent\n✕ Company 11 was not sent (and 9 more)"
        assert toasts(app) == newest
        app.queue_screen.say("Done")
        app.queue_screen.say("Done again")
        await pilot.pause()
        assert toasts(app) == f"{newest}\nDone again"


async def test_the_next_word_takes_the_place_of_the_last_one(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        app.queue_screen.say("One")
        app.queue_screen.say("Two")
        await pilot.pause()
        assert toasts(app) == "Two"


def test_what_a_service_said_is_cut_and_the_cure_is_not() -> None:
    told = shortened(EscalatorError(LONG_ANSWER, cure="/invite @escalator there."), 120)
    assert len(told) <= 120
    assert told.startswith("Slack refused #escalations: the bot")
    assert told.endswith("…. /invite @escalator there.")
    assert shortened(EscalatorError("No"), 120) == "No"


def test_of_what_was_done_as_many_are_named_as_there_is_room_for() -> None:
    said = [f"Firm {at}: the dismissal" for at in range(5)]
    assert listed(said[:1], 5) == said[0]
    assert listed(said, 500) == "; ".join(said)
    told = listed(said, 80)
    assert told == "Firm 0: the dismissal; Firm 1: the dismissal; Firm 2: the dismissal (and 2 more)"
    assert len(told) <= 80


async def click_on(app: EscalatorApp, pilot: Pilot[None], words: str) -> None:
    """Click on the words of a key at the bottom."""
    lines = picture(app).splitlines()
    line = next(at for at in range(len(lines) - 1, 0, -1) if words in lines[at])
    await pilot.click(offset=(lines[line].index(words) + 1, line))


async def test_the_keys_at_the_bottom_can_be_clicked(open_app: Open) -> None:
    async with open_app((80, 24)) as (app, pilot):
        looks = {each.text.strip(): each.style for each in app.screen._compositor.render_strips()[-1] if each.style}
        assert not looks["dismiss"].underline
        assert looks["d"].color != looks["dismiss"].color
        await click_on(app, pilot, "d dismiss")
        await until(pilot, lambda: app.screen.name == "dismiss")
        await pilot.press("escape", "enter")
        await until(pilot, lambda: "esc back" in picture(app))
        await click_on(app, pilot, "esc back")
        await until(pilot, lambda: app.screen is app.queue_screen)
