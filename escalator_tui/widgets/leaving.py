"""The end of a session: what is under way is cut off or finished, and what is owed is the exit code. Without Textual."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from escalator_tui.model.kinds import RowState
from escalator_tui.widgets.poller import RowsRead
from escalator_tui.widgets.wording import called_all

if TYPE_CHECKING:
    from escalator_tui.widgets.session import Session

LEAVE_SECONDS = 0.15
"""How long leaving waits for what is under way: a lead who wants to see it sent says so when asked."""
UNFINISHED = (RowState.HELD, RowState.SENDING, RowState.FAILED, RowState.UNCERTAIN)

LOST = "That is lost with the demo."


def cut_off(session: Session) -> None:
    """End what works in the background, and say what was cut off: the terminal is the shell's again by now."""
    session.finish(LEAVE_SECONDS)
    if rows := session.approvals.checking:
        tell(f"{called_all(rows)} {'was' if len(rows) == 1 else 'were'} approved and not confirmed yet: nothing of that was sent.")
    if many := session.decisions.pending:
        what, which = ("1 decision was", "it") if many == 1 else (f"{many} decisions were", "each")
        then = LOST if session.is_demo else f"The queue shows at the next start whether {which} is there."
        tell(f"{what} still being written. {then}")
    if many := 0 if session.read_only else session.desk.deliverer.in_flight:
        what, which = ("1 delivery was", "it") if many == 1 else (f"{many} deliveries were", "each")
        then = LOST if session.is_demo else f"The next start looks whether {which} arrived, and sends what did not."
        tell(f"{what} still being sent. {then}")


def finish(session: Session) -> None:
    """End what works in the background when the calls under way have ended, and say that they are waited for."""
    session.close()
    session.poller.join()
    if session.read_only:
        return
    if many := session.desk.deliverer.in_flight:
        tell(f"finishing {many} {'delivery' if many == 1 else 'deliveries'}…")
    session.desk.deliverer.stop()


def owes(session: Session) -> bool:
    """Whether any escalation is not done yet. The queue may be a moment behind: what it takes for unfinished is read again, and what the
    poller found last is taken in. Raises EscalatorError when that cannot be read.
    """
    for event in session.poller.events():
        if isinstance(event, RowsRead):
            session.queue.apply(event.rows)
    suspects = [row.id for row in session.queue.rows.values() or session.desk.rows() if row.state in UNFINISHED]
    return any(row.state in UNFINISHED for each in suspects if (row := session.desk.row(each)) is not None)


def tell(text: str) -> None:
    """One line for whoever started this. After a hang-up there is nobody to tell."""
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)
