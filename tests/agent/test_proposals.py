"""What people's decisions say about phrases and families."""

from __future__ import annotations

from escalator_tui.agent.cases import Case
from escalator_tui.agent.proposals import ENOUGH, family_tallies, phrase_tallies, proposals
from escalator_tui.agent.replay import Rehearsal
from escalator_tui.model.rules import Rules
from tests.agent.test_replay import case

FINE = "Honestly the old export was unacceptable"


def cases(text: str, dismissed: int, escalated: int = 0, start: int = 0) -> list[Case]:
    return [case(start + at, text, at >= dismissed) for at in range(dismissed + escalated)]


def found(*listed: Case, rules: Rules | None = None) -> list[str]:
    return [each.title for each in proposals(Rehearsal(listed, rules or Rules()))]


def test_a_phrase_that_is_nearly_always_dismissed_is_proposed_for_removal_with_its_replay() -> None:
    proposal = proposals(Rehearsal([*cases(FINE, 9, 1), *cases("I want to speak to a manager", 0, 4, 50)], Rules()))[0]
    assert (proposal.kind, proposal.name, proposal.reason) == ("remove", "unacceptable", "dismissed in 9 of 10 decisions")
    assert proposal.rules == Rules(words_removed=frozenset({"unacceptable"}))
    assert (proposal.replay.before.false_alarms, proposal.replay.after.false_alarms) == (9, 0)
    assert len(proposal.replay.flips) == 10


def test_too_few_decisions_prove_nothing() -> None:
    assert found(*cases(FINE, ENOUGH)) == ["remove “unacceptable”"]
    assert found(*cases(FINE, ENOUGH - 1)) == []
    assert found(*cases(FINE, ENOUGH, 1)) == []  # 83 % dismissed


def test_who_asks_for_a_manager_leaves_or_threatens_is_never_talked_down() -> None:
    said = ("I want to speak to a manager", "We will cancel our subscription", "You will hear from my lawyer")
    assert found(*(each for at, text in enumerate(said) for each in cases(text, 20, start=100 * at))) == []


def test_a_phrase_that_would_spare_nothing_is_not_proposed() -> None:
    assert found(*cases("the export is broken", 9)) == []


def test_a_family_that_is_mostly_wrong_is_lowered_but_not_to_nothing() -> None:
    wrong = [case(at, text, at == 0) for at, text in enumerate(["terrible", "awful service", "unacceptable", "disgusting"] * 3)]
    lowered = [each for each in proposals(Rehearsal(wrong, Rules())) if each.kind == "weight"]
    assert [each.name for each in lowered] == ["anger"]
    weight = lowered[0].weight
    assert weight is not None
    assert weight[0] > weight[1] > 0
    assert lowered[0].rules.weights == {"anger": weight[1]}


def test_the_reference_preset_is_fixed() -> None:
    assert found(*cases(FINE, 9), rules=Rules(preset="reference")) == []


def test_conversations_are_counted_once_each_whatever_was_repeated() -> None:
    rehearsal = Rehearsal([case(1, f"{FINE}. Unacceptable, unacceptable", False), case(2, FINE, True), case(3, FINE)], Rules())
    (phrase,) = [each for each in phrase_tallies(rehearsal) if each.name == "unacceptable"]
    assert (phrase.dismissed, phrase.escalated, phrase.families, phrase.precision) == (1, 1, {"anger"}, 0.5)
    assert [(each.dismissed, each.escalated) for each in family_tallies(rehearsal) if each.name == "anger"] == [(1, 1)]
