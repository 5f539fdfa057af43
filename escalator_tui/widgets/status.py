"""The two lines at the top: how fresh the queue is and what it holds, then what to know or do about it."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.widgets import Static

from escalator_tui.model.decision import Verb
from escalator_tui.model.draft import PollReport
from escalator_tui.model.row import Row
from escalator_tui.widgets.session import Session
from escalator_tui.widgets.trouble import trouble
from escalator_tui.widgets.wording import age, called, countdown

STALE_INTERVALS = 3

Piece = tuple[str, str]


class StatusLine(Static):
    """Freshness, mode and counts, in one line."""

    def __init__(self, session: Session) -> None:
        super().__init__(id="status", markup=False)
        self.session = session

    def tick(self) -> None:
        """Draw it as it is now."""
        self.set_class(self.session.auto, "-auto")
        content = status_content(self.session, self.size.width)
        # In auto mode the whole line is reversed; single colours would break it up.
        self.update(content.without_spans if self.session.auto else content)

    def on_resize(self) -> None:
        """Choose again what there is room for."""
        self.tick()


class NoticeLine(Static):
    """What is about to go out, what failed and its cure, or what the last look found. `cursor` gives the row that keys act on."""

    def __init__(self, session: Session, cursor: Callable[[], Row | None]) -> None:
        super().__init__(id="notice", markup=False)
        self.session, self.cursor = session, cursor

    def tick(self) -> None:
        """Draw it as it is now."""
        self.update(notice_content(self.session, self.cursor(), self.size.width))

    def on_resize(self) -> None:
        """Fit it to the new width."""
        self.tick()


def status_content(session: Session, width: int) -> Content:
    """The status line, with less said the narrower it is."""
    brand = [("ESCALATOR", "bold"), *([(f" · {session.title}", "")] if session.title else [])]
    for level in range(6):
        left = [*([*brand, ("   ", "")] if level == 0 else []), *freshness(session, brief=level >= 3)]
        right = [mode(session, brief=level >= 4), ("   ", ""), *counts(session, watching=level < 2, sending=level < 5)]
        if length(left) + length(right) + 4 <= width:
            break
    return spread(left, right, width)


def freshness(session: Session, *, brief: bool) -> list[Piece]:
    """● live, ‖ paused or ✕ failing, with the age of the data and the time of the next look."""
    watch, now = session.watch, session.clock()
    data = max(0.0, now - watch.report.at) if watch.report else None
    if failure := watch.failure:
        old = f" · data {age(data)} old" if data is not None else ""
        return [(f"✕ {failure.message}", "$text-error bold"), (old, "$text-error")]
    if data is None:
        return [("○ ", "$text-accent"), ("asking Intercom" if watch.polling else "starting", "")]
    if watch.paused:
        return [("‖ paused", "$text-warning bold"), (f" · data {age(data)} old", "")]
    if data > STALE_INTERVALS * session.settings.polling.interval_minutes * 60:
        return [("✕ no answer from Intercom", "$text-error bold"), (f" · data {age(data)} old", "$text-error")]
    coming = "" if brief or watch.next_at is None else f" · next {countdown(watch.next_at - now)}"
    return [("● ", "$text-success"), ("live", ""), (f" · {age(data)} ago{' · asking' if watch.polling else coming}", "$foreground-muted")]


def mode(session: Session, *, brief: bool) -> Piece:
    """Who sends: the lead, the agent, or nobody."""
    if session.auto:
        return ("AUTO" if brief else "AUTO · sends by itself", "bold")
    return ("READ-ONLY" if session.read_only else "REVIEW", "bold")


def counts(session: Session, *, watching: bool, sending: bool) -> list[Piece]:
    """How many rows stand where; failures only when there are some."""
    many = session.queue.counts()
    pieces = [(f"{many.need} need you", "bold $text-warning" if many.need else "$foreground-muted")]
    if many.failed:
        pieces.append((f"{many.failed} not done", "bold $text-error"))
    if sending:
        pieces.append((f"{many.sending} sending", "" if many.sending else "$foreground-muted"))
    if watching:
        pieces.append((f"{many.watching} watching", "$foreground-muted"))
    return [each for at, piece in enumerate(pieces) for each in ((" · ", "$foreground-muted"), piece)[0 if at else 1 :]]


def notice_content(session: Session, cursor: Row | None, width: int) -> Content:
    """The second line. New conversations are offered at its end."""
    new = len(session.queue.waiting)
    right = [(f"{new} new ▲ home", "bold $text-accent")] if new else []
    return spread(notice(session, cursor), right, width)


def notice(session: Session, cursor: Row | None) -> list[Piece]:
    """The most important thing to say now."""
    watch, now = session.watch, session.clock()
    if held := session.held():
        return leaving(held, session, cursor)
    if undone := trouble(cursor, now, session.action("retry").shown):
        return undone
    if (failure := watch.failure) is not None:
        again = f"tries again in {age(failure.retry_at - now)}"
        return [(f"{failure.cure.rstrip('.')} · " if failure.cure else "The rows are as last read · ", ""), (again, "$foreground-muted")]
    report = watch.report
    if report is None:
        return [("The queue below is as it was left.", "$foreground-muted")] if session.queue.rows else []
    return [*unread(report, now), *found(report)]


def leaving(held: list[Row], session: Session, cursor: Row | None) -> list[Piece]:
    """What goes out next, and whether `u` takes that back."""
    first, act, key = held[0], session.undoable(cursor), session.action("undo").shown
    until = first.record.escalation.held_until if first.record.escalation else 0.0
    more = f" and {len(held) - 1} more" if len(held) > 1 else ""
    mine = act is not None and act.verb is Verb.ESCALATE and first.id in act.ids and not session.read_only and key
    return [
        (f"» {called(first.record.conversation)}{more}", "bold $text-warning"),
        (f" goes out in {max(0, round(until - session.clock()))} s", ""),
        *([(" · ", ""), (key, "bold $text-accent"), (" takes it back", "")] if mine else []),
    ]


def unread(report: PollReport, now: float) -> list[Piece]:
    """Changes at Intercom that could not be read, since when and why."""
    if not report.unread:
        return []
    since = f" since {age(now - report.oldest_unread)}" if report.oldest_unread is not None else ""
    why = f" ({report.problem.rstrip('.')})" if report.problem else ""
    return [(f"{report.unread} unread{since}{why}", "$text-warning"), (" · ", "$foreground-muted")]


def found(report: PollReport) -> list[Piece]:
    """What the last look found, and what it could not judge."""
    unscored = " · some not scored" if report.scored < report.changed else ""
    missing = f" · {report.without_company} without company (scope?)" if report.without_company else ""
    return [
        (f"{report.changed} changed · {report.scored} scored{unscored}", "$foreground-muted"),
        (missing, "$text-warning"),
        (f" · {report.total_open} open", "$foreground-muted"),
    ]


def length(pieces: list[Piece]) -> int:
    """Cells these pieces take."""
    return sum(Content(text).cell_length for text, _ in pieces)


def spread(left: list[Piece], right: list[Piece], width: int) -> Content:
    """One line of `width` cells with a margin of one, the left part cut with … when both do not fit."""
    room = max(0, width - length(right) - (4 if right else 2))
    start = Content.assemble(*left).truncate(room, ellipsis=True)
    return Content.assemble(" ", start, " " * (max(0, width - start.cell_length - length(right) - 2)), *right, " ")
