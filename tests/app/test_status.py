"""The lines at the top: what is said with much room and with little, how a long look goes on, and the day in bars."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalator_tui.model.draft import PollReport
from escalator_tui.model.kinds import RowState
from escalator_tui.services.errors import UnreachableError
from escalator_tui.session.news import TOLD_SECONDS, Tidings
from escalator_tui.session.poller import PollBegan, Reading
from escalator_tui.session.trends import Trends, sparkline
from escalator_tui.widgets.notice import blind_spot, offered

from .conftest import Open, picture, until
from .desk import ScriptedDesk
from .story import HOUR, NOW, closed, escalated, row


@pytest.mark.parametrize(
    ("guessed", "missing", "brief", "words"),
    [
        (0, 0, False, ""),
        (1, 0, False, "1 priority is a guess (P1?), no plan or revenue is known: prio:guess finds them"),
        (5, 3, False, "5 priorities are a guess (P1?), no plan or revenue is known: prio:guess finds them"),
        (5, 3, True, "5 × P1? (prio:guess)"),
        (214, 214, False, "no company known: every P1? is a guess, let the Intercom connection read companies"),
        (200, 214, True, "no companies known: all P1?"),
    ],
)
def test_the_blind_spot_is_told_in_plain_words_with_what_to_do(guessed: int, missing: int, brief: bool, words: str) -> None:
    assert blind_spot(PollReport(NOW, without_company=missing, total_open=214), guessed, brief=brief) == words


@pytest.mark.parametrize(
    ("new", "needy", "brief", "words"),
    [
        (0, 0, False, ""),
        (2, 0, False, "2 new ▲ home"),
        (2, 1, False, "2 new, 1 needs you ▲ home"),
        (3, 2, False, "3 new, 2 need you ▲ home"),
        (3, 2, True, "3 new 2! ▲ home"),
        (3, 0, True, "3 new ▲ home"),
    ],
)
def test_what_is_kept_back_is_offered_with_how_many_need_the_lead(new: int, needy: int, brief: bool, words: str) -> None:
    assert "".join(text for text, _ in offered(new, needy, brief=brief)) == words


async def test_what_the_blind_spot_says_finds_them(open_app: Open) -> None:
    async with open_app((80, 24)) as (app, pilot):
        assert "1 × P1? (prio:guess)" in picture(app)
        await pilot.press("slash", *"prio:guess")
        assert app.session.queue.order == ["103"]
        app.queue_screen.receive([replace(app.session.queue.rows["103"], priority_known=True)])
        await until(pilot, lambda: "P1? (prio" not in picture(app))


async def test_the_first_long_look_shows_how_far_it_is(open_app: Open) -> None:
    async with open_app((120, 30)) as (app, pilot):
        watch = app.session.watch
        watch.report = None
        for event, words in (
            (PollBegan(), "○ asking Intercom"),
            (Reading(0, 450), "○ found 450"),
            (Reading(2500, 10_000), "○ reading 2,500 of 10,000 ━━━─────────"),
        ):
            watch.absorb(event)
            app.queue_screen.tick()
            await pilot.pause()
            assert words in picture(app)


async def test_before_the_first_report_an_empty_queue_counts_nothing(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book, desk.poll_error = {}, UnreachableError("Intercom cannot be reached", service="intercom")
    async with open_app((160, 30)) as (app, pilot):
        assert "– need you · – sending · – watching" in picture(app)
        desk.poll_error = None
        app.session.poller.refresh()
        await until(pilot, lambda: app.session.watch.report is not None)
        assert "0 need you · 0 sending · 0 watching" in picture(app)


async def test_what_the_ledger_knew_counts_before_the_first_report(open_app: Open, desk: ScriptedDesk) -> None:
    desk.poll_error = UnreachableError("Intercom cannot be reached", service="intercom")
    async with open_app((160, 30)) as (app, _):
        assert "3 need you" in picture(app)


async def test_a_later_long_look_shows_it_beside_the_age_of_the_data(open_app: Open) -> None:
    async with open_app((80, 24)) as (app, pilot):
        app.session.watch.absorb(PollBegan())
        app.session.watch.absorb(Reading(50, 300))
        app.queue_screen.tick()
        await pilot.pause()
        assert "● live · 12 s ago · reading 50 of 300" in picture(app)


async def test_the_poller_tells_how_far_it_is(open_app: Open, desk: ScriptedDesk) -> None:
    desk.steps = ((0, 25), (25, 60))
    async with open_app() as (app, pilot):
        app.session.poller.refresh()
        await until(pilot, lambda: app.session.watch.reading is not None)
        await pilot.pause()
        assert app.session.watch.reading == Reading(25, 60)


async def test_the_day_stands_in_bars_where_there_is_room(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {str(number): row(str(number), waits=number * HOUR) for number in range(3)}
    async with open_app((160, 45)) as (app, pilot):
        assert "came in ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁███ 24 h" in picture(app)
        assert "need you ▁" not in picture(app)
        app.session.trends.note(1, NOW - HOUR)
        app.queue_screen.tick()
        await pilot.pause()
        assert "need you ▄   █ 1 h" in picture(app)
        app.session.watch.report = PollReport(NOW, total_open=3)
        await pilot.resize_terminal(120, 45)
        await until(pilot, lambda: "came in ▁▁▁▁▁▁▁▁▁▁█▅ 24 h   need you ▄   █ 1 h" in picture(app))
        app.queue_screen.receive([replace(app.session.queue.rows["1"], priority_known=False)])
        await until(pilot, lambda: "came in" not in picture(app))
        await pilot.resize_terminal(100, 45)
        app.queue_screen.receive([replace(app.session.queue.rows["1"], priority_known=True)])
        await pilot.pause()
        assert "came in" not in picture(app)


async def test_what_needs_the_lead_shows_after_a_quarter_of_an_hour(open_app: Open) -> None:
    moment = [float(NOW)]
    async with open_app((160, 45), clock=lambda: moment[0]) as (app, pilot):
        moment[0] += 15 * 60
        app.queue_screen.tick()
        await pilot.pause()
        assert "need you ██ 30 min" in picture(app)


async def test_before_anything_was_read_nothing_is_noted(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book, desk.poll_error = {}, UnreachableError("Intercom cannot be reached", service="intercom")
    async with open_app() as (app, _):
        app.queue_screen.tick()
        assert app.session.trends.needed(NOW + HOUR)[0] == [None]


def test_trends_count_a_conversation_once_and_forget_yesterday() -> None:
    trends, old = Trends(), row("3", waits=25 * HOUR)
    trends.take([row("1", waits=0), row("2", waits=HOUR), old], NOW)
    trends.take([replace(row("1", waits=0), note="again")], NOW)
    assert trends.began(NOW) == [*[0] * 22, 1, 1]
    assert sum(trends.began(NOW + 23 * HOUR)) == 1
    trends.note(2, NOW + 24 * HOUR)
    assert trends.began(NOW + 24 * HOUR) == [0] * 24


def test_of_each_part_of_the_day_the_most_that_needed_the_lead_is_kept() -> None:
    trends, quarter = Trends(), HOUR // 4
    for needed, at in ((1, NOW), (4, NOW + 60), (2, NOW + quarter), (3, NOW + 2 * HOUR)):
        trends.note(needed, at)
    assert trends.needed(NOW + quarter) == ([4, 2], quarter)
    assert trends.needed(NOW + 2 * HOUR) == ([4, 2, *[None] * 6, 3], quarter)
    assert trends.needed(NOW + 6 * HOUR) == ([4, None, 3, *[None] * 4], HOUR)
    assert trends.needed(NOW + 3 * HOUR, 12) == ([4, None, 3, None], HOUR)
    assert trends.needed(NOW + 13 * HOUR, 12) == ([4, 3, *[None] * 5], 2 * HOUR)
    assert [len(trends.needed(NOW + 40 * HOUR, bars)[0]) for bars in (24, 12)] == [24, 12]


def test_what_an_earlier_session_noted_goes_on_and_yesterday_and_the_future_do_not() -> None:
    before, after = Trends(), Trends()
    for needed, at in ((9, NOW - 25 * HOUR), (4, NOW), (2, NOW + HOUR)):
        before.note(needed, at)
    after.recall((*before.noted, (10**9 - 1, 7)), NOW + HOUR)
    after.note(1, NOW + HOUR)
    assert after.needed(NOW + HOUR) == ([4, None, None, None, 2], HOUR // 4)


def test_a_short_day_holds_two_hours_in_a_bar() -> None:
    trends = Trends()
    trends.take([row(str(number), waits=number * HOUR) for number in range(3)], NOW)
    assert trends.began(NOW, 12) == [*[0] * 10, 2, 1]


def test_what_is_unknown_has_no_bar() -> None:
    assert sparkline([2, None, 0, 1]) == "█ ▁▅"
    assert sparkline([None]) == " "


@given(st.lists(st.integers(0, 10_000), max_size=24))
def test_bars_rise_with_the_values(values: list[int]) -> None:
    bars = sparkline(values)
    assert len(bars) == len(values)
    assert "".join(sorted(bars)) == sparkline(sorted(values))
    assert all((bar == "▁") == (value == 0) for bar, value in zip(bars, values, strict=True))


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=str)
async def test_what_arrived_and_what_others_closed_is_told_for_some_seconds(open_app: Open, size: tuple[int, int]) -> None:
    now: list[float] = [NOW]
    async with open_app(size, clock=lambda: now[0]) as (app, pilot):
        held = escalated(row("101"), RowState.HELD, by="lea")
        app.queue_screen.table.select("105")
        app.session.receive([held])
        now[0] += 6
        app.session.receive([escalated(row("101"), RowState.ESCALATED, by="lea")])
        await until(pilot, lambda: "✔ AcmeCorp went out as INF-42" in picture(app).splitlines()[1])
        now[0] += TOLD_SECONDS
        app.queue_screen.tick()
        await until(pilot, lambda: "✔ AcmeCorp" not in picture(app).splitlines()[1])
        app.session.receive([closed(app.session.queue.rows["102"])])
        await until(pilot, lambda: "✓ Globex closed at Intercom" in picture(app).splitlines()[1])


def test_several_are_told_by_their_number_and_what_nobody_waited_for_is_not() -> None:
    told = Tidings()
    for each in ("1", "2"):
        told.take(escalated(row(each), RowState.SENDING), escalated(row(each), RowState.ESCALATED), NOW)
        told.take(row(f"c{each}"), closed(row(f"c{each}")), NOW)
    told.take(row("3", state=RowState.WATCHING), closed(row("3", state=RowState.WATCHING)), NOW)
    told.take(closed(row("4")), closed(row("4")), NOW)
    assert told.told(NOW) == ("✔ 2 went out", "✓ 2 closed at Intercom")
    assert told.told(NOW + TOLD_SECONDS) == ("", "")


def test_what_is_no_longer_so_is_not_told() -> None:
    told, sent = Tidings(), escalated(row("1"), RowState.ESCALATED)
    told.take(escalated(row("1"), RowState.SENDING), sent, NOW)
    told.take(row("2"), closed(row("2")), NOW)
    told.take(sent, closed(sent), NOW)
    assert told.told(NOW) == ("✔ AcmeCorp went out as INF-42", "✓ AcmeCorp closed at Intercom")
    told.take(closed(sent), escalated(row("1"), RowState.SENDING), NOW)
    told.take(closed(row("2")), row("2"), NOW)
    assert told.told(NOW) == ("", "")
