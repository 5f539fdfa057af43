"""Waiting in a script: for a look that was asked for, and for what it sends."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Timer

import pytest

from escalator_tui.model.decision import Escalation
from escalator_tui.model.kinds import RowState
from escalator_tui.model.row import Row
from escalator_tui.plain import waiting
from tests.app.desk import ScriptedDesk
from tests.app.story import escalated, row
from tests.plain.test_plain import spoken


class Delivering(ScriptedDesk):
    """One where all that auto mode sends has arrived by the end of a look."""

    def auto_decide(self, rows: Sequence[Row]) -> list[Escalation]:
        """Send these, and be done."""
        made = super().auto_decide(rows)
        self.put(*(escalated(each, RowState.ESCALATED, by="auto") for each in rows))
        return made


@pytest.fixture
def desk() -> ScriptedDesk:
    """One conversation needs a decision."""
    return Delivering({"1": row("1", company="Ada")})


def soon(desk: ScriptedDesk) -> None:
    """The look that goes on now ends, but not at once."""
    Timer(0.3, desk.ending.set).start()


def test_wait_waits_for_the_look_of_auto_mode_and_for_what_it_sends(desk: ScriptedDesk) -> None:
    said = spoken(desk, desk.ending.clear, "auto on", "yes", lambda: soon(desk), "wait", code=0)
    waited = said.partition("Auto mode is on.")[2]
    assert "Auto mode escalated 1." in waited
    assert waited.index("1. Ada.") < waited.index("Nothing is on the way.")


def test_refresh_waits_for_what_auto_mode_decides_at_its_end(desk: ScriptedDesk) -> None:
    said = spoken(desk, "auto on", "yes", "wait", lambda: desk.put(row("2", company="Bob")), "refresh", "wait", code=0)
    refreshed = said.partition("Asking Intercom.\n")[2].partition("> ")[0]
    assert "Auto mode escalated 1." in refreshed
    assert "2. Bob." in refreshed


def test_a_look_that_takes_longer_is_told(desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    said = spoken(desk, desk.ending.clear, "auto on", "yes", "wait 0", desk.ending.set, "wait", code=0)
    assert "Intercom is still being asked.\n> " in said
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0.0)
    said = spoken(desk, desk.ending.clear, "refresh", "wait", desk.ending.set, code=0)
    assert said.count("Intercom is still being asked.") == 1


@pytest.mark.parametrize(
    ("is_demo", "told"),
    [
        (False, "Not done yet: Ada. That stays owed and goes out when Escalator runs again."),
        (True, "Not done yet: Ada. That is lost with the demo."),
    ],
)
def test_a_script_that_ends_too_early_hears_what_becomes_of_what_is_left(
    desk: ScriptedDesk, is_demo: bool, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoken(desk, "send 1", "yes", code=1, is_demo=is_demo)
    assert capsys.readouterr().err == f"{told}\n"


def test_nothing_is_told_where_nothing_is_left(desk: ScriptedDesk, capsys: pytest.CaptureFixture[str]) -> None:
    spoken(desk, "send 1", "yes", "undo", code=0)
    assert capsys.readouterr().err == ""


def test_who_leaves_a_demo_hears_that_the_rest_is_lost_with_it(desk: ScriptedDesk) -> None:
    said = spoken(desk, "send 1", "yes", "quit", "no", "undo", code=0, is_demo=True)
    assert "What is under way is finished; the rest is lost with the demo." in said
