"""config.toml written from the schema: every field with its documentation above it and its default."""

from __future__ import annotations

import ast
import inspect
import itertools
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import tomli_w
from msgspec.structs import FieldInfo, fields

from escalator_tui.config.schema import Settings
from escalator_tui.config.section import Secret, Section, variable_of
from escalator_tui.model.errors import ConfigError

HEADER = """\
# Escalator's settings, each at its default.
# Environment variables (named in brackets) and .env override this file. Secrets are refused here:
# SCALEKIT_CLIENT_SECRET and INTERCOM_WEBHOOK_SECRET belong in the environment, in .env or in the keyring.
"""

# Tables in a list cannot stand beside an empty value of the same name, so one stands commented out.
EXAMPLES = {"segments": ("[[detection.segments]]", 'name = "big accounts"', 'plans = ["enterprise"]', "threshold = 0.3")}


def render_config() -> str:
    """A complete config.toml that changes nothing: each key stands at its default, below what it means."""
    return "\n".join([HEADER, *(_render_table(table.name, getattr(Settings(), table.name)) for table in fields(Settings))])


def write_config(path: Path, *, replace: bool) -> None:
    """Write that to a file. Raises ConfigError when it exists, and is not to be replaced, or cannot be written."""
    try:
        with path.open("w" if replace else "x", encoding="utf-8") as file:
            file.write(render_config())
    except FileExistsError:
        raise ConfigError(f"{path} exists already", cure="Name another file with --config, or replace it with --force.") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}", cure="Name another file with --config.") from None


def _render_table(name: str, section: Section) -> str:
    told = docs_of(type(section))
    keys = [each for each in fields(section) if get_args(each.type)[:1] != (Secret,)]
    body = [line for key in keys for line in _render_field(key, told.get(key.name, ""), getattr(section, key.name))]
    return "\n".join([f"# {section.__doc__}", f"[{name}]", *body]) + "\n"


def docs_of(section: type[Section]) -> dict[str, str]:
    """The docstrings under the fields."""
    (made,) = ast.parse(textwrap.dedent(inspect.getsource(section))).body
    body = made.body if isinstance(made, ast.ClassDef) else []
    return {
        field.target.id: inspect.cleandoc(doc.value.value)
        for field, doc in itertools.pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(doc, ast.Expr) and isinstance(doc.value, ast.Constant) and isinstance(doc.value.value, str)
    }


def _render_field(key: FieldInfo, doc: str, default: object) -> Iterator[str]:
    variable = f" [{name}]" if (name := variable_of(key)) else ""
    yield from (f"# {line}" for line in textwrap.wrap(doc + variable, 118))
    if key.name in EXAMPLES:
        yield from (f"# {line}" for line in EXAMPLES[key.name])
    else:
        # TOML knows no null: an unset value stands commented out.
        yield f"# {key.name} =" if default is None else f"{key.name} = {_render_value(default)}"


def _render_value(value: object) -> str:
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, tuple):
        return f"[{', '.join(_render_value(each) for each in value)}]"
    return tomli_w.dumps({"_": value}).removeprefix("_ = ").strip()
