"""The text of config.toml with other rules of detection in it. tomlkit keeps what it does not change; it is loaded only here."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from escalator_tui.model.rules import Rules

HEADER = "# Escalator's settings. `escalator init` shows every one with its default.\n"


def edited(text: str, profile: str | None, before: Rules, after: Rules) -> str:
    """The text with every difference between the rules written into [detection], or into that of the profile. Line ends stay.

    Of tables and lists only the changed entries are touched, unless the profile has none of its own: then it gets all of them.
    """
    import tomlkit

    ends = "\r\n" if "\n" in text and text.count("\n") == text.count("\r\n") else "\n"
    plain = text.replace("\r\n", "\n") if ends == "\r\n" else text
    if not plain.strip():
        plain = HEADER
    path = ["detection"] if profile is None else ["profile", profile, "detection"]
    document = tomlkit.parse(_with_table(_uncommented(plain, path, before, after), path))
    table: Any = document
    for each in path:
        table = table[each]
    for name in ("preset", "threshold"):
        if getattr(before, name) != getattr(after, name):
            _put(table, name, getattr(after, name))
    for name in ("weights", "words"):
        _merge(table, name, getattr(before, name), getattr(after, name))
    _list(table, before.words_removed, after.words_removed)
    written = tomlkit.dumps(document)
    return written.replace("\n", ends) if ends == "\r\n" else written


def _with_table(text: str, path: list[str]) -> str:
    """The text with the table at its end, if it has none."""
    table: Any = tomllib.loads(text)
    for each in path:
        table = table.get(each)
        if not isinstance(table, dict):
            return f"{text.rstrip()}\n\n[{_header(path)}]\n"
    return text


def _header(path: list[str]) -> str:
    return ".".join(each if re.fullmatch(r"[A-Za-z0-9_-]+", each) else json.dumps(each) for each in path)


def _uncommented(text: str, path: list[str], before: Rules, after: Rules) -> str:
    """The threshold stands commented out in a fresh file, below what it means: that is its place."""
    if before.threshold == after.threshold or after.threshold is None:
        return text
    start = re.search(rf"^\s*\[{re.escape(_header(path))}\][^\n]*\n", text, re.MULTILINE)
    if start is None:
        return text
    end = re.search(r"^\s*\[", text[start.end() :], re.MULTILINE)
    stop = start.end() + end.start() if end else len(text)
    section = text[start.end() : stop]
    if re.search(r"^\s*threshold\s*=", section, re.MULTILINE):
        return text
    opened = re.sub(r"^#\s*threshold\s*=[^\n]*$", f"threshold = {after.threshold!r}", section, count=1, flags=re.MULTILINE)
    return text[: start.end()] + opened + text[stop:]


def _put(table: Any, key: str, value: object) -> None:  # noqa: ANN401
    """Set a key, take it away when there is no value, or add it behind the table's last key."""
    if value is None:
        table.pop(key, None)
    elif key in table:
        table[key] = value
    else:
        _append(table, key, value)


def _append(table: Any, key: str, value: object) -> None:  # noqa: ANN401
    # What follows the last key (a blank line, the next table's comment) belongs to the next table, though tomlkit keeps it here.
    body = table.value.body if hasattr(table, "value") and hasattr(table.value, "body") else []
    tail = []
    while body and body[-1][0] is None:
        tail.append(body.pop()[1])
    table.append(key, value)
    for item in reversed(tail):
        table.add(item)


def _merge(table: Any, key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:  # noqa: ANN401
    if before == after:
        return
    import tomlkit

    if not table.get(key):
        whole = tomlkit.inline_table()
        whole.update({name: _plain(value) for name, value in after.items()})
        _put(table, key, whole)
        return
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            _put(table[key], name, _plain(after.get(name)))


def _list(table: Any, before: Iterable[str], after: Iterable[str]) -> None:  # noqa: ANN401
    gone, new = set(before) - set(after), set(after) - set(before)
    if not gone and not new:
        return
    if "words_removed" not in table:
        _append(table, "words_removed", sorted(after))
        return
    listed = table["words_removed"]
    for each in gone & set(listed):
        listed.remove(each)
    for each in sorted(new - set(listed)):
        listed.append(each)


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
