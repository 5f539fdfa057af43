"""What is said of values that no settings can be made from."""

from __future__ import annotations

import io
from typing import Any

import pytest

from escalator_tui.config import Settings
from escalator_tui.config.checking import checked
from escalator_tui.config.loading import overlay
from escalator_tui.config.loading import told as tell
from escalator_tui.config.section import environment_of
from escalator_tui.model.errors import ConfigError


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
        ({"detection": {"segments": [{"plans": ["x"]}]}}, "detection.segments.0.name is missing"),
        (
            {"detection": {"segments": ({"plans": ("x",), "threshold": 2},)}},
            "detection.segments.0.threshold is 2: expected a number <= 1.0; detection.segments.0.name is missing",
        ),
        ({"detection": {"threshold": True}}, "detection.threshold is True: expected a number, got true or false"),
        ({"detection": {"preset": "  "}}, "detection.preset is '  ': expected 'default' or 'strict' or 'reference'"),
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


@pytest.mark.parametrize(
    ("table", "key", "given", "meant"),
    [
        *(("polling", "interval_minutes", each, 5) for each in ("5", "05", "+5", "5.", "5.0", "5e0", " 5 ")),
        ("polling", "interval_minutes", ".5", 0.5),
        ("polling", "interval_minutes", "1_0", 10),
        ("polling", "interval_minutes", "01000", 1000),
        *(("detection", "max_replies", each, 5) for each in ("5", "05", "+5", "5.0", " 5 ")),
        ("detection", "max_replies", "1_000", 1000),
        *(("polling", "enabled", each, True) for each in ("true", "TRUE", "1", "yes", "on", " y ")),
        *(("polling", "enabled", each, False) for each in ("false", "0", "No", "off")),
        ("linear", "team_id", "0123", "0123"),
        ("linear", "team_id", "null", "null"),
    ],
)
def test_the_environment_says_numbers_as_it_always_could(table: str, key: str, given: str, meant: object) -> None:
    variable = next(each.variable for each in environment_of(Settings) if (each.table, each.key) == (table, key))
    values: dict[str, Any] = {}
    overlay(values, {variable: given})
    found = getattr(getattr(checked(values), table), key)
    assert (found, type(found) is bool) == (meant, type(meant) is bool)


@pytest.mark.parametrize(
    ("variable", "given"),
    [
        *(("POLL_INTERVAL_MINUTES", each) for each in ("often", "5 m", "nan", "0", "0x5", "null", " ")),
        *(("ESCALATION_MAX_REPLIES", each) for each in ("many", "2.5", "-1", "inf", "nan", "null")),
        *(("POLLING_MODE", each) for each in ("maybe", "2", "null")),
    ],
)
def test_what_says_no_number_is_told_by_its_variable(variable: str, given: str) -> None:
    values: dict[str, Any] = {}
    overlay(values, {variable: given})
    with pytest.raises(ValueError, match=rf"\({variable}\) is ") as caught:
        checked(values)
    assert "quotes" not in str(caught.value)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"words_removed": [""]}, "words_removed has ''"),
        ({"words": {"churn": ["moving on", "  "]}}, "'' added to churn has no letter and no digit, so it would never be found"),
        ({"words": {"ours": ["?!"]}}, "'?!' added to ours has no letter"),
        ({"words": {"ours": ["😡"]}}, "'😡' added to ours has no letter"),
        ({"words": {"churn": ["the"]}}, "'the' added to churn stands in nearly every message"),
        ({"words": {"churn": ["nicht"]}}, "'nicht' added to churn stands in nearly every message"),
        ({"words": {"ours": ["ab"]}}, "'ab' added to ours stands in nearly every message"),
        ({"words": {"ours": ["x"]}}, "'x' added to ours stands in nearly every message"),
        ({"words": {"ours": ["Hi"]}}, "'Hi' added to ours stands in nearly every message"),
        ({"words": {"churn": ["Moving on"]}, "words_removed": ["moving on"]}, "'Moving on' is added to churn and taken out"),
        ({"words": {"chrun": ["bye"]}}, "no family chrun to add words to (did you mean churn?"),
    ],
)
def test_phrases_that_would_do_nothing_are_refused(values: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match="detection") as caught:
        checked({"detection": values})
    assert told in str(caught.value)


