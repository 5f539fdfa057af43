"""The corpus that the wording was fitted on: its form, and what the detector makes of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parents[2] / "tools" / "corpus"
FILES = sorted(CORPUS.glob("*.tsv"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_line_is_a_label_a_language_and_a_text(path: Path) -> None:
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    assert all(len(row) == 3 for row in rows)
    labels, languages, texts = zip(*rows, strict=True)
    assert set(labels) <= {"0", "1"}
    assert set(languages) <= {"en", "es", "fr", "de", "pt"}
    assert all(text.strip() == text and text for text in texts)
    assert [text for text, count in Counter(zip(languages, texts, strict=True)).items() if count > 1] == []


def test_there_is_a_corpus_that_says_what_it_is() -> None:
    assert len(FILES) >= 4
    assert "written for this project" in (CORPUS / "README.md").read_text(encoding="utf-8")
