"""The columns of the queue: what they show, what they sort by, and which ones there is room for. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from escalator_tui.model.decision import RowState
from escalator_tui.model.row import Row
from escalator_tui.widgets.wording import (
    PRIORITY_GLYPHS,
    company_name,
    score_bar,
    short_duration,
    short_money,
    state_glyph,
    state_word,
    subject,
    waits,
    why,
)

GUTTER = 2  # cursor and mark
MARGIN = 1
BAR_WIDTH = 8
# What needs the lead stands above what is on its way, and that above what can be left alone.
URGENCY = {
    RowState.NEEDS_DECISION: 0,
    RowState.FAILED: 0,
    RowState.UNCERTAIN: 0,
    RowState.HELD: 1,
    RowState.SENDING: 1,
    RowState.WATCHING: 2,
    RowState.ESCALATED: 3,
    RowState.SNOOZED: 4,
    RowState.DISMISSED: 5,
}


@dataclass(frozen=True)
class Column:
    """One column. `width` is in cells; it is shown from a table width of `from_width` on, and takes `grow` shares of the cells left over,
    up to `widest`; `gap` cells follow it. `cell` gets the row and the time; `sort` gives a key that puts first what the lead wants first.
    """

    id: str
    title: str
    width: int
    cell: Callable[[Row, float], str]
    sort: Callable[[Row, float], Any]
    right: bool = False
    from_width: int = 0
    grow: int = 0
    widest: int = 1000
    gap: int = 1


def _account(row: Row) -> tuple[str | None, float | None]:
    account = row.record.conversation.account
    return (account.plan, account.mrr) if account else (None, None)


def _priority(row: Row, _now: float) -> str:
    glyph = "· " if row.state is RowState.WATCHING else PRIORITY_GLYPHS[row.priority]
    return f"{glyph} {row.priority.value}{'' if row.priority_known else '?'}"


def _by_score(row: Row, _now: float) -> tuple[int, float]:
    return (URGENCY[row.state], -row.score)


def _by_priority(row: Row, _now: float) -> tuple[str, int, float]:
    return (row.priority.value, URGENCY[row.state], -row.score)


def _by_name(name: str) -> tuple[bool, str]:
    return (name == "–", name.casefold())


def _falling(value: float | None) -> tuple[bool, float]:
    return (value is None, -(value or 0.0))


COLUMNS: tuple[Column, ...] = (
    Column("score", "SCORE", 5, lambda row, _: f"{row.score:.2f}", _by_score, right=True, gap=2),
    Column("bar", "", BAR_WIDTH, lambda row, _: score_bar(row.score, BAR_WIDTH), _by_score, from_width=100),
    Column("priority", "PRI", 6, _priority, _by_priority),
    Column("company", "COMPANY", 11, lambda row, _: company_name(row.record.conversation),
           lambda row, _: _by_name(company_name(row.record.conversation)), grow=1, widest=24),
    Column("plan", "PLAN", 10, lambda row, _: _account(row)[0] or "–",
           lambda row, _: _by_name(_account(row)[0] or "–"), from_width=112),
    Column("mrr", "MRR", 5, lambda row, _: short_money(_account(row)[1]), lambda row, _: _falling(_account(row)[1]),
           right=True, from_width=100, gap=2),
    Column("subject", "SUBJECT", 12, lambda row, _: subject(row.record.conversation),
           lambda row, _: _by_name(subject(row.record.conversation)), grow=5),
    Column("why", "WHY", 17, lambda row, _: why(row), lambda row, _: _by_name(why(row)), from_width=118, grow=3, widest=44),
    Column("waits", "WAITS", 5, lambda row, now: short_duration(waits(row.record.conversation, now)),
           lambda row, now: _falling(waits(row.record.conversation, now)), right=True, from_width=72, gap=2),
    Column("state", "STATE", 14, lambda row, now: f"{state_glyph(row)} {state_word(row, now)}",
           lambda row, now: (URGENCY[row.state], state_word(row, now)), grow=1, widest=28),
)  # fmt: skip
BY_ID = {column.id: column for column in COLUMNS}
SORTS = ("score", "priority", "waits", "mrr", "company", "state")


@dataclass(frozen=True)
class Placed:
    """A column with its place: first cell and width in cells."""

    column: Column
    x: int
    width: int


def place(width: int) -> tuple[Placed, ...]:
    """The columns there is room for in a table of `width` cells, with the cells left over shared out."""
    shown = [column for column in COLUMNS if column.from_width <= width]
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
