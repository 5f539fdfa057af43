"""Opens what a run needs (settings, ledger, services, agent) and hands it to a front end: the terminal app or the headless agent."""

from __future__ import annotations

import gc
import io
import logging
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from escalator_tui.logs import log_file, log_to
from escalator_tui.model.errors import ConfigError
from escalator_tui.terminal import require_terminal

if TYPE_CHECKING:
    from escalator_tui.agent.desk import Desk
    from escalator_tui.agent.late import LateDesk
    from escalator_tui.config import Settings
    from escalator_tui.config.saving import ConfigFile

OPENING_SECONDS = 0.3
"""How long leaving waits for a ledger that is just being opened."""


@dataclass(frozen=True, slots=True)
class Globals:
    """The options that hold for every command."""

    config: Path | None = None
    profile: str | None = None
    as_json: bool = False
    verbose: bool = False
    is_demo: bool = False
    """Whether ledger and services end with the run: nothing comes from the user's folder into them, and nothing is written there."""

    def settings(self) -> Settings:
        """The settings in force. Raises ConfigError; what they say in vain is told on stderr."""
        from escalator_tui.config.loading import load_settings, told

        return told(load_settings(self.config, self.profile), sys.stderr)

    def config_file(self) -> ConfigFile:
        """The configuration file in force, or where a new one would be."""
        from escalator_tui.config.saving import ConfigFile

        return ConfigFile.found(self.config, self.profile)

    def memory(self) -> Path | None:
        """Where the reference agent's may lie: beside the configuration file in force, else in the working folder; nowhere in a demo."""
        from escalator_tui.config.loading import find_config

        if self.is_demo:
            return None
        found = find_config(self.config)
        return found.parent if found else Path()


@dataclass(frozen=True, slots=True)
class Launch:
    """How to run. Raises ConfigError for options that do not go together."""

    auto: bool = False
    once: bool = False
    poll: bool = False
    dry_run: bool = False
    drain: float | None = None
    read_only: bool = False
    plain: bool = False

    def __post_init__(self) -> None:
        if self.once and self.poll:
            raise ConfigError("--once and --poll exclude each other", cure="Give one of them.")
        if not self.auto and (self.once or self.poll or self.dry_run or self.drain is not None):
            raise ConfigError("--once, --poll, --dry-run and --drain belong to the headless agent", cure="Add --auto.")
        if self.auto and self.plain:
            raise ConfigError("--plain and --auto exclude each other", cure="Give one of them.")
        if self.auto and self.read_only:
            raise ConfigError("--read-only belongs to the terminal app", cure="Use --dry-run with --auto.")

    def start(self, given: Globals) -> int:
        """Run until it ends; returns the exit code. Raises EscalatorError."""
        if not self.auto and not self.plain:
            # Importing makes thousands of objects that all stay: looking for garbage among them took a tenth of the start.
            gc.disable()
        settings = given.settings()
        settings.require_services()
        if self.auto:
            log_to(logging.StreamHandler(sys.stderr), verbose=given.verbose)
            return self._run_headless(settings, given)
        if self.plain:
            from escalator_tui.session.crash import RedactedFormatter

            log_to(log_file(demo=given.is_demo), verbose=given.verbose, formatter=RedactedFormatter)
            return self._run_plain(settings, given)
        require_terminal(demo=given.is_demo)
        return self._run_app(settings, given)

    def _run_headless(self, settings: Settings, given: Globals) -> int:
        from escalator_tui.unattended import run_headless

        repeat = self.poll or (settings.polling.enabled and not self.once)
        drain = 120.0 if self.drain is None else self.drain
        return run_headless(settings, given.memory(), repeat=repeat, drain=drain, dry_run=self.dry_run, as_json=given.as_json)

    def _run_app(self, settings: Settings, given: Globals) -> int:
        from escalator_tui.running import run_app
        from escalator_tui.session.crash import RedactedFormatter

        log_to(log_file(demo=given.is_demo), verbose=given.verbose, formatter=RedactedFormatter)
        with _late_desk(settings, given) as desk:
            config = None if given.is_demo else given.config_file()
            return run_app(cast("Desk", desk), settings, read_only=self.read_only, is_demo=given.is_demo, config=config, opening=desk.open)

    def _run_plain(self, settings: Settings, given: Globals) -> int:
        from escalator_tui.agent.opening import open_agent
        from escalator_tui.plain.running import run_plain
        from escalator_tui.services.gateway import open_services
        from escalator_tui.session.memory import MemoryFile, memory_path

        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")
        with closing(open_services(settings)) as services, open_agent(settings, services, given.memory()) as agent:
            memory = MemoryFile(memory_path(demo=given.is_demo))
            return run_plain(agent, settings, sys.stdin, sys.stdout, read_only=self.read_only, is_demo=given.is_demo, memory=memory)


def receive_webhooks(given: Globals, host: str, port: int) -> int:
    """Hear Intercom's webhooks until interrupted. Raises EscalatorError."""
    from escalator_tui.webhook.running import run_webhooks

    settings = given.settings()
    log_to(logging.StreamHandler(sys.stderr), verbose=given.verbose)
    return run_webhooks(settings, given.memory(), host, port, as_json=given.as_json)


@contextmanager
def _late_desk(settings: Settings, given: Globals) -> Iterator[LateDesk]:
    """An agent that is opened later, and closed at the end if it was."""
    from escalator_tui.agent.late import LateDesk

    def opening() -> Desk:
        from escalator_tui.agent.opening import open_agent
        from escalator_tui.services.gateway import open_services

        services = opened.enter_context(closing(open_services(settings)))
        return opened.enter_context(open_agent(settings, services, given.memory()))

    with ExitStack() as opened:
        desk = LateDesk(opening)
        try:
            yield desk
        finally:
            desk.settle(OPENING_SECONDS)
