"""The activity in sentences: every outgoing call with its outcome and its time, and what to do about it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from escalator_tui.model.activity import Activity
from escalator_tui.model.kinds import DeliveryState
from escalator_tui.plain.words import INDENT, capital, sentence
from escalator_tui.session.calls import advice, facts, happened, meaning, moment, said_of, status_of
from escalator_tui.session.tries import tried
from escalator_tui.session.wording import DELIVERY_NAMES, called


def activity_summary(found: Sequence[Activity]) -> str:
    """How many calls, and how many of them are not done."""
    if not found:
        return "Nothing was sent yet."
    undone = sum(not each.is_settled for each in found)
    left = f"{undone} not done" if undone else "nothing is left to do"
    return f"{len(found)} call{'s' if len(found) > 1 else ''}, {left}."


def call_line(number: int, activity: Activity, now: float) -> str:
    """One call: how it stands and since when, what it was, and for whom. `number` is its conversation's."""
    return f"{_heading(number, activity, now)} {sentence(', '.join(said_of(activity)))}"


def explained(number: int, activity: Activity, now: float) -> Iterator[str]:
    """One call in full. What is done needs no advice."""
    yield _heading(number, activity, now)
    yield f"{INDENT}What happened: {happened(activity, now)}"
    if activity.delivery.state is not DeliveryState.DONE:
        yield f"{INDENT}What it means: {meaning(activity, now)}"
        yield f"{INDENT}What to do: {advice(activity, now, again=f'retry {number}', back=f'undo {number}')}"
    # Whose it is was said already.
    known = ", ".join(f"{name} {value}" for name, value in facts(activity, now) if name != "for")
    yield INDENT + sentence(capital(known))
    for each in tried(activity, now):
        yield INDENT + sentence(", ".join(filter(None, (capital(each.which), each.when, each.word, *each.told))))


def _heading(number: int, activity: Activity, now: float) -> str:
    stands = f"{capital(status_of(activity, now)[1])}, {moment(activity.at, now)}"
    parts = (stands, capital(DELIVERY_NAMES[activity.delivery.kind]), called(activity.conversation))
    return " ".join((f"{number}.", *map(sentence, parts)))
