"""Why something is dismissed: reasons used before are offered by their numbers, and remembered for the app and for the next session."""

from __future__ import annotations

from pathlib import Path

import pytest

from escalator_tui.model.kinds import RowState
from escalator_tui.session.memory import FIRST_REASONS, Memory, MemoryFile
from tests.app.desk import ScriptedDesk
from tests.plain.test_plain import Step, interrupt, spoken

BUILT_IN = "".join(f"Reason {at}: {each}.\n" for at, each in enumerate(FIRST_REASONS, 3))


@pytest.fixture
def memory(tmp_path: Path) -> MemoryFile:
    """Where a session with two reasons of its own is remembered."""
    made = MemoryFile(tmp_path / "session.json")
    made.write(Memory(filter="globex", reasons=("Known", "Spam")))
    return made


def reason_of(desk: ScriptedDesk, identity: str = "101") -> str:
    """Why it was dismissed."""
    decision = desk.book[identity].record.decision
    return decision.reason if decision else ""


def test_the_first_session_offers_the_apps_first_reasons(desk: ScriptedDesk) -> None:
    said = spoken(desk, "dismiss 1", "2")
    assert [f"Reason {at}: {each}." in said for at, each in enumerate(FIRST_REASONS, 1)] == [True] * 3
    assert reason_of(desk) == FIRST_REASONS[1]


def test_remembered_reasons_are_offered_and_taken_by_their_number(desk: ScriptedDesk, memory: MemoryFile) -> None:
    said = spoken(desk, "dismiss 1", "2", memory=memory)
    assert f"Reason 1: Known.\nReason 2: Spam.\n{BUILT_IN}Type one of these numbers, or another reason, or nothing to keep it: " in said
    assert "AcmeCorp is dismissed" in said
    assert reason_of(desk) == "Spam"


def test_a_new_reason_is_offered_last_from_then_on(desk: ScriptedDesk, memory: MemoryFile) -> None:
    said = spoken(desk, "dismiss 1", "Asked for by law", "dismiss 3 known", "dismiss 4", "", memory=memory)
    assert f"Reason 1: Known.\nReason 2: Spam.\n{BUILT_IN}Reason 6: Asked for by law.\nType" in said
    assert reason_of(desk) == "Asked for by law"
    assert MemoryFile(memory.path).read().reasons == ("Known", "Spam", *FIRST_REASONS, "Asked for by law")
    assert MemoryFile(memory.path).read().filter == "globex", "the rest is the app's"


@pytest.mark.parametrize("answer", ["", "  ", interrupt])
def test_no_reason_keeps_it(desk: ScriptedDesk, answer: Step) -> None:
    assert "Nothing was changed." in spoken(desk, "dismiss 1", answer)
    assert desk.book["101"].state is RowState.NEEDS_DECISION


@pytest.mark.parametrize("answer", ["0", "4", "999999999"])
def test_a_number_that_was_not_offered_keeps_it(desk: ScriptedDesk, answer: str) -> None:
    assert f"There is no reason {answer}. Nothing was changed." in spoken(desk, "dismiss 1", answer)
    assert desk.book["101"].state is RowState.NEEDS_DECISION


def test_a_reason_that_came_to_nothing_is_not_remembered(desk: ScriptedDesk, memory: MemoryFile) -> None:
    spoken(desk, "dismiss 1 3 a slip", "no", memory=memory)
    assert MemoryFile(memory.path).read().reasons == ("Known", "Spam")


def test_what_was_said_is_not_asked_for_what_cannot_be_dismissed(desk: ScriptedDesk) -> None:
    assert "Reason" not in spoken(desk, "dismiss 5", "dismiss 2")


def test_a_memory_that_cannot_be_read_is_told_and_does_without(desk: ScriptedDesk, tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    path.write_text("{")
    said = spoken(desk, "dismiss 1", "1", memory=MemoryFile(path))
    assert f"{path} cannot be read: the session starts without it." in said
    assert reason_of(desk) == FIRST_REASONS[0]
