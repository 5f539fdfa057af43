"""The saved views as they stand: how many rows each finds, and how many of these need a decision. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from escalator_tui.model.kinds import RowState
from escalator_tui.session.filtering import compile_filter
from escalator_tui.session.wording import is_over

if TYPE_CHECKING:
    from escalator_tui.model.row import Row
    from escalator_tui.session.queue_model import Queue


class CountedView(Struct, frozen=True):
    """A view with how many rows it finds, and how many of these `need` a decision. `problem` is what of its text cannot be read."""

    name: str
    found: int
    need: int
    problem: str = ""


def count_views(queue: Queue, views: Mapping[str, str]) -> list[CountedView]:
    """Count what each of the views (filters by name) would show now."""
    return [_counted(queue, name, text) for name, text in views.items()]


def _counted(queue: Queue, name: str, text: str) -> CountedView:
    wanted = compile_filter(text)
    found = queue.found_by(wanted)
    return CountedView(name, len(found), sum(map(_needs_decision, found)), wanted.problem)


def _needs_decision(row: Row) -> bool:
    return row.state is RowState.NEEDS_DECISION and not is_over(row)