@pytest.mark.parametrize("word", ["p0", "KO", "hs", "no way", "解約", "UK law"])
def test_a_short_word_that_tells_something_may_be_added(word: str) -> None:
    assert checked({"detection": {"words": {"outage": [word]}}}).rules.words == {"outage": (word,)}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"words_removed": ["nosuchword"]}, "words_removed has 'nosuchword', but no family has this, so nothing would change"),
        ({"words_removed": ["unaceptable"]}, "(did you mean unacceptable?)"),
        ({"words_removed": ["moving onn"], "words": {"churn": ["moving on"]}}, "(did you mean moving on?)"),
        ({"segments": [{"name": "x", "plans": ["a"], "words_removed": ["nosuchword"]}]}, "words_removed has 'nosuchword'"),
    ],
)
def test_a_phrase_taken_out_that_nothing_has_is_remarked(values: dict[str, Any], told: str) -> None:
    """A later lexicon may be without it: the settings decide what they decided, and hold."""
    (remark,) = checked({"detection": values}).detection.remarks()
    assert told in remark


def test_what_is_said_in_vain_is_one_line_on_stderr() -> None:
    err, settings = io.StringIO(), checked({"detection": {"words_removed": ["unaceptable"]}})
    assert tell(settings, err) is settings
    assert err.getvalue().startswith("escalator: words_removed has 'unaceptable', but no family has this")
    assert err.getvalue().count("\n") == 1


@pytest.mark.parametrize("phrase", ["asap", "Unacceptable", "speak to a manager", "wütend", "lawsuit", "😡", "qwrt"])
def test_whatever_is_heard_may_be_taken_out(phrase: str) -> None:
    """Of a family, of the reference rule, a face, one that only a segment adds."""
    words = {"churn": ["moving on"]}
    segment = {"name": "big", "plans": ["pro"], "words": {"churn": ["qwrt"]}}
    given = checked({"detection": {"words_removed": [phrase], "words": words, "segments": [segment]}})
    assert given.rules.words_removed == {phrase}
    assert not list(given.detection.remarks())


def test_bytes_that_are_no_text_are_told_by_their_variable_only() -> None:
    with pytest.raises(ConfigError, match="SCALEKIT_CLIENT_SECRET is not text") as caught:
        overlay({}, {"SCALEKIT_CLIENT_SECRET": "s3cret\udcff"})
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("table", "key", "given", "told"),
    [
        ("detection", "threshold", "null", "got text"),
        ("detection", "threshold", "0.5", "got text (write 0.5 without quotes)"),
        ("detection", "max_open_hours", "12", "expected a number, got text (write 12 without quotes)"),
        ("detection", "max_replies", "4", "expected a whole number, got text (write 4 without quotes)"),
        ("polling", "enabled", "yes", "expected true or false, got text (write true without quotes)"),
        ("polling", "enabled", "0", "expected true or false, got text (write false without quotes)"),
    ],
)
def test_in_the_file_numbers_stand_without_quotes(table: str, key: str, given: str, told: str) -> None:
    with pytest.raises(ValueError, match="got text") as caught:
        checked({table: {key: given}})
    assert str(caught.value).endswith(told)


def test_a_whole_number_will_do_for_any() -> None:
    assert checked({"detection": {"max_open_hours": 12}}).detection.max_open_hours == 12


def test_blanks_around_a_text_do_not_count() -> None:
    assert checked({"linear": {"labels": [" a "]}, "slack": {"triage": " #x "}}).linear.labels == ("a",)
