"""Deliver: carries the confirmed escalations out, several at a time, for as long as it takes."""

from __future__ import annotations

import logging
import math
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from escalator_tui.agent.attempt import Attempts
from escalator_tui.agent.bell import Bell
from escalator_tui.config import Settings
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.ledger.references import reference
from escalator_tui.model.decision import Delivery
from escalator_tui.model.errors import ConfigError, EscalatorError, LedgerError
from escalator_tui.services.gateway import Services
from escalator_tui.services.intercom_transport import WRITE_DEADLINE

__all__ = ["Deliverer", "reference"]

logger = logging.getLogger(__name__)

# Enough for six escalations with two calls each at a time; they only wait for answers.
WORKERS = 16
# How long to sleep at most before looking for what other processes confirmed or finished, in seconds.
LOOK_EVERY = 1.0
# How often to look for work of processes that died, in seconds.
TAKE_OVER_EVERY = 10.0
# How long to wait at most before using a ledger again that failed, in seconds.
LEDGER_PATIENCE = 15.0


class Deliverer:
    """Works on what the ledger owes, with any number of others beside it, in this process and elsewhere.

    `on_change` is called, in a worker's thread, with each delivery after its state changed. Raises ConfigError when the lease is too short
    for a call's deadline and the settle time.
    """

    def __init__(
        self,
        ledger: Ledger,
        services: Services,
        settings: Settings,
        *,
        clock: Callable[[], float] = time.time,
        rng: random.Random | None = None,
        on_change: Callable[[Delivery], None] | None = None,
    ) -> None:
        ledger.patience, ledger.settle = settings.delivery.slack_waits_seconds, settings.delivery.settle_seconds
        budget = _budget(settings)
        self._ledger = ledger
        self._settings = settings
        self._clock = clock
        self._on_change = on_change
        # Jitter is no secret.
        self._attempts = Attempts(ledger, services, settings, clock=clock, rng=rng or random.Random(), budget=budget)  # noqa: S311
        self._bell = Bell()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._count = threading.Lock()
        self._in_flight = 0
        self._took_over_at = -math.inf

    @property
    def in_flight(self) -> int:
        """Deliveries this process is carrying out right now."""
        return self._in_flight

    def wake(self) -> None:
        """Look at once whether something is due."""
        self._bell.ring()

    def drain(self, seconds: float, *, stop: threading.Event | None = None) -> list[Delivery]:
        """Work until nothing is owed that time alone releases, the time is up, or `stop` is set; what is still owed.

        Calls under way at that moment are waited for, so that their outcome is known: they have deadlines of their own.
        """
        end = self._clock() + seconds
        self._took_over_at = -math.inf
        self._work(lambda: end - self._clock() if stop is None or not stop.is_set() else 0.0, until_idle=True)
        return self._ledger.owed()

    def start(self) -> None:
        """Work in the background until `stop`. Does nothing when it already does."""
        if self._thread is not None and self._thread.is_alive():
            return
        self._stopping.clear()
        self._thread = threading.Thread(target=self._work, args=(self._time_left,), name="deliver")
        self._thread.start()

    def stop(self, within: float | None = None) -> None:
        """Claim nothing more and wait for the calls under way, `within` seconds at most. `start` begins again.

        A call that takes longer is left alone: its delivery is claimed and in doubt, so whoever works on the ledger next looks for it.
        """
        self._stopping.set()
        self._bell.ring()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(None if within is None else max(0.0, within))

    def deliver_next(self) -> bool:
        """Carry out, in this thread, the delivery that is due longest. False when none is due."""
        claimed_at = self._clock()
        delivery = self._ledger.claim(lease=self._settings.delivery.lease_seconds)
        if delivery is None:
            return False
        self._tell(self._attempts.carry_out(delivery, claimed_at))
        return True

    def _time_left(self) -> float:
        # A program whose main thread is gone wants to end, even when nobody called stop.
        return 0.0 if self._stopping.is_set() or not threading.main_thread().is_alive() else math.inf

    def _work(self, time_left: Callable[[], float], *, until_idle: bool = False) -> None:
        failures = 0
        with ThreadPoolExecutor(WORKERS, thread_name_prefix="deliver") as pool:
            while (left := time_left()) > 0:
                # Read before the ledger is: what rings from now on ends the sleep at once.
                heard, busy = self._bell.rings, self._in_flight
                try:
                    self._take_over()
                    wait = self._claim_what_is_due(pool)
                    failures = 0
                except Exception as error:
                    # Whatever it is, what is owed must go on as soon as it can.
                    failures += 1
                    logger.warning("the ledger failed, trying again: %s", _named(error), exc_info=not isinstance(error, LedgerError))
                    wait = min(LEDGER_PATIENCE, 0.25 * 2.0 ** min(failures, 8))
                if until_idle and wait is None and not busy:
                    return
                self._bell.wait(heard, min(LOOK_EVERY if wait is None else wait, LOOK_EVERY if not failures else LEDGER_PATIENCE, left))

    def _claim_what_is_due(self, pool: ThreadPoolExecutor) -> float | None:
        """Start what is due, as far as there are workers. The seconds until something will be, None when nothing will by itself."""
        while self._in_flight < WORKERS:
            due = self._ledger.next_due()
            if due is None:
                return None
            if (wait := due - self._ledger.now) > 0:
                return wait
            # The deadline counts from before the claim: a process that is suspended right after it must not believe it has time.
            claimed_at = self._clock()
            delivery = self._ledger.claim(lease=self._settings.delivery.lease_seconds)
            if delivery is None:
                return 0.05  # another process is just claiming it
            with self._count:
                self._in_flight += 1
            pool.submit(self._carry_out, delivery, claimed_at)
        return LOOK_EVERY

    def _carry_out(self, delivery: Delivery, claimed_at: float) -> None:
        try:
            self._tell(self._attempts.carry_out(delivery, claimed_at))
        except Exception as error:
            # It stays claimed and in doubt until its lease ends, and is looked for then.
            logger.warning("delivery %s was not recorded: %s", delivery.ref, _named(error), exc_info=not isinstance(error, LedgerError))
        finally:
            with self._count:
                self._in_flight -= 1
            self._bell.ring()

    def _tell(self, delivery: Delivery | None) -> None:
        if delivery is None or self._on_change is None:
            return
        try:
            self._on_change(delivery)
        except Exception:
            logger.exception("a listener failed on delivery %s", delivery.ref)

    def _take_over(self) -> None:
        if abs(self._clock() - self._took_over_at) >= TAKE_OVER_EVERY:
            self._ledger.take_over()
            self._took_over_at = self._clock()


def _named(error: Exception) -> str:
    """An error of ours in its words; of any other only the type, since its message can hold customers' words."""
    return str(error) if isinstance(error, EscalatorError) else type(error).__name__


def _budget(settings: Settings) -> float:
    """Seconds after the claim in which a write may leave, so that its answer and the settle time still fit into the lease."""
    delivery = settings.delivery
    answer = max(settings.scalekit.tool_timeout_seconds, WRITE_DEADLINE)
    budget = delivery.lease_seconds - delivery.settle_seconds - answer
    if budget <= 0:
        raise ConfigError(
            f"delivery.lease_seconds is {delivery.lease_seconds:g}, too short for a call's deadline and the settle time together",
            cure=f"Make it larger than {answer + delivery.settle_seconds:g}: the settle time, and the longest that a call can take.",
        )
    return budget
