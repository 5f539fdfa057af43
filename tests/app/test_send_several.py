"""Several marked rows, approved together: what a key changes is what is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from escalator_tui.app import EscalatorApp
from escalator_tui.model.kinds import Priority
from escalator_tui.screens.send import SendScreen

from .conftest import Open, picture, until
from .desk import ScriptedDesk
from .story import row

P0, P1 = Priority.P0, Priority.P1


@pytest.fixture
def desk() -> ScriptedDesk:
    """Three of one company."""
    return ScriptedDesk({each: row(each, f"Subject of {each}", score=0.9 - int(each) / 100) for each in ("1", "2", "3")})


async def opened(app: EscalatorApp, pilot: Pilot[None]) -> SendScreen:
    """The send screen of all three."""
    app.session.queue.marks = {"1", "2", "3"}
    await pilot.press("e")
    screen = app.screen
    assert isinstance(screen, SendScreen)
    await until(pilot, lambda: "Cancel" in picture(app))
    return screen


def levels(screen: SendScreen) -> list[Priority]:
    """The priorities that would go out."""
    return [each.draft.priority for each in screen.proposals]


async def test_the_summary_tells_rows_of_one_company_apart(open_app: Open) -> None:
    async with open_app((80, 24)) as (app, pilot):
        await opened(app, pilot)
        lines = [line for line in picture(app).splitlines() if "AcmeCorp  #escalations" in line]
        assert [line.partition("#escalations")[2].strip(" │▁▂▃▄▅▆▇") for line in lines] == [f"Subject of {each}" for each in "123"]


async def test_who_took_an_escalation_back_is_named_before_it_goes_out_again(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book["2"] = replace(desk.book["2"], taken_back=True, note="taken back by kim")
    async with open_app((120, 36)) as (app, pilot):
        await opened(app, pilot)
        named = [line for line in picture(app).splitlines() if "! taken back by kim" in line]
        assert "Subject of 2" in named[0]
        assert not any("Subject of 1" in line or "Subject of 3" in line for line in named)
        await pilot.press("n", "n")
        await until(pilot, lambda: "2 of 3  ▲▲ P0 AcmeCorp · Jane Roe · 2 · ! taken back by kim" in picture(app))


async def test_a_priority_is_changed_of_what_is_shown_and_of_nothing_else(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app((80, 24)) as (app, pilot):
        screen = await opened(app, pilot)
        assert "p/P all 3" in picture(app)
        assert "n/N each  esc cancel" in picture(app)
        await pilot.press("n", "n", "P")
        assert levels(screen) == [P0, P1, P0]
        await until(pilot, lambda: "2 of 3  ▲ P1" in picture(app))
        shown = picture(app)
        assert "Slack    #support-triage" in shown
        assert "1 of 3" not in shown
        assert "p/P priority" in shown
        assert "y send all 3" in shown
        await pilot.press("N", "N")
        assert "Slack    #escalations, #support-triage" in picture(app)
        await until(pilot, lambda: screen.can_send)
        await pilot.press("P", "y")
        await until(pilot, lambda: len(desk.sent) == 3)
        assert [draft.priority for draft, _, _ in desk.sent] == [P1, Priority.P2, P1]


async def test_there_is_nothing_before_the_summary_and_behind_the_last(open_app: Open) -> None:
    async with open_app((80, 24)) as (app, pilot):
        screen = await opened(app, pilot)
        await pilot.press("N")
        assert screen.alone is None
        await pilot.press("n", "n", "n", "n")
        assert screen.alone == 2
