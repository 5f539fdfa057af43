"""All of Textual's themes say the same, with colour and without."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.filter import Monochrome, NoColor
from textual.theme import BUILTIN_THEMES

from escalator_tui.app import EscalatorApp
from escalator_tui.config import Settings
from escalator_tui.config.schema import AppSettings
from escalator_tui.model.errors import ConfigError
from escalator_tui.session.poller import Failed

from .conftest import Open, picture, until
from .desk import ScriptedDesk
from .story import NOW


def line(app: EscalatorApp, word: str) -> list[Segment]:
    """The segments of the line of the screen that holds a word."""
    return next(list(strip) for strip in app.screen._compositor.render_strips() if word in strip.text)


def emphasis(segments: list[Segment], word: str) -> set[str]:
    """How the segment with the word is emphasised, colour aside."""
    style = next(each.style for each in segments if word in each.text)
    assert style
    return {name for name in ("bold", "dim", "italic", "underline", "reverse") if getattr(style, name)}


@pytest.mark.parametrize("theme", sorted(BUILTIN_THEMES))
async def test_every_theme_can_be_configured(open_app: Open, theme: str) -> None:
    async with open_app(settings=Settings(app=AppSettings(theme=theme))) as (app, _):
        assert app.theme == theme
        assert "! needs you" in picture(app)


def test_an_unknown_theme_keeps_the_app_from_starting(desk: ScriptedDesk) -> None:
    with pytest.raises(ConfigError, match=r"there is no theme drakula \(did you mean dracula\?\)"):
        EscalatorApp(desk, Settings(app=AppSettings(theme="drakula")))


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark", "ansi-light"])
async def test_without_colour_states_are_told_apart_by_glyph_word_and_emphasis(
    open_app: Open, theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_app(settings=Settings(app=AppSettings(theme=theme))) as (app, pilot):
        await pilot.press("space", "down")
        shown = picture(app)
        assert all(word in shown for word in ("! needs you", "✕ failed", "» sending 2/3", "◷ crosses", "✔ INF-42", "z till", "× dismissed"))
        marked, cursor = line(app, "AcmeCorp "), line(app, "Globex ")
        assert "✓" in "".join(each.text for each in marked)
        assert "underline" in emphasis(cursor, "Globex")
        assert emphasis(marked, "AcmeCorp") == set()
        assert emphasis(marked, "P0") == {"bold"}
        assert emphasis(line(app, "P1?"), "P1?") == set()
        assert emphasis(marked, "needs you") == {"bold"}
        assert emphasis(line(app, "✕ failed"), "failed") == {"bold", "italic"}
        before = next(each.style for each in marked if "AcmeCorp" in each.text)
        app.session.watch.absorb(Failed("poll", "Intercom is away", "", NOW + 60))
        app.queue_screen.tick()
        await pilot.pause()
        # Where there are greys, Textual draws what is dim in a paler one.
        assert next(each.style for each in line(app, "AcmeCorp ") if "AcmeCorp" in each.text) != before


async def test_no_colour_follows_the_theme(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_app() as (app, pilot):
        assert [type(each) for each in app._filters if isinstance(each, Monochrome | NoColor)] == [Monochrome]
        app.theme = "ansi-light"
        await pilot.pause()
        assert [type(each) for each in app._filters if isinstance(each, Monochrome | NoColor)] == [NoColor]


@pytest.mark.parametrize("theme", ["textual-dark", "ansi-dark"])
async def test_without_colour_only_auto_is_reversed(open_app: Open, theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_app(settings=Settings(app=AppSettings(theme=theme))) as (app, pilot):
        assert emphasis(line(app, "REVIEW"), "REVIEW") == {"bold"}
        app.session.auto = True
        app.queue_screen.tick()
        await pilot.pause()
        assert emphasis(line(app, "AUTO"), "AUTO") == {"bold", "reverse"}


@pytest.mark.parametrize("theme", ["textual-dark", "ansi-dark"])
async def test_without_colour_the_cursor_among_the_deliveries_is_underlined(
    open_app: Open, theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_app(settings=Settings(app=AppSettings(theme=theme))) as (app, pilot):
        await pilot.press("A")
        await until(pilot, lambda: "Initech" in picture(app))
        for at in (0, 1):
            area = app.screen.query_one("#activity").content_region
            drawn = app.screen._compositor.render_strips()[area.y : area.bottom]
            assert [y for y, strip in enumerate(drawn) if any(each.style and each.style.underline for each in strip)] == [at]
            await pilot.press("down")


@pytest.mark.parametrize("no_color", [False, True], ids=["colour", "NO_COLOR"])
@pytest.mark.parametrize("theme", sorted(BUILTIN_THEMES))
async def test_the_queue_stays_in_sight_behind_a_dialogue(
    open_app: Open, theme: str, no_color: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    async with open_app((120, 36), settings=Settings(app=AppSettings(theme=theme))) as (app, pilot):
        await pilot.press("d")
        # The picture is of one screen; this is of all that are seen.
        await until(pilot, lambda: "urgent" in app.export_screenshot())
        shown = app.export_screenshot()
        assert all(word in shown for word in ("ESCALATOR", "Cyberdyne", "Globex"))
