"""`escalator score`: conversations from a file or from stdin, assessed offline."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any, Final, TextIO

from escalator_tui.detect import assess
from escalator_tui.model.assessment import Assessment
from escalator_tui.model.errors import ConfigError
from escalator_tui.model.rules import Rules
from escalator_tui.model.text import one_line
from escalator_tui.services.intercom_objects import read_conversation

_BAR: Final = 20
_NOT_A_CONVERSATION: Final = "This is not a conversation: it is not a JSON object"


@dataclass(frozen=True, slots=True)
class Scored:
    """One conversation and what was found."""

    id: str
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class BadLine:
    """Something that could not be read as a conversation: the line (from 1) it begins on, and why in one sentence."""

    line: int
    error: str


@dataclass(frozen=True, slots=True)
class _Found:
    line: int
    value: Any


def score_file(lines: Iterable[str], rules: Rules, now: int, text_only: bool) -> Iterator[Scored | BadLine]:
    """Assess every conversation in JSON lines, or in one JSON array, in input order. Lines are read one by one, an array at once."""
    for found in _read(lines):
        yield found if isinstance(found, BadLine) else _score(found, rules, now, text_only=text_only)


def run_score(path: str, *, rules: Rules, now: int | None, text_only: bool, as_json: bool, out: TextIO, err: TextIO, stdin: TextIO) -> int:
    """Print the assessments of a file ("-" is stdin) to `out` and bad lines to `err`. Returns the exit code: 1 when a line was bad.

    `now` in unix seconds fixes the clock. Raises ConfigError when the file cannot be opened.
    """
    at = int(time.time()) if now is None else now
    bad = 0
    with ExitStack() as stack:
        for result in score_file(_open(path, stdin, stack), rules, at, text_only):
            if isinstance(result, BadLine):
                bad += 1
                err.write(f"{one_line(path)}, line {result.line}: {result.error}\n")
            else:
                out.write(_json_line(result) if as_json else _explanation(result))
    out.flush()
    return 1 if bad else 0


def _open(path: str, stdin: TextIO, stack: ExitStack) -> TextIO:
    if path == "-":
        return stdin
    try:
        return stack.enter_context(Path(path).open(encoding="utf-8-sig", errors="replace"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ConfigError(f"{one_line(path)} cannot be read: {reason}", cure='Name a file of conversations, or "-" for stdin') from None


def _read(lines: Iterable[str]) -> Iterator[_Found | BadLine]:
    numbered = enumerate(lines, 1)
    for number, line in numbered:
        text = line.strip().removeprefix("\ufeff")
        if not text:
            continue
        if text.startswith("["):
            yield from _read_array(chain([(number, line.removeprefix("\ufeff"))], numbered))
            return
        yield _parse(number, text)


def _parse(number: int, text: str) -> _Found | BadLine:
    try:
        return _Found(number, json.loads(text))
    except RecursionError:
        return BadLine(number, "This is nested too deeply to be a conversation")
    except ValueError as error:
        return BadLine(number, f"This is not JSON: {_sentence(error)}")


def _read_array(numbered: Iterable[tuple[int, str]]) -> Iterator[_Found | BadLine]:
    """The elements of one array, decoded one at a time, so that a bad end does not lose what came before it."""
    pairs = list(numbered)
    text, first = "".join(line for _, line in pairs), pairs[0][0]
    decoder, at, counted, line = json.JSONDecoder(), text.index("[") + 1, 0, first
    while True:
        at = _skip(text, at, " \t\r\n,")
        line, counted = line + text.count("\n", counted, at), at
        if at >= len(text):
            yield BadLine(line, "The array is never closed")
            return
        if text[at] == "]":
            break
        try:
            value, at = decoder.raw_decode(text, at)
        except RecursionError:
            yield BadLine(line, "This is nested too deeply to be a conversation")
            return
        except ValueError as error:
            yield BadLine(line, f"This is not JSON: {_sentence(error)}")
            return
        yield _Found(line, value)
    rest = _skip(text, at + 1, " \t\r\n")
    if rest < len(text):
        yield BadLine(line + text.count("\n", counted, rest), "Something follows the end of the array")


def _skip(text: str, at: int, characters: str) -> int:
    while at < len(text) and text[at] in characters:
        at += 1
    return at


def _sentence(error: ValueError) -> str:
    return one_line(error.msg if isinstance(error, json.JSONDecodeError) else str(error))


def _score(found: _Found, rules: Rules, now: int, *, text_only: bool) -> Scored | BadLine:
    if not isinstance(found.value, dict):
        return BadLine(found.line, _NOT_A_CONVERSATION)
    try:
        conversation = read_conversation(found.value)
    except ValueError as error:
        return BadLine(found.line, one_line(str(error)))
    return Scored(conversation.id, assess(conversation, (), rules, now, text_only=text_only))


def _json_line(scored: Scored) -> str:
    assessment = scored.assessment
    line = {
        "id": scored.id,
        "score": round(assessment.score, 4),
        "escalate": assessment.escalates,
        "signals": [{**asdict(signal), "weight": round(signal.weight, 4)} for signal in assessment.signals],
        "sentiment": assessment.sentiment,
        "category": assessment.category,
    }
    return json.dumps(line, ensure_ascii=False) + "\n"


def _explanation(scored: Scored) -> str:
    assessment = scored.assessment
    verdict = "ESCALATE" if assessment.escalates else "ordinary"
    numbers = f"{assessment.score:.2f} of {assessment.threshold:.2f}"
    lines = [f"{one_line(scored.id)}  {verdict}  {numbers}  {assessment.sentiment}, {assessment.category}"]
    for signal in assessment.signals:
        bar = "#" * max(1, round(signal.weight * _BAR))
        quote = f"  “{signal.quote}”" if signal.quote else ""
        lines.append(f"  {signal.weight:.2f} {bar:<{_BAR}} {signal.kind}: {signal.detail}{quote}")
    if assessment.why_not:
        lines.append(f"  {assessment.why_not}")
    if assessment.crosses_at is not None:
        lines.append(f"  reaches the threshold at {_moment(assessment.crosses_at)} if nobody answers")
    return "\n".join(lines) + "\n"


def _moment(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (OverflowError, OSError, ValueError):
        return f"{seconds} (unix seconds)"
