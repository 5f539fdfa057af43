"""The deliverer at work: several escalations at a time, without waiting for a poll and without busy waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from escalator_tui.agent.bell import Bell
from escalator_tui.agent.deliver import Deliverer
from escalator_tui.config import Settings
from escalator_tui.ledger import Ledger
from escalator_tui.model.decision import Delivery
from escalator_tui.model.errors import LedgerError
from escalator_tui.model.kinds import DeliveryKind, DeliveryState
from tests.deliver.far_side import FarSide, Fate
from tests.ledger.makers import KINDS, confirm

PATIENCE = 20.0


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger.open(str(tmp_path / "ledger.sqlite3"))
    yield ledger
    ledger.close()


@pytest.fixture
def far() -> FarSide:
    return FarSide(time.time)


def deliverer_of(ledger: Ledger, far: FarSide, on_change: Callable[[Delivery], None] | None = None) -> Deliverer:
    return Deliverer(ledger, far.services, Settings(), on_change=on_change)


def meeting(number: int, *kinds: str) -> Callable[[str], None]:
    """Writes of these kinds wait until that many are under way."""
    barrier = threading.Barrier(number, timeout=PATIENCE)

    def wait(kind: str) -> None:
        if kind in kinds:
            barrier.wait()

    return wait


def test_drain_returns_when_everything_arrived(ledger: Ledger, far: FarSide) -> None:
    for name in "abcd":
        confirm(ledger, name)
    assert deliverer_of(ledger, far).drain(PATIENCE) == []
    assert len(far.issues) == len(far.messages) == len(far.notes) == len(far.tags) == 4
    assert far.doubled() == []


def test_escalations_go_out_side_by_side(ledger: Ledger, far: FarSide) -> None:
    """Each first call waits for seven others: one after the other they would never get on."""
    far.during_write = meeting(8, "linear")
    for name in "abcdefgh":
        confirm(ledger, name, kinds=(DeliveryKind.LINEAR,))
    assert deliverer_of(ledger, far).drain(PATIENCE) == []
    assert len(far.issues) == 8


def test_the_attachment_and_the_alert_go_out_side_by_side(ledger: Ledger, far: FarSide) -> None:
    far.during_write = meeting(2, "attachment", "slack")
    confirm(ledger)
    assert deliverer_of(ledger, far).drain(PATIENCE) == []


def test_drain_returns_what_is_still_owed(ledger: Ledger, far: FarSide) -> None:
    confirm(ledger, kinds=(DeliveryKind.LINEAR, DeliveryKind.NOTE))
    far.down = {"linear"}
    owed = deliverer_of(ledger, far).drain(0.3)
    assert {each.kind for each in owed} == {DeliveryKind.NOTE, DeliveryKind.LINEAR}
    assert {each.error for each in owed} == {"", "Try later"}


def test_drain_ends_when_all_that_is_left_needs_somebody(ledger: Ledger, far: FarSide) -> None:
    far.fates = [Fate.PERMANENT]
    confirm(ledger)
    assert deliverer_of(ledger, far).drain(PATIENCE) == []
    assert [each.state for each in ledger.escalation(1).deliveries][:2] == [DeliveryState.BLOCKED] * 2


def test_drain_stops_when_told(ledger: Ledger, far: FarSide) -> None:
    stop = threading.Event()
    far.down = {"linear"}
    far.during_write = lambda _: stop.set()
    confirm(ledger)
    assert len(deliverer_of(ledger, far).drain(3600, stop=stop)) == len(KINDS)


def test_drain_sleeps_while_nothing_is_due(ledger: Ledger, far: FarSide) -> None:
    confirm(ledger, hold=1.0, kinds=(DeliveryKind.NOTE,))
    looks = 0
    next_due = ledger.next_due

    def count() -> float | None:
        nonlocal looks
        looks += 1
        return next_due()

    ledger.next_due = count  # type: ignore[method-assign]
    assert deliverer_of(ledger, far).drain(PATIENCE) == []
    assert looks < 12


def test_background_work_goes_on_until_stopped(ledger: Ledger, far: FarSide) -> None:
    arrived = threading.Event()
    told: list[Delivery] = []

    def hear(delivery: Delivery) -> None:
        told.append(delivery)
        if not ledger.owed():
            arrived.set()

    deliverer = deliverer_of(ledger, far, hear)
    for name in "ab":  # it can be started again
        arrived.clear()
        deliverer.start()
        deliverer.start()
        confirm(ledger, name)
        deliverer.wake()
        assert arrived.wait(PATIENCE)
        deliverer.stop()
    assert len(far.notes) == 2
    assert deliverer.in_flight == 0
    assert {each.state for each in told} == {DeliveryState.DONE}
    confirm(ledger, "c")
    assert len(ledger.owed()) == len(KINDS)


def test_stopping_waits_for_the_call_under_way(ledger: Ledger, far: FarSide) -> None:
    under_way, go_on = threading.Event(), threading.Event()

    def hold(_: str) -> None:
        under_way.set()
        go_on.wait(PATIENCE)

    far.during_write = hold
    confirm(ledger, kinds=(DeliveryKind.NOTE,))
    deliverer = deliverer_of(ledger, far)
    deliverer.start()
    assert under_way.wait(PATIENCE)
    assert deliverer.in_flight == 1
    stopping = threading.Thread(target=deliverer.stop)
    stopping.start()
    go_on.set()
    stopping.join(PATIENCE)
    assert not stopping.is_alive()
    assert ledger.owed() == []


def test_it_survives_a_failing_ledger_and_a_failing_listener(ledger: Ledger, far: FarSide) -> None:
    arrived = threading.Event()
    failures = iter([LedgerError("The disk is full"), RuntimeError("broken")])
    claim = ledger.claim

    def failing(*, lease: float) -> Delivery | None:
        if (error := next(failures, None)) is not None:
            raise error
        return claim(lease=lease)

    def listen(_: Delivery) -> None:
        arrived.set()
        raise ValueError

    ledger.claim = failing  # type: ignore[method-assign]
    confirm(ledger, kinds=(DeliveryKind.NOTE,))
    deliverer = deliverer_of(ledger, far, listen)
    deliverer.start()
    assert arrived.wait(PATIENCE)
    deliverer.stop()
    assert len(far.notes) == 1


def test_work_of_another_process_is_found(tmp_path: Path, ledger: Ledger, far: FarSide) -> None:
    arrived = threading.Event()
    deliverer = deliverer_of(ledger, far, lambda _: arrived.set())
    deliverer.start()
    other = Ledger.open(str(tmp_path / "ledger.sqlite3"))
    confirm(other, kinds=(DeliveryKind.NOTE,))
    assert arrived.wait(PATIENCE)
    deliverer.stop()
    other.close()


def test_a_bell_that_rang_before_the_sleep_is_heard() -> None:
    bell = Bell()
    heard = bell.rings
    bell.ring()
    bell.wait(heard, 3600)
    assert bell.rings == 1
