"""Every call to every service passes here: it is written down, delayed, and made to fail when a rule says so."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from escalator_tui.sandbox.clock import Clock
from escalator_tui.sandbox.effects import Effects
from escalator_tui.sandbox.faults import Faults, InjectedError
from escalator_tui.sandbox.options import Options

T = TypeVar("T")
CALLS_KEPT = 200_000


@dataclass(frozen=True, slots=True)
class Call:
    """One request: the service it is for, what it asks, and its body."""

    service: str
    operation: str
    body: object = None
    write: bool = False


class Traffic:
    """Serves calls one after the other in one thread, whatever number of them is waiting."""

    def __init__(self, clock: Clock, options: Options, effects: Effects, faults: Faults) -> None:
        self._clock = clock
        self._options = options
        self._effects = effects
        self._faults = faults
        self._running: set[asyncio.Task[Any]] = set()
        self.calls: deque[dict[str, Any]] = deque(maxlen=CALLS_KEPT)

    async def serve(self, call: Call, work: Callable[[], T]) -> T:
        """Do the work and return its result; raises what it raises, or InjectedError.

        Shielded: a caller who hangs up does not stop the work, as at a real service.
        """
        task = asyncio.create_task(self._serve(call, work))
        self._running.add(task)
        task.add_done_callback(self._forget)
        return await asyncio.shield(task)

    async def _serve(self, call: Call, work: Callable[[], T]) -> T:
        entry = self._enter(call)
        fate = self._faults.fate_of(call.service, call.operation)
        try:
            await _pause(self._options.latency + fate.before)
            if fate.failure and not fate.failure.takes_effect:
                raise InjectedError(fate.failure)  # noqa: TRY301 - the entry below wants it
            if call.write:
                self._effects.request(call.service, call.operation, call.body)
            result = work()
            await _pause(fate.after)
            if fate.failure:
                raise InjectedError(fate.failure)  # noqa: TRY301
        except Exception as error:
            entry["outcome"] = _describe(error)
            raise
        else:
            entry["outcome"] = _describe_result(result)
            return result
        finally:
            entry["took"] = round(self._clock() - entry["at"], 6)

    def _enter(self, call: Call) -> dict[str, Any]:
        entry = {"at": self._clock(), "service": call.service, "operation": call.operation, "outcome": "running", "took": None}
        self.calls.append(entry)
        return entry

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # nobody else asks for it when the caller has hung up


async def _pause(seconds: float) -> None:
    if seconds > 0:
        await asyncio.sleep(seconds)


def _describe(error: Exception) -> str:
    if isinstance(error, InjectedError):
        return f"injected {error.rule.kind}{' after the effect' if error.rule.takes_effect else ''}"
    return str(getattr(error, "outcome", "")) or type(error).__name__


def _describe_result(result: object) -> str:
    if isinstance(result, dict) and result.get("ok") is False:
        return f"refused: {result.get('error')}"
    if isinstance(result, dict) and result.get("errors"):
        return f"refused: {result['errors'][0]['message']}"
    return "ok"
