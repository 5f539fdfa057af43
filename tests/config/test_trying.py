"""Settings changed for a trial on the command line."""

from __future__ import annotations

import pytest

from escalator_tui.config import Settings
from escalator_tui.config.detection import DetectionSettings
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
        (Trial(preset="loose"), "detection.preset is 'loose'"),
    ],
)
def test_what_cannot_be_is_told(trial: Trial, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        changed(GIVEN, trial)
