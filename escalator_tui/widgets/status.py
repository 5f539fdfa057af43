"""The first line of the screen: how fresh the queue is, who sends, and what the queue holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from escalator_tui.session.wording import UNKNOWN, age, countdown, score_bar
from escalator_tui.widgets.line import Line, Piece, length, spread

if TYPE_CHECKING:
    from escalator_tui.session.session import Session, WatchState

STALE_INTERVALS = 3
BAR_CELLS = 12
BRIEF, LEVELS = 3, 6


class StatusLine(Line):
    """Freshness, mode and counts, in one line."""

    def __init__(self, session: Session) -> None:
        super().__init__("status")
        self.session = session

    def tick(self) -> None:
        """Draw it as it is now."""
        self.set_class(self.session.auto, "-auto")
        content = status_content(self.session, self.room)
        # In auto mode the whole line is reversed; single colours would break it up.
        self.tell(content.without_spans if self.session.auto else content)

    def on_resize(self) -> None:
        """Choose again what there is room for."""
        self.tick()


def status_content(session: Session, width: int) -> Content:
    """The status line, with less said the narrower it is."""
    return spread(*parts(session, brevity(session, width)), width)


def brevity(session: Session, width: int) -> int:
    """How much is left out: the least that lets the rest fit. From `BRIEF` on a failure is not explained."""
    levels = range(LEVELS + (session.watch.failure is not None))
    return next((each for each in levels if sum(map(length, parts(session, each))) + 4 <= width), levels[-1])


def parts(session: Session, level: int) -> tuple[list[Piece], list[Piece]]:
    """What stands on the left and on the right."""
    brand = [("ESCALATOR", "bold"), *([(" · demo", "")] if session.is_demo else []), ("   ", "")]
    left = [*(brand if level == 0 else []), *freshness(session, brief=level >= BRIEF)]
    told = counts(session, watching=level < 2, sending=level < 5, stuck=level < LEVELS)
    return left, [mode(session, brief=level >= 4), ("   ", ""), *told]


def freshness(session: Session, *, brief: bool) -> list[Piece]:
    """● live, ‖ paused or ✕ failing, with the age of the data and the time of the next look."""
    watch, now = session.watch, session.clock()
    data = max(0.0, now - watch.report.at) if watch.report else None
    if failure := watch.failure:
        old = f" · data {age(data)} old" if data is not None else ""
        said = f"{failure.who} fails" if brief and failure.who else failure.message
        return [(f"✕ {said}", "$text-error bold"), (old, "$text-error")]
    if data is None:
        return [("○ ", "$text-accent"), *([(reading(watch), "")] if watch.polling else [("starting", "")])]
    if watch.paused:
        return [("‖ paused", "$text-warning bold"), (f" · data {age(data)} old", "")]
    if data > STALE_INTERVALS * session.settings.polling.interval_minutes * 60:
        return [("✕ no answer from Intercom", "$text-error bold"), (f" · data {age(data)} old", "$text-error")]
    coming = "" if brief or watch.next_at is None else f" · next {countdown(watch.next_at - now)}"
    return [
        ("● ", "$text-success"),
        ("live", ""),
        (f" · {age(data)} ago{f' · {reading(watch, brief=brief)}' if watch.polling else coming}", "$foreground-muted"),
    ]


def reading(watch: WatchState, *, brief: bool = False) -> str:
    """How the look goes on that is under way."""
    step = watch.reading
    if step is None:
        return "asking" if watch.report else "asking Intercom"
    if not step.read:
        return f"found {step.found:,}"
    done = "" if brief else f" {score_bar(step.read / step.found, BAR_CELLS):─<{BAR_CELLS}}"
    return f"reading {step.read:,} of {step.found:,}{done}"


def mode(session: Session, *, brief: bool) -> Piece:
    """Who sends: the lead, the agent, or nobody."""
    if session.auto:
        return ("AUTO" if brief else "AUTO · sends by itself", "bold")
    return ("READ-ONLY" if session.read_only else "REVIEW", "bold")


def counts(session: Session, *, watching: bool, sending: bool, stuck: bool) -> list[Piece]:
    """How many rows stand where; failures only when there are some. Before anything was read it is unknown."""
    many, known = session.queue.counts(), session.is_read
    pieces = [(f"{many.need if known else UNKNOWN} need you", "bold $text-warning" if many.need else "$foreground-muted")]
    if many.unsent and stuck:
        pieces.append((f"{many.unsent} not sent", "bold $text-error"))
    if many.failed and stuck:
        pieces.append((f"{many.failed} not done", "bold $text-error"))
    if sending:
        pieces.append((f"{many.sending if known else UNKNOWN} sending", "" if many.sending else "$foreground-muted"))
    if watching:
        pieces.append((f"{many.watching if known else UNKNOWN} watching", "$foreground-muted"))
    return [each for at, piece in enumerate(pieces) for each in ((" · ", "$foreground-muted"), piece)[0 if at else 1 :]]
