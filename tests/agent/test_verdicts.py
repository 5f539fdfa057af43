"""What counts as a verdict of a person."""

from __future__ import annotations

from escalator_tui.agent.verdicts import Verdict, verdicts
from escalator_tui.model.decision import Decision
from escalator_tui.model.kinds import Verb


def decided(*given: tuple[Verb, str], part: str = "") -> list[Decision]:
    return [Decision("1", verb, actor, float(at), customer_part=part) for at, (verb, actor) in enumerate(given)]


def said(*given: tuple[Verb, str]) -> list[tuple[bool, float]]:
    return [(each.escalated, each.at) for each in verdicts(decided(*given))]


def test_an_escalation_and_a_dismissal_by_a_person() -> None:
    assert said((Verb.ESCALATE, "sam")) == [(True, 0)]
    assert verdicts(decided((Verb.DISMISS, "sam"), part="p1")) == [Verdict(False, 0.0, "p1")]


def test_the_newest_counts() -> None:
    assert said((Verb.DISMISS, "sam"), (Verb.ESCALATE, "lea")) == [(True, 1)]


def test_machines_and_snoozes_judge_nothing() -> None:
    assert said((Verb.ESCALATE, "auto"), (Verb.ESCALATE, "reference agent"), (Verb.SNOOZE, "sam"), (Verb.OVERRIDE, "sam")) == []
    assert said((Verb.DISMISS, "sam"), (Verb.ESCALATE, "auto")) == [(False, 0)]


def test_what_was_taken_back_is_no_verdict() -> None:
    assert said((Verb.ESCALATE, "sam"), (Verb.UNDO, "sam")) == []
    assert said((Verb.DISMISS, "sam"), (Verb.SNOOZE, "sam"), (Verb.UNDO, "sam")) == [(False, 0)]
    assert said((Verb.UNDO, "sam")) == []


def test_every_episode_has_its_own() -> None:
    assert said((Verb.ESCALATE, "sam"), (Verb.REOPEN, "escalator"), (Verb.DISMISS, "lea")) == [(True, 0), (False, 2)]
