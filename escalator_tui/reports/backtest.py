"""`escalator backtest`: what other settings would have decided over recorded history, or over a file of conversations."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any, TextIO

from escalator_tui.agent.cases import labelled_cases
from escalator_tui.agent.flips import Replay
from escalator_tui.agent.rehearsing import rehearse
from escalator_tui.agent.replay import LIMIT, Rehearsal
from escalator_tui.config import Settings
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.ledger.locations import is_there
from escalator_tui.model.conversation import Conversation
from escalator_tui.model.errors import ConfigError
from escalator_tui.model.rules import Rules
from escalator_tui.model.text import one_line
from escalator_tui.reports.exported import conversation_in
from escalator_tui.reports.input import BadLine, Found, open_lines, read_values
from escalator_tui.reports.replay import flip_data, flip_lines, replay_data, total_lines

LABELS = ("label", "escalated")
YES, NO = frozenset({"1", "true", "yes", "escalate", "escalated"}), frozenset({"0", "false", "no", "dismiss", "dismissed", "ordinary"})


def backtest_ledger(settings: Settings, proposed: Rules, *, days: float | None, as_json: bool, out: TextIO) -> int:
    """Replay the ledger's history. Returns the exit code. Raises ConfigError when there is none."""
    with ExitStack() as stack:
        rehearsal = rehearse(open_existing(settings, stack), settings.rules, days=days)
    _tell(rehearsal.replay(proposed), as_json=as_json, out=out)
    return 0


def backtest_file(path: str, in_force: Rules, proposed: Rules, *, as_json: bool, out: TextIO, err: TextIO, stdin: TextIO) -> int:
    """Replay a file ("-" is stdin). Returns the exit code: 1 when a line was bad. Raises ConfigError when it cannot be opened."""
    found: list[tuple[Conversation, bool | None]] = []
    bad = 0
    with ExitStack() as stack:
        for each in read_values(open_lines(path, stdin, stack)):
            read = each if isinstance(each, BadLine) else _read(each)
            if isinstance(read, BadLine):
                bad += 1
                err.write(f"{one_line(path)}, line {read.line}: {read.error}\n")
            else:
                found.append(read)
    _tell(Rehearsal(labelled_cases(found), in_force).replay(proposed), as_json=as_json, out=out)
    return 1 if bad else 0


def open_existing(settings: Settings, stack: ExitStack) -> Ledger:
    """The configured ledger, closed with the stack. Raises ConfigError instead of making one: a new one has no history."""
    if not is_there(settings.ledger.url):
        raise ConfigError(
            "There is no ledger yet, so there is no history", cure="Run `escalator` for a while, or name a file of conversations."
        )
    ledger = Ledger.open(settings.ledger.url, to_read=True)
    stack.callback(ledger.close)
    return ledger


def _read(found: Found) -> tuple[Conversation, bool | None] | BadLine:
    try:
        return conversation_in(found.value), _verdict(found.value)
    except ValueError as error:
        return BadLine(found.line, one_line(str(error)))


def _verdict(value: Mapping[str, Any]) -> bool | None:
    """What the file says of a conversation, None when it says nothing that is understood."""
    said = next((str(value[name]).strip().casefold() for name in LABELS if value.get(name) is not None), "")
    return True if said in YES else False if said in NO else None


def _tell(replay: Replay, *, as_json: bool, out: TextIO) -> None:
    for line in _json_lines(replay) if as_json else _text_lines(replay):
        out.write(f"{line}\n")
    out.flush()


def _json_lines(replay: Replay) -> Iterator[str]:
    for flip in replay.flips:
        yield json.dumps(flip_data(flip), ensure_ascii=False)
    yield json.dumps({"event": "summary", **replay_data(replay)})


def _text_lines(replay: Replay) -> Iterator[str]:
    for flip in replay.flips:
        yield from flip_lines(flip)
    if replay.flips:
        yield ""
    if replay.cases >= LIMIT:
        yield f"The {LIMIT} conversations updated last."
    yield from total_lines(replay)
