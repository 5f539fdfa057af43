"""Rules being tried, without a terminal."""

from __future__ import annotations

import pytest

from escalator_tui.agent.flips import Judgement, Replay
from escalator_tui.agent.proposals import RuleChange, Tally
from escalator_tui.detect.weights import weights_for
from escalator_tui.model.rules import Rules
from escalator_tui.session.tuning import Tuning, number

NOTHING = Replay(Rules(), (), Judgement(), Judgement(), (0, 0), 0)
REMOVE = RuleChange("remove", "asap", Tally("asap", 0, 9), Rules(words_removed=frozenset({"asap"})), NOTHING)
STRICT = weights_for(Rules(preset="strict")).threshold
LOWER = RuleChange("weight", "anger", Tally("anger", 1, 9), Rules(weights={"anger": 0.3}), NOTHING, (0.6, 0.3))


def test_steps_and_back_leave_no_trace() -> None:
    tuning = Tuning(Rules())
    for name in ("threshold", "anger", "problem", "waiting_hours"):
        tuning.step(name, 0.05)
        assert tuning.is_changed
        for _ in range(5):
            tuning.step(name, -0.01)
        assert tuning.rules == Rules()


def test_what_was_set_by_the_team_comes_back_as_it_was() -> None:
    mine = Rules(threshold=0.5, weights={"anger": 0.2, "churn": 0.9}, words={"ours": ("beep",)})
    tuning = Tuning(mine)
    assert tuning.names[-1] == "ours"
    for name in ("threshold", "anger", "ours"):
        tuning.step(name, 0.1)
    assert list(tuning.changes()) == ["threshold 0.50 → 0.60", "anger 0.20 → 0.30", "ours 0.50 → 0.60"]
    for name in ("threshold", "anger", "ours"):
        tuning.reset(name)
    assert tuning.rules == mine


@pytest.mark.parametrize(
    ("name", "by", "ends"), [("threshold", -1, "0.01"), ("threshold", 1, "1.00"), ("anger", -1, "0.00"), ("anger", 1, "1.00")]
)
def test_bounds(name: str, by: float, ends: str) -> None:
    tuning = Tuning(Rules())
    tuning.step(name, by)
    assert tuning.value(name, tuning.rules) == ends


def test_the_presets_go_round_and_bring_their_threshold() -> None:
    tuning = Tuning(Rules())
    tuning.step("preset", 0.01)
    assert list(tuning.changes()) == ["preset default → strict", f"threshold 0.40 → {STRICT:.2f}"]
    tuning.step("preset", 0.05)
    assert "The reference preset has no weights" in tuning.refuse("anger")
    assert tuning.refuse("threshold") == ""
    tuning.step("preset", 0.05)
    assert tuning.rules == Rules()
    tuning.step("preset", -0.01)
    tuning.reset("preset")
    assert tuning.rules == Rules()


def test_a_threshold_chosen_under_another_preset_stays() -> None:
    tuning = Tuning(Rules())
    tuning.step("preset", 1)
    tuning.step("threshold", 0.4 - STRICT)
    assert tuning.rules == Rules(preset="strict", threshold=0.4)


@pytest.mark.parametrize("proposal", [REMOVE, LOWER])
def test_a_proposal_is_taken_over_and_back(proposal: RuleChange) -> None:
    tuning = Tuning(Rules())
    tuning.toggle(proposal)
    assert tuning.holds(proposal)
    assert tuning.rules == proposal.rules
    tuning.toggle(proposal)
    assert tuning.rules == Rules()


def test_removed_phrases_are_told() -> None:
    tuning = Tuning(Rules(words_removed=frozenset({"hours"})))
    tuning.toggle(REMOVE)
    assert list(tuning.changes()) == ["“asap” no longer counts"]


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("threshold", "0.45", 0.45), ("threshold", " 0,450 ", 0.45), ("threshold", ".5", 0.5), ("threshold", "1.", 1.0),
        ("threshold", "0.01", 0.01), ("threshold", "0.00", None), ("anger", "0", 0.0), ("anger", "1.01", None),
        ("anger", "0.455", None), ("anger", "", None), ("anger", ".", None), ("anger", "1_0", None), ("anger", "inf", None),
    ],
)  # fmt: skip
def test_a_number_is_read_within_its_bounds_or_not_at_all(name: str, typed: str, value: float | None) -> None:
    assert number(name, typed) == value


def test_the_value_that_is_shown_leaves_no_trace_when_it_is_typed() -> None:
    tuning = Tuning(Rules(threshold=0.4567, weights={"anger": 0.123}))
    for name in ("threshold", "anger"):
        value = number(name, tuning.value(name, tuning.rules))
        assert value is not None
        tuning.set(name, value)
    assert tuning.rules == tuning.in_force
