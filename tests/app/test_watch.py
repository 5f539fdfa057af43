"""How fresh the queue is, always told; and the threads behind it, which neither die nor keep the app."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.content import Content
from textual.widgets import Static

from escalator_tui.model.draft import PollReport
from escalator_tui.model.errors import EscalatorError, LedgerError
from escalator_tui.model.kinds import RowState, Verb
from escalator_tui.services.errors import ConnectorInactiveError, RetryableError, UnreachableError
from escalator_tui.session.lane import Lane
from escalator_tui.session.poller import AutoDecided, Duty, Event, Failed, Polled, Poller, Recovered, RowsRead

from .conftest import Open, picture, toasts, until
from .desk import ScriptedDesk
from .story import HOUR, NOW, decided, escalated, row


class Listener:
    """A poller without a terminal: waits for events of a kind."""

    def __init__(self, desk: ScriptedDesk, clock: Callable[[], float] = lambda: NOW) -> None:
        self.rang = threading.Semaphore(0)
        self.heard: list[Event] = []
        self.poller = Poller(desk, interval=120, ring=self.rang.release, auto=lambda: False, clock=clock, rng=random.Random(1))

    def wait_for(self, kind: type[Event]) -> Event:
        """The next event of this kind."""
        while True:
            for each in self.heard:
                if isinstance(each, kind):
                    self.heard.remove(each)
                    return each
            assert self.rang.acquire(timeout=30), f"no {kind.__name__} came"
            self.heard += self.poller.events()


@pytest.fixture
def listener(desk: ScriptedDesk) -> Listener:
    """One that has not started."""
    return Listener(desk)


def test_a_poller_reads_the_ledger_before_it_asks_intercom(listener: Listener) -> None:
    listener.poller.start()
    listener.wait_for(Polled)
    listener.poller.join()
    assert [type(each) for each in listener.heard][:1] == [RowsRead]


@pytest.mark.parametrize("read_only", [True, False])
def test_a_read_only_poller_owes_the_services_nothing(desk: ScriptedDesk, read_only: bool) -> None:
    heard = threading.Event()
    poller = Poller(desk, interval=120, ring=heard.set, auto=lambda: False, read_only=read_only, clock=lambda: NOW)
    poller.start()
    while not any(isinstance(each, Polled) for each in poller.events()):
        assert heard.wait(5)
        heard.clear()
    poller.join()
    assert desk.told_services is not read_only
    assert desk.went_by_rule is not read_only


def test_a_poller_that_fails_is_put_off_tells_it_and_recovers(desk: ScriptedDesk, listener: Listener) -> None:
    desk.poll_error = UnreachableError("Intercom cannot be reached", service="intercom", cure="Check the network")
    listener.poller.start()
    failed = listener.wait_for(Failed)
    assert isinstance(failed, Failed)
    assert (failed.duty, failed.message, failed.cure) == ("poll", "Intercom cannot be reached", "Check the network")
    assert NOW + 4 <= failed.retry_at <= NOW + 6
    desk.poll_error = None
    listener.poller.refresh()
    assert listener.wait_for(Recovered) == Recovered("poll")
    listener.poller.join()


def test_an_unexpected_error_does_not_end_the_watch(desk: ScriptedDesk, listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: bool) -> PollReport:
        raise ZeroDivisionError("a customer's word")

    monkeypatch.setattr(desk, "poll", broken)
    listener.poller.start()
    failed = listener.wait_for(Failed)
    assert isinstance(failed, Failed)
    assert failed.message == "Unexpected error (ZeroDivisionError)"
    assert "customer" not in failed.cure
    monkeypatch.undo()
    listener.poller.refresh()
    listener.wait_for(Polled)
    listener.poller.join()


def test_back_off_doubles_to_a_bound_and_respects_the_service() -> None:
    duty, rng = Duty("poll", lambda: None, 60, 0), random.Random(1)
    delays = []
    for _ in range(8):
        duty.put_off(NOW, None, rng)
        delays.append(duty.due_at - NOW)
    assert all(0.8 * wanted <= got <= 1.2 * wanted for wanted, got in zip([5, 10, 20, 40, 80, 120, 120, 120], delays, strict=True))
    duty.put_off(NOW, 500, rng)
    assert duty.due_at == NOW + 500


def test_stopping_does_not_wait_for_a_call_that_hangs(desk: ScriptedDesk, listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    hung, release = threading.Event(), threading.Event()

    def hang(**_: bool) -> PollReport:
        hung.set()
        release.wait(10)
        return desk.report

    monkeypatch.setattr(desk, "poll", hang)
    listener.poller.start()
    assert hung.wait(5)
    listener.poller.join(0.01)
    assert listener.poller._thread.is_alive()
    assert listener.poller._thread.daemon
    release.set()
    listener.poller.join(5)
    assert not listener.poller._thread.is_alive()


def test_a_lane_works_in_order_and_hands_back_results_and_errors() -> None:
    told: list[object] = []
    done = threading.Event()
    lane = Lane("test", lambda call: call())

    def refuse() -> int:
        raise LedgerError("The disk is full", cure="Free some space")

    def fail(error: EscalatorError) -> None:
        told.append(str(error))

    lane.submit(lambda: 1, told.append, fail)
    lane.submit(refuse, told.append, fail)
    lane.submit(lambda: int("missing"), told.append, fail)
    lane.submit(lambda: 2, told.append, fail)
    lane.submit(done.set, lambda _: None, fail)
    assert done.wait(5)
    lane.stop()
    assert told[:2] == [1, "The disk is full. Free some space"]
    assert str(told[2]).startswith("Unexpected error (ValueError). Please report it with ")
    assert told[3] == 2


def test_a_lane_leaves_out_what_is_no_longer_wanted_when_its_turn_comes() -> None:
    told: list[object] = []
    go, done = threading.Event(), threading.Event()
    lane, wanted = Lane("test", lambda call: call()), [True]
    lane.submit(lambda: go.wait(5), told.append, told.append)
    lane.submit(lambda: "never", told.append, told.append, lambda: wanted[0])
    lane.submit(done.set, lambda _: None, told.append)
    wanted[0] = False
    go.set()
    assert done.wait(5)
    lane.stop()
    lane.join(5)
    assert told == [True]
    assert lane.pending == 0


async def test_failures_stand_in_the_status_line_with_the_cure_and_rows_stay(open_app: Open, desk: ScriptedDesk) -> None:
    moment = [float(NOW)]
    async with open_app(clock=lambda: moment[0]) as (app, pilot):
        desk.poll_error = RetryableError("Intercom limits our calls", service="intercom", cure="Wait, it goes on by itself", retry_after=40)
        moment[0] += 360
        app.session.poller.refresh()
        await until(pilot, lambda: bool(app.session.watch.failures))
        app.queue_screen.tick()
        await pilot.pause()
        first, second, *rest = picture(app).splitlines()
        assert "✕ Intercom limits our calls · data 6 min old" in first
        assert "Wait, it goes on by itself · tries again in 40 s" in second
        assert "AcmeCorp" in rest[1]
        assert app.queue_screen.table.stale
        desk.poll_error = None
        desk.report = replace(desk.report, at=moment[0])
        app.session.poller.refresh()
        await until(pilot, lambda: "● live · 0 s ago" in picture(app))
        assert not app.queue_screen.table.stale


@pytest.mark.parametrize(
    ("width", "second"),
    [
        (100, " Intercom does not accept the token · Run `escalator authorize intercom` · tries again in 40 s"),
        (80, " Intercom does not accept the token · Run `escalator authorize intercom`"),
        (60, " Run `escalator authorize intercom` · tries again in 40 s"),
    ],
)
async def test_where_there_is_little_room_a_failing_look_keeps_the_age_of_the_data(
    open_app: Open, desk: ScriptedDesk, width: int, second: str
) -> None:
    moment = [float(NOW)]
    async with open_app((width, 24), clock=lambda: moment[0]) as (app, pilot):
        cure = "Run `escalator authorize intercom`."
        said = "Intercom does not accept the token"
        desk.poll_error = ConnectorInactiveError(said, service="intercom", cure=cure, retry_after=40)
        moment[0] += 360
        app.session.poller.refresh()
        await until(pilot, lambda: bool(app.session.watch.failures))
        app.queue_screen.tick()
        await pilot.pause()
        shown = picture(app).splitlines()
        assert " ✕ Intercom fails · data 6 min old " in shown[0]
        assert "3 need you" in shown[0]
        assert shown[1] == second


async def test_a_watch_that_hangs_is_told_by_the_age_of_the_data(open_app: Open) -> None:
    moment = [float(NOW)]
    async with open_app(clock=lambda: moment[0]) as (app, pilot):
        app.session.poller.stop()
        moment[0] += 3600
        app.queue_screen.tick()
        await pilot.pause()
        assert "✕ no answer from Intercom · data 1 h old" in picture(app)


async def test_a_ledger_that_cannot_be_read_is_told_too(open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked() -> list[object]:
        raise LedgerError("The ledger is locked", cure="Close the other program")

    monkeypatch.setattr(desk, "changed_rows", locked)
    async with open_app() as (app, _):
        assert "✕ The ledger is locked" in picture(app)
        assert "Close the other program" in picture(app)


async def test_the_hold_counts_down_in_the_notice_and_in_the_row(open_app: Open, desk: ScriptedDesk) -> None:
    moment = [float(NOW)]
    async with open_app(clock=lambda: moment[0]) as (app, pilot):
        held = escalated(row("1", company="Tyrell"), RowState.HELD, by="lea")
        desk.put(held)
        app.queue_screen.receive([held])
        app.queue_screen.table.select("1")
        moment[0] += 2
        app.queue_screen.tick()
        await pilot.pause()
        assert "» Tyrell goes out in 3 s · u takes it back" in picture(app)
        assert "» sends in 3 s" in picture(app)


async def test_the_notice_offers_u_only_for_what_u_takes_back(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        app.queue_screen.receive([escalated(row("1", company="Tyrell"), RowState.HELD)])
        app.queue_screen.table.select("1")
        await pilot.pause()
        assert "» Tyrell goes out in 5 s" in picture(app)
        assert "u takes it back" not in picture(app)
        await pilot.press("u")
        assert "sam decided this, and alone can take it back" in toasts(app)


async def test_the_notice_offers_no_u_that_is_for_a_mark(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        mine = decided(row("2", company="Stark"), RowState.DISMISSED, Verb.DISMISS, by="lea")
        app.queue_screen.receive([escalated(row("1", company="Tyrell"), RowState.HELD, by="lea"), mine])
        app.queue_screen.table.select("1")
        await until(pilot, lambda: "u takes it back" in picture(app))
        app.queue_screen.table.select("2")
        await pilot.press("space")
        app.queue_screen.table.select("1")
        await until(pilot, lambda: "» Tyrell goes out in 5 s" in picture(app) and "u takes it back" not in picture(app))


async def test_what_could_not_be_read_is_told_with_its_age_and_reason(open_app: Open, desk: ScriptedDesk) -> None:
    desk.report = replace(desk.report, unread=2, oldest_unread=NOW - 300, problem="Intercom answered with an error.")
    async with open_app() as (app, _):
        line = app.queue_screen.query_one("#notice", Static).visual
        assert isinstance(line, Content)
        assert line.plain.startswith(" 2 unread since 5 min (Intercom answered with an error) · 214 open")
        assert any(span.style == "$text-warning" and span.start == 1 for span in line.spans)


async def test_a_snooze_that_ran_out_comes_back_by_itself_and_a_hold_too(open_app: Open, desk: ScriptedDesk) -> None:
    moment = [float(NOW)]
    async with open_app(clock=lambda: moment[0]) as (app, pilot):
        app.session.poller.stop()
        held = escalated(row("1", company="Tyrell"), RowState.HELD)
        app.queue_screen.receive([held])
        desk.book["108"] = replace(desk.book["108"], state=RowState.NEEDS_DECISION, note="back from snooze")
        desk.book["1"] = replace(held, state=RowState.SENDING)
        app.queue_screen.tick()
        await until(pilot, lambda: app.session.reads.pending == 0)
        assert app.session.queue.rows["108"].state is RowState.SNOOZED
        moment[0] += 4 * HOUR
        app.queue_screen.tick()
        await until(pilot, lambda: app.session.queue.rows["108"].state is RowState.NEEDS_DECISION)
        assert app.session.queue.rows["1"].state is RowState.SENDING


def test_auto_mode_that_is_turned_off_meanwhile_sends_nothing_more(desk: ScriptedDesk) -> None:
    heard = threading.Event()
    desk.book = {each: row(each, f"Row {each}") for each in ("1", "2", "3")}
    poller = Poller(desk, interval=120, ring=heard.set, auto=lambda: not desk.sent, clock=lambda: NOW)
    poller.start()
    events: list[Event] = []
    while not any(isinstance(each, AutoDecided) for each in events):
        assert heard.wait(5)
        heard.clear()
        events += poller.events()
    poller.join()
    assert [draft.row.id for draft, _, _ in desk.sent] == ["1"]


def test_a_look_that_was_asked_for_is_wanted_until_auto_mode_decided_on_what_it_found(desk: ScriptedDesk) -> None:
    heard, seen = threading.Event(), list[bool]()

    def auto() -> bool:
        seen.append(poller.is_wanted)
        return True

    desk.book = {each: row(each, f"Row {each}") for each in ("1", "2")}
    poller = Poller(desk, interval=120, ring=heard.set, auto=auto, clock=lambda: NOW)
    for looks in (1, 2):
        poller.start() if looks == 1 else poller.refresh()
        while poller.is_wanted:
            assert heard.wait(5)
            heard.clear()
        assert desk.polls == looks
    poller.join()
    assert len(desk.sent) == 2
    assert seen
    assert all(seen)


async def test_auto_mode_leaves_alone_what_the_lead_approved_and_is_being_checked_or_came_back(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {each: row(each, f"Row {each}") for each in ("1", "2")}
    desk.reading.clear()
    async with open_app() as (app, pilot):
        mine = app.queue_screen.table.cursor_id
        assert mine is not None
        await pilot.press("e", "y")
        app.session.auto = True
        app.session.poller.refresh()
        await until(pilot, lambda: not app.session.poller.is_wanted)
        assert [(draft.row.id == mine, who) for draft, who, _ in desk.sent] == [(False, "auto")]
        desk.broken[mine] = LedgerError("The disk is full")
        desk.reading.set()
        await until(pilot, lambda: app.session.queue.rows[mine].state is RowState.UNSENT)
        app.session.poller.refresh()
        await until(pilot, lambda: not app.session.poller.is_wanted)
        desk.broken.clear()
        assert len(desk.sent) == 1
        await pilot.press("home", "e", "y")
        await until(pilot, lambda: desk.book[mine].state is RowState.HELD)
        assert desk.sent[-1][1] == app.session.actor


def test_a_clock_that_is_set_back_does_not_stop_the_watch(desk: ScriptedDesk) -> None:
    moment = [float(NOW)]

    def passing() -> float:
        moment[0] += 0.5
        return moment[0]

    listener = Listener(desk, passing)
    listener.poller.start()
    listener.wait_for(Polled)
    moment[0] -= HOUR
    desk.put(replace(row("1"), note="after it"))
    while not any(isinstance(each, RowsRead) and each.rows[0].note == "after it" for each in listener.heard):
        assert listener.rang.acquire(timeout=30), "the watch stands still"
        listener.heard += listener.poller.events()
    listener.poller.join()
    assert desk.polls == 1, "nor is Intercom asked again before its time"
