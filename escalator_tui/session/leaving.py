"""The end of a session: what is under way is cut off or finished, and what is owed is the exit code."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from escalator_tui.model.kinds import ON_THE_WAY, STUCK
from escalator_tui.session.poller import RowsRead
from escalator_tui.session.wording import called_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from escalator_tui.model.row import Row
    from escalator_tui.session.session import Session

LEAVE_SECONDS = 0.15
"""How long leaving waits for what is under way: a lead who wants to see it sent says so when asked."""
UNFINISHED = (*ON_THE_WAY, *STUCK)

LOST = "That is lost with the demo."


def cut_off(session: Session) -> None:
    """End what works in the background, and say what was cut off: the terminal is the shell's again by now."""
    session.finish(LEAVE_SECONDS)
    if rows := session.approvals.checking:
        tell(f"{called_all(rows)} {_was(rows)} approved and not confirmed yet: nothing of that was sent.")
    if rows := [each.proposal.drafted.row for each in session.approvals.unsent]:
        tell(f"{called_all(rows)} {_was(rows)} approved and came back: nothing of that was sent.")
    if many := session.decisions.pending:
        then = "The queue shows at the next start whether {it} is there."
        _tell_of(session, many, ("decision was", "decisions were"), "still being written", then)
    if many := 0 if session.read_only else session.desk.deliverer.in_flight:
        then = "The next start looks whether {it} arrived, and sends what did not."
        _tell_of(session, many, ("delivery was", "deliveries were"), "still being sent", then)


def _was(rows: Sequence[Row]) -> str:
    return "was" if len(rows) == 1 else "were"


def _tell_of(session: Session, many: int, names: tuple[str, str], became: str, then: str) -> None:
    told = LOST if session.is_demo else then.format(it="it" if many == 1 else "each")
    tell(f"{many} {names[many > 1]} {became}. {told}")


def finish(session: Session) -> None:
    """End what works in the background when the calls under way have ended, and say that they are waited for."""
    session.close()
    session.poller.join()
    if session.read_only:
        return
    if many := session.desk.deliverer.in_flight:
        tell(f"finishing {many} {'delivery' if many == 1 else 'deliveries'}…")
    session.desk.deliverer.stop()


def tell_of_owed(session: Session) -> bool:
    """Whether anything is owed, and what, unless that was said already. Raises EscalatorError when that cannot be read."""
    rows = owed(session)
    failed = [row for row in rows if row.state in STUCK]
    if failed:
        _tell_of(
            session, len(failed), ("escalation was", "escalations were"), "not sent completely", "The queue says why at the next start."
        )
    if (many := len(rows) - len(failed)) and not session.desk.deliverer.in_flight:
        then = "The next start sends what is owed."
        _tell_of(session, many, ("escalation had", "escalations had"), "not left completely", then)
    return bool(rows)


def owed(session: Session) -> list[Row]:
    """Rows whose escalation is not done yet. The queue may be a moment behind: what it takes for unfinished is read again, and what the
    poller found last is taken in. Raises EscalatorError when that cannot be read.
    """
    for event in session.poller.events():
        if isinstance(event, RowsRead):
            session.queue.apply(event.rows)
    suspects = [row.id for row in session.queue.rows.values() or session.desk.rows() if row.state in UNFINISHED]
    return [row for each in suspects if (row := session.desk.row(each)) is not None and row.state in UNFINISHED]


def tell(text: str) -> None:
    """One line for whoever started this. After a hang-up there is nobody to tell."""
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)
