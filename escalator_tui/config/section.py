"""What the settings' schema is made of: tables, secrets, and fields that the environment overrides."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, NamedTuple, get_args, get_origin

from msgspec import Meta, Struct
from msgspec.structs import FieldInfo, fields

FLAGS = dict.fromkeys(("true", "1", "yes", "y", "on", "t"), True) | dict.fromkeys(("false", "0", "no", "n", "off", "f"), False)
"""What says true or false in the environment, in any case of letters."""


def from_text(text: str, kind: type) -> object:
    """The number, or the true or false, that a text of the environment says. The text itself when it says none, or none is wanted."""
    if kind is bool:
        return FLAGS.get(text.strip().lower(), text)
    try:
        return kind(text) if kind in (int, float) else text
    except ValueError:
        return _whole(text) if kind is int else text


def _whole(text: str) -> object:
    """3.0 is a whole number as well."""
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else text


def env(name: str, **bounds: Any) -> Meta:  # noqa: ANN401 - as msgspec's own Meta
    """Marks a field that the environment variable `name` overrides."""
    return Meta(extra={"env": name}, **bounds)


class Secret:
    """A text that is not printed by mistake."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def get_secret_value(self) -> str:
        """The text itself."""
        return self._value

    def __eq__(self, other: object) -> bool:
        """By the text."""
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        """By the text."""
        return hash(self._value)

    def __repr__(self) -> str:
        """Whether there is one."""
        return "Secret('**********')" if self._value else "Secret('')"


class Section(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of config.toml. What it holds is judged when it is read (see checking.py), not when it is made in code."""


class Setting(NamedTuple):
    """A field that the environment overrides."""

    table: str
    key: str
    variable: str
    kind: type


@cache
def environment_of(settings: type[Section]) -> tuple[Setting, ...]:
    """Every field of the tables that an environment variable can set."""
    return tuple(
        Setting(table.name, key.name, variable, get_args(key.type)[0])
        for table in fields(settings)
        for key in keys_of(table)
        if (variable := variable_of(key))
    )


def keys_of(table: FieldInfo) -> tuple[FieldInfo, ...]:
    """The fields of a table."""
    return fields(table.type)


def variable_of(key: FieldInfo) -> str:
    """The environment variable that overrides a field, if one does."""
    marks = get_args(key.type)[1:] if get_origin(key.type) is Annotated else ()
    return next((each.extra["env"] for each in marks if isinstance(each, Meta) and each.extra), "")
