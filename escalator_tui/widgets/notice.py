"""The second line of the screen: what to know or do about the queue now."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.content import Content

from escalator_tui.model.kinds import RowState, Verb
from escalator_tui.session.trends import sparkline
from escalator_tui.session.wording import age, called
from escalator_tui.widgets.line import Line, Piece, length, spread
from escalator_tui.widgets.status import BRIEF, brevity

if TYPE_CHECKING:
    from escalator_tui.model.draft import PollReport
    from escalator_tui.model.row import Row
    from escalator_tui.session.approvals import Approval
    from escalator_tui.session.poller import Failed
    from escalator_tui.session.session import Session

FULL_WIDTH, BRIEFLY = 110, 60
FILLING = "More come in as they are read; scores may still rise"
SHOWS_GUESSES = "prio:guess"
TRENDS = ((150, 24), (110, 12))
"""Cells from which there is room for how many bars."""


class NoticeLine(Line):
    """What is about to go out, what failed and its cure, or what the last look found. `cursor` gives the row that keys act on, `more` is
    the key that tells more of that.
    """

    def __init__(self, session: Session, cursor: Callable[[], Row | None], more: str = "") -> None:
        super().__init__("notice")
        self.session, self.cursor, self.more = session, cursor, more

    def tick(self) -> None:
        """Draw it as it is now."""
        self.tell(notice_content(self.session, self.cursor(), self.room, self.more))

    def on_resize(self) -> None:
        """Fit it to the new width."""
        self.tick()


def notice_content(session: Session, cursor: Row | None, width: int, more: str = "") -> Content:
    """The second line. New conversations are offered at its end, before them what came of others, else the day."""
    offer = offered(len(session.queue.waiting), session.queue.newly_needy(), brief=width < BRIEFLY)
    undone = _undone(session, cursor, width - length(offer) - (4 if offer else 2), more)
    said = notice(session, cursor, width - (length(offer) + 2 if offer else 0), undone)
    room = width - length(said) - length(offer) - (8 if offer else 5)
    day = next((each for least, bars in TRENDS if width >= least and length(each := trends(session, bars)) <= room), [])
    aside = tidings(session, room) or day
    return spread(said, [*aside, *([("   ", "")] if aside and offer else []), *offer], width)


def tidings(session: Session, room: int) -> list[Piece]:
    """What arrived and what others closed a moment ago, as far as there is room: what arrived before what was closed."""
    arrived, closed = session.queue.news.tidings.told(session.clock())
    both: list[Piece] = [(arrived, "$text-success"), ("   " if arrived and closed else "", ""), (closed, "$foreground-muted")]
    choices: tuple[list[Piece], ...] = (both, both[:1], both[2:])
    return next((each for each in choices if 0 < length(each) <= room), [])


def offered(new: int, needy: int, *, brief: bool) -> list[Piece]:
    """The new conversations that `home` lets in, and how many of them need a decision."""
    if not new:
        return []
    need = f" {needy}!" if brief else f", {needy} need{'s' if needy == 1 else ''} you"
    return [(f"{new} new", "bold $text-accent"), *([(need, "bold $text-warning")] if needy else []), (" ▲ home", "bold $text-accent")]


def trends(session: Session, bars: int) -> list[Piece]:
    """The day in so many bars: what came in, and what needed the lead while an app was running."""
    now = session.clock()
    needed, seconds = session.trends.needed(now, bars)
    span = f" {age(len(needed) * seconds)}"
    since = [("   need you ", "$foreground-muted"), (sparkline(needed), "$text-warning"), (span, "$foreground-muted")]
    return [
        ("came in ", "$foreground-muted"),
        (sparkline(session.trends.began(now, bars)), "$text-accent"),
        (" 24 h", "$foreground-muted"),
        *(since if len(needed) > 1 else []),
    ]


def notice(session: Session, cursor: Row | None, width: int, undone: list[Piece]) -> list[Piece]:
    """The most important thing to say now. `undone` is what is told of the row under the cursor."""
    watch, now = session.watch, session.clock()
    if cursor and (came_back := session.approvals.refused(cursor.id)):
        return unsent(came_back, session, width)
    if held := session.held():
        return leaving(held, session, cursor)
    if checking := session.approvals.checking:
        return checked(checking, session, cursor, width)
    if all_unsent := session.approvals.unsent:
        return unsent(all_unsent[0], session, width)
    if undone:
        return undone
    if watch.failure is None and (elsewhere := stuck(session, width)):
        return elsewhere
    if watch.failure is not None:
        return failing(watch.failure, now, width, explain=brevity(session, width) >= BRIEF)
    report = watch.report
    if report is None:
        below = FILLING if session.queue.filling else "The queue below is as it was left."
        return [(below, "$foreground-muted")] if session.queue.rows else []
    return [*unread(report, now), *found(session, report, brief=width < FULL_WIDTH)]


def _undone(session: Session, cursor: Row | None, room: int, more: str) -> list[Piece]:
    if cursor is None or cursor.record.escalation is None:
        return []
    from escalator_tui.widgets.trouble import trouble_pieces  # the first picture stands before there is any

    return trouble_pieces(cursor, session.clock(), room, retry=session.action("retry").shown, more=more)


def stuck(session: Session, width: int) -> list[Piece]:
    """What keeps back what is being sent, wherever the cursor is: of the first, and of how many."""
    rows = sorted(session.queue.standing(RowState.SENDING), key=lambda row: row.id)
    rows = [row for row in rows if row.record.escalation and any(each.error for each in row.record.escalation.owed)]
    if not rows:
        return []
    from escalator_tui.widgets.trouble import trouble_pieces

    name = f"{called(rows[0].record.conversation)}{f' and {len(rows) - 1} more' if len(rows) > 1 else ''}: "
    return [(name, "bold $text-warning"), *trouble_pieces(rows[0], session.clock(), width - len(name) - 2, retry="")]


def failing(failure: Failed, now: float, width: int, *, explain: bool) -> list[Piece]:
    """What cures a failure and when the next try is, and with `explain` first what failed, as far as there is room for its cure as well."""
    cure = failure.cure.rstrip(".")
    again = [(f"tries again in {age(failure.retry_at - now)}", "$foreground-muted")]
    plain = [(f"{cure or 'The rows are as last read'} · ", ""), *again]
    if not explain:
        return plain
    sentence = " · ".join(filter(None, (failure.message, cure)))
    choices: tuple[list[Piece], ...] = ([(f"{sentence} · ", ""), *again], [(sentence, "")])
    return next((each for each in choices if length(each) + 2 <= width), plain if cure else choices[-1])


def leaving(held: list[Row], session: Session, cursor: Row | None) -> list[Piece]:
    """What goes out next, and whether `u` takes that back."""
    first, act = held[0], session.acts.undoable(cursor, marked=session.queue.marked())
    until = first.record.escalation.held_until if first.record.escalation else 0.0
    more = f" and {len(held) - 1} more" if len(held) > 1 else ""
    mine = act is not None and act.verb is Verb.ESCALATE and first.id in act.ids
    return [
        (f"» {called(first.record.conversation)}{more}", "bold $text-warning"),
        (f" {'go' if more else 'goes'} out in {max(0, round(until - session.clock()))} s", ""),
        *undoing(session, mine=mine),
    ]


def checked(rows: list[Row], session: Session, cursor: Row | None, width: int) -> list[Piece]:
    """Whose approval is being checked, and whether `u` takes that back: the words before that are the shorter for it."""
    more = f" and {len(rows) - 1} more" if len(rows) > 1 else ""
    are, they = ("are", "they are") if more else ("is", "it is")
    act = session.acts.undoable(cursor, marked=session.queue.marked())
    undo = undoing(session, mine=act is not None and act.verb is Verb.ESCALATE and rows[0].id in act.ids)
    name = (f"» {called(rows[0].record.conversation)}{more}", "bold $text-warning")
    long = [name, (f" {are} being read again at Intercom before {they} confirmed", ""), *undo]
    return long if length(long) + 2 <= width else [name, (f" {are} being read again", ""), *undo]


def unsent(approval: Approval, session: Session, width: int) -> list[Piece]:
    """Which approval came back, the key that shows it, and why."""
    name, key = called(approval.proposal.drafted.row.record.conversation), session.action("escalate").shown
    why = (f" · {approval.refusal}".rstrip("."), "")

    def told(was: str, shows: str) -> list[Piece]:
        hint = [(" · ", ""), (key, "bold $text-accent"), (f" {shows}", "")] if key else []
        return [(f"! {name} {was}", "bold $text-error"), *hint, why]

    long = told("was not sent", "on it shows it")
    return long if width >= FULL_WIDTH or length(long) + 2 <= width else told("not sent", "shows it")


def undoing(session: Session, *, mine: bool) -> list[Piece]:
    """That `u` takes it back, when it does."""
    key = session.action("undo").shown
    return [(" · ", ""), (key, "bold $text-accent"), (" takes it back", "")] if mine and key and not session.read_only else []


def unread(report: PollReport, now: float) -> list[Piece]:
    """Changes at Intercom that could not be read, since when and why."""
    if not report.unread:
        return []
    since = f" since {age(now - report.oldest_unread)}" if report.oldest_unread is not None else ""
    why = f" ({report.problem.rstrip('.')})" if report.problem else ""
    return [(f"{report.unread} unread{since}{why}", "$text-warning"), (" · ", "$foreground-muted")]


def found(session: Session, report: PollReport, *, brief: bool) -> list[Piece]:
    """What the last look found: how many rows are marked as new or changed, and what it could not judge."""
    marked = len(session.queue.news.cells)
    missed = report.changed - report.scored
    changed = f" · {marked} changed" if marked else ""
    unscored = f" · {missed} not scored" if missed > 0 else ""
    blind = blind_spot(report, session.queue.counts().guessed, brief=brief)
    return [
        (f"{report.total_open} open{changed}{unscored}", "$foreground-muted"),
        *([(" · ", "$foreground-muted"), (blind, "$text-warning")] if blind else []),
    ]


def blind_spot(report: PollReport, guessed: int, *, brief: bool) -> str:
    """How many priorities are guessed for want of a plan and a revenue, and what to do about it."""
    if not guessed:
        return ""
    if report.without_company >= report.total_open:
        return (
            "no companies known: all P1?" if brief else "no company known: every P1? is a guess, let the Intercom connection read companies"
        )
    if brief:
        return f"{guessed} × P1? ({SHOWS_GUESSES})"
    many = "1 priority is" if guessed == 1 else f"{guessed} priorities are"
    return f"{many} a guess (P1?), no plan or revenue is known: {SHOWS_GUESSES} finds them"
