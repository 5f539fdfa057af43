"""Questions whose text is longer than the terminal is high."""

from __future__ import annotations

import pytest
from textual.widgets import TextArea

from escalator_tui.model.errors import EscalatorError
from escalator_tui.model.kinds import RowState
from escalator_tui.screens import modal
from escalator_tui.screens.ask import AskScreen
from escalator_tui.screens.modal import key, laid

from .conftest import Open, answer, picture, toasts, until
from .desk import ScriptedDesk
from .story import escalated, row

COMPANIES = ("AcmeCorp", "Globex", "Initech", "Hooli", "Umbrella", "Wonka", "Stark", "Tyrell")


@pytest.fixture
def desk() -> ScriptedDesk:
    """Eight that were sent."""
    made = (row(str(at), company=name, score=0.9 - at / 100) for at, name in enumerate(COMPANIES))
    return ScriptedDesk({each.id: escalated(each, RowState.ESCALATED, by="lea") for each in made})


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_the_keys_of_a_long_question_stay_while_its_text_scrolls(open_app: Open, desk: ScriptedDesk, size: tuple[int, int]) -> None:
    async with open_app(size, notifications=True) as (app, pilot):
        app.queue_screen.say("What was said just now, in so many words that they take two lines")
        app.session.queue.marks = set(desk.book)
        await pilot.press("u")
        await until(pilot, lambda: "Withdraw the escalation of 8" in picture(app))
        shown = picture(app)
        assert "y withdraw  esc cancel" in shown
        assert "Tyrell: INF-42" in shown or size == (40, 10)
        await pilot.press("pagedown", "space", "ctrl+d", "j", "j")
        await until(pilot, lambda: "rises." in picture(app))
        assert "y withdraw  esc cancel" in picture(app)
        await answer(app, pilot, "y")
        await until(pilot, lambda: all(each.record.escalation and each.record.escalation.withdrawn_by for each in desk.book.values()))


@pytest.mark.parametrize(("pressed", "words"), [("d", "esc keep it"), ("z", "esc keep it"), ("q", "w wait, then leave")])
async def test_every_dialogue_has_its_keys_in_a_small_terminal(open_app: Open, desk: ScriptedDesk, pressed: str, words: str) -> None:
    desk.book = {"1": row("1"), "2": escalated(row("2"), RowState.HELD)}
    async with open_app((40, 10)) as (app, pilot):
        await pilot.press(pressed)
        await until(pilot, lambda: words in picture(app))


@pytest.mark.parametrize("width", [1, 8, 18])
@pytest.mark.parametrize("pressed", ["e", "d", "z", "u", "q"])
async def test_no_terminal_is_too_narrow_for_a_dialogue(open_app: Open, desk: ScriptedDesk, pressed: str, width: int) -> None:
    desk.book = {
        "1": escalated(row("1"), RowState.ESCALATED, by="lea") if pressed == "u" else row("1"),
        "2": escalated(row("2"), RowState.HELD),
    }
    async with open_app((width, 10)) as (app, pilot):
        app.queue_screen.table.select("1")
        await pilot.press(pressed)
        assert app.screen is not app.queue_screen
        await pilot.press("escape")
        assert app.screen is app.queue_screen


@pytest.mark.parametrize("width", [1, 10])
async def test_no_terminal_is_too_narrow_for_complaints(open_app: Open, width: int) -> None:
    async with open_app((width, 10), notifications=True) as (app, pilot):
        for each in ("Refused", "Refused again"):
            app.queue_screen.complain(EscalatorError(each, cure="Wait"))
        await pilot.pause()
        assert app.session.complaining[0] == ("✕ Refused. Wait", "✕ Refused again. Wait")


async def test_the_editor_says_that_it_keeps_what_was_written_in_a_small_terminal_too(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {"1": row("1")}
    async with open_app((40, 10)) as (app, pilot):
        await pilot.press("e", "ctrl+e", "tab", "tab", "tab")
        await until(pilot, lambda: "esc keeps it, back to the question" in picture(app))
        assert "Intercom note" in picture(app)


def test_no_line_is_broken_between_a_key_and_what_it_does() -> None:
    keys = [key("y", "send all 3"), key("n/N", "each"), key("esc", "cancel")]
    assert laid(keys, 21).plain == "y send all 3\nn/N each  esc cancel"
    assert laid(keys, 22).plain == "y send all 3  n/N each\nesc cancel"


async def test_keys_typed_for_something_else_answer_nothing(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modal, "READING_SECONDS", 3600)
    async with open_app((80, 24)) as (app, pilot):
        await pilot.press("a", "e", "y")
        screen = app.screen
        assert isinstance(screen, AskScreen)
        assert not app.session.auto
        await until(pilot, lambda: "read it first" in picture(app))
        screen.read()
        await until(pilot, lambda: "read it first" not in picture(app))
        await pilot.press("y")
        assert app.session.auto


@pytest.mark.parametrize("pressed", ["e", "d", "z", "a", "q", "question_mark"])
async def test_ctrl_c_says_in_every_dialogue_why_it_does_not_leave(open_app: Open, desk: ScriptedDesk, pressed: str) -> None:
    desk.deliverer.in_flight = 1
    desk.book = {"1": row("1")}
    async with open_app((80, 24)) as (app, pilot):
        await pilot.press(pressed, "ctrl+c")
        await until(pilot, lambda: "Close this first with esc, then leave" in toasts(app))
        assert app.screen is not app.queue_screen


async def test_ctrl_z_takes_back_what_was_typed_in_an_editor(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {"1": row("1")}
    async with open_app() as (app, pilot):
        await pilot.press("e", "ctrl+e")
        field = app.focused
        assert isinstance(field, TextArea)
        before = field.text
        await pilot.press("x")
        assert field.text != before
        await pilot.press("ctrl+z")
        assert field.text == before
