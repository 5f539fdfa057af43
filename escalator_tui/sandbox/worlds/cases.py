"""Conversations told as data, and brought into a workspace relative to its present."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from escalator_tui.sandbox.intercom.objects import Company, Thread
from escalator_tui.sandbox.intercom.workspace import ADMINS, BOT, Workspace

MINUTES_AN_HOUR, MINUTES_A_DAY = 60, 24 * 60


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened: who or what (a key of `_ACTS`), how many minutes ago, and the text (HTML)."""

    act: str
    ago: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One conversation: who wrote first, about what, how many minutes ago, and what followed."""

    person: str
    email: str
    subject: str
    ago: int
    text: str
    company: str = ""
    lines: tuple[Line, ...] = ()
    channel: str = "conversation"
    counted: bool = True


def customer(ago: int, text: str) -> Line:
    """The customer writes again."""
    return Line("customer", ago, f"<p>{text}</p>")


def teammate(ago: int, text: str) -> Line:
    """Support answers."""
    return Line("teammate", ago, f"<p>{text}</p>")


def hours(count: float) -> int:
    """Minutes in so many hours."""
    return int(count * MINUTES_AN_HOUR)


def days(count: float) -> int:
    """Minutes in so many days."""
    return int(count * MINUTES_A_DAY)


def tell(workspace: Workspace, cases: Iterable[Case], companies: dict[str, Company]) -> None:
    """Let it all have happened, oldest first, so that ids grow with time."""
    now = workspace.clock.seconds
    for case in sorted(cases, key=lambda each: -each.ago):
        contact = workspace.add_contact(case.person, case.email, companies.get(case.company))
        body = case.text if case.text.startswith("<") else f"<p>{case.text}</p>"
        thread = workspace.open_thread(contact, body, subject=case.subject, at=now - 60 * case.ago, channel=case.channel)
        thread.counted = case.counted
        for line in case.lines:
            _ACTS[line.act](workspace, thread, line, now - 60 * line.ago)


def _snooze(workspace: Workspace, thread: Thread, _line: Line, at: int) -> None:
    workspace.move(thread, "snoozed", at=at, until=workspace.clock.seconds + 60 * days(1))


def _tag(workspace: Workspace, thread: Thread, line: Line, _at: int) -> None:
    thread.tag_ids.append(workspace.tag(line.text))


_ACTS: dict[str, Callable[[Workspace, Thread, Line, int], object]] = {
    "customer": lambda workspace, thread, line, at: workspace.say(thread, line.text, at=at),
    "teammate": lambda workspace, thread, line, at: workspace.answer(thread, line.text, at=at),
    "assigned": lambda workspace, thread, line, at: workspace.answer(thread, line.text, admin=ADMINS[2], kind="assignment", at=at),
    "note": lambda workspace, thread, line, at: workspace.note(thread, line.text, at=at),
    "bot": lambda workspace, thread, line, at: workspace.add_part(thread, "comment", BOT, line.text, at=at),
    "system": lambda workspace, thread, line, at: workspace.add_part(thread, line.text, BOT, None, at=at),
    "close": lambda workspace, thread, line, at: workspace.move(thread, "closed", body=line.text or None, at=at),
    "snooze": _snooze,
    "tag": _tag,
}
