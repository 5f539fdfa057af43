"""A priority that is taken back gives way to the one that stood before it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from escalator_tui.ledger import Ledger
from escalator_tui.model.decision import Decision
from escalator_tui.model.errors import DecisionError
from escalator_tui.model.kinds import Priority, Verb
from tests.ledger.makers import Clock, conversation


class Desk:
    """A conversation whose priority is given and taken back, an hour after the last time unless told otherwise."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self.ledger, self.clock = ledger, clock
        ledger.save_conversations([conversation()])

    def give(self, actor: str, priority: Priority | None, *, after: float = 3600.0) -> None:
        self.clock.now += after
        self.ledger.decide(Decision("1", Verb.OVERRIDE, actor, self.clock.now, priority=priority))

    def back(self, actor: str, *, own: bool = True) -> list[tuple[str, Priority | None] | None]:
        """Who gave what is taken back and what stands again."""
        self.clock.now += 1
        return [(each.actor, each.priority) if each else None for each in self.ledger.take_priority_back("1", actor, own=own)]

    @property
    def stands(self) -> Priority | None:
        record = self.ledger.record("1")
        assert record is not None
        return record.priority_override


@pytest.fixture
def desk(ledger: Ledger, clock: Clock) -> Desk:
    return Desk(ledger, clock)


def test_a_colleagues_priority_stands_again_and_theirs_is_not_ones_own(desk: Desk) -> None:
    desk.give("sam", Priority.P0)
    desk.give("lea", Priority.P3)
    assert desk.back("lea") == [("lea", Priority.P3), ("sam", Priority.P0)]
    assert desk.stands is Priority.P0
    with pytest.raises(DecisionError, match="sam gave another priority since"):
        desk.back("lea")
    assert desk.stands is Priority.P0
    assert desk.back("lea", own=False) == [("sam", Priority.P0), None]
    assert desk.stands is None
    with pytest.raises(DecisionError, match="no priority"):
        desk.back("sam")


def test_each_priority_is_taken_back_by_itself(desk: Desk) -> None:
    desk.give("lea", Priority.P3)
    desk.give("lea", Priority.P2)
    desk.give("lea", Priority.P1, after=0.2)
    desk.give("lea", Priority.P0, after=0.2)
    assert desk.back("lea") == [("lea", Priority.P0), ("lea", Priority.P1)]
    assert desk.back("lea") == [("lea", Priority.P1), ("lea", Priority.P2)]
    assert desk.back("lea") == [("lea", Priority.P2), ("lea", Priority.P3)]
    assert desk.back("lea") == [("lea", Priority.P3), None]


def test_two_who_give_priorities_at_the_same_time_are_two(desk: Desk) -> None:
    desk.give("sam", Priority.P0)
    desk.give("lea", Priority.P3, after=0.2)
    desk.give("sam", Priority.P2, after=0.2)
    assert desk.back("sam") == [("sam", Priority.P2), ("lea", Priority.P3)]
    assert desk.back("lea") == [("lea", Priority.P3), ("sam", Priority.P0)]


def test_what_an_earlier_version_took_back_stays_so(desk: Desk) -> None:
    desk.give("sam", Priority.P0)
    desk.give("sam", None)
    desk.give("lea", Priority.P3)
    assert desk.back("lea") == [("lea", Priority.P3), None]


def test_a_dismissal_between_priorities_keeps_its_place(desk: Desk) -> None:
    desk.give("sam", Priority.P0)
    desk.ledger.decide(Decision("1", Verb.DISMISS, "lea", desk.clock.now, "known"))
    desk.give("lea", Priority.P3)
    desk.back("lea")
    desk.ledger.decide(Decision("1", Verb.UNDO, "lea", desk.clock.now))
    record = desk.ledger.record("1")
    assert record is not None
    assert (record.decision, record.priority_override) == (None, Priority.P0)


def test_the_trail_tells_who_took_what_back(desk: Desk) -> None:
    desk.give("sam", Priority.P0)
    desk.give("lea", Priority.P3)
    desk.back("lea")
    event = desk.ledger.events("1")[-1]
    assert (event.kind, event.actor, event.detail["priority"], event.detail["reason"]) == ("override", "lea", "P0", "priority taken back")


def test_what_is_taken_back_shows_in_every_process(open_ledger: Callable[[], Ledger], clock: Clock) -> None:
    mine, other = Desk(open_ledger(), clock), open_ledger()
    mine.give("lea", Priority.P3)
    since = other.last_change()
    mine.back("lea")
    assert [each.priority_override for each in other.changes(since)[0]] == [None]


def test_of_a_conversation_that_nobody_knows_nothing_is_taken_back(ledger: Ledger) -> None:
    with pytest.raises(DecisionError, match="no priority"):
        ledger.take_priority_back("unknown", "lea", own=True)
