"""Tool answers, whatever wraps them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from escalator_tui.model.text import one_line

_WAIT = re.compile(r"retry[ _-]?after[\"':=\s]{0,4}(\d{1,6})", re.IGNORECASE)


def unwrap(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The service's own answer. Scalekit's MCP connectors wrap it as text in {"content": [{"type": "text", "text": "<json>"}]}."""
    content = answer.get("content")
    if not isinstance(content, list):
        return dict(answer)
    texts = (each["text"] for each in content if isinstance(each, Mapping) and isinstance(each.get("text"), str))
    return next((found for found in map(json_object, texts) if found), dict(answer))


def json_object(text: str) -> dict[str, Any]:
    """The JSON object that the text is or contains (providers put one behind an "HTTP 400: "); empty when there is none."""
    start, end = text.find("{"), text.rfind("}")
    if not 0 <= start < end:
        return {}
    try:
        found = json.loads(text[start : end + 1])
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is an object, else an empty one: a step into an answer whose shape is not to be relied on."""
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list; empty when it is no list."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def text_of(value: object) -> str:
    """The value if it is text, else an empty string."""
    return value if isinstance(value, str) else ""


def because(reason: str | None) -> str:
    """What a service gave as its reason, to go at the end of a sentence; empty when it gave none."""
    said = one_line(reason or "").rstrip(". ")
    return f": {said}" if said else ""


def wait_told(text: str) -> float | None:
    """The seconds of a Retry-After that is handed on in an error's text, None where there is none: Scalekit shows no headers."""
    found = _WAIT.search(text)
    return float(found[1]) if found else None
