"""A screen that is left while something is read for it: the answer finds nothing to draw on, and that is no fault."""

from __future__ import annotations

import threading

import pytest

from escalator_tui.model.activity import Background
from escalator_tui.model.errors import LedgerError
from escalator_tui.screens.activity import ActivityScreen
from escalator_tui.screens.leave import LeaveScreen
from escalator_tui.screens.send import SendScreen

from .conftest import PATIENCE, Open, until
from .desk import ScriptedDesk


def hold(desk: ScriptedDesk, reading: str, monkeypatch: pytest.MonkeyPatch, *, fails: bool = False) -> threading.Event:
    """Let what the desk is asked by this name take until the event."""
    go, ask = threading.Event(), getattr(desk, reading)

    def slow(*asked: object) -> object:
        if not go.wait(PATIENCE):
            raise AssertionError("the test never let the reading go through")
        if fails:
            raise LedgerError("The ledger is busy", cure="Try later")
        return ask(*asked)

    monkeypatch.setattr(desk, reading, slow)
    return go


def related(desk: ScriptedDesk) -> None:
    """Give each conversation a background that is worth drawing."""
    others = Background(tuple(each.record.conversation for each in desk.book.values()))
    desk.backgrounds = dict.fromkeys(desk.book, others)


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize(("key", "reading"), [("A", "activity"), ("enter", "background"), ("T", "rehearsal")])
async def test_an_answer_that_comes_after_the_screen_was_left(
    open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch, key: str, reading: str, fails: bool
) -> None:
    related(desk)
    go = hold(desk, reading, monkeypatch, fails=fails)
    async with open_app() as (app, pilot):
        await pilot.press(key)
        left = app.screen
        await pilot.press("escape")
        await until(pilot, lambda: not left.children)
        go.set()
        await until(pilot, lambda: app.session.reads.pending == 0)
        assert app.screen is app.queue_screen


async def test_a_second_reading_that_comes_after_the_activity_was_left(
    open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("A")
        screen = app.screen
        assert isinstance(screen, ActivityScreen)
        await until(pilot, lambda: bool(screen.shown))
        go = hold(desk, "activity", monkeypatch)
        screen.refresh_view()
        await pilot.press("escape")
        await until(pilot, lambda: not screen.children)
        go.set()
        await until(pilot, lambda: app.session.reads.pending == 0)
        assert app.screen is app.queue_screen


async def test_dialogues_look_no_more_once_they_were_left(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        desk.deliverer.in_flight = 1
        await pilot.press("q")
        leave = app.screen
        assert isinstance(leave, LeaveScreen)
        await pilot.press("escape", "e")
        send = app.screen
        assert isinstance(send, SendScreen)
        await pilot.press("escape")
        await until(pilot, lambda: not (leave.children or send.children))
        leave._look()
        send.read()
        desk.deliverer.in_flight = 0
