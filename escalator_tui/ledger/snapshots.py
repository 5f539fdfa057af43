"""Frozen dataclasses to JSON text and back."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from msgspec import json

T = TypeVar("T")


def dump(value: object) -> str:
    """The value as JSON text."""
    return json.encode(value).decode()


def load(kind: type[T], text: str) -> T:
    """The value a JSON text stands for."""
    wanted: Any = kind
    value: T = _decoder(wanted).decode(text)
    return value


@cache
def _decoder(kind: Any) -> json.Decoder[Any]:  # noqa: ANN401 - a type of any dataclass
    return json.Decoder(kind)
