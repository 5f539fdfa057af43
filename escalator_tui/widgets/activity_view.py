"""What was sent, drawn: one line for each delivery, and the whole story of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.content import Content

from escalator_tui.model.kinds import DeliveryKind
from escalator_tui.session.calls import advice, facts, happened, meaning, moment, said_of, status_of
from escalator_tui.session.tries import tried
from escalator_tui.session.wording import DELIVERY_NAMES, called, cropped, fit

if TYPE_CHECKING:
    from escalator_tui.model.activity import Activity

QUIET = "$foreground-muted"
TIME, WORD, TOLD = 9, 14, 60
COMPANY, LONGEST_COMPANY, WIDE = 14, 28, 120
"""Cells of a company's name, and those it grows to in lines of more than so many."""
SHORT_NAMES = {
    DeliveryKind.ATTACHMENT: "Intercom link",
    DeliveryKind.SLACK_EDIT: "Linear link",
    DeliveryKind.REPLY: "Slack reply",
    DeliveryKind.ARCHIVE: "issue archived",
    DeliveryKind.STRIKE: "Slack alert struck",
    DeliveryKind.RETRACTION: "second note",
}
"""Where the whole name has no room."""
LOOKS = {"✔": "$text-success", "✕": "bold $text-error", "?": "bold $text-warning", "↻": "$text-warning", "»": "$text-accent"}


def line_content(activity: Activity, now: float, width: int) -> Content:
    """One line of `width` cells."""
    glyph, word = status_of(activity, now)
    kind = 26 if width >= 100 else 18
    grown = min(LONGEST_COMPANY, COMPANY + max(0, width - WIDE) // 2)
    company = min(grown, width - TIME - WORD - kind - 3)
    room = max(0, width - TIME - WORD - kind - company - 4)
    return Content.assemble(
        (fit(_short_moment(activity.at, now), TIME), QUIET),
        " ",
        (fit(f"{glyph} {word}", WORD), LOOKS.get(glyph, QUIET)),
        " ",
        fit(_short_name(activity.delivery.kind, kind), kind),
        " ",
        (fit(called(activity.conversation), company), "bold"),
        (f" {fit(' · '.join(said_of(activity)), room)}" if room else "", "$text-error" if activity.delivery.error else QUIET),
    ).truncate(width)


def _short_name(kind: DeliveryKind, room: int) -> str:
    whole = DELIVERY_NAMES[kind]
    return whole if len(whole) <= room else SHORT_NAMES[kind]


def _short_moment(at: float, now: float) -> str:
    """Of a day that lies back so far that its time finds no room, the day; its year is told where the call is explained."""
    whole = moment(at, now)
    return whole if len(whole) <= TIME else " ".join(whole.split(" ")[:2])


def explain_content(activity: Activity, now: float, *, again: str, back: str) -> Content:
    """What happened, what it means, what to do, and how to find it at the service. `again` and `back` are the keys that send it again and
    take it back.
    """
    glyph, word = status_of(activity, now)
    lines = [
        Content.assemble((f"{glyph} {word}", LOOKS.get(glyph, QUIET)), f"  {DELIVERY_NAMES[activity.delivery.kind]}"),
        Content(""),
        _told("What happened", happened(activity, now)),
        _told("What it means", meaning(activity, now)),
        _told("What to do", advice(activity, now, again=again, back=back)),
        Content(""),
        *(Content.assemble((f"{name:<10} ", QUIET), value) for name, value in facts(activity, now)),
        *([Content(""), *_tries(activity, now)] if activity.tries else []),
    ]
    return Content("\n").join(lines)


def _tries(activity: Activity, now: float) -> Iterator[Content]:
    yield Content.styled("Every try", "bold")
    for when, which, glyph, word, told in tried(activity, now):
        look = LOOKS.get(glyph, QUIET)
        yield Content.assemble(
            (f"{when:<{TIME}} {which:<13} ", QUIET), (f"{glyph} {word:<10} ", look), " · ".join(cropped(each, TOLD) for each in told)
        )


def _told(what: str, text: str) -> Content:
    return Content.assemble((f"{what}: ", "bold"), text)
