"""What every table of config.toml has in common."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


def env(name: str, default: Any, **constraints: Any) -> Any:  # noqa: ANN401 - as pydantic's own Field
    """A field that the environment variable `name` overrides."""
    return Field(default=default, json_schema_extra={"env": name}, **constraints)


class Section(BaseModel):
    """A table of config.toml. Unknown keys are refused, with the nearest known one."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
