"""Settings made from plain values, and what is said of values that none can be made from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from msgspec import ValidationError, convert
from msgspec.structs import FieldInfo, fields

from escalator_tui.config.schema import Settings
from escalator_tui.config.section import Section, environment_of, from_text

WORDS = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false", "array": "a list", "object": "a table"}
"""What people call the types that the checker names."""

Path = tuple[str, ...]


def checked(values: Mapping[str, Any]) -> Settings:
    """The settings that the tables say. Raises ValueError that tells of every key what is wrong with it."""
    try:
        settings: Settings = _read(values, Settings)
    except ValidationError as error:
        raise ValueError("; ".join(_complaints(Settings, values, ())) or str(error)) from None
    return settings


def _stripped(value: Any) -> Any:  # noqa: ANN401 - whatever TOML can say
    """The same without the blanks around texts."""
    match value:
        case str():
            return value.strip()
        case Mapping():
            return {key: _stripped(each) for key, each in value.items()}
        case list() | tuple():
            return [_stripped(each) for each in value]
        case _:
            return value


def _read(value: object, kind: Any) -> Any:  # noqa: ANN401
    return convert(_stripped(value), kind, dec_hook=lambda kind, text: kind(text))


def _complaints(kind: Any, value: Any, path: Path) -> Iterator[str]:  # noqa: ANN401
    """What is wrong with a value, down to the key. The checker itself stops at the first fault and does not name the keys of tables."""
    inner = list(_parts(kind, value))
    told = [each for key, part, one in inner for each in _complaints(part, one, (*path, key))]
    if isinstance(kind, type) and issubclass(kind, Section) and isinstance(value, Mapping):
        told += [_unknown((*path, key), kind) for key in value if key not in _keys(kind)]
        told += [f"{_name((*path, key))} is missing" for key, field in _keys(kind).items() if field.required and key not in value]
    if told:
        yield from told
        return
    try:
        _read(value, kind)
    except ValidationError as error:
        # What a table or a list holds may be a secret that stands where none is looked for.
        shown = "" if isinstance(value, Mapping | list | tuple) else f" is {value!r}"
        yield f"{_name(path)}{shown}: {_worded(str(error), kind)}{_unquoted(value, kind)}"


def _unquoted(value: object, kind: Any) -> str:  # noqa: ANN401
    """How to write a number, or true and false, that stands in quotes."""
    meant = next((each for each in _alternatives(kind) if each in (bool, int, float)), None)
    said = from_text(value, meant) if isinstance(value, str) and meant else value
    return "" if isinstance(said, str) or not isinstance(value, str) else f" (write {str(said).lower().removesuffix('.0')} without quotes)"


def _alternatives(kind: Any) -> Iterator[Any]:  # noqa: ANN401
    """The types that a type is made of: itself, or those of a union, without their bounds."""
    if get_origin(kind) is Annotated:
        yield from _alternatives(get_args(kind)[0])
    elif isinstance(kind, UnionType) or get_origin(kind) is Union:
        yield from (inner for each in get_args(kind) for inner in _alternatives(each))
    else:
        yield kind


def _parts(kind: Any, value: Any) -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401
    """(name, type, value) of what a table or a list holds."""
    if isinstance(kind, type) and issubclass(kind, Section):
        if isinstance(value, Mapping):
            yield from ((key, field.type, value[key]) for key, field in _keys(kind).items() if key in value)
    elif get_origin(kind) is dict and isinstance(value, Mapping):
        yield from ((key, get_args(kind)[1], each) for key, each in value.items())
    elif get_origin(kind) is tuple and isinstance(value, list | tuple):
        yield from ((str(at), get_args(kind)[0], each) for at, each in enumerate(value))


def _keys(kind: type[Section]) -> dict[str, FieldInfo]:
    return {each.name: each for each in fields(kind)}


def _unknown(path: Path, kind: type[Section]) -> str:
    import difflib

    near = difflib.get_close_matches(path[-1], _keys(kind), n=1, cutoff=0.5)
    return f"unknown key {'.'.join(path)}" + (f" (did you mean {'.'.join((*path[:-1], near[0]))}?)" if near else "")


def _name(path: Path) -> str:
    variable = next((each.variable for each in environment_of(Settings) if (each.table, each.key) == path), "")
    return ".".join(path) + (f" ({variable})" if variable else "")


def _worded(message: str, kind: Any) -> str:  # noqa: ANN401
    """The checker's message for people."""
    choices = next((get_args(each) for each in (kind, *get_args(kind)) if get_origin(each) is Literal), ())
    if choices:
        return f"expected {' or '.join(map(repr, choices))}"
    told = message.partition(" - at `$")[0]
    told = re.sub(r"`([^`]*)`", lambda found: " or ".join(WORDS.get(each, each) for each in found[1].split(" | ") if each != "null"), told)
    return told[:1].lower() + told[1:]
