"""One attempt at one delivery: look if it may have happened already, send if not, and record how it ended."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from dataclasses import replace

from escalator_tui.agent.aftermath import FINDERS, SENDERS
from escalator_tui.agent.backoff import pause
from escalator_tui.agent.effects import Job
from escalator_tui.agent.permalinks import Permalinks
from escalator_tui.config import Settings
from escalator_tui.ledger.clocks import LONGEST_PAUSE, LONGEST_TURN
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.ledger.order import DOUBLES, SETTLED, SETTLES, VOUCHED
from escalator_tui.model.decision import Delivery
from escalator_tui.model.errors import LedgerError
from escalator_tui.model.kinds import AMENDS, DeliveryKind, DeliveryState
from escalator_tui.services.errors import GoneError, PermanentError, RateLimitedError, RetryableError, ServiceError, UnknownOutcomeError
from escalator_tui.services.gateway import Services
from escalator_tui.services.slack_errors import CHANNEL_REFUSALS

logger = logging.getLogger(__name__)

NO_CURE = "Try it again (R); if it stays so, take the escalation back (u) and report it."
"""For a refusal whose service names no reason that anybody could mend."""
# Slack takes about one message a second in a channel, and short bursts (Slack's rate limits).
BURST = 5
PER_SECOND = 1.0
# After a rate limit, the others come so much later than the one that met it, in seconds.
SPREAD = (0.5, 5.0)


class LeaseLostError(RetryableError):
    """So much time passed since the claim that another process may have taken over: nothing was sent."""


class _ClaimLostError(Exception):
    """Another process has claimed the delivery since, and says how it ended."""


class Attempts:
    """Carries out claimed deliveries. Thread-safe; never raises for what a service does.

    `budget` is how many seconds after the claim a write may still leave: late enough for slow services, and early enough that the write
    has taken effect, or never will, before anybody else may look.
    """

    def __init__(
        self, ledger: Ledger, services: Services, settings: Settings, *, clock: Callable[[], float], rng: random.Random, budget: float
    ) -> None:
        self._ledger = ledger
        self._services = services
        self._settings = settings
        self._clock = clock
        self._rng = rng
        self._budget = budget
        self._permalinks = Permalinks(services.slack, ledger)

    def carry_out(self, delivery: Delivery, claimed_at: float) -> Delivery | None:
        """The delivery as it stands afterwards, None when its claim was lost meanwhile. `claimed_at` was taken before the claim."""
        job = self._job(delivery, claimed_at)
        try:
            settled = self._rest(job) or (self._look(job) if delivery.in_doubt else None) or self._drop(job) or self._wait_for_turn(job)
            return settled or self._send(self._renew(job) if delivery.in_doubt else job)
        except _ClaimLostError:
            return None

    def _job(self, delivery: Delivery, claimed_at: float) -> Job:
        def before_write() -> None:
            # A clock that was set back proves nothing either.
            if not claimed_at <= self._clock() <= claimed_at + self._budget:
                raise LeaseLostError("This process was held up for too long to be sure that it may still send", service="escalator")

        escalation = self._ledger.escalation(delivery.escalation_id)
        return Job(delivery, escalation, self._services, self._settings, self._permalinks, before_write)

    def _look(self, job: Job) -> Delivery | None:
        """None when it surely has not happened."""
        find = FINDERS.get(job.delivery.kind)
        if find is None:
            return None
        try:
            result = find(job)
        except GoneError as error:
            return self._call_off(job.delivery, error)
        except PermanentError as error:
            if VOUCHED in job.delivery.result and self._is_wanted(job):
                return None  # nobody can look, but a person who did says so
            return self._doubt(job.delivery, error) if job.delivery.kind in DOUBLES else self._block(job.delivery, error)
        except RateLimitedError as error:
            return self._pause(job, self._postpone(job.delivery, error, in_doubt=True))
        except ServiceError as error:
            return self._postpone(job.delivery, error, in_doubt=True)
        except Exception as error:  # noqa: BLE001 - logged there
            return self._survive(job.delivery, error)
        return None if result is None else self._complete(job.delivery, result)

    def _renew(self, job: Job) -> Job:
        """After a look, which may have taken most of the lease, the write has a whole one: else a slow service would never be sent to."""
        claimed_at = self._clock()
        self._record(job.delivery, lambda: self._ledger.renew(job.delivery, lease=self._settings.delivery.lease_seconds))
        return self._job(job.delivery, claimed_at)

    def _drop(self, job: Job) -> Delivery | None:
        """None when it is still wanted: of a withdrawn escalation only what takes it back is."""
        if self._is_wanted(job):
            return None
        if job.delivery.in_doubt and job.delivery.kind is DeliveryKind.LINEAR and SETTLED not in job.delivery.result:
            return self._let_settle(job.delivery)
        dropped = replace(job.delivery, state=DeliveryState.CANCELLED, in_doubt=False)
        return self._record(dropped, lambda: self._ledger.drop(job.delivery))

    def _is_wanted(self, job: Job) -> bool:
        """A word to send it is none to forget it: of what may stand there and is not wanted any more, only a look or a person tells."""
        return not job.escalation.withdrawn_by or job.delivery.kind in AMENDS

    def _let_settle(self, issue: Delivery) -> Delivery:
        """An issue is looked for, and made again, at once. Of one that nobody makes again the first look may have come too early."""
        due = self._ledger.now + self._settings.delivery.settle_seconds
        later = replace(issue, due_at=due, result={**issue.result, SETTLED: True})
        return self._record(later, lambda: self._put_off(later, counted=False))

    def _rest(self, job: Job) -> Delivery | None:
        """None unless the service asked all of us to wait. Then it comes back afterwards: after the one that was refused, and not all at
        once, so that only one more call is made when the limit still holds.
        """
        left = self._ledger.paused(job.place)
        if not left:
            return None
        due = self._ledger.now + min(left + self._rng.uniform(*SPREAD), LONGEST_PAUSE)
        kept = {name: value for name, value in job.delivery.result.items() if name != "turn"}
        reason = f"{job.place.partition(':')[0].title()} asked to wait: its rate limit is reached"
        resting = replace(job.delivery, due_at=due, error=reason, cure="", result=kept)
        return self._record(resting, lambda: self._put_off(resting, counted=False))

    def _wait_for_turn(self, job: Job) -> Delivery | None:
        """None when it may go now. Otherwise its turn is reserved and it comes back then."""
        delivery = job.delivery
        if delivery.kind not in (DeliveryKind.SLACK, DeliveryKind.REPLY) or "turn" in delivery.result:
            return None
        wait = self._ledger.take_token(job.place, burst=BURST, per_second=PER_SECOND, reserve=True)
        if not wait:
            return None
        # A turn too far off cannot be told from one that a wrong clock gave: then it asks again.
        due = self._ledger.now + (wait if wait <= LONGEST_TURN else LONGEST_PAUSE)
        waiting = replace(delivery, due_at=due, result=delivery.result | ({"turn": due} if wait <= LONGEST_TURN else {}))
        return self._record(waiting, lambda: self._put_off(waiting, counted=False))

    def _send(self, job: Job) -> Delivery:
        # The turn and a person's word hold for one attempt.
        kept = {name: value for name, value in job.delivery.result.items() if name not in ("turn", VOUCHED)}
        delivery = replace(job.delivery, result=kept)
        try:
            result = SENDERS[delivery.kind](job)
        except GoneError as error:
            return self._call_off(delivery, error)
        except PermanentError as error:
            # Never sent before, or looked for: it is surely nowhere.
            refused = replace(delivery, in_doubt=False)
            return self._reroute(refused, error) if self._may_reroute(job, error) else self._block(refused, error)
        except UnknownOutcomeError as error:
            return self._postpone(delivery, error, in_doubt=True, settle=True)
        except RateLimitedError as error:
            return self._pause(job, self._postpone(delivery, error, in_doubt=delivery.in_doubt))
        except ServiceError as error:
            return self._postpone(delivery, error, in_doubt=delivery.in_doubt)
        except Exception as error:  # noqa: BLE001 - logged there
            return self._survive(delivery, error)
        return self._complete(delivery, result)

    def _survive(self, delivery: Delivery, error: Exception) -> Delivery:
        """A fault of ours. Whether it was before or after a write is not known, and the other deliveries must go on."""
        logger.error("delivery %s failed in an unexpected way", delivery.ref, exc_info=error)
        unknown = UnknownOutcomeError(f"Unexpected error ({type(error).__name__})", service="escalator", cure="See the log.")
        return self._postpone(delivery, unknown, in_doubt=True, settle=True)

    def _may_reroute(self, job: Job, error: PermanentError) -> bool:
        """Only here is it sure that the first channel did not get the alert: refused, and looked for before if there was doubt."""
        is_refusal = job.delivery.kind is DeliveryKind.SLACK and error.code in CHANNEL_REFUSALS
        return is_refusal and job.channel != self._settings.slack.triage and "route" not in job.delivery.result

    def _reroute(self, delivery: Delivery, error: PermanentError) -> Delivery:
        # Stored before anything goes there: whoever comes next looks, and posts, in the channel it says.
        refused = self._ledger.escalation(delivery.escalation_id).texts.slack_channel
        route = {"route": self._settings.slack.triage, "refused": refused, "refusal": error.code}
        moved = replace(
            delivery, due_at=self._ledger.now, in_doubt=False, error=error.message, cure=error.cure, result={**delivery.result, **route}
        )
        return self._record(moved, lambda: self._put_off(moved, counted=False))

    def _complete(self, delivery: Delivery, result: dict[str, object]) -> Delivery:
        done = replace(delivery, state=DeliveryState.DONE, in_doubt=False, result=result, error="", cure="")
        return self._record(done, lambda: self._ledger.complete(delivery, result))

    def _block(self, delivery: Delivery, error: PermanentError) -> Delivery:
        blocked = replace(delivery, state=DeliveryState.BLOCKED, error=error.message, cure=error.cure or NO_CURE)
        return self._record(blocked, lambda: self._ledger.block(delivery, error=blocked.error, cure=blocked.cure))

    def _call_off(self, delivery: Delivery, error: GoneError) -> Delivery:
        moot = replace(delivery, state=DeliveryState.CANCELLED, in_doubt=False, error=error.message, cure=error.cure)
        return self._record(moot, lambda: self._ledger.drop(moot))

    def _doubt(self, delivery: Delivery, error: PermanentError) -> Delivery:
        message = f"It may have been sent, and nobody can look: {error.message[:1].lower()}{error.message[1:]}"
        uncertain = replace(delivery, state=DeliveryState.UNCERTAIN, in_doubt=True, error=message, cure=error.cure)
        return self._record(uncertain, lambda: self._ledger.doubt(delivery, error=message, cure=error.cure))

    def _postpone(self, delivery: Delivery, error: ServiceError, *, in_doubt: bool, settle: bool = False) -> Delivery:
        wait = pause(delivery.attempts, getattr(error, "retry_after", None), self._rng)
        if settle and delivery.kind in SETTLES:
            wait = max(wait, self._settings.delivery.settle_seconds)
        due = self._ledger.now + wait
        later = replace(delivery, due_at=due, error=error.message, cure=error.cure, in_doubt=in_doubt)
        return self._record(later, lambda: self._put_off(later))

    def _pause(self, job: Job, limited: Delivery) -> Delivery:
        """The others need not be refused as well."""
        self._ledger.pause(job.place, limited.due_at - self._ledger.now)
        return limited

    def _put_off(self, later: Delivery, *, counted: bool = True) -> bool:
        return self._ledger.postpone(
            later, due_at=later.due_at, error=later.error, cure=later.cure, in_doubt=later.in_doubt, counted=counted
        )

    def _record(self, outcome: Delivery, write: Callable[[], bool]) -> Delivery:
        if not self._persist(outcome, write):
            raise _ClaimLostError
        return outcome

    def _persist(self, outcome: Delivery, write: Callable[[], bool]) -> bool:
        """What is not recorded stays claimed and in doubt until the lease ends, so a busy ledger is worth another try."""
        for rest in (0.2, 1.0):
            try:
                return write()
            except LedgerError as error:
                logger.warning("could not record delivery %s: %s", outcome.ref, error)
                time.sleep(rest)
        return write()
