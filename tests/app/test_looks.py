"""The queue in other colours and in none: a state is told by sign and word, colour only repeats it, and all of it can be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from textual.geometry import Region

from escalator_tui.app import EscalatorApp
from escalator_tui.model.kinds import AuthorKind, RowState
from escalator_tui.screens.send import SendScreen
from escalator_tui.widgets.footer import KeyLine

from .conftest import Open, picture, until
from .desk import ScriptedDesk
from .story import NOW, escalated, part, row

READABLE = 3.0
"""The least contrast that the Web Content Accessibility Guidelines (1.4.11) ask of signs."""
THEMES = ("textual-dark", "textual-light", "ansi-dark", "ansi-light")
STATES = ("! needs you", "✕ failed", "? uncertain", "» sending", "◷ crosses", "· watching", "✔ INF-42", "z till", "× dismissed")


def segments(app: EscalatorApp, within: Region | None = None) -> Iterator[Segment]:
    """All words that are drawn, but for the line of keys: those that are off now are meant to be faint."""
    keys = app.queue_screen.query_one(KeyLine).region
    area = within or Region(0, 0, keys.right, keys.y)
    for strip in app.screen._compositor.render_strips()[area.y : area.bottom]:
        yield from (each for each in strip.crop(area.x, area.right) if each.text.strip())


def look_of(app: EscalatorApp, words: str) -> str:
    """The style of the first cell of the table that begins so."""
    top = app.queue_screen.table.region.y
    strips = app.screen._compositor.render_strips()[top + 1 :]
    return next(str(each.style) for strip in strips for each in strip if each.text.strip().startswith(words))


def luminance(colour: ColorTriplet) -> float:
    """Relative luminance as the guidelines define it."""
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in colour.normalized)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(segment: Segment) -> float:
    """Of the words with their ground. A terminal's own colours are its user's business, except one on itself."""
    assert segment.style
    ink, ground = segment.style.color, segment.style.bgcolor
    if ink is None or ground is None or ink.triplet is None or ground.triplet is None:
        return 1.0 if ink == ground and ink is not None and not ink.is_default else READABLE
    dark, light = sorted((luminance(ink.triplet), luminance(ground.triplet)))
    return (light + 0.05) / (dark + 0.05)


def unreadable(app: EscalatorApp, within: Region | None = None) -> list[str]:
    """Words too like their ground; lines and scroll bars may be faint."""
    return [
        f"{each.text.strip()} ({each.style}): {contrast(each):.1f}"
        for each in segments(app, within)
        if any(letter.isalnum() for letter in each.text) and contrast(each) < READABLE
    ]


@pytest.fixture(autouse=True)
def _one_more_state(desk: ScriptedDesk) -> None:
    desk.put(escalated(row("111", "Lost", "Tyrell", score=0.6), RowState.UNCERTAIN, error="The answer was lost"))


@pytest.mark.parametrize("no_color", [False, True], ids=["colour", "NO_COLOR"])
async def test_states_and_the_cursor_are_told_apart_in_every_theme(open_app: Open, monkeypatch: pytest.MonkeyPatch, no_color: bool) -> None:
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    async with open_app((120, 40)) as (app, pilot):
        assert app.no_color is no_color
        for theme in THEMES:
            app.theme = theme
            await pilot.pause()
            await pilot.pause()
            looks = {state: look_of(app, state) for state in STATES}
            assert look_of(app, "Third time") != look_of(app, "Data loss"), f"{theme}: the cursor looks like any row"
            assert looks["✕ failed"] not in {looks["· watching"], looks["» sending"]}, theme
            assert unreadable(app) == [], theme
            if no_color:
                assert not any(each.style and each.style.color and _is_coloured(each) for each in segments(app)), theme


async def test_what_changed_before_a_send_can_be_read_in_every_theme(open_app: Open, desk: ScriptedDesk) -> None:
    talk = desk.book["101"].record.conversation
    desk.upstream["101"] = replace(talk, parts=(*talk.parts, part(50, AuthorKind.CUSTOMER, "Hello?", NOW - 8, "Jane Roe")))
    async with open_app((120, 40)) as (app, pilot):
        await pilot.press("e", "y")
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.UNSENT)
        app.queue_screen.table.select("101")
        await pilot.press("e")
        screen = app.screen
        assert isinstance(screen, SendScreen)
        await until(pilot, lambda: "AcmeCorp was not sent" in picture(app))
        for theme in THEMES:
            app.theme = theme
            await pilot.pause()
            await pilot.pause()
            assert unreadable(app, screen.query_one("#send").region) == [], theme


def _is_coloured(segment: Segment) -> bool:
    colour = segment.style.color if segment.style else None
    return bool(colour and colour.triplet and len(set(colour.triplet)) > 1)


async def test_the_cursor_is_fainter_while_keys_go_into_the_filter(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        before = look_of(app, "Third time")
        await pilot.press("slash")
        await until(pilot, lambda: look_of(app, "Third time") != before)
        app.queue_screen.table.redraw()
        await pilot.press("escape")
        await until(pilot, lambda: look_of(app, "Third time") == before)
