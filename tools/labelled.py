"""Labelled conversations to fit by: rows of the development sets and the minimal pairs of the tests. Shared by the tools beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from escalator_tui.detect.reading import Message
from escalator_tui.model.text import own_words, plain_from_html

ROOT: Final = Path(__file__).resolve().parents[1]
PAIRS: Final = ROOT / "tests/detect/data"
LEFT_OUT: Final = frozenset({"uss_satisfaction"})  # dissatisfaction that is mostly not in the words


class Labelled(NamedTuple):
    """What a customer said, and whether a support lead would want to see it (1) or not (0). `group` is the set it comes from."""

    group: str
    source: str
    label: int
    messages: list[Message]


def development(folder: Path) -> Iterator[Labelled]:
    """The rows of dev.jsonl and adversarial_dev.jsonl ({source, parts: [{author, text}], label}). Raises OSError and ValueError."""
    for name in ("dev", "adversarial_dev"):
        for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["source"] not in LEFT_OUT:
                said = [part["text"] for part in row["parts"] if part["author"] == "customer"]
                yield Labelled(name, row["source"].split(":")[0], row["label"], messages(said))


def pairs() -> Iterator[Labelled]:
    """Both sides of each minimal pair, but for those of held_out.jsonl, by which nothing is fitted."""
    for path in sorted(PAIRS.glob("pairs_*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            pair = json.loads(line)
            for side, label in (("escalate", 1), ("ordinary", 0)):
                yield Labelled("pairs", path.stem, label, messages(_said(pair[side])))


def messages(texts: Iterable[str]) -> list[Message]:
    """Texts as detection reads them."""
    return [Message("", own_words(plain_from_html(text))) for text in texts]


def _said(conversation: str | list[Any]) -> list[str]:
    return [conversation] if isinstance(conversation, str) else [each for each in conversation if isinstance(each, str)]
