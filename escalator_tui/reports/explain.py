"""`escalator explain`: why a conversation has the score it has, of a file or of the ledger."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, TextIO

from escalator_tui.config import Settings
from escalator_tui.detect.explaining import Explanation, explain
from escalator_tui.detect.history import DAYS
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.ledger.locations import is_there
from escalator_tui.model.errors import ConfigError
from escalator_tui.model.text import one_line
from escalator_tui.reports.input import BadLine, open_lines
from escalator_tui.reports.score import Seen, assessment_data, assessment_lines, conversations

_DAY: Final = 86_400


def run_explain(
    target: str, settings: Settings, *, now: int | None, text_only: bool, as_json: bool, out: TextIO, err: TextIO, stdin: TextIO
) -> int:
    """Explain every conversation of a file ("-" is stdin), or the one with this id in the ledger. Returns the exit code: 1 when a line was
    bad. Raises ConfigError when there is neither such a file nor such a conversation.
    """
    at = int(time.time()) if now is None else now
    seen = Seen()
    with ExitStack() as stack:
        is_file = target == "-" or _is_there(Path(target))
        lines = open_lines(target, stdin, stack) if is_file else ()
        found = _of_file(lines, settings, at, text_only, seen) if is_file else _of_ledger(target, settings, at, text_only)
        for each in found:
            if isinstance(each, BadLine):
                err.write(f"{one_line(target)}, line {each.line}: {each.error}\n")
            else:
                out.write(_json_line(each) if as_json else "\n".join(_lines(each)) + "\n")
    out.flush()
    if is_file:
        err.write(seen.emptiness(target))
    if now is None and not text_only:
        err.write(seen.hint(target, at))
    return 1 if seen.bad else 0


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return True  # whoever opens it says why it cannot be


def _of_file(lines: Iterable[str], settings: Settings, now: int, text_only: bool, seen: Seen) -> Iterator[Explanation | BadLine]:
    for each in conversations(lines, seen):
        yield each if isinstance(each, BadLine) else explain(each, (), settings.rules, now, text_only=text_only)


def _of_ledger(conversation_id: str, settings: Settings, now: int, text_only: bool) -> Iterator[Explanation]:
    missing = ConfigError(
        f"There is no file {one_line(conversation_id)}, and no conversation with this id in the ledger",
        cure="Name a file of conversations, or the id of one that was polled.",
    )
    if not is_there(settings.ledger.url):
        raise missing
    ledger = Ledger.open(settings.ledger.url, to_read=True)
    try:
        record = ledger.record(conversation_id)
        if record is None:
            raise missing
        history = ledger.history_of(record.conversation, now - DAYS * _DAY)
        yield explain(record.conversation, history, settings.rules, now, text_only=text_only)
    finally:
        ledger.close()


def _lines(explanation: Explanation) -> Iterator[str]:
    yield from assessment_lines(explanation.assessment.conversation_id, explanation.assessment)
    segments = f", segments {', '.join(map(one_line, explanation.segments))}" if explanation.segments else ""
    yield f"  by preset {explanation.preset}{segments}"
    for each in explanation.ignored:
        family = f" ({each.family})" if each.family else ""
        yield f"  ignored, {each.reason}: “{each.words}”{family}"


def _json_line(explanation: Explanation) -> str:
    assessment = explanation.assessment
    data: dict[str, Any] = assessment_data(assessment.conversation_id, assessment) | {
        "threshold": assessment.threshold,
        "preset": explanation.preset,
        "segments": explanation.segments,
        "why_not": assessment.why_not,
        "crosses_at": assessment.crosses_at,
        "ignored": [asdict(each) for each in explanation.ignored],
    }
    return json.dumps(data, ensure_ascii=False) + "\n"
