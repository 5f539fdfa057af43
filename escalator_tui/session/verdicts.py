"""What a lead decides on rows: how it is written, and how a row looks with it from now on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import Struct

from escalator_tui.model.decision import LONGEST_REASON, Decision
from escalator_tui.model.kinds import Priority, RowState, Verb
from escalator_tui.model.row import Row
from escalator_tui.model.text import one_line

if TYPE_CHECKING:
    from escalator_tui.session.session import Session


class Verdict(Struct, frozen=True):
    """One decision on each of some rows. `write` puts it into the ledger, for what the lead was shown, blocks, and raises
    EscalatorError; `draw` is the row with it.
    """

    verb: Verb
    write: Callable[[Row], object]
    draw: Callable[[Row], Row]


def dismissal(session: Session, reason: str) -> Verdict:
    """Not an escalation."""
    desk, actor = session.desk, session.actor
    decision = Decision("", Verb.DISMISS, actor, session.clock(), one_line(reason, LONGEST_REASON))
    return Verdict(
        Verb.DISMISS,
        lambda row: desk.dismiss(row, reason=reason, actor=actor),
        lambda row: _set_aside(row, RowState.DISMISSED, decision),
    )


def snooze(session: Session, until: float) -> Verdict:
    """For later: `until` is in unix seconds."""
    desk, actor = session.desk, session.actor
    decision = Decision("", Verb.SNOOZE, actor, session.clock(), until=until)
    return Verdict(
        Verb.SNOOZE,
        lambda row: desk.snooze(row, until=until, reason="", actor=actor),
        lambda row: _set_aside(row, RowState.SNOOZED, decision),
    )


def override(session: Session, to: Mapping[str, Priority]) -> Verdict:
    """These priorities, by conversation."""
    desk, actor = session.desk, session.actor
    return Verdict(Verb.OVERRIDE, lambda row: desk.override(row.id, to[row.id], actor=actor), lambda row: replace(row, priority=to[row.id]))


def priorities_told(to: Mapping[str, Priority], left_out: str, rows: Sequence[Row]) -> str:
    """What to say of rows that have these priorities now, and of others that could not be given one."""
    given = " or ".join(sorted({to[row.id].value for row in rows}))
    return f"{'is' if len(rows) == 1 else 'are'} {given} now{f' ({left_out})' if left_out else ''}"


def sending_again(session: Session, vouched: Collection[str]) -> Callable[[str], str]:
    """Sends again what is not done of a conversation, by its id, and says what that is. Only for those `vouched` what may have arrived: the
    ledger may know of more doubt than the rows did.
    """
    return lambda each: session.desk.retry(each, actor=session.actor, vouch=each in vouched)


def recording_arrival(session: Session) -> Callable[[str], str]:
    """Takes the lead's word that what is uncertain of a conversation is there, by its id, and says what that is."""
    return lambda each: session.desk.record_arrival(each, actor=session.actor)


def recording_absence(session: Session) -> Callable[[str], str]:
    """Takes the lead's word that what is uncertain of a conversation, and was withdrawn, is not there, and says what that is."""
    return lambda each: session.desk.record_absence(each, actor=session.actor)


def _set_aside(row: Row, state: RowState, decision: Decision) -> Row:
    record = replace(row.record, decision=replace(decision, conversation_id=row.id))
    return replace(row, state=state, note=decision.reason, record=record)
