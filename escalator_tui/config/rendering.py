"""config.toml written from the schema: every field with its documentation above it and its default."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import tomli_w
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from escalator_tui.config.schema import Settings

HEADER = """\
# Escalator's settings. Every line that is commented out shows the default.
# Environment variables (named in brackets) and .env override this file. Secrets are refused here:
# SCALEKIT_CLIENT_SECRET and INTERCOM_WEBHOOK_SECRET belong in the environment, in .env or in the keyring.
"""


def render_config() -> str:
    """A complete, commented config.toml that changes nothing: each key is commented out at its default."""
    return "\n".join([HEADER, *(_render_table(name, type(section)) for name, section in Settings() if isinstance(section, BaseModel))])


def _render_table(name: str, section: type[BaseModel]) -> str:
    lines = [f"# {section.__doc__}", f"[{name}]"]
    for key, info in section.model_fields.items():
        if info.annotation is not SecretStr:
            lines += _render_field(key, info)
    return "\n".join(lines) + "\n"


def _render_field(key: str, info: FieldInfo) -> Iterator[str]:
    extra = info.json_schema_extra
    variable = f" [{extra['env']}]" if isinstance(extra, dict) and "env" in extra else ""
    yield from (f"# {line}" for line in textwrap.wrap((info.description or "") + variable, 118))
    default = info.get_default(call_default_factory=True)
    # TOML knows no null: an unset value is shown as an empty key.
    yield (
        f"# {key} ="
        if default is None
        else f"# {tomli_w.dumps({key: _plain(default)}).strip() if not isinstance(default, dict) else f'{key} = {{}}'}"
    )


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
