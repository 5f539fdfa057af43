"""Everything a lead can do, once: keys, footer, help and palette all come from here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from escalator_tui.model.kinds import APPROVED, ASIDE, MOVING, STUCK, WENT_OUT, Priority, RowState
from escalator_tui.session.wording import called, is_over, issue_url

if TYPE_CHECKING:
    from escalator_tui.model.row import Row
    from escalator_tui.session.undoing import Act


class Situation(Struct, frozen=True):
    """What a key would act on: the marked rows, else the row under the cursor, and the circumstances. `undoable` is what `u` would take
    back, `sent` whom the last decision was about when it was sent: `u` goes there, and takes nothing of it back before; `also` are the
    queue's own actions that are done here too; `turns` that a conversation is being read and `n` reads the next; `paused` that the watch
    is; `typing` that keys go into the filter, `slip` that something in it cannot be read. `back` says where esc leads outside the queue.
    """

    rows: tuple[Row, ...] = ()
    cursor: Row | None = None
    read_only: bool = False
    undoable: Act | None = None
    sent: tuple[Row, ...] = ()
    in_queue: bool = True
    also: frozenset[str] = frozenset()
    back: str = "back"
    turns: bool = False
    views: int = 0
    paused: bool = False
    typing: bool = False
    slip: bool = False


def always(_: object) -> str:
    """Never refused."""
    return ""


class Action(Struct, frozen=True):
    """One thing to do. `keys` are Textual's names, comma-separated; `shown` is the key as printed; `refusal` says why not, or is empty.

    `rank` orders the footer: the smallest stay when there is little room, 0 never stands there. `brief` is the footer's word when it is not
    the title; the key of the action `twin` stands beside it. `queue_only` says that it makes no sense elsewhere, `is_back` that
    elsewhere it goes back as esc does. `judge` says why a row cannot be acted on; of several, those are left out. `paused` is the title
    and the help while the watch is paused.
    """

    id: str
    keys: str
    shown: str
    title: str
    help: str
    rank: int = 0
    refusal: Callable[[Situation], str] = always
    brief: str = ""
    twin: str = ""
    queue_only: bool = False
    is_back: bool = False
    judge: Callable[[Row], str] = always
    paused: tuple[str, str] | None = None

    def named(self, on: Situation) -> Action:
        """As it is called now."""
        return replace(self, title=self.paused[0], help=self.paused[1]) if self.paused and on.paused else self

    def refuse(self, on: Situation) -> str:
        """Why it cannot be done now, or ""."""
        if self.queue_only and not (on.in_queue or self.id in on.also):
            return "That is a key of the queue; esc goes back there"
        able = self.able(on.rows)
        return self.refusal(replace(on, rows=able) if able else on)

    def able(self, rows: Iterable[Row]) -> tuple[Row, ...]:
        """Those of the rows that it can act on."""
        return tuple(row for row in rows if not self.judge(row))

    def left_out(self, rows: Iterable[Row]) -> str:
        """How many of the rows it cannot act on, and why, or ""."""
        reasons = [_brief(reason) for row in rows if (reason := self.judge(row))]
        return f"{len(reasons)} left out: {', '.join(dict.fromkeys(reasons))}" if reasons else ""


READ_ONLY = "Read-only"
_SENT = {
    **dict.fromkeys(WENT_OUT, "is already escalated"),
    RowState.CHECKING: "is about to be confirmed",
    RowState.HELD: "is about to go out",
    RowState.SENDING: "is on its way already",
}
_UNREAD = "was not sent; its texts tell why, and there the priority can be changed"


def _brief(reason: str) -> str:
    return re.split("[;,]", reason)[0].removeprefix("is ").removeprefix("was ")


def _needs_row(on: Situation) -> str:
    return "" if on.rows else "There is no conversation to act on"


def _decides(on: Situation) -> str:
    return f"{READ_ONLY}: nothing is decided here" if on.read_only else _needs_row(on)


def _escalates(on: Situation) -> str:
    return _decides(on) or _first_refusal(on, _not_escalatable)


def _first_refusal(on: Situation, judge: Callable[[Row], str]) -> str:
    refused = next(((row, reason) for row in on.rows if (reason := judge(row))), None)
    if refused is None:
        return ""
    unmark = f"; take the mark from it, or from all {len(on.rows)} with esc" if len(on.rows) > 1 else ""
    return f"{called(refused[0].record.conversation)} {refused[1]}{unmark}"


def _not_escalatable(row: Row) -> str:
    if row.state is RowState.UNSENT:
        return ""
    if row.state in MOVING:
        return "is already on its way"
    if row.state in WENT_OUT:
        return "is already escalated"
    return f"is {row.record.conversation.state.value} at Intercom" if is_over(row) else ""


def _sets_aside(on: Situation) -> str:
    return _decides(on) or _first_refusal(on, _not_set_aside)


def _not_set_aside(row: Row) -> str:
    return _SENT.get(row.state, "")


def _raises(on: Situation) -> str:
    return _decides(on) or ("It is P0 already" if all(row.priority is Priority.P0 for row in on.rows) else _changes_priority(on))


def _lowers(on: Situation) -> str:
    return _decides(on) or ("It is P3 already" if all(row.priority is Priority.P3 for row in on.rows) else _changes_priority(on))


def _changes_priority(on: Situation) -> str:
    return _first_refusal(on, _has_fixed_priority)


def _has_fixed_priority(row: Row) -> str:
    if row.state is RowState.UNSENT:
        return _UNREAD
    return "is escalated already, with its priority" if row.state in _SENT else ""


def _undoes(on: Situation) -> str:
    if on.read_only:
        return f"{READ_ONLY}: nothing is decided here"
    goes_there = on.sent and (on.in_queue or on.turns)
    return "" if on.undoable else _others(on.cursor) or ("" if goes_there else "There is nothing to take back")


def _others(row: Row | None) -> str:
    decided = (row.record.escalation or row.record.decision) if row and row.state in (RowState.HELD, *ASIDE) else None
    return f"{decided.actor} decided this, and alone can take it back" if decided else ""


def _retries(on: Situation) -> str:
    return _decides(on) or _first_refusal(on, _not_retriable)


def _not_retriable(row: Row) -> str:
    if row.state in STUCK:
        return ""
    if row.state in APPROVED:
        return "is not confirmed yet" if row.state is RowState.CHECKING else "was not sent; its texts tell why"
    escalation = row.record.escalation
    if escalation is None:
        return "was taken back" if row.taken_back else "was not escalated"
    if row.state is RowState.HELD:
        return "has not left yet"
    if not escalation.owed:
        return "was sent completely"
    return "" if any(each.error for each in escalation.owed) else "is being sent for the first time"


def _reads_one(on: Situation) -> str:
    return "" if on.cursor else "There is no conversation under the cursor"


def _marks(on: Situation) -> str:
    return f"{READ_ONLY}: nothing is decided here, and so nothing marked" if on.read_only else _reads_one(on)


def _opens_issue(on: Situation) -> str:
    if on.cursor and not issue_url(on.cursor):
        return f"{called(on.cursor.record.conversation)} has no Linear issue {'any more' if on.cursor.taken_back else 'yet'}"
    return _reads_one(on)


def _has_views(on: Situation) -> str:
    return "" if on.views else "There is no saved view; views in the configuration's [app] names them"


def _turns_auto(on: Situation) -> str:
    return f"{READ_ONLY}: nothing is sent here" if on.read_only else ""


ACTIONS: tuple[Action, ...] = (
    Action("escalate", "e", "e", "escalate", "Shows exactly what would go to Linear, Slack and Intercom; y there sends it.", 1, _escalates,
           judge=_not_escalatable),
    Action("raise", "p", "p", "priority up", "Makes it more urgent, up to P0.", 3, _raises, "priority", "lower",
           judge=_has_fixed_priority),
    Action("lower", "P", "P", "priority down", "Makes it less urgent, down to P3.", 0, _lowers, judge=_has_fixed_priority),
    Action("dismiss", "d", "d", "dismiss", "Not an escalation. It returns when something new happens, and says why.", 2, _sets_aside,
           judge=_not_set_aside),
    Action("snooze", "z", "z", "snooze", "For later. It returns at the time chosen, or when something new happens.", 4, _sets_aside,
           judge=_not_set_aside),
    Action("undo", "u", "u", "undo", "Takes back your last decision, or yours here. What was sent only here, after asking.", 5, _undoes),
    Action("retry", "R", "R", "retry", "Sends again what failed, waits or is uncertain, unless it is found, or you saw it.", 9, _retries,
           judge=_not_retriable),
    Action("mark", "space", "space", "mark", "Marks the row; decisions then act on all marked rows. esc unmarks.", 6, _marks),
    Action("mark_all", "asterisk", "*", "mark all", "Marks all shown that need a decision; again, none.", 0, _marks, queue_only=True),
    Action("filter", "slash", "/", "filter", "Words, in the queue also fields such as waits:>2h (all below). Afterwards esc clears it.", 7,
           queue_only=True),
    Action("view", "v", "v", "view", "Shows the next saved view, after the last one everything.", 15, _has_views, queue_only=True),
    Action("views", "V", "V", "views", "Lists the saved views with their counts; a digit takes one.", 0, _has_views, queue_only=True),
    Action("sort", "s", "s", "sort", "Sorts by the next column; a click on a column's title does the same.", 10, queue_only=True),
    Action("reverse", "S", "S", "reverse", "Turns the order round.", 0, queue_only=True),
    Action("read", "enter", "enter", "read", "The conversation and what was done. Enter never sends.", 8, _reads_one, queue_only=True),
    Action("next", "n", "n", "next", "Goes on to the next conversation, also while reading one.", 0),
    Action("previous", "N", "N", "previous", "Goes back to the one before.", 0),
    Action("activity", "A", "A", "activity", "What was sent and what was not: every call, its outcome, and what to do.", 10),
    Action("open", "o", "o", "open", "Opens the conversation in Intercom.", 11, _reads_one),
    Action("issue", "O", "O", "open issue", "Opens its Linear issue.", 16, _opens_issue),
    Action("copy", "c", "c", "copy", "Copies one line about each conversation, with its link.", 15, _reads_one),
    Action("auto", "a", "a", "auto", "Auto mode on or off: escalations go out by themselves. Asks first.", 12, _turns_auto),
    Action("refresh", "r", "r", "refresh", "Asks Intercom now.", 13),
    Action("pause", "", "", "pause", "Stops asking Intercom until you resume. Deliveries go on.", 0,
           paused=("resume", "Ends the pause: asks Intercom by itself again.")),
    Action("tune", "T", "T", "tune", "Tries another threshold, weights and words on what was recorded.", 15, queue_only=True),
    Action("help", "question_mark", "?", "help", "This page; / searches it.", 1),
    Action("quit", "q", "q", "quit", "Leaves, elsewhere goes back. Asks when something is still being sent.", 14, is_back=True),
)  # fmt: skip
BY_ID = {action.id: action for action in ACTIONS}
