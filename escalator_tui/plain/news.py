"""What happened since the last prompt, in sentences: new conversations that need a decision, and what became of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from escalator_tui.model.kinds import RowState
from escalator_tui.model.row import Row
from escalator_tui.plain.numbers import Numbers
from escalator_tui.plain.words import outcome_line, row_line, sentence
from escalator_tui.widgets.poller import AutoDecided, Event, Failed, Recovered, RowsRead
from escalator_tui.widgets.session import Session
from escalator_tui.widgets.wording import called, is_over

QUIET = (RowState.WATCHING, RowState.HELD, RowState.SENDING)
"""States that nobody has to be told of: nothing is settled yet."""


class News:
    """Takes in what the poller found."""

    def __init__(self, session: Session, numbers: Numbers) -> None:
        self._session, self._numbers = session, numbers
        self._told: dict[str, RowState | None] = {}
        self._begun = False

    def take_in(self) -> list[str]:
        """Bring the queue up to date; what there is to say of it."""
        session, lines = self._session, []
        session.queue.now = session.clock()
        for event in session.poller.events():
            known = set(session.watch.failures)
            session.absorb(event)
            lines += list(self._of(event, known))
        # Nobody writes into the ledger when a snooze or a hold is over, so nothing tells of it.
        lines += list(self._of_rows(session.read(session.outdated())))
        return lines

    def learn(self, rows: Iterable[Row]) -> None:
        """Take in rows after the lead's own decision: the lead knows."""
        rows = list(rows)
        self._session.queue.apply(rows)
        self._told |= {row.id: row.state for row in rows}

    def _of(self, event: Event, known: set[str]) -> Iterator[str]:
        match event:
            case RowsRead(rows) if not self._begun or self._session.queue.filling:
                self._begun = True
                self.learn(rows)
            case RowsRead(rows):
                yield from self._of_rows(rows)
            case AutoDecided(escalations):
                yield f"Auto mode escalated {len(escalations)}."
            case Failed(duty, message, cure) if duty not in known:
                yield " ".join((*(sentence(each) for each in (message, cure) if each), "Escalator tries again by itself."))
            case Recovered(duty) if duty == "poll":
                yield "Intercom answers again."
            case _:
                pass

    def _of_rows(self, rows: list[Row]) -> Iterator[str]:
        known = self._session.queue.rows
        before = {row.id: self._told.get(row.id) for row in rows if row.id in known}
        self._session.queue.apply(rows)
        for row in rows:
            state = None if is_over(row) else row.state
            was, self._told[row.id] = before.get(row.id), state
            if state is not was and not (state is None and was in (None, RowState.WATCHING)) and state not in QUIET:
                yield self._line(row)

    def _line(self, row: Row) -> str:
        number, now = self._numbers.of(row.id), self._session.clock()
        if row.state is RowState.NEEDS_DECISION and not is_over(row):
            return f"New: {row_line(number, row, now)}"
        return f"{number}. {called(row.record.conversation)}. {outcome_line(row, now)}"
