"""What is said of values that no settings can be made from."""

from __future__ import annotations

from typing import Any

import pytest

from escalator_tui.config.checking import checked


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"detection": {"threshold": 2}}, "detection.threshold is 2: expected a number <= 1.0"),
        ({"detection": {"preset": "loose"}}, "detection.preset is 'loose': expected 'default' or 'strict' or 'reference'"),
        ({"detection": {"weights": {"churn": 2}}}, "detection.weights.churn is 2: expected a number <= 1.0"),
        ({"app": {"keys": {"quit": 1}}}, "app.keys.quit is 1: expected text, got a whole number"),
        ({"app": 3}, "app is 3: expected a table, got a whole number"),
        ({"linear": {"labels": "bug"}}, "linear.labels is 'bug': expected a list, got text"),
        ({"linear": {"labels": ["a", 1]}}, "linear.labels.1 is 1: expected text, got a whole number"),
        ({"polling": {"enabled": "maybe"}}, "polling.enabled (POLLING_MODE) is 'maybe': expected true or false, got text"),
        (
            {"detection": {"segments": [{"name": "", "plans": ["x"], "plan": 1}]}},
            "detection.segments.0.name is '': expected text of length >= 1; "
            "unknown key detection.segments.0.plan (did you mean detection.segments.0.plans?)",
        ),
        (
            {"slack": {"triage": 1}, "delivery": {"hold_seconds": -1}},
            "slack.triage (SLACK_CHANNEL_TRIAGE) is 1: expected text, got a whole number; "
            "delivery.hold_seconds is -1: expected a number >= 0.0",
        ),
    ],
)
def test_every_fault_is_told_by_its_key(values: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=r"is|unknown") as caught:
        checked(values)
    assert str(caught.value) == told


def test_what_the_environment_says_is_text() -> None:
    settings = checked({"detection": {"max_replies": "4", "max_open_hours": " 12.5 "}, "polling": {"enabled": "TRUE"}})
    assert (settings.detection.max_replies, settings.detection.max_open_hours, settings.polling.enabled) == (4, 12.5, True)


def test_blanks_around_a_text_do_not_count() -> None:
    assert checked({"linear": {"labels": [" a "]}, "slack": {"triage": " #x "}}).linear.labels == ("a",)
