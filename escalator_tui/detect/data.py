"""The files beside the lexicon's code."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any


def read_data(name: str) -> dict[str, Any]:
    """One JSON file of the lexicon's folder."""
    data: dict[str, Any] = json.loads(resources.files(__package__).joinpath("lexicon", f"{name}.json").read_text(encoding="utf-8"))
    return data
