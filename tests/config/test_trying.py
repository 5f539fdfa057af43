"""Settings changed for a trial on the command line."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from escalator_tui.config import Settings
from escalator_tui.config.detection import DetectionSettings, SegmentSettings
from escalator_tui.config.trying import Trial, changed
from escalator_tui.model.errors import ConfigError

GIVEN = Settings(detection=DetectionSettings(weights={"anger": 0.2}, words={"churn": ("leaving",)}, words_removed=("asap",)))


def test_every_kind_of_change() -> None:
    assignments = ["detection.threshold=0.5", "detection.weights.churn = 0.6", "detection.preset=strict", 'detection.words.ours=["beep"]']
    rules = changed(GIVEN, Trial(assignments, ["churn=moving on"], ["hours"])).rules
    assert (rules.threshold, rules.preset) == (0.5, "strict")
    assert rules.weights == {"anger": 0.2, "churn": 0.6}
    assert rules.words == {"churn": ("leaving", "moving on"), "ours": ("beep",)}
    assert rules.words_removed == {"asap", "hours"}


@pytest.mark.parametrize("phrase", ["Unacceptable", "speak to a manager", "wütend", "leaving", "qwrt", "hello", "😡"])
def test_whatever_is_heard_can_be_taken_out(phrase: str) -> None:
    """A phrase of a family, one of the team's that a family has too, one of a segment, a word that the wording weighs, a face."""
    segment = SegmentSettings(name="big", plans=("pro",), words={"churn": ("qwrt",)})
    given = replace(GIVEN, detection=replace(GIVEN.detection, segments=(segment,)))
    rules = changed(given, Trial(removed=[phrase])).rules
    assert phrase in rules.words_removed
    assert rules.words == {"churn": () if phrase == "leaving" else ("leaving",)}


def test_a_phrase_of_the_team_alone_leaves_its_family() -> None:
    rules = changed(GIVEN, Trial(added=["churn=zzyzx plop"], removed=["Zzyzx plop"])).rules
    assert rules.words == {"churn": ("leaving",)}
    assert rules.words_removed == {"asap"}


@pytest.mark.parametrize("phrase", ["refund", "leaving"])
def test_the_reference_rule_has_words_of_its_own(phrase: str) -> None:
    assert phrase in changed(GIVEN, Trial(preset="reference", removed=[phrase])).rules.words_removed


def test_nothing_changed_is_the_same() -> None:
    assert changed(GIVEN, Trial()) == GIVEN
    assert changed(GIVEN, Trial(preset="reference")).rules.preset == "reference"


@pytest.mark.parametrize(
    ("trial", "told"),
    [
        (Trial(["slack.triage=#x"]), "only settings of detection"),
        (Trial(["threshold=1"]), "only settings of detection"),
        (Trial(["detection.threshold"]), "a name, = and a value are needed"),
        (Trial(["detection.threshold=2"]), "detection.threshold is 2: expected a number <= 1"),
        (Trial(["detection.threshhold=0.5"]), r"did you mean detection.threshold\?"),
        (Trial(["detection.threshold.x=1"]), "detection.threshold has no keys"),
        (Trial(["detection.words_removed=3"], removed=["x"]), "detection.words_removed is 3"),
        (Trial(["detection.weights.chrun=0.5"]), r"did you mean churn\?"),
        (Trial(added=["churn"]), "--add churn"),
        (Trial(added=["chrun=moving on"]), r"no family chrun to add words to \(did you mean churn\?"),
        (Trial(added=["churn=the"]), "'the' added to churn stands in nearly every message"),
        (Trial(removed=["hours", "nosuchword"]), "--remove nosuchword: no family has this"),
        (Trial(removed=["unaceptable"]), r"--remove unaceptable: no family has this.*did you mean unacceptable\?"),
        (Trial(removed=["zzyzx corporation"]), "--remove zzyzx corporation: no family has this"),
        (Trial(removed=[""]), "--remove : no family has this"),
        (Trial(removed=["hours"], preset="reference"), "--remove hours: no family has this"),
        (Trial(preset="loose"), "detection.preset is 'loose'"),
    ],
)
def test_what_cannot_be_is_told(trial: Trial, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        changed(GIVEN, trial)
