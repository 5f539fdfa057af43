"""The columns of the queue: what they show, what they sort by, and which ones there is room for. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from escalator_tui.model.kinds import MOVING, STUCK, RowState
from escalator_tui.session.wording import (
    PRIORITY_GLYPHS,
    UNKNOWN,
    company_name,
    customer_name,
    families,
    fit,
    is_over,
    score_bar,
    short_duration,
    short_money,
    state_glyph,
    state_word,
    subject,
    waits,
)

if TYPE_CHECKING:
    from escalator_tui.model.row import Row

GUTTER = 2  # cursor and mark
MARGIN = 1
BAR_WIDTH = 8
# What needs the lead stands above what is on its way, and that above what can be left alone. What came back is first: nobody expects it.
URGENCY = {
    RowState.UNSENT: -1,
    **dict.fromkeys((RowState.NEEDS_DECISION, *STUCK), 0),
    **dict.fromkeys(MOVING, 1),
    RowState.WATCHING: 2,
    RowState.ESCALATED: 3,
    RowState.SNOOZED: 4,
    RowState.DISMISSED: 5,
}


class Column(Struct, frozen=True):
    """One column. `width` is in cells; it is shown from a table width of `from_width` on, and takes `grow` shares of the cells left over,
    up to `widest`; `gap` cells follow it. `cell` gets the row and the time; `sort` gives a key that puts first what the lead wants first.
    `title_of` is the column whose title this one stands under, when it has none of its own; `worded` cells are searched by the filter.
    """

    id: str
    title: str
    width: int
    cell: Callable[[Row, float], str]
    sort: Callable[[Row, float], tuple[Any, ...]]
    right: bool = False
    from_width: int = 0
    grow: int = 0
    widest: int = 1000
    gap: int = 1
    title_of: str = ""
    worded: bool = False


def _account(row: Row) -> tuple[str | None, float | None]:
    account = row.record.conversation.account
    return (account.plan, account.mrr) if account else (None, None)


def _priority(row: Row, _now: float) -> str:
    glyph = "· " if row.state is RowState.WATCHING else PRIORITY_GLYPHS[row.priority]
    return f"{glyph} {row.priority.value}{'' if row.priority_known else '?'}"


def _by_score(row: Row, _now: float) -> tuple[int, float]:
    return (URGENCY[row.state], -row.score)


def _by_priority(row: Row, _now: float) -> tuple[bool, str, int, float]:
    """What waits for the lead first: a P0 that was sent is no more urgent than a P1 that was not."""
    return (not needs_something(row), row.priority.value, URGENCY[row.state], -row.score)


def _customer(row: Row, _now: float) -> str:
    """The company; without one, the person behind the dash of what is unknown."""
    conversation = row.record.conversation
    return f"{UNKNOWN} {customer_name(conversation)}" if is_person_only(row) else company_name(conversation)


def is_person_only(row: Row) -> bool:
    """Whether the company is unknown and the person is not."""
    conversation = row.record.conversation
    return company_name(conversation) == UNKNOWN != customer_name(conversation)


def _by_name(name: str) -> tuple[bool, str]:
    return (name.startswith(UNKNOWN), name.casefold())


def open_for(row: Row, now: float) -> float | None:
    """Seconds since the conversation began, None when nobody knows."""
    began = row.record.conversation.created_at
    return None if began is None else max(0.0, now - began)


def _falling(value: float | None) -> tuple[bool, float]:
    return (value is None, -(value or 0.0))


COLUMNS: tuple[Column, ...] = (
    Column("score", "SCORE", 5, lambda row, _: row.shown_score, _by_score, right=True, gap=2),
    Column("bar", "", BAR_WIDTH, lambda row, _: score_bar(row.score, BAR_WIDTH), _by_score, from_width=118, title_of="score"),
    Column("priority", "PRI", 6, _priority, _by_priority, worded=True),
    Column("company", "COMPANY", 11, _customer, lambda row, now: _by_name(_customer(row, now)), grow=3, widest=24, worded=True),
    Column("plan", "PLAN", 10, lambda row, _: _account(row)[0] or UNKNOWN,
           lambda row, _: _by_name(_account(row)[0] or UNKNOWN), from_width=108, worded=True),
    Column("mrr", "MRR", 5, lambda row, _: short_money(_account(row)[1]), lambda row, _: _falling(_account(row)[1]),
           right=True, from_width=96, gap=2),
    Column("subject", "SUBJECT", 12, lambda row, _: subject(row.record.conversation),
           lambda row, _: _by_name(subject(row.record.conversation)), grow=8, worded=True),
    Column("why", "WHY", 15, lambda row, _: families(row),
           lambda row, _: _by_name(families(row)), from_width=88, grow=1, widest=44, worded=True),
    Column("open", "OPEN", 5, lambda row, now: short_duration(open_for(row, now)),
           lambda row, now: _falling(open_for(row, now)),
           right=True, from_width=126, gap=2),
    Column("waits", "WAITS", 5, lambda row, now: short_duration(waits(row.record.conversation, now)),
           lambda row, now: _falling(waits(row.record.conversation, now)), right=True, from_width=72, gap=2),
    Column("replies", "REPLIES", 7, lambda row, _: str(row.record.conversation.reply_count),
           lambda row, _: (-row.record.conversation.reply_count,), right=True, from_width=134, gap=2),
    Column("state", "STATE", 14, lambda row, now: f"{state_glyph(row)} {state_word(row, now)}",
           lambda row, now: (URGENCY[row.state], state_word(row, now)), grow=1, widest=28, worded=True),
)  # fmt: skip
BY_ID = {column.id: column for column in COLUMNS}
NARROW = 56
"""Cells of a table below which only the sign of the state is shown, beside the priority: cut off, it would be missed."""
SIGN = Column("state", "", 1, lambda row, _: state_glyph(row), BY_ID["state"].sort)
AT_NARROW = (BY_ID["score"], BY_ID["priority"], SIGN, BY_ID["company"], BY_ID["subject"])
SORTS = ("score", "priority", "company", "plan", "mrr", "open", "waits", "replies", "state")
"""In the order of the columns on the screen."""


class Sort(Struct, frozen=True):
    """The column rows are sorted by, and whether the other way round."""

    column: str = "score"
    reverse: bool = False


def next_sort(sort: Sort, is_shown: Callable[[str], bool] = lambda _: True) -> Sort:
    """The next column on the screen that `s` sorts by."""
    at = SORTS.index(sort.column) + 1 if sort.column in SORTS else 0
    return Sort(next((each for each in (*SORTS[at:], *SORTS[:at]) if is_shown(each)), SORTS[0]))


def needs_something(row: Row) -> bool:
    """Whether the lead has to decide or to mend something."""
    return URGENCY[row.state] <= 0 and not is_over(row)


class Placed(Struct, frozen=True):
    """A column with its place: first cell and width in cells."""

    column: Column
    x: int
    width: int


@lru_cache(maxsize=16)
def place(width: int) -> tuple[Placed, ...]:
    """The columns there is room for in a table of `width` cells, with the cells left over shared out."""
    shown = AT_NARROW if width < NARROW else [column for column in COLUMNS if column.from_width <= width]
    widths = {column.id: column.width for column in shown}
    spare = width - GUTTER - sum(widths.values()) - sum(column.gap for column in shown[:-1]) - MARGIN
    for column in sorted(shown, key=lambda each: each.widest):
        shares = sum(each.grow for each in shown if each.widest >= column.widest)
        if column.grow and spare > 0:
            extra = min(spare * column.grow // shares, column.widest - column.width)
            widths[column.id] += extra
            spare -= extra
    placed, x = [], GUTTER
    for column in shown:
        placed.append(Placed(column, x, widths[column.id]))
        x += widths[column.id] + column.gap
    return tuple(placed)


def header(placed: Iterable[Placed], sorted_by: str, *, reverse: bool) -> str:
    """The line of titles, with the sign of the order right behind the title it belongs to."""
    line = " " * GUTTER
    for each in placed:
        column = each.column
        sign = ("▲" if reverse else "▼") if column.id == sorted_by else ""
        title = fit(column.title, each.width, right=True) + sign if column.right else column.title + sign
        line += fit(title, each.width + column.gap)
    return line


def title_at(placed: Iterable[Placed], x: int) -> str:
    """The id of the column whose title stands there, or nothing."""
    hit = next((each.column for each in placed if each.x <= x < each.x + each.width + each.column.gap), None)
    return (hit.title_of or hit.id) if hit else ""
