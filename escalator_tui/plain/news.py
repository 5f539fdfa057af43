"""What happened since the last prompt, in sentences: new conversations that need a decision, and what became of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from escalator_tui.model.kinds import ON_THE_WAY, RowState
from escalator_tui.model.row import Row
from escalator_tui.plain.ending import Ending
from escalator_tui.plain.numbers import Numbers
from escalator_tui.plain.words import outcome_line, row_line, sentence
from escalator_tui.session.poller import AutoDecided, Event, Failed, PollBegan, Recovered, RowsRead
from escalator_tui.session.session import Session
from escalator_tui.session.wording import called, is_over

QUIET = (RowState.WATCHING, *ON_THE_WAY)
"""States that nobody has to be told of: nothing is settled yet."""


class News:
    """Takes in what the poller found."""

    def __init__(self, session: Session, numbers: Numbers, ending: Ending) -> None:
        self._session, self._numbers, self._ending = session, numbers, ending
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
            case PollBegan():
                self._session.queue.news.settle()
            case RowsRead(rows) if not self._begun or self._session.queue.filling:
                self._begun = True
                self.learn(rows)
            case RowsRead(rows):
                yield from self._of_rows(rows)
            case AutoDecided(escalations):
                self._ending.keep(escalations)
                yield f"Auto mode escalated {len(escalations)}."
            case Failed(duty, message, cure) if duty not in known:
                yield " ".join((*(sentence(each) for each in (message, cure) if each), "Escalator tries again by itself."))
            case Recovered(duty) if duty == "poll":
                yield "Intercom answers again."
            case _:
                pass

    def _of_rows(self, rows: list[Row]) -> Iterator[str]:
        rows, queue = self._as_they_are(rows), self._session.queue
        before = {row.id: known for row in rows if (known := queue.rows.get(row.id))}
        queue.apply(rows)
        for row in rows:
            state = None if is_over(row) else row.state
            was, self._told[row.id] = self._told.get(row.id) if row.id in before else None, state
            if state is was or state in QUIET or (state is None and was in (None, RowState.WATCHING)):
                continue
            if not self._is_known(before.get(row.id), row):
                yield self._line(row)
        for each in self._told.keys() & {row.id for row in rows} - queue.rows.keys():
            del self._told[each]

    def _as_they_are(self, rows: list[Row]) -> list[Row]:
        """What the lead decided on is read again: the poller may have read it before that."""
        session = self._session
        now = {row.id: row for row in session.read(each.id for each in rows if session.queue.news.decided(each.id))}
        return [now.get(row.id, row) for row in rows]

    def _is_known(self, before: Row | None, row: Row) -> bool:
        """Whether the lead decided this here and was told so. What became of it at the services is told for all that."""
        went = row.state is RowState.ESCALATED or (before is not None and before.state is RowState.SENDING)
        return before is not None and not went and self._session.queue.news.is_own(before, row)

    def _line(self, row: Row) -> str:
        number, now = self._numbers.say(row), self._session.clock()
        if row.state is RowState.NEEDS_DECISION and not is_over(row) and not row.left_alone:
            return f"New: {row_line(number, row, now)}"
        return f"{number}. {called(row.record.conversation)}. {outcome_line(row, now)}"
