"""Settings from config.toml, .env, the environment and the system keyring. Later ones win; secrets never come from config.toml."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

import platformdirs

from escalator_tui.config.checking import checked
from escalator_tui.config.keyrings import kept
from escalator_tui.config.schema import Settings
from escalator_tui.config.section import Secret, environment_of, from_text
from escalator_tui.model.errors import ConfigError

NEEDED = ("scalekit", "client_secret", "SCALEKIT_CLIENT_SECRET")

MEND = "Mend the line it names, or write a new file with `escalator init`."


def load_settings(path: Path | None = None, profile: str | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings in force. Raises ConfigError with the file, the key and the cure."""
    file = find_config(path)
    values = read_toml(file, profile) if file else _no_profile(profile)
    overlay(values, {**read_dotenv(file), **environ})
    _fill_secret_from_keyring(values)
    try:
        return checked(values)
    except ValueError as error:
        raise ConfigError(str(error), cure=_cure(file)) from None


def told(settings: Settings, err: TextIO) -> Settings:
    """The same settings, once what they say in vain was written to `err`."""
    err.writelines(f"escalator: {remark}\n" for remark in settings.detection.remarks())
    return settings


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
        raise ConfigError(f"{file} cannot be read: {unreadable(error)}", cure=MEND) from None
    return parse_toml(file, text, profile)


def unreadable(error: Exception) -> str:
    """Why a file cannot be read, with the first line that is not UTF-8."""
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        return f"line {line} is not text in UTF-8"
    return str(error)


def parse_toml(file: Path, text: str, profile: str | None) -> dict[str, Any]:
    """The same of the text of a file."""
    import tomllib  # and dotenv below: many run without either file

    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} cannot be read: {error}", cure=MEND) from None
    _refuse_secrets(file, values)
    profiles = values.pop("profile", {})
    if not isinstance(profiles, dict):
        raise ConfigError(f"{file}: profile is no table of tables", cure="Write [profile.NAME.…] tables.")
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
    from dotenv import dotenv_values

    try:
        return {name: value for name, value in dotenv_values(found).items() if value is not None}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{found} cannot be read: {unreadable(error)}", cure="It must be a readable text file of NAME=value lines."
        ) from None


def overlay(values: dict[str, Any], environ: Mapping[str, str]) -> None:
    """Lay the environment's values over the tables, in place. An empty variable counts as unset."""
    for table, key, name, kind in environment_of(Settings):
        if given := environ.get(name):
            section = values.setdefault(table, {})
            if isinstance(section, dict):
                section[key] = from_text(_text(name, given), kind)


def _text(name: str, given: str) -> str:
    """The variable's value, unless it holds bytes that are no text, which nothing could send or print."""
    try:
        given.encode()
    except UnicodeEncodeError:
        raise ConfigError(f"{name} is not text in UTF-8", cure=f"Set {name} anew.") from None
    return given


def _secret_fields() -> Iterator[tuple[str, str, str]]:
    return ((each.table, each.key, each.variable) for each in environment_of(Settings) if each.kind is Secret)


def _no_profile(profile: str | None) -> dict[str, Any]:
    if profile is not None:
        raise ConfigError(
            f"There is no profile {profile}: no config.toml was found", cure="Run `escalator init`, or name the file with --config."
        )
    return {}


def _refuse_secrets(file: Path, values: object) -> None:
    for path, name in _secrets_in(values, ()):
        raise ConfigError(
            f"{file} holds a secret: {'.'.join(path)}",
            cure=f"Take it out of the file (and replace it at the service if the file was shared), then set {name} in the environment, "
            "in .env or in the keyring.",
        )


def _secrets_in(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Where a secret stands, in whatever table or list, with the variable it belongs in."""
    if isinstance(value, dict):
        for key, each in value.items():
            if name := _secret_called(key, path):
                yield (*path, key), name
            yield from _secrets_in(each, (*path, key))
    elif isinstance(value, list):
        for each in value:
            yield from _secrets_in(each, path)


def _secret_called(key: str, path: tuple[str, ...]) -> str:
    """The variable of the secret that a key names, by either of its names, or "". The table tells which of two client secrets it is."""
    secrets = list(_secret_fields())
    if key.upper() in (name for _, _, name in secrets):
        return key.upper()
    if key.lower() not in (field for _, field, _ in secrets):
        return ""
    by_key = next(name for _, field, name in secrets if field == key.lower())
    return next((name for table, _, name in secrets if table in path), by_key)


def _fill_secret_from_keyring(values: dict[str, Any]) -> None:
    # Asking takes longer than all the rest of a start, so it is asked only for want of the secret without which nothing runs.
    table, key, name = NEEDED
    section = values.get(table, {})
    if isinstance(section, dict) and not section.get(key) and (secret := kept(name)):
        values.setdefault(table, section)[key] = secret


def _cure(file: Path | None) -> str:
    where = f"Mend it in {file}, .env or the environment" if file else "Mend it in .env or the environment"
    return f"{where}; `escalator init` writes a commented config.toml."
