"""Columns go by importance, and always fit; each says what it says, and sorts by it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from escalator_tui.app import EscalatorApp
from escalator_tui.model.assessment import Signal
from escalator_tui.plain.words import row_line
from escalator_tui.session.clipboard import summary
from escalator_tui.session.columns import BY_ID, COLUMNS, SORTS, Sort, place
from escalator_tui.session.filtering import compile_filter, haystack
from escalator_tui.session.news import changed_cells
from escalator_tui.session.queue_model import Queue
from escalator_tui.widgets.detail import related_line
from escalator_tui.widgets.queue_table import QueueTable
from escalator_tui.widgets.row_look import looks

from .conftest import Open, picture, until
from .story import NOW, morning, row


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (60, "score priority company subject state"),
        (80, "score priority company subject waits state"),
        (90, "score priority company subject why waits state"),
        (100, "score priority company mrr subject why waits state"),
        (110, "score priority company plan mrr subject why waits state"),
        (120, "score bar priority company plan mrr subject why waits state"),
        (140, "score bar priority company plan mrr subject why open waits replies state"),
        (200, "score bar priority company plan mrr subject why open waits replies state"),
    ],
)
def test_narrower_tables_drop_the_less_important(width: int, shown: str) -> None:
    assert [each.column.id for each in place(width)] == shown.split()


@pytest.mark.parametrize(
    ("terminal", "titles"),
    [
        (60, "SCORE▼ PRI COMPANY SUBJECT STATE"),
        (80, "SCORE▼ PRI COMPANY SUBJECT WAITS STATE"),
        (100, "SCORE▼ PRI COMPANY MRR SUBJECT WHY WAITS STATE"),
        (120, "SCORE▼ PRI COMPANY PLAN MRR SUBJECT WHY WAITS STATE"),
        (140, "SCORE▼ PRI COMPANY MRR SUBJECT WHY WAITS STATE"),
        (160, "SCORE▼ PRI COMPANY PLAN MRR SUBJECT WHY WAITS STATE"),
        (200, "SCORE▼ PRI COMPANY PLAN MRR SUBJECT WHY OPEN WAITS REPLIES STATE"),
    ],
)
async def test_a_terminal_of_each_width_shows_what_fits_beside_the_conversation(open_app: Open, terminal: int, titles: str) -> None:
    async with open_app((terminal, 45)) as (app, _):
        assert header(app).split("│")[0].split() == titles.split()


@pytest.mark.parametrize(("terminal", "pane"), [(140, 44), (160, 48), (180, 54), (200, 60), (240, 60)])
async def test_the_conversation_takes_no_more_beside_the_table_than_it_needs(open_app: Open, terminal: int, pane: int) -> None:
    async with open_app((terminal, 45)) as (app, _):
        assert app.queue_screen.pane.outer_size.width == pane


def header(app: EscalatorApp) -> str:
    """The line of titles."""
    return next(line for line in picture(app).splitlines() if "SUBJECT" in line)


def test_columns_fit_and_do_not_overlap() -> None:
    for width in range(57, 240):
        placed = place(width)
        assert all(one.x + one.width < other.x for one, other in pairwise(placed))
        assert placed[-1].x + placed[-1].width <= width
        assert all(each.width >= each.column.width for each in placed)


def test_the_subject_gets_most_of_a_wide_table() -> None:
    widths = {each.column.id: each.width for each in place(220)}
    assert widths["subject"] == max(widths.values())


def test_every_column_has_an_id_of_its_own() -> None:
    assert len({column.id for column in COLUMNS}) == len(COLUMNS)


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("open", ["5h12", "1d2h", "3h39"]),
        ("replies", ["1", "0", "0"]),
        ("company", ["AcmeCorp", "Globex", "– kim"]),
        ("plan", ["Enterprise", "Business", "–"]),
        ("mrr", ["2.4k", "1.1k", "–"]),
    ],
)
def test_cells(column: str, cells: list[str]) -> None:
    assert [BY_ID[column].cell(each, NOW) for each in morning()[:3]] == cells


def test_what_is_unknown_is_a_dash() -> None:
    base = row("1", company=None)
    nobody = replace(base, record=replace(base.record, conversation=replace(base.record.conversation, contact=None, created_at=None)))
    assert [BY_ID[each].cell(nobody, NOW) for each in ("company", "plan", "mrr", "open")] == ["–"] * 4


def test_a_person_without_a_company_is_quiet_and_sorts_behind_the_companies() -> None:
    alone = morning()[2]
    assert looks(alone, "company", stale=False) == ["queue--quiet"]
    assert looks(morning()[0], "company", stale=False) == []
    queue = Queue(now=NOW, sort=Sort("company"))
    queue.apply(morning())
    assert queue.order[-1] == "103"


@pytest.mark.parametrize("column", [each.id for each in COLUMNS if each.title])
async def test_a_click_on_any_title_sorts_by_it_and_the_sign_stands_right_behind_it(open_app: Open, column: str) -> None:
    async with open_app((200, 45)) as (app, pilot):
        at = next(each for each in place(app.queue_screen.table.size.width) if each.column.id == column)
        await pilot.click(QueueTable, offset=(at.x + at.width - 1, 0))
        sign = "▲" if column == "score" else "▼"
        assert f"{BY_ID[column].title}{sign}" in header(app)
        assert sum(map(header(app).count, "▲▼")) == 1
        assert app.session.queue.sort == Sort(column, column == "score")


async def test_the_bar_belongs_to_the_score(open_app: Open) -> None:
    async with open_app((200, 45)) as (app, pilot):
        bar = next(each for each in place(app.queue_screen.table.size.width) if each.column.id == "bar")
        await pilot.click(QueueTable, offset=(bar.x + 2, 0))
        assert app.session.queue.sort == Sort("score", reverse=True)


async def test_s_goes_through_the_orders_whose_titles_are_on_the_screen(open_app: Open) -> None:
    async with open_app((60, 20)) as (app, pilot):
        seen = []
        for _ in range(5):
            await pilot.press("s")
            seen.append(app.session.queue.sort.column)
            assert sum(map(header(app).count, "▲▼")) == 1
        assert seen == ["priority", "company", "state", "score", "priority"]
        await pilot.resize_terminal(200, 45)
        await until(pilot, lambda: all(map(app.queue_screen.table.shows, SORTS)))
        for _ in SORTS:
            await pilot.press("s")
            seen.append(app.session.queue.sort.column)
        assert seen[5:] == [*SORTS[2:], *SORTS[:2]]


def test_why_names_the_kinds_of_signals_and_the_filter_still_finds_their_words() -> None:
    said = Signal("manager", 0.4, "want to speak to a manager", "I want to speak to a manager")
    long = row("1", signals=(Signal("waiting_hours", 0.1, "waiting for us for 26 h"), said, Signal("manager", 0.2, "your boss")))
    assert BY_ID["why"].cell(long, NOW) == "manager · waiting hours"
    assert compile_filter('"your boss"').finds(long, haystack, NOW)
    assert BY_ID["why"].cell(row("2", signals=(Signal("keyword", 0.4, "cancel"),)), NOW) == "cancel", "all of them are of this kind"


def test_a_longer_wait_alone_does_not_change_why() -> None:
    one, two = (row("1", signals=(Signal("waiting_hours", 0.1, f"waiting for us for {hours} h"),)) for hours in (26, 27))
    assert "why" not in changed_cells(one, two, NOW)


@pytest.mark.parametrize("width", [30, 40, 55, 56])
async def test_the_sign_of_the_state_is_seen_in_every_width(open_app: Open, width: int) -> None:
    async with open_app((width, 15)) as (app, _):
        line = next(line for line in picture(app).splitlines() if "AcmeCorp" in line)
        assert "!" in line
        assert ("! needs you" in line) == (width >= 56)


def test_a_wide_table_beside_the_conversation_gives_its_room_to_the_subject_and_the_company() -> None:
    widths = {each.column.id: each.width for each in place(112)}
    assert widths["subject"] >= 22
    assert widths["company"] >= 14


def test_a_score_that_falls_short_reads_alike_wherever_it_stands() -> None:
    short = row("1", score=0.3996)
    beside = related_line(short.record.conversation, short, here=False, now=NOW).plain
    for each in (BY_ID["score"].cell(short, NOW), row_line(1, short, NOW), summary(short, ""), beside):
        assert "0.39" in each
        assert "0.40" not in each
    assert not compile_filter("score:>=0.4").finds(short, haystack, NOW)
    assert compile_filter("score:0.39").finds(short, haystack, NOW)
    assert BY_ID["score"].cell(replace(short, record=replace(short.record, assessment=None)), NOW) == "0.00"
