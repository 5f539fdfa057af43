"""The tries of an outgoing call in words: when each ended, how, and how long it was waited then."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from escalator_tui.model.activity import Ending
from escalator_tui.model.kinds import DeliveryState
from escalator_tui.session.calls import moment
from escalator_tui.session.wording import age, clock_time

if TYPE_CHECKING:
    from escalator_tui.model.activity import Activity, Try

ENDINGS = {
    Ending.DELIVERED: ("✔", "done"),
    Ending.POSTPONED: ("↻", "not done"),
    Ending.BLOCKED: ("✕", "refused"),
    Ending.UNCERTAIN: ("?", "uncertain"),
    Ending.DROPPED: ("×", "called off"),
    Ending.CUT_OFF: ("?", "cut off"),
    Ending.AGAIN: ("»", "again"),
    Ending.SEEN: ("✔", "seen"),
    Ending.ABSENT: ("×", "not there"),
}
CUT_OFF = "the process that sent it ended first"


class Tried(NamedTuple):
    """One line of the tries: when, which, how it ended as glyph and word, and what there is to say of it."""

    when: str
    which: str
    glyph: str
    word: str
    told: tuple[str, ...]


def tried(activity: Activity, now: float) -> Iterator[Tried]:
    """Every try that is known of, the oldest first. Those that ended alike are one line."""
    for each, following in zip_longest(activity.tries, activity.tries[1:]):
        last = _last(activity, each, following)
        which = "" if not each.number else f"try {each.number}" if last == each.number else f"tries {each.number} to {last}"
        said = _said(each)
        wait = _wait(activity, each, following, now, several=last > each.number) if each.ending is Ending.POSTPONED else ""
        yield Tried(moment(each.at, now), which, *ENDINGS[each.ending], tuple(filter(None, (said, wait))))


def _said(each: Try) -> str:
    told = {
        Ending.CUT_OFF: CUT_OFF,
        Ending.AGAIN: f"asked for by {each.actor}",
        Ending.SEEN: f"there by {each.actor}",
        Ending.ABSENT: f"says {each.actor}",
    }
    return told.get(each.ending, each.error.rstrip("."))


def _last(activity: Activity, each: Try, following: Try | None) -> int:
    """The number of the last try that ended as this one."""
    counted = following.number - 1 if following else activity.delivery.attempts
    return max(each.number, counted) if each.ending is Ending.POSTPONED else each.number


def _wait(activity: Activity, each: Try, following: Try | None, now: float, *, several: bool) -> str:
    if following:
        return f"for {age(following.at - each.at)}" if several else f"the next {age(following.at - each.at)} later"
    return f"the next {clock_time(activity.delivery.due_at, now)}" if activity.delivery.state is DeliveryState.OWED else ""
