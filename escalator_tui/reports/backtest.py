"""`escalator backtest`: what other settings would have decided over recorded history, or over a file of conversations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final, TextIO

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
from escalator_tui.reports.input import BadLine, Found, open_lines, read_values
from escalator_tui.reports.replay import flip_data, flip_lines, replay_data, total_lines
from escalator_tui.reports.score import Seen, conversation_of

_LEDGER_OR_FILE: Final = "Run `escalator` for a while, or name a file of conversations."
_SHOWN: Final = 40  # characters
LABELS = ("label", "escalated")
YES, NO = frozenset({"1", "true", "yes", "escalate", "escalated"}), frozenset({"0", "false", "no", "dismiss", "dismissed", "ordinary"})


@dataclass(slots=True)
class Unclear:
    """Labels that are not understood: how many, and the line (from 1) and the words of the first."""

    count: int = 0
    line: int = 0
    words: str = ""

    def see(self, line: int, words: str) -> None:
        """Take in another label; no words are no label."""
        if words and not self.count:
            self.line, self.words = line, one_line(words[:_SHOWN])
        self.count += bool(words)

    def remark(self, path: str) -> str:
        """A line about them; empty when there are none."""
        if not self.count:
            return ""
        many = "1 label is" if self.count == 1 else f"{self.count} labels are"
        first = f"“{self.words}” on line {self.line}"
        return f"{one_line(path)}: {many} not understood and judged nothing, first {first}; use true or false, escalated or dismissed\n"


def backtest_ledger(settings: Settings, proposed: Rules, *, days: float | None, as_json: bool, out: TextIO) -> int:
    """Replay the ledger's history. Returns the exit code. Raises ConfigError when there is none."""
    with ExitStack() as stack:
        rehearsal = rehearse(open_existing(settings, stack, _LEDGER_OR_FILE), settings.rules, days=days)
    _tell(rehearsal.replay(proposed), as_json=as_json, out=out)
    return 0


def backtest_file(path: str, in_force: Rules, proposed: Rules, *, as_json: bool, out: TextIO, err: TextIO, stdin: TextIO) -> int:
    """Replay a file ("-" is stdin). Returns the exit code: 1 when a line was bad. Raises ConfigError when it cannot be opened."""
    found: list[tuple[Conversation, bool | None]] = []
    seen, unclear = Seen(), Unclear()
    with ExitStack() as stack:
        for each in read_values(open_lines(path, stdin, stack)):
            read = each if isinstance(each, BadLine) else _read(each, unclear)
            if isinstance(read, BadLine):
                err.write(f"{one_line(path)}, line {read.line}: {read.error}\n")
                seen.see(read)
            else:
                found.append(read)
                seen.see(read[0])
    _tell(Rehearsal(labelled_cases(found), in_force).replay(proposed), as_json=as_json, out=out)
    err.write(seen.emptiness(path) + unclear.remark(path))
    return 1 if seen.bad else 0


def open_existing(settings: Settings, stack: ExitStack, cure: str = "Run `escalator` for a while.") -> Ledger:
    """The configured ledger, closed with the stack. Raises ConfigError instead of making one: a new one has no history."""
    if not is_there(settings.ledger.url):
        raise ConfigError("There is no ledger yet, so there is no history", cure=cure)
    ledger = Ledger.open(settings.ledger.url, to_read=True)
    stack.callback(ledger.close)
    return ledger


def _read(found: Found, unclear: Unclear) -> tuple[Conversation, bool | None] | BadLine:
    read = conversation_of(found)
    return read if isinstance(read, BadLine) else (read, _verdict(found, unclear))


def _verdict(found: Found, unclear: Unclear) -> bool | None:
    """What the file says of a conversation, None when it says nothing that is understood: then `unclear` takes it in."""
    given = next((found.value[name] for name in LABELS if found.value.get(name) is not None), "")
    said = str(given).strip().casefold()
    if said in YES or said in NO:
        return said in YES
    unclear.see(found.line, said)
    return None


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
