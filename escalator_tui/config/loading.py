"""Settings from config.toml, .env, the environment and the system keyring. Later ones win; secrets never come from config.toml."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args, get_origin

import platformdirs
from dotenv import dotenv_values
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from escalator_tui.config.schema import Settings
from escalator_tui.model.errors import ConfigError

KEYRING_SERVICE = "escalator"
NEEDED = ("scalekit", "client_secret", "SCALEKIT_CLIENT_SECRET")
MEND = "Mend the line it names, or write a new file with `escalator init`."


def load_settings(path: Path | None = None, profile: str | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings in force. Raises ConfigError with the file, the key and the cure."""
    file = find_config(path)
    values = read_toml(file, profile) if file else _no_profile(profile)
    overlay(values, {**read_dotenv(file), **environ})
    _fill_secrets_from_keyring(values)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigError(explain(error, values), cure=_cure(file)) from None


def find_config(path: Path | None) -> Path | None:
    """The configuration file: the one named, else ./config.toml, else the user's, else none."""
    if path is not None:
        if not path.is_file():
            raise ConfigError(f"There is no configuration file {path}", cure="Name an existing one, or run `escalator init` to write one.")
        return path
    candidates = (Path("config.toml"), platformdirs.user_config_path("escalator") / "config.toml")
    return next((each for each in candidates if each.is_file()), None)


def read_toml(file: Path, profile: str | None) -> dict[str, Any]:
    """The tables of a file, with those of `[profile.NAME]` laid over them."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}", cure=MEND) from None
    return parse_toml(file, text, profile)


def parse_toml(file: Path, text: str, profile: str | None) -> dict[str, Any]:
    """The same of the text of a file."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} cannot be read: {error}", cure=MEND) from None
    profiles = values.pop("profile", {})
    if not isinstance(profiles, dict):
        raise ConfigError(f"{file}: profile is {profiles!r}, not tables", cure="Write [profile.NAME.…] tables.")
    _refuse_secrets(file, values, *profiles.values())
    if profile is None:
        return values
    if not isinstance(profiles.get(profile), dict):
        raise ConfigError(f"{file} has no profile {profile}", cure=f"Add a table [profile.{profile}.…], or leave --profile out.")
    for name, table in profiles[profile].items():
        below = values.get(name)
        values[name] = {**below, **table} if isinstance(table, dict) and isinstance(below, dict) else table
    return values


def read_dotenv(file: Path | None) -> dict[str, str]:
    """The .env file beside the configuration file or in the working folder, if there is one."""
    found = (file.parent if file else Path()) / ".env"
    found = found if found.is_file() else Path(".env")
    if not found.is_file():
        return {}
    try:
        return {name: value for name, value in dotenv_values(found).items() if value is not None}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{found} cannot be read: {error}", cure="It must be a readable text file of NAME=value lines.") from None


def overlay(values: dict[str, Any], environ: Mapping[str, str]) -> None:
    """Lay the environment's values over the tables, in place. An empty variable counts as unset."""
    for table, key, name, _ in environment_fields():
        if environ.get(name):
            section = values.setdefault(table, {})
            if isinstance(section, dict):
                section[key] = environ[name]


def environment_fields() -> Iterator[tuple[str, str, str, FieldInfo]]:
    """Every field an environment variable can set: table, key, variable, field."""
    for table, info in Settings.model_fields.items():
        section = info.annotation
        if not (isinstance(section, type) and issubclass(section, BaseModel)):
            continue
        for key, field in section.model_fields.items():
            extra = field.json_schema_extra
            if isinstance(extra, dict) and "env" in extra:
                yield table, key, str(extra["env"]), field


def _secret_fields() -> Iterator[tuple[str, str, str]]:
    return ((table, key, name) for table, key, name, field in environment_fields() if field.annotation is SecretStr)


def _no_profile(profile: str | None) -> dict[str, Any]:
    if profile is not None:
        raise ConfigError(
            f"There is no profile {profile}: no config.toml was found", cure="Run `escalator init`, or name the file with --config."
        )
    return {}


def _refuse_secrets(file: Path, *layers: object) -> None:
    for table, key, name in _secret_fields():
        if any(isinstance(layer, dict) and isinstance(layer.get(table), dict) and key in layer[table] for layer in layers):
            raise ConfigError(
                f"{file} holds a secret: {table}.{key}",
                cure=f"Take it out of the file (and replace it at the service if the file was shared), then set {name} in the environment, "
                "in .env or in the keyring.",
            )


def _fill_secrets_from_keyring(values: dict[str, Any]) -> None:
    # Asking takes longer than all the rest of a start, so it is asked only for want of the secret without which nothing runs.
    tables = {name: table for name, table in values.items() if isinstance(table, dict)}
    wanted = [
        (table, key, name)
        for table, key, name in _secret_fields()
        if table not in values or (table in tables and not tables[table].get(key))
    ]
    if NEEDED not in wanted or find_spec("keyring") is None:
        return
    import keyring
    from keyring.errors import KeyringError

    for table, key, name in wanted:
        try:
            secret = keyring.get_password(KEYRING_SERVICE, name)
        except KeyringError:
            return  # no usable keyring on this machine; a secret that is missing is named when it is needed
        if secret:
            values.setdefault(table, {})[key] = secret


def explain(error: ValidationError, values: Mapping[str, Any]) -> str:
    """What is wrong with the values, key by key."""
    return "; ".join(_explain_one(tuple(map(str, each["loc"])), each["type"], each["msg"], values) for each in error.errors())


def _explain_one(loc: tuple[str, ...], kind: str, message: str, values: Mapping[str, Any]) -> str:
    name = ".".join(loc)
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(loc[-1], _known_keys(loc[:-1]), n=1, cutoff=0.5)
        return f"unknown key {name}" + (f" (did you mean {'.'.join((*loc[:-1], near[0]))}?)" if near else "")
    given: Any = values
    for key in loc:
        if isinstance(given, list | tuple):
            given = given[int(key)] if key.isdigit() and int(key) < len(given) else None
        else:
            given = given.get(key) if isinstance(given, Mapping) else None
    variable = next((env for table, key, env, _ in environment_fields() if (table, key) == loc[:2]), None)
    where = f"{name} ({variable})" if variable else name
    return f"{where} is {given!r}: {message[:1].lower()}{message[1:]}"


def _known_keys(loc: tuple[str, ...]) -> list[str]:
    fields: dict[str, FieldInfo] = Settings.model_fields
    for key in loc:
        if key.isdigit():
            continue  # a table of a list
        section = _table(fields[key].annotation) if key in fields else None
        fields = section.model_fields if isinstance(section, type) and issubclass(section, BaseModel) else {}
    return list(fields)


def _table(annotation: Any) -> Any:  # noqa: ANN401
    """The type of a table, or of the tables in a list."""
    return get_args(annotation)[0] if get_origin(annotation) is tuple else annotation


def _cure(file: Path | None) -> str:
    where = f"Mend it in {file}, .env or the environment" if file else "Mend it in .env or the environment"
    return f"{where}; `escalator init` writes a commented config.toml."
