"""Questions whose text is longer than the terminal is high."""

from __future__ import annotations

import pytest

from escalator_tui.model.kinds import RowState
from escalator_tui.screens.modal import key, laid

from .conftest import Open, picture, until
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
        await pilot.press("y")
        await until(pilot, lambda: all(each.record.escalation and each.record.escalation.withdrawn_by for each in desk.book.values()))


@pytest.mark.parametrize(("pressed", "words"), [("d", "esc keep it"), ("z", "esc keep it"), ("q", "w wait, then leave")])
async def test_every_dialogue_has_its_keys_in_a_small_terminal(open_app: Open, desk: ScriptedDesk, pressed: str, words: str) -> None:
    desk.book = {"1": row("1"), "2": escalated(row("2"), RowState.HELD)}
    async with open_app((40, 10)) as (app, pilot):
        await pilot.press(pressed)
        await until(pilot, lambda: words in picture(app))


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
