"""Settings written into config.toml: only what changed, and nothing when anything is wrong."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from escalator_tui.config import load_settings
from escalator_tui.config.rendering import render_config
from escalator_tui.config.saving import ConfigFile, Edit
from escalator_tui.model.errors import ConfigError
from escalator_tui.model.rules import Rules

TUNED = Rules(
    preset="strict",
    threshold=0.55,
    weights={"anger": 0.3, "churn": 0.5},
    words={"churn": ("moving on",)},
    words_removed=frozenset({"asap", "hours"}),
)


def in_force(path: Path, profile: str | None = None) -> Rules:
    return load_settings(path, profile, environ={}).rules


def same(found: Rules, wanted: Rules) -> bool:
    names = ("preset", "threshold", "weights", "words", "words_removed")
    return all(getattr(found, name) == getattr(wanted, name) for name in names)


def edit(path: Path, after: Rules, profile: str | None = None) -> Edit:
    before = in_force(path, profile) if path.exists() else Rules()
    return ConfigFile(path, profile).edit(before, after)


def changed_lines(made: Edit) -> list[str]:
    return [line for line in made.diff.splitlines()[2:] if line[:1] in "+-"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_a_fresh_file_keeps_every_comment_and_each_key_its_place(path: Path) -> None:
    path.write_text(render_config(), encoding="utf-8")
    made = edit(path, TUNED)
    assert changed_lines(made) == [
        '-preset = "default"', '+preset = "strict"',
        "-# threshold =", "+threshold = 0.55",
        "-weights = {}", "+weights = {anger = 0.3, churn = 0.5}",
        "-words = {}", '+words = {churn = ["moving on"]}',
        "-words_removed = []", '+words_removed = ["asap", "hours"]',
    ]  # fmt: skip
    assert path.read_text(encoding="utf-8") == render_config()
    made.write()
    assert same(in_force(path), TUNED)


def test_what_stands_there_is_changed_in_place(path: Path) -> None:
    path.write_text(
        "# ours\n[detection] # mind\nthreshold = 0.3 # low\nwords_removed = ['hours']\n\n[detection.weights]\n# leaving\nchurn = 0.2\n\n"
        "# alerts\n[slack]\ntriage = '#a'\n",
        encoding="utf-8",
    )
    after = replace(in_force(path), threshold=0.5, weights={"anger": 0.7, "churn": 0.25}, words_removed=frozenset({"asap"}))
    edit(path, after).write()
    assert path.read_text(encoding="utf-8") == (
        '# ours\n[detection] # mind\nthreshold = 0.5 # low\nwords_removed = ["asap"]\n\n[detection.weights]\n# leaving\nchurn = 0.25\n'
        "anger = 0.7\n\n# alerts\n[slack]\ntriage = '#a'\n"
    )


def test_a_phrase_of_the_team_that_is_taken_out_leaves_its_family(path: Path) -> None:
    path.write_text('[detection]\nwords = { churn = ["zzyzx plop", "leaving us"] }\n', encoding="utf-8")
    before = in_force(path)
    edit(path, replace(before, words_removed=frozenset({"zzyzx plop", "asap"}))).write()
    assert in_force(path).words == {"churn": ("leaving us",)}
    assert in_force(path).words_removed == {"asap"}


def test_a_new_key_does_not_part_a_comment_from_its_table(path: Path) -> None:
    path.write_text('[detection]\npreset = "default"\n\n# alerts\n[slack]\ntriage = "#a"\n', encoding="utf-8")
    edit(path, Rules(threshold=0.5)).write()
    assert path.read_text(encoding="utf-8") == '[detection]\npreset = "default"\nthreshold = 0.5\n\n# alerts\n[slack]\ntriage = "#a"\n'


def test_what_is_unset_again_goes(path: Path) -> None:
    path.write_text("[detection]\nthreshold = 0.5\nweights = { churn = 0.2, anger = 0.1 }\n", encoding="utf-8")
    edit(path, Rules(weights={"anger": 0.1})).write()
    assert same(in_force(path), Rules(weights={"anger": 0.1}))
    assert "threshold" not in path.read_text(encoding="utf-8")


def test_line_ends_of_windows_stay(path: Path) -> None:
    path.write_bytes(render_config().replace("\n", "\r\n").encode())
    edit(path, TUNED).write()
    written = path.read_bytes()
    assert written.count(b"\n") == written.count(b"\r\n") > 50
    assert same(in_force(path), TUNED)


def test_without_a_file_one_is_made(path: Path) -> None:
    made = edit(path, Rules(threshold=0.5))
    assert made.diff.startswith("--- (no file)\n")
    made.write()
    assert path.read_text(encoding="utf-8").endswith("\n\n[detection]\nthreshold = 0.5\n")
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_profile_is_written_for_itself(path: Path) -> None:
    path.write_text("[detection]\nweights = { churn = 0.2 }\n\n[profile.eu.slack]\ntriage = '#eu'\n", encoding="utf-8")
    wanted = replace(in_force(path, "eu"), weights={"churn": 0.2, "anger": 0.7})
    edit(path, wanted, "eu").write()
    assert same(in_force(path, "eu"), wanted)
    assert same(in_force(path), Rules(weights={"churn": 0.2}))


def test_what_others_put_in_meanwhile_stays(path: Path) -> None:
    path.write_text("[detection]\nweights = { churn = 0.2 }\n", encoding="utf-8")
    ConfigFile(path).edit(Rules(), Rules(weights={"anger": 0.7})).write()
    assert in_force(path).weights == {"churn": 0.2, "anger": 0.7}


def test_a_file_that_changed_since_is_not_overwritten(path: Path) -> None:
    path.write_text("[detection]\n", encoding="utf-8")
    made = edit(path, TUNED)
    path.write_text("[detection]\nthreshold = 0.9\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"was changed meanwhile\. Nothing was written"):
        made.write()
    assert path.read_text(encoding="utf-8") == "[detection]\nthreshold = 0.9\n"
    assert [each.name for each in path.parent.iterdir()] == ["config.toml"]


def test_a_read_only_file_stays_as_it_is(path: Path) -> None:
    path.write_text("[detection]\n", encoding="utf-8")
    path.chmod(0o444)
    with pytest.raises(ConfigError, match="is read-only"):
        edit(path, TUNED).write()
    assert path.read_text(encoding="utf-8") == "[detection]\n"


def test_rights_and_links_stay(path: Path, tmp_path: Path) -> None:
    real = tmp_path / "real.toml"
    real.write_text("[detection]\n", encoding="utf-8")
    real.chmod(0o640)
    path.symlink_to(real)
    edit(path, TUNED).write()
    assert path.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert same(in_force(real), TUNED)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written: No such file or directory"):
        edit(tmp_path / "none" / "config.toml", TUNED).write()


@pytest.mark.parametrize(
    ("text", "told"),
    [("[detection\n", "cannot be read"), ("detection = 3\n", "detection is 3"), ("[slack]\ncolour = 1\n", "unknown key slack.colour")],
)
def test_a_file_that_is_not_valid_is_left_alone(path: Path, text: str, told: str) -> None:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=told):
        ConfigFile(path).edit(Rules(), TUNED)
    assert path.read_text(encoding="utf-8") == text


def test_a_profile_that_cannot_unset_says_so(path: Path) -> None:
    path.write_text("[detection]\nthreshold = 0.5\n[profile.eu.slack]\ntriage = '#eu'\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"detection.threshold cannot be set there. Change it in .* by hand"):
        edit(path, Rules(), "eu")


def test_tomlkit_is_loaded_only_to_save() -> None:
    code = "import escalator_tui.app, escalator_tui.reports.tune, sys; print('tomlkit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
