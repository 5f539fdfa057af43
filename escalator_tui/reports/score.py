"""`escalator score`: conversations from a file or from stdin, assessed offline."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from escalator_tui.detect import assess
from escalator_tui.model.assessment import Assessment
from escalator_tui.model.conversation import Conversation
from escalator_tui.model.rules import Rules
from escalator_tui.model.text import one_line
from escalator_tui.reports.exported import conversation_in, nameless
from escalator_tui.reports.input import BadLine, Found, open_lines, read_values

_BAR: Final = 20
_DAY: Final = 86_400
_OLD: Final = 7 * _DAY


@dataclass(frozen=True, slots=True)
class Scored:
    """One conversation and what was found."""

    id: str
    assessment: Assessment


@dataclass(slots=True)
class Seen:
    """Of what a file holds: how many conversations and bad lines, the newest message, in unix seconds (0 when none has a time), and the
    parts without an author.
    """

    read: int = 0
    bad: int = 0
    newest: int = 0
    nameless: int = 0

    def see(self, conversation: Conversation | BadLine) -> None:
        """Take in another conversation, or what is none."""
        if isinstance(conversation, BadLine):
            self.bad += 1
            return
        self.read += 1
        self.newest = max(self.newest, *(part.created_at or 0 for part in conversation.parts), 0)
        self.nameless += nameless(conversation)

    def hint(self, path: str, now: int) -> str:
        """A line about a file so old that whatever is open in it has been waiting for ages by now; empty for any other."""
        age = now - self.newest
        if not self.newest or age <= _OLD:
            return ""
        return f"{one_line(path)} ends {age // _DAY} days ago and is scored as of now; --now {self.newest} scores it as of then\n"

    def emptiness(self, path: str) -> str:
        """A line about a file that holds nothing at all; empty for any other."""
        return "" if self.read or self.bad else f"{one_line(path)} holds no conversation\n"

    def remark(self, path: str) -> str:
        """A line about parts that count for nothing because nobody is known to have written them; empty when there are none."""
        if not self.nameless:
            return ""
        parts = "1 part has" if self.nameless == 1 else f"{self.nameless} parts have"
        return f"{one_line(path)}: {parts} no author that is known and did not count (`escalator explain` quotes what was said)\n"


def score_file(lines: Iterable[str], rules: Rules, now: int, text_only: bool, seen: Seen | None = None) -> Iterator[Scored | BadLine]:
    """Assess every conversation in JSON lines, or in one JSON array, in input order. Lines are read one by one, an array at once."""
    for each in conversations(lines, seen or Seen()):
        yield each if isinstance(each, BadLine) else Scored(each.id, assess(each, (), rules, now, text_only=text_only))


def run_score(path: str, *, rules: Rules, now: int | None, text_only: bool, as_json: bool, out: TextIO, err: TextIO, stdin: TextIO) -> int:
    """Print the assessments of a file ("-" is stdin) to `out` and bad lines to `err`. Returns the exit code: 1 when a line was bad.

    `now` in unix seconds fixes the clock. Raises ConfigError when the file cannot be opened.
    """
    at = int(time.time()) if now is None else now
    seen = Seen()
    with ExitStack() as stack:
        for result in score_file(open_lines(path, stdin, stack), rules, at, text_only, seen):
            if isinstance(result, BadLine):
                err.write(f"{one_line(path)}, line {result.line}: {result.error}\n")
            else:
                out.write(_json_line(result) if as_json else _explanation(result))
    out.flush()
    err.write(seen.emptiness(path) + seen.remark(path))
    if now is None and not text_only:
        err.write(seen.hint(path, at))
    return 1 if seen.bad else 0


def conversations(lines: Iterable[str], seen: Seen) -> Iterator[Conversation | BadLine]:
    """Every conversation of a file, which `seen` takes in as well, and why something in it is none."""
    for found in read_values(lines):
        read = found if isinstance(found, BadLine) else conversation_of(found)
        seen.see(read)
        yield read


def conversation_of(found: Found) -> Conversation | BadLine:
    """The conversation that a value stands for, or why it is none."""
    try:
        return conversation_in(found.value)
    except ValueError as error:
        return BadLine(found.line, one_line(str(error)))


def assessment_data(conversation_id: str, assessment: Assessment) -> dict[str, Any]:
    """What `score --json` tells of one conversation."""
    return {
        "id": conversation_id,
        "score": round(assessment.score, 4),
        "escalate": assessment.escalates,
        "signals": [{**asdict(signal), "weight": round(signal.weight, 4)} for signal in assessment.signals],
        "sentiment": assessment.sentiment,
        "category": assessment.category,
    }


def _json_line(scored: Scored) -> str:
    return json.dumps(assessment_data(scored.id, scored.assessment), ensure_ascii=False) + "\n"


def _explanation(scored: Scored) -> str:
    return "\n".join(assessment_lines(scored.id, scored.assessment)) + "\n"


def assessment_lines(conversation_id: str, assessment: Assessment) -> list[str]:
    """The verdict, each signal with its weight and the customer's words, and what is missing to the threshold."""
    verdict = "ESCALATE" if assessment.escalates else "ordinary"
    lines = [f"{one_line(conversation_id)}  {verdict}  {assessment.standing}  {assessment.sentiment}, {assessment.category}"]
    for signal in assessment.signals:
        bar = "#" * max(1, round(signal.weight * _BAR))
        quote = f"  “{signal.quote}”" if signal.quote else ""
        lines.append(f"  {signal.weight:.2f} {bar:<{_BAR}} {signal.kind}: {signal.detail}{quote}")
    if assessment.why_not:
        lines.append(f"  {assessment.why_not}")
    if assessment.crosses_at is not None:
        lines.append(f"  reaches the threshold at {_moment(assessment.crosses_at)} if nobody answers")
    return lines


def _moment(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (OverflowError, OSError, ValueError):
        return f"{seconds} (unix seconds)"
