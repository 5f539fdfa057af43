"""A terminal without motion, in UTC, at a frozen moment, and helpers to read and drive it."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

os.environ["TEXTUAL_ANIMATIONS"] = "none"

import pytest
from textual import _wait
from textual.pilot import Pilot
from textual.widget import Widget

from escalator_tui.app import EscalatorApp
from escalator_tui.config import Settings
from escalator_tui.screens import keyed
from escalator_tui.screens.ask import AskScreen

from .desk import ScriptedDesk
from .story import NOW, morning

PATIENCE = 30.0
"""Seconds that a condition may take to become so. Far more than it takes: the machine may be busy."""

Opened = tuple[EscalatorApp, Pilot[None]]
Open = Callable[..., AbstractAsyncContextManager[Opened]]


class CalmPilot(Pilot[None]):
    """Goes on when all that keys and clicks brought about is laid out; Textual's own leaves that to a timer."""

    async def _wait_for_screen(self, timeout: float = PATIENCE) -> bool:
        deadline = time.monotonic() + timeout
        while await super()._wait_for_screen(timeout):
            if not self.app.is_running or self._is_drawn():
                return True
            assert time.monotonic() < deadline, "the screen never came to rest"
            self.app.screen._on_timer_update()
        return False

    def _is_drawn(self) -> bool:
        nodes = self.app.screen.walk_children(Widget, with_self=True)
        return not any(node._layout_required or node._scroll_required or not node._message_queue.empty() for node in nodes)


@pytest.fixture(autouse=True)
def _calm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    time.tzset()
    # A Pilot sleeps this long several times for every key, to see whether the processor is idle.
    monkeypatch.setattr(_wait, "SLEEP_GRANULARITY", 0.002)
    monkeypatch.setattr(_wait, "SLEEP_IDLE", 0.001)
    # What was said stays until a busy machine comes to look for it.
    monkeypatch.setattr(keyed, "SHORT", 2 * PATIENCE)
    monkeypatch.setattr(keyed, "LONG", 2 * PATIENCE)
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def desk() -> ScriptedDesk:
    """A desk with one row of each kind."""
    return ScriptedDesk({row.id: row for row in morning()})


@pytest.fixture
def open_app(desk: ScriptedDesk) -> Open:
    """Opens the app at the desk and waits for the first look."""

    @asynccontextmanager
    async def opened(
        size: tuple[int, int] = (120, 36),
        *,
        clock: Callable[[], float] = lambda: NOW,
        settings: Settings | None = None,
        notifications: bool = False,
        **options: Any,
    ) -> AsyncIterator[Opened]:
        desk.begin_anew()
        app = EscalatorApp(desk, settings or Settings(), actor="lea", clock=clock, **options)
        async with app.run_test(size=size, notifications=notifications):
            pilot = CalmPilot(app)
            await until(pilot, lambda: app.session.watch.report is not None or bool(app.session.watch.failures))
            await pilot.pause()
            yield app, pilot

    return opened


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Let the app work until something is so; what threads do takes a moment."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never became so"
        await pilot.pause(0.005)
    await pilot.pause()


async def answer(app: EscalatorApp, pilot: Pilot[None], key: str) -> None:
    """Answer the question, once it could be read."""
    screen = app.screen
    assert isinstance(screen, AskScreen)
    await until(pilot, lambda: screen.can_answer)
    await pilot.press(key)


async def laid_out_anew(app: EscalatorApp) -> None:
    """Lay the screen out once more, and let it be drawn."""
    drawn = asyncio.Event()
    app.screen.refresh(layout=True)
    app.screen.call_after_refresh(drawn.set)
    await asyncio.wait_for(drawn.wait(), PATIENCE)


def picture(app: EscalatorApp) -> str:
    """What stands on the screen, as plain text. The only place that reads Textual's own compositor."""
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


def in_box(app: EscalatorApp) -> str:
    """What stands in the box of a dialogue, however its lines are broken."""
    return " ".join(" ".join(line.split("│")[1] for line in picture(app).splitlines() if line.count("│") > 1).split())


def toasts(app: EscalatorApp) -> str:
    """What was said in the corner."""
    return "\n".join(note.message for note in app._notifications)
