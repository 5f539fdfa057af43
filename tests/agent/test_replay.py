"""Other rules on recorded conversations: what flips, and how they stand to people's decisions."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from escalator_tui.agent.cases import Case
from escalator_tui.agent.flips import Judgement, judge
from escalator_tui.agent.replay import Rehearsal, threshold_of, weighed, without
from escalator_tui.detect import assess
from escalator_tui.model.rules import Rules, Segment
from tests.agent.builders import NOW, conversation, part

SAID = (
    "How do I add a seat?",
    "This is unacceptable",
    "I want to speak to a manager",
    "still waiting for an answer for days",
    "the export is broken, please fix it asap",
    "we will cancel our subscription",
    "thank you, works now",
)


def case(number: int, text: str, verdict: bool | None = None, **changes: object) -> Case:
    talk = conversation(part(1, text, kind="source"), **{"id": str(number), "subject": "", **changes})
    return Case(talk, (), NOW, verdict)


VERDICTS = (False, False, True, None, False, True, None)
CASES = [case(at, text, verdict) for at, (text, verdict) in enumerate(zip(SAID, VERDICTS, strict=True))]
FAMILIES = ("anger", "manager", "waiting", "churn", "problem", "open_hours")
weights = st.dictionaries(st.sampled_from(FAMILIES), st.sampled_from([0.0, 0.3, 0.9]))
thresholds = st.none() | st.sampled_from([0.2, 0.4, 0.55, 0.6, 0.9])
removed = st.frozensets(st.sampled_from(["unacceptable", "asap", "broken", "speak to a manager"]))
presets = st.sampled_from(["default", "strict", "reference"])
english = st.builds(Segment, name=st.just("english"), languages=st.just(("en",)), preset=st.none() | presets, threshold=thresholds)
rule_sets = st.builds(
    Rules,
    preset=presets,
    threshold=thresholds,
    weights=weights,
    words_removed=removed,
    segments=st.sampled_from([(), (), ()]) | st.tuples(english),
)


@given(rule_sets)
def test_the_same_rules_flip_nothing(rules: Rules) -> None:
    replay = Rehearsal(CASES, rules).replay(rules)
    assert replay.flips == ()
    assert replay.before == replay.after


@given(rule_sets, st.sampled_from([0.01, 0.1, 0.3]))
def test_a_higher_threshold_adds_nothing(rules: Rules, by: float) -> None:
    replay = Rehearsal(CASES, rules).replay(replace(rules, threshold=threshold_of(rules) + by))
    assert not [flip for flip in replay.flips if flip.escalates]
    assert replay.flags[1] <= replay.flags[0]


@given(rule_sets, rule_sets)
def test_a_replay_says_what_detection_says(in_force: Rules, proposed: Rules) -> None:
    rehearsal = Rehearsal(CASES, in_force)
    rehearsal.replay(in_force)
    found = {flip.case.conversation.id: flip for flip in rehearsal.replay(proposed).flips}
    for each in CASES:
        before, after = (assess(each.conversation, each.history, rules, each.at) for rules in (in_force, proposed))
        assert (before.escalates is not after.escalates) == (each.conversation.id in found)
        if flip := found.get(each.conversation.id):
            assert (flip.before.score, flip.after.score) == (before.score, after.score)
            assert flip.signals == (after if after.escalates else before).signals


@given(removed, removed)
def test_phrases_taken_away_one_after_the_other_are_found_again_where_they_stood(first: frozenset[str], second: frozenset[str]) -> None:
    rehearsal = Rehearsal(CASES, Rules())
    for gone in (frozenset[str](), first, first | second):
        rules = Rules(words_removed=gone)
        scores = [each.score(rules) for each in rehearsal.findings(rules)]
        assert scores == [assess(each.conversation, (), rules, NOW).score for each in CASES]


def test_a_phrase_taken_away_changes_the_customers_other_conversation_too() -> None:
    angry = case(1, "This is unacceptable")
    other = replace(case(2, "Where is the export?"), history=(angry.conversation,))
    rehearsal = Rehearsal([angry, other], Rules())
    before = [each.score(Rules()) for each in rehearsal.findings(Rules())]
    rules = without(Rules(), "unacceptable")
    after = [each.score(rules) for each in rehearsal.findings(rules)]
    assert after[1] == assess(other.conversation, other.history, rules, NOW).score < before[1]


def test_flips_come_with_scores_and_signals() -> None:
    replay = Rehearsal(CASES, Rules()).replay(weighed(weighed(Rules(), "manager", 0.1), "wording", 0.5))
    (flip,) = replay.flips
    assert (flip.case.conversation.id, flip.escalates) == ("2", False)
    assert flip.before.score > 0.4 > flip.after.score
    assert flip.signals[0].kind == "manager"
    assert (replay.before.missed, replay.after.missed) == (0, 1)


def test_rules_in_force_change_and_what_was_found_is_kept() -> None:
    rehearsal = Rehearsal(CASES, Rules())
    strict = Rules(preset="strict")
    found = rehearsal.findings(Rules())
    assert rehearsal.under(strict).replay(strict).flips == ()
    assert rehearsal.under(strict).findings(strict) is found


def test_precision_and_recall_are_unknown_without_anything_to_reckon_with() -> None:
    assert (Judgement().precision, Judgement().recall, Judgement().judged) == (None, None, 0)
    judged = [case(1, "a", True), case(2, "b", False), case(3, "c", True), case(4, "d")]
    found = judge(judged, [True, True, False, True])
    assert (found.precision, found.recall, found.judged) == (0.5, 0.5, 3)
