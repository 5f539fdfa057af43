"""The screens as they stand, at the sizes people use."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from rich.cells import cell_len
from syrupy.assertion import SnapshotAssertion
from textual.filter import Monochrome
from textual.pilot import Pilot

from escalator_tui.agent.cases import Case
from escalator_tui.app import EscalatorApp
from escalator_tui.model.kinds import RowState
from escalator_tui.screens.activity import ActivityScreen
from escalator_tui.screens.detail import DetailScreen
from escalator_tui.screens.help import HelpScreen
from escalator_tui.screens.send import SendScreen
from escalator_tui.screens.tune import TuneScreen
from escalator_tui.services.errors import UnreachableError

from .conftest import Open, laid_out_anew, picture, until
from .desk import ScriptedDesk
from .story import NOW, escalated, row


def words(shown: str) -> list[str]:
    """What is said, without the scroll bars, which some themes draw with other signs."""
    return [word for word in shown.split() if word.strip("▁▂▃▄▅▆▇█▎▍▌")]


async def steady(app: EscalatorApp, pilot: Pilot[None]) -> str:
    """The picture, once nothing is being read and another layout changes nothing: a scroll bar that appears folds lines otherwise."""
    lanes = (app.session.reads, app.session.names, app.session.decisions)
    await until(pilot, lambda: not any(each.pending for each in lanes))
    before = ""
    while before != (now := picture(app)):
        before = now
        await laid_out_anew(app)
    return now


WALK: list[tuple[str, str, Callable[[object], bool]]] = [
    ("detail", "enter", lambda screen: isinstance(screen, DetailScreen)),
    ("send", "e", lambda screen: isinstance(screen, SendScreen) and screen.can_send),
    ("activity", "A", lambda screen: isinstance(screen, ActivityScreen) and bool(screen.shown)),
    ("tune", "T", lambda screen: isinstance(screen, TuneScreen) and screen.proposals is not None and screen.replay is not None),
    ("help", "question_mark", lambda screen: isinstance(screen, HelpScreen)),
]
"""Each screen with its key and when it is complete."""
SIZES = [(60, 15), (80, 24), (120, 36), (160, 45)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_queue(open_app: Open, snapshot: SnapshotAssertion, size: tuple[int, int]) -> None:
    async with open_app(size, is_demo=True) as (app, pilot):
        await pilot.press("space")
        app.queue_screen.receive([row("201", "Brand new", score=0.99)])
        await pilot.pause()
        assert await steady(app, pilot) == snapshot


@pytest.mark.parametrize("size", SIZES[:3], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_send(open_app: Open, snapshot: SnapshotAssertion, size: tuple[int, int]) -> None:
    async with open_app(size) as (app, pilot):
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, SendScreen) and app.screen.can_send)
        assert await steady(app, pilot) == snapshot


@pytest.mark.parametrize("size", SIZES[:3], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_edit(open_app: Open, snapshot: SnapshotAssertion, size: tuple[int, int]) -> None:
    async with open_app(size) as (app, pilot):
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, SendScreen) and app.screen.can_send)
        await pilot.press("ctrl+e")
        # What lies behind two boxes is drawn when Textual finds the time.
        lines = (await steady(app, pilot)).splitlines()
        box = app.screen.query_one("#edit").region
        assert "\n".join(line[box.x : box.right] for line in lines[box.y : box.bottom]) == snapshot


async def test_send_several(open_app: Open, snapshot: SnapshotAssertion) -> None:
    async with open_app((80, 24)) as (app, pilot):
        await pilot.press("space", "down", "space", "e")
        await until(pilot, lambda: isinstance(app.screen, SendScreen) and app.screen.can_send)
        assert await steady(app, pilot) == snapshot


@pytest.mark.parametrize("size", SIZES[:3], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_activity(open_app: Open, snapshot: SnapshotAssertion, size: tuple[int, int]) -> None:
    async with open_app(size) as (app, pilot):
        await pilot.press("A")
        await until(pilot, lambda: isinstance(app.screen, ActivityScreen) and bool(app.screen.shown))
        assert await steady(app, pilot) == snapshot


async def test_detail_of_a_failed_escalation(open_app: Open, snapshot: SnapshotAssertion) -> None:
    async with open_app((100, 30)) as (app, pilot):
        app.queue_screen.receive([escalated(row("301", "Earlier", "Cyberdyne", score=0.5), RowState.ESCALATED)])
        await pilot.press("down", "enter")
        await pilot.pause()
        assert await steady(app, pilot) == snapshot


async def test_detail_of_one_that_is_watched(open_app: Open, snapshot: SnapshotAssertion) -> None:
    async with open_app((80, 24)) as (app, pilot):
        app.queue_screen.table.select("105")
        await pilot.press("enter")
        await pilot.pause()
        assert await steady(app, pilot) == snapshot


async def test_failing_and_held(open_app: Open, desk: ScriptedDesk, snapshot: SnapshotAssertion) -> None:
    async with open_app((100, 24)) as (app, pilot):
        desk.poll_error = UnreachableError("Intercom cannot be reached", service="intercom", cure="Check the network")
        app.session.poller._rng.seed(1)
        app.session.poller.refresh()
        await until(pilot, lambda: bool(app.session.watch.failures))
        failure = app.session.watch.failures["poll"]
        app.session.watch.failures["poll"] = replace(failure, retry_at=app.session.clock() + 20)
        app.queue_screen.tick()
        await pilot.pause()
        assert await steady(app, pilot) == snapshot


@pytest.mark.parametrize("size", [(60, 15), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_all_screens_at_the_smallest_and_the_largest(
    open_app: Open, desk: ScriptedDesk, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    desk.recorded = [Case(each.record.conversation, (), NOW, True) for each in desk.rows()[:3]]
    async with open_app(size) as (app, pilot):
        shown = {"queue": await steady(app, pilot)}
        for name, key, ready in WALK:
            await pilot.press(key)
            await until(pilot, lambda ready=ready: ready(app.screen))  # type: ignore[misc]
            shown[name] = await steady(app, pilot)
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.queue_screen)
        for name, text in shown.items():
            assert all(cell_len(line) <= size[0] for line in text.splitlines()), name
            assert text == snapshot(name=name)


@pytest.mark.parametrize("key", ["d", "z", "a", "question_mark"])
async def test_dialogues(open_app: Open, snapshot: SnapshotAssertion, key: str) -> None:
    async with open_app((80, 24)) as (app, pilot):
        await pilot.press(key)
        await pilot.pause()
        assert await steady(app, pilot) == snapshot


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark", "nord"])
async def test_other_themes_and_no_colour_say_the_same(open_app: Open, theme: str) -> None:
    async with open_app((120, 36)) as (app, pilot):
        before = picture(app)
        app.theme = theme
        await pilot.pause()
        assert words(picture(app)) == words(before)
        app._filters.append(Monochrome())
        app.queue_screen.table.redraw()
        await pilot.pause()
        assert words(picture(app)) == words(before)
