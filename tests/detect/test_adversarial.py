"""Minimal pairs written by others, judged where they lie beside the repository."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest

from escalator_tui.detect import assess
from escalator_tui.model.rules import Rules
from tests.detect.builders import MONDAY, talk

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "detect"


def judged(name: str) -> list[tuple[dict[str, str], bool, bool]]:
    """Each row with what was expected and what was found."""
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(f"the labelled data {name} is not beside the repository")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    results = []
    for row in rows:
        said = [("customer" if part["author"] == "customer" else "teammate", part["text"]) for part in row["parts"]]
        results.append((row, bool(row["label"]), assess(talk(*said), (), Rules(), MONDAY + 600, text_only=True).escalates))
    return results


def test_minimal_pairs() -> None:
    results = judged("adversarial_dev.jsonl")
    pairs = defaultdict(list)
    for row, expected, found in results:
        pairs[row["pair"]].append(expected is found)
    assert sum(map(sum, pairs.values())) / len(results) >= 0.92
    assert sum(map(all, pairs.values())) / len(pairs) >= 0.85


@pytest.mark.parametrize(("source", "limit"), [("multidogo_ordinary", 0.015), ("bitext", 0.01), ("nlupp", 0.02)])
def test_ordinary_conversations_raise_no_alarm(source: str, limit: float) -> None:
    ordinary = [found for row, expected, found in judged("dev_public.jsonl") if row["source"] == source and not expected]
    assert sum(ordinary) / len(ordinary) <= limit
