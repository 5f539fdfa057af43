"""Minimal pairs of our own: what a lead would want to see, and its nearest neighbour that is ordinary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from escalator_tui.detect import assess
from escalator_tui.model.conversation import Conversation
from escalator_tui.model.rules import Rules
from escalator_tui.model.text import plain_from_html
from tests.detect.builders import MONDAY, talk

DATA = Path(__file__).parent / "data"
FILES = sorted(DATA.glob("pairs_*.jsonl"))
UNSEEN = 0.7


def conversation(said: str | list[Any]) -> Conversation:
    listed = [said] if isinstance(said, str) else said
    return talk(*(plain_from_html(each) if isinstance(each, str) else ("teammate", each[1]) for each in listed))


def is_right(pair: dict[str, Any]) -> bool:
    sides = [assess(conversation(pair[side]), (), Rules(), MONDAY + 600, text_only=True).escalates for side in ("escalate", "ordinary")]
    return sides == [True, False]


def read_pairs(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nearly_all_pairs_are_told_apart(path: Path) -> None:
    pairs = read_pairs(path)
    wrong = [pair for pair in pairs if not is_right(pair)]
    assert len(wrong) <= 0.07 * len(pairs), wrong


def test_pairs_that_nothing_was_mended_or_fitted_by_are_told_apart() -> None:
    pairs = read_pairs(DATA / "held_out.jsonl")
    assert sum(map(is_right, pairs)) >= UNSEEN * len(pairs)


def test_there_are_pairs() -> None:
    assert len(FILES) >= 4
