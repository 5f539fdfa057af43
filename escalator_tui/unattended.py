"""Opens what the headless agent needs, and runs it to the exit code."""

from __future__ import annotations

import itertools
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from escalator_tui.agent.opening import open_agent, read_lexicon
from escalator_tui.interrupted import until_interrupted

if TYPE_CHECKING:
    from escalator_tui.config import Settings
    from escalator_tui.services.connection import ConnectionStatus


def run_headless(settings: Settings, memory: Path | None, *, repeat: bool, drain: float, dry_run: bool, as_json: bool) -> int:
    """Run until it ends, or is interrupted; returns the exit code. Raises EscalatorError. What to do is as in `Options`, `memory` as for
    `open_agent`.
    """

    def run(interrupted: threading.Event) -> int:
        from escalator_tui.services.authorization import statuses
        from escalator_tui.services.backoff import Backoff
        from escalator_tui.services.gateway import open_services

        services = open_services(settings)
        backoff = Backoff(time.monotonic, interrupted.wait, random.Random())  # noqa: S311 - spreads retries, keeps no secret
        check = partial(statuses, services.scalekit, backoff)
        with closing(services), ThreadPoolExecutor(1, thread_name_prefix="check") as early:
            # The first answers are on their way while the ledger, and what else takes long to import, is opened.
            services.scalekit.load()
            checks: Iterator[Callable[[], list[ConnectionStatus]]] = itertools.chain([early.submit(check).result], itertools.repeat(check))
            early.submit(read_lexicon, settings)
            from escalator_tui.headless import Headless, Options

            options = Options(repeat, settings.polling.interval_minutes * 60, drain, dry_run, as_json)
            with open_agent(settings, services, memory) as agent:
                return Headless(agent, options, check=lambda: next(checks)(), stop=interrupted, out=sys.stdout, err=sys.stderr).run()

    return until_interrupted(run)
