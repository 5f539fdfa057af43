"""Columns go by importance, and always fit."""

from __future__ import annotations

from itertools import pairwise

import pytest

from escalator_tui.widgets.columns import COLUMNS, place


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (60, "score priority company subject state"),
        (80, "score priority company subject waits state"),
        (120, "score bar priority company plan mrr subject why waits state"),
        (200, "score bar priority company plan mrr subject why waits state"),
    ],
)
def test_narrower_tables_drop_the_less_important(width: int, shown: str) -> None:
    assert [each.column.id for each in place(width)] == shown.split()


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
