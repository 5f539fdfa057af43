"""Conversations from a file or from stdin: JSON lines, or one JSON array."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import Any, Final, TextIO

from escalator_tui.model.errors import ConfigError
from escalator_tui.model.text import one_line

_ENOUGH: Final = 4_096  # bytes, to tell text from what is none
_UNDECODED: Final = re.compile("[\udc80-\udcff]")  # what "surrogateescape" makes of bytes that are no UTF-8
_FOREIGN: Final = "This is not UTF-8 text: words would be lost, so convert the file to UTF-8"


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
    """A file, or stdin for "-". Raises ConfigError when it cannot be opened or is not text."""
    if path == "-":
        if isinstance(stdin, TextIOWrapper):
            stdin.reconfigure(encoding="utf-8-sig", errors="surrogateescape")
        return stdin
    try:
        if not _is_text(Path(path)):
            raise ConfigError(f"{one_line(path)} is not UTF-8 text", cure="Name a file of conversations in JSON.")
        return stack.enter_context(Path(path).open(encoding="utf-8-sig", errors="surrogateescape"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ConfigError(f"{one_line(path)} cannot be read: {reason}", cure='Name a file of conversations, or "-" for stdin') from None


def _is_text(path: Path) -> bool:
    """Whether a file looks like JSON rather than something binary. A zero byte within JSON is an error of its line, not of the file."""
    if not path.is_file():
        return True  # a pipe is read once only, and a folder is refused in the system's words
    with path.open("rb") as file:
        start = file.read(_ENOUGH).removeprefix(b"\xef\xbb\xbf").lstrip()
    return b"\0" not in start or start.startswith((b"{", b"["))


def read_values(lines: Iterable[str]) -> Iterator[Found | BadLine]:
    """Every JSON value. Lines are read one by one, an array or a document that spans lines at once. Of a page of Intercom's list of
    conversations ({"conversations": […]}) these are the values.
    """
    for found in _read(enumerate(lines, 1)):
        pages = found.value.get("conversations") if isinstance(found, Found) and isinstance(found.value, dict) else None
        if isinstance(pages, list):
            yield from (Found(found.line, value) for value in pages)
        else:
            yield found


def _read(numbered: Iterator[tuple[int, str]]) -> Iterator[Found | BadLine]:
    is_first = True
    for number, line in numbered:
        text = line.strip().removeprefix("\ufeff")
        if not text:
            continue
        if text.startswith("["):
            yield from _read_array(chain([(number, line.removeprefix("\ufeff"))], numbered))
            return
        if is_first and text.startswith("{") and not text.endswith("}"):
            yield from _read_document([(number, text), *numbered])
            return
        is_first = False
        yield _parse(number, text)


def _read_document(numbered: list[tuple[int, str]]) -> Iterator[Found | BadLine]:
    """One value written over several lines, or, when it is none and a line alone is, the values of the lines."""
    whole = _parse(numbered[0][0], "\n".join(line.rstrip("\r\n") for _, line in numbered))
    if isinstance(whole, Found) or whole.error == _FOREIGN:
        yield whole
        return
    lines = [_parse(number, line.strip()) for number, line in numbered if line.strip()]
    yield from lines if any(isinstance(each, Found) for each in lines) else [whole]


def _parse(number: int, text: str) -> Found | BadLine:
    try:
        value = json.loads(text)
    except RecursionError:
        return BadLine(number, "This is nested too deeply to be a conversation")
    except ValueError as error:
        return _not_json(error, number, number)
    return BadLine(number, _FOREIGN) if _UNDECODED.search(text) else Found(number, value)


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
        begins = at
        try:
            value, at = decoder.raw_decode(text, at)
        except RecursionError:
            yield BadLine(line, "This is nested too deeply to be a conversation")
            return
        except ValueError as error:
            yield _not_json(error, line, first)
            return
        yield BadLine(line, _FOREIGN) if _UNDECODED.search(text, begins, at) else Found(line, value)
    rest = _skip(text, at + 1, " \t\r\n")
    if rest < len(text):
        yield BadLine(line + text.count("\n", counted, rest), "Something follows the end of the array")


def _skip(text: str, at: int, characters: str) -> int:
    while at < len(text) and text[at] in characters:
        at += 1
    return at


def _not_json(error: ValueError, line: int, first: int) -> BadLine:
    """Where something that begins on `line` of a text that begins on `first` is no JSON, and why. Some of the parser's reasons end with the
    word that its own position would follow.
    """
    if not isinstance(error, json.JSONDecodeError):
        return BadLine(line, f"This is not JSON: {one_line(str(error))}")
    reason = error.msg.removesuffix(" at").removesuffix(" starting")
    return BadLine(first + error.lineno - 1, f"This is not JSON at column {error.colno}: {reason[:1].lower()}{reason[1:]}")
