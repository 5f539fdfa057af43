"""Single settings of detection written into config.toml: comments, order and line ends stay, and nothing is lost when it fails."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from escalator_tui.config.checking import checked
from escalator_tui.config.loading import MEND, find_config, parse_toml, unreadable
from escalator_tui.model.errors import ConfigError

if TYPE_CHECKING:
    from escalator_tui.model.rules import Rules

NEW_MODE = 0o644


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a configuration file that has not been made yet. `before` is None when there is no file."""

    path: Path
    before: bytes | None
    after: bytes

    @property
    def diff(self) -> str:
        """The change as a unified diff."""
        old, new = ((text or b"").decode("utf-8").splitlines() for text in (self.before, self.after))
        name = str(self.path)
        return "\n".join(difflib.unified_diff(old, new, name if self.before is not None else "(no file)", name, lineterm=""))

    def write(self) -> None:
        """Make it, all or nothing. Raises ConfigError when the file is another by now, or cannot be written."""
        if _read(self.path) != self.before:
            raise ConfigError(f"{self.path} was changed meanwhile. Nothing was written", cure="Look at the change again, then save.")
        target = self.path.resolve()  # a link stays a link
        try:
            _refuse_read_only(target)
            _replace(target, self.after)
        except OSError as error:
            raise ConfigError(f"{self.path} cannot be written: {error.strerror}", cure="Give yourself write access to it.") from None


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """The configuration file in force, or where a new one would be, and the profile that is laid over it."""

    path: Path
    profile: str | None = None

    @classmethod
    def found(cls, path: Path | None, profile: str | None) -> ConfigFile:
        """The file that the settings come from, else config.toml in the working folder."""
        return cls(find_config(path) or Path("config.toml"), profile)

    def edit(self, before: Rules, after: Rules) -> Edit:
        """What has to be written so that the second rules are in force instead of the first.

        Raises ConfigError when the file cannot be read or written, or would not say that then.
        """
        from escalator_tui.config.editing import edited  # the app starts without these
        from escalator_tui.config.phrases import reconciled

        after = reconciled(after)
        old = _read(self.path)
        text = _decoded(self.path, old or b"")
        if old is not None:
            self._rules(text)
        new = edited(text, self.profile, before, after)
        rules = self._rules(new)
        wrong = [name for name, was, wanted in differences(before, after) if _differs(getattr(rules, name), was, wanted)]
        if wrong:
            raise ConfigError(f"{self.path} is written so that detection.{wrong[0]} cannot be set there", cure=self._by_hand)
        return Edit(self.path, old, new.encode("utf-8"))

    @property
    def _by_hand(self) -> str:
        return f"Change it in {self.path} by hand."

    def _rules(self, text: str) -> Rules:
        """What the text says, without the environment."""
        values = parse_toml(self.path, text, self.profile) if text else {}
        try:
            return checked(values).rules
        except ValueError as error:
            raise ConfigError(f"{self.path} is not valid: {error}. Nothing was written", cure=self._by_hand) from None


def differences(before: Rules, after: Rules) -> list[tuple[str, Any, Any]]:
    """(name, old, new) of every setting of detection in which the rules differ."""
    names = ("preset", "threshold", "weights", "words", "words_removed")
    return [(name, getattr(before, name), getattr(after, name)) for name in names if getattr(before, name) != getattr(after, name)]


def _differs(found: object, old: object, new: object) -> bool:
    """Of tables and lists, what was changed must be there; what somebody else put in besides may be."""
    if isinstance(found, Mapping) and isinstance(old, Mapping) and isinstance(new, Mapping):
        return any(found.get(key) != new.get(key) for key in old.keys() | new.keys() if old.get(key) != new.get(key))
    if isinstance(found, frozenset) and isinstance(old, frozenset) and isinstance(new, frozenset):
        return not (new - old <= found and not (old - new) & found)
    return found != new


def _decoded(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} cannot be read: {unreadable(error)}", cure=MEND) from None


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}", cure="Give yourself read access to it.") from None


def _refuse_read_only(target: Path) -> None:
    # Putting a new file in its place needs no right to write to the old one; who made it read-only meant it all the same.
    if target.exists() and not (os.access(target, os.W_OK) and target.stat().st_mode & 0o222):
        raise ConfigError(f"{target} is read-only. Nothing was written", cure="Give yourself write access to it, or change it elsewhere.")


def _replace(target: Path, content: bytes) -> None:
    import tempfile

    mode = target.stat().st_mode & 0o7777 if target.exists() else NEW_MODE
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        if target.exists():
            with suppress(PermissionError):
                os.chown(name, target.stat().st_uid, target.stat().st_gid)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
