"""What a demo that was killed left behind goes when the next one starts, and nothing else does."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import pytest

from escalator_tui import demo
from escalator_tui.demo import FOLDER, OWNER, clear_left_behind, owned


def made(folder: Path, name: str, *files: str) -> Path:
    """A demo's folder with these files."""
    path = folder / f"{FOLDER}{name}"
    path.mkdir()
    for each in files:
        (path / each).touch()
    return path


def test_only_a_folder_whose_demo_is_gone_is_removed(tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    running, killed = made(temporary, "a"), made(temporary, "b", OWNER, "ledger.sqlite")
    starting, elsewhere = made(temporary, "c", "ledger.sqlite"), made(tmp_path, "d", OWNER)
    link = temporary / f"{FOLDER}d"
    link.symlink_to(elsewhere)
    with owned(running):
        clear_left_behind(temporary)
    assert sorted(temporary.iterdir()) == sorted([running, starting, link])
    assert (elsewhere / OWNER).exists()
    assert not killed.exists()
    clear_left_behind(temporary)
    assert not running.exists(), "its demo is over by now"


def test_a_demo_that_begins_meanwhile_keeps_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beginning, lock = made(tmp_path, "a", "ledger.sqlite"), demo.lock

    def lock_late(file: IO[str]) -> None:
        monkeypatch.setattr(demo, "lock", lock)
        clear_left_behind(tmp_path)
        lock(file)

    monkeypatch.setattr(demo, "lock", lock_late)
    with owned(beginning):
        clear_left_behind(tmp_path)
        assert (beginning / "ledger.sqlite").exists()
    clear_left_behind(tmp_path)
    assert not beginning.exists()
