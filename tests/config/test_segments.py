"""Segments of detection in config.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from escalator_tui.config import load_settings
from escalator_tui.model.errors import ConfigError
from escalator_tui.model.rules import Segment


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_segment_becomes_a_rule(tmp_path: Path) -> None:
    text = """
[detection]
words = { ours = ["beep"] }
[[detection.segments]]
name = "big"
plans = ["Enterprise", "Business"]
threshold = 0.3
weights = { churn = 0.9, ours = 0.2 }
[[detection.segments]]
name = "german bugs"
languages = ["de"]
categories = ["bug"]
preset = "strict"
words = { outage = ["steht"] }
"""
    big, german = load_settings(written(tmp_path, text), environ={}).rules.segments
    assert big == Segment("big", plans=("business", "enterprise"), threshold=0.3, weights=(("churn", 0.9), ("ours", 0.2)))
    assert german == Segment("german bugs", languages=("de",), categories=("bug",), preset="strict", words=(("outage", ("steht",)),))


@pytest.mark.parametrize(
    ("segment", "complaint"),
    [
        ('name = "all"\nthreshold = 0.3', "the segment all has no condition"),
        ('name = "x"\nplans = ["a"]\nweights = { chrun = 0.3 }', "did you mean churn"),
        ('name = "x"\nlanguages = ["klingon"]', "languages"),
        ('name = "x"\nplans = ["a"]\npreset = "loose"', "preset"),
        ('name = "x"\nplans = ["a"]\nwords = { churn = ["?!"] }', "'\\?!' added to churn has no letter"),
        ('name = "x"\nplans = ["a"]', "the segment x changes nothing"),
        ('name = "x"\nplans = ["a"]\nwords = { churn = ["bye"] }\nwords_removed = ["bye"]', "'bye' is added to churn and taken out"),
        ('name = "x"\nplans = ["a"]\nwords = { churn = ["the"] }', "'the' added to churn"),
        ('name = "x"\nplans = ["a"]\npreset = "strict"\n[[detection.segments]]\nname = "x"\nplans = ["b"]\npreset = "strict"', "named x"),
        ('plans = ["a"]', "name"),
        ('name = "x"\nplan = ["a"]', "did you mean detection.segments.0.plans"),
    ],
)
def test_a_segment_that_makes_no_sense_is_refused(tmp_path: Path, segment: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        load_settings(written(tmp_path, f"[[detection.segments]]\n{segment}\n"), environ={})


def test_a_segment_may_go_by_the_reference_rule(tmp_path: Path) -> None:
    text = '[[detection.segments]]\nname = "old"\nplans = ["pro"]\npreset = "reference"\nwords_removed = ["refund"]\n'
    (old,) = load_settings(written(tmp_path, text), environ={}).rules.segments
    assert (old.preset, old.words_removed) == ("reference", ("refund",))
