"""Opens what a run needs (settings, ledger, services, agent) and hands it to a front end: the terminal app or the headless agent."""

from __future__ import annotations

import gc
import io
import logging
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from escalator_tui.logs import log_file, log_to
from escalator_tui.model.errors import ConfigError, EscalatorError
from escalator_tui.terminal import require_terminal

if TYPE_CHECKING:
    from types import FrameType

    from escalator_tui.agent.cycle import Agent
    from escalator_tui.agent.desk import Desk
    from escalator_tui.agent.late import LateDesk
    from escalator_tui.config import Settings
    from escalator_tui.config.saving import ConfigFile
    from escalator_tui.services.connection import ConnectionStatus
    from escalator_tui.services.gateway import Services

INTERRUPTED = 130
GRACE_SECONDS = 3.0
"""How long calls under way may take to end after Ctrl+C or SIGTERM. The ledger bears being cut off: what is owed stays owed."""

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

    def folder(self) -> Path:
        """Where the configuration file in force lies, else the working folder."""
        from escalator_tui.config.loading import find_config

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
            from escalator_tui.widgets.crash import RedactedFormatter

            log_to(log_file(demo=given.is_demo), verbose=given.verbose, formatter=RedactedFormatter)
            return self._run_plain(settings, given)
        require_terminal(demo=given.is_demo)
        return self._run_app(settings, given)

    def _run_app(self, settings: Settings, given: Globals) -> int:
        from escalator_tui.running import run_app
        from escalator_tui.widgets.crash import RedactedFormatter

        log_to(log_file(demo=given.is_demo), verbose=given.verbose, formatter=RedactedFormatter)
        with _late_desk(settings, given) as desk:
            config = None if given.is_demo else given.config_file()
            return run_app(cast("Desk", desk), settings, read_only=self.read_only, is_demo=given.is_demo, config=config, opening=desk.open)

    def _run_plain(self, settings: Settings, given: Globals) -> int:
        from escalator_tui.plain.running import run_plain
        from escalator_tui.services.gateway import open_services
        from escalator_tui.widgets.memory import MemoryFile, memory_path

        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")
        with closing(open_services(settings)) as services, _agent(settings, services, given) as agent:
            memory = MemoryFile(memory_path(demo=given.is_demo))
            return run_plain(agent, settings, sys.stdin, sys.stdout, read_only=self.read_only, is_demo=given.is_demo, memory=memory)

    def _run_headless(self, settings: Settings, given: Globals) -> int:
        interrupted = threading.Event()
        with _interruptible(interrupted):
            try:
                code = self._headless(settings, given, interrupted)
            except EscalatorError:
                # Whoever asked for the end takes no answer but that.
                if not interrupted.is_set():
                    raise
        return INTERRUPTED if interrupted.is_set() else code

    def _headless(self, settings: Settings, given: Globals, interrupted: threading.Event) -> int:
        from escalator_tui.services.authorization import statuses
        from escalator_tui.services.backoff import Backoff
        from escalator_tui.services.gateway import open_services

        services = open_services(settings)
        backoff = Backoff(time.monotonic, interrupted.wait, random.Random())  # noqa: S311 - spreads retries, keeps no secret
        with closing(services), ThreadPoolExecutor(1, thread_name_prefix="check") as early:
            # The first answers are on their way while the ledger, and what else takes long to import, is opened.
            services.scalekit.load()
            first: Future[list[ConnectionStatus]] | None = early.submit(statuses, services.scalekit, backoff)
            early.submit(_read_lexicon, settings)
            from escalator_tui.headless import Headless, Options

            def check() -> list[ConnectionStatus]:
                nonlocal first
                answer, first = first, None
                return answer.result() if answer else statuses(services.scalekit, backoff)

            repeat = self.poll or (settings.polling.enabled and not self.once)
            drain = 120.0 if self.drain is None else self.drain
            options = Options(repeat, settings.polling.interval_minutes * 60, drain, self.dry_run, given.as_json)
            with _agent(settings, services, given) as agent:
                return Headless(agent, options, check=check, stop=interrupted, out=sys.stdout, err=sys.stderr).run()


def receive_webhooks(given: Globals, host: str, port: int) -> int:
    """Hear Intercom's webhooks until interrupted. Raises EscalatorError."""
    from escalator_tui.services.gateway import open_services
    from escalator_tui.webhook.running import listen, receive

    settings = given.settings()
    settings.require_services(linear_team=False)
    secret = settings.require_webhook_secret()
    log_to(logging.StreamHandler(sys.stderr), verbose=given.verbose)
    stop = threading.Event()
    services = open_services(settings)
    # Now, or the first hint would wait a second for it.
    services.scalekit.load()
    _read_lexicon(settings)
    with _interruptible(stop), listen(host, port) as socket, closing(services), _agent(settings, services, given) as agent:
        receive(agent, socket, secret, as_json=given.as_json, stop=stop, out=sys.stdout, err=sys.stderr)
    return INTERRUPTED


def _read_lexicon(settings: Settings) -> None:
    from escalator_tui.detect import assess
    from escalator_tui.model.conversation import Conversation

    assess(Conversation(id=""), (), settings.rules, 0)


@contextmanager
def _late_desk(settings: Settings, given: Globals) -> Iterator[LateDesk]:
    """An agent that is opened later, and closed at the end if it was."""
    from escalator_tui.agent.late import LateDesk

    def opening() -> Desk:
        from escalator_tui.services.gateway import open_services

        services = opened.enter_context(closing(open_services(settings)))
        return opened.enter_context(_agent(settings, services, given))

    with ExitStack() as opened:
        desk = LateDesk(opening)
        try:
            yield desk
        finally:
            desk.settle(OPENING_SECONDS)


@contextmanager
def _agent(settings: Settings, services: Services, given: Globals) -> Iterator[Agent]:
    """An agent over the configured ledger, closed at the end."""
    from escalator_tui.agent.cycle import Agent
    from escalator_tui.agent.legacy import import_reference_state
    from escalator_tui.ledger.ledger import Ledger

    agent = Agent(settings, Ledger.open(settings.ledger.url), services)
    with closing(agent):
        if not given.is_demo:
            import_reference_state(agent.ledger, given.folder())
        yield agent


@contextmanager
def _interruptible(asked: threading.Event) -> Iterator[None]:
    """Ctrl+C and SIGTERM ask for an end, and force it when calls under way do not end in time or the user insists."""

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            os._exit(INTERRUPTED)
        asked.set()
        print("escalator: interrupted; what is owed stays in the ledger", file=sys.stderr, flush=True)
        watchdog = threading.Timer(GRACE_SECONDS, os._exit, args=(INTERRUPTED,))
        watchdog.daemon = True
        watchdog.start()

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
