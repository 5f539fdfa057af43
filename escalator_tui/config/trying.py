"""Settings with some of detection's changed for a trial."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Sequence
from typing import Any

from msgspec.structs import asdict, replace

from escalator_tui.config.checking import checked
from escalator_tui.config.detection import DetectionSettings
from escalator_tui.config.phrases import reconciled, unheard
from escalator_tui.config.schema import Settings
from escalator_tui.detect.evidence import is_heard
from escalator_tui.model.errors import ConfigError

TABLE = "detection"


@dataclasses.dataclass(frozen=True, slots=True)
class Trial:
    """What to change: `assignments` such as detection.threshold=0.5, `added` phrases such as churn=moving on, `removed` phrases."""

    assignments: Sequence[str] = ()
    added: Sequence[str] = ()
    removed: Sequence[str] = ()
    preset: str | None = None


def changed(settings: Settings, trial: Trial) -> Settings:
    """The settings with the trial's changes. Raises ConfigError for one that cannot be."""
    values: dict[str, Any] = _plain(settings.detection)
    if trial.preset is not None:
        values["preset"] = trial.preset
    for each in trial.assignments:
        _assign(values, each)
    values = _plain(_valid(values))
    for each in trial.added:
        family, phrase = _pair(each, "--add", 'churn="offboarding checklist"')
        values["words"] = {**values["words"], family: (*values["words"].get(family, ()), phrase)}
    rules = replace(settings, detection=_valid(values)).rules
    for phrase in trial.removed:
        if not is_heard(phrase, rules):
            raise ConfigError(f"--remove {phrase}: {unheard(phrase, rules)}", cure="Name a phrase as `escalator explain` shows it.")
    if not trial.removed:
        return replace(settings, detection=_valid(values))
    tried = reconciled(dataclasses.replace(rules, words_removed=rules.words_removed.union(trial.removed)))
    values |= {"words": dict(tried.words), "words_removed": tuple(sorted(tried.words_removed))}
    return replace(settings, detection=_valid(values))


def _valid(values: dict[str, Any]) -> DetectionSettings:
    try:
        return checked({TABLE: values}).detection
    except ValueError as error:
        raise ConfigError(str(error), cure="Give the change another value; `escalator init` shows every key.") from None


def _plain(detection: DetectionSettings) -> dict[str, Any]:
    """What config.toml would say."""
    return {**asdict(detection), "segments": [asdict(each) for each in detection.segments]}


def _assign(values: dict[str, Any], assignment: str) -> None:
    key, text = _pair(assignment, "--set", "detection.threshold=0.5")
    table, *path = key.split(".")
    if table != TABLE or not 1 <= len(path) <= 2:
        raise ConfigError(f"--set {assignment}: only settings of detection can be tried", cure="Name one, such as detection.threshold=0.5.")
    if len(path) == 1:
        values[path[0]] = _value(text)
        return
    inner = values.get(path[0])
    if not isinstance(inner, dict):
        raise ConfigError(f"--set {assignment}: {table}.{path[0]} has no keys", cure="Name one, such as detection.weights.churn=0.6.")
    values[path[0]] = {**inner, path[1]: _value(text)}


def _value(text: str) -> Any:  # noqa: ANN401 - whatever TOML can say; the schema judges it
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _pair(given: str, option: str, example: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    name, value = name.strip(), value.strip()
    if not (name and equals and value):
        raise ConfigError(f"{option} {given}: a name, = and a value are needed", cure=f"Write {option} {example}.")
    return name, value
