"""config.toml written from the schema: every field with its documentation above it and its default."""

from __future__ import annotations

import ast
import inspect
import itertools
import textwrap
from collections.abc import Iterator

import tomli_w
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from escalator_tui.config.schema import Settings

HEADER = """\
# Escalator's settings, each at its default.
# Environment variables (named in brackets) and .env override this file. Secrets are refused here:
# SCALEKIT_CLIENT_SECRET and INTERCOM_WEBHOOK_SECRET belong in the environment, in .env or in the keyring.
"""

# Tables in a list cannot stand beside an empty value of the same name, so one stands commented out.
EXAMPLES = {"segments": ("[[detection.segments]]", 'name = "big accounts"', 'plans = ["enterprise"]', "threshold = 0.3")}


def render_config() -> str:
    """A complete config.toml that changes nothing: each key stands at its default, below what it means."""
    return "\n".join([HEADER, *(_render_table(name, section) for name, section in Settings() if isinstance(section, BaseModel))])


def _render_table(name: str, section: BaseModel) -> str:
    fields = {key: info for key, info in type(section).model_fields.items() if info.annotation is not SecretStr}
    told = docs_of(type(section))
    body = [line for key, info in fields.items() for line in _render_field(key, info, told.get(key, ""), getattr(section, key))]
    return "\n".join([f"# {section.__doc__}", f"[{name}]", *body]) + "\n"


def docs_of(section: type[BaseModel]) -> dict[str, str]:
    """The docstrings under the fields. Pydantic could collect them, but would read the source at every start of the program."""
    (made,) = ast.parse(textwrap.dedent(inspect.getsource(section))).body
    body = made.body if isinstance(made, ast.ClassDef) else []
    return {
        field.target.id: inspect.cleandoc(doc.value.value)
        for field, doc in itertools.pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(doc, ast.Expr) and isinstance(doc.value, ast.Constant) and isinstance(doc.value.value, str)
    }


def _render_field(key: str, info: FieldInfo, doc: str, default: object) -> Iterator[str]:
    extra = info.json_schema_extra
    variable = f" [{extra['env']}]" if isinstance(extra, dict) and "env" in extra else ""
    yield from (f"# {line}" for line in textwrap.wrap(doc + variable, 118))
    if key in EXAMPLES:
        yield from (f"# {line}" for line in EXAMPLES[key])
    else:
        # TOML knows no null: an unset value stands commented out.
        yield f"# {key} =" if default is None else f"{key} = {_render_value(default)}"


def _render_value(value: object) -> str:
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, tuple):
        return f"[{', '.join(_render_value(each) for each in value)}]"
    return tomli_w.dumps({"_": value}).removeprefix("_ = ").strip()
