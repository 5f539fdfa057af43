"""Frozen dataclasses to JSON text and back."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")


def dump(value: object) -> str:
    """The value as JSON text."""
    kind: Any = type(value)
    return _adapter(kind).dump_json(value).decode()


def load(kind: type[T], text: str) -> T:
    """The value a JSON text stands for."""
    wanted: Any = kind
    value: T = _adapter(wanted).validate_json(text)
    return value


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - a type of any dataclass
    from pydantic import TypeAdapter

    return TypeAdapter(kind)
