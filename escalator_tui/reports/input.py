"""Conversations from a file or from stdin: JSON lines, or one JSON array."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from escalator_tui.model.errors import ConfigError
from escalator_tui.model.text import one_line


@dataclass(frozen=True, slots=True)
class BadLine:
    """Something that could not be read as a conversation: the line (from 1) it begins on, and why in one sentence."""

    line: int
    error: str


@dataclass(frozen=True, slots=True)
class Found:
    """One JSON value and the line (from 1) it begins on."""

    line: int
    value: Any


def open_lines(path: str, stdin: TextIO, stack: ExitStack) -> TextIO:
    """A file, or stdin for "-". Raises ConfigError when it cannot be opened."""
    if path == "-":
        return stdin
    try:
        return stack.enter_context(Path(path).open(encoding="utf-8-sig", errors="replace"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ConfigError(f"{one_line(path)} cannot be read: {reason}", cure='Name a file of conversations, or "-" for stdin') from None


def read_values(lines: Iterable[str]) -> Iterator[Found | BadLine]:
    """Every JSON value. Lines are read one by one, an array at once."""
    numbered = enumerate(lines, 1)
    for number, line in numbered:
        text = line.strip().removeprefix("\ufeff")
        if not text:
            continue
        if text.startswith("["):
            yield from _read_array(chain([(number, line.removeprefix("\ufeff"))], numbered))
            return
        yield _parse(number, text)


def _parse(number: int, text: str) -> Found | BadLine:
    try:
        return Found(number, json.loads(text))
    except RecursionError:
        return BadLine(number, "This is nested too deeply to be a conversation")
    except ValueError as error:
        return BadLine(number, f"This is not JSON: {_sentence(error)}")


def _read_array(numbered: Iterable[tuple[int, str]]) -> Iterator[Found | BadLine]:
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
        yield Found(line, value)
    rest = _skip(text, at + 1, " \t\r\n")
    if rest < len(text):
        yield BadLine(line + text.count("\n", counted, rest), "Something follows the end of the array")


def _skip(text: str, at: int, characters: str) -> int:
    while at < len(text) and text[at] in characters:
        at += 1
    return at


def _sentence(error: ValueError) -> str:
    return one_line(error.msg if isinstance(error, json.JSONDecodeError) else str(error))
