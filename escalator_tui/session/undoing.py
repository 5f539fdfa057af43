"""What a lead decided in this session, and which of it `u` takes back next."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from escalator_tui.model.kinds import APPROVED, WENT_OUT, RowState, Verb

if TYPE_CHECKING:
    from escalator_tui.model.row import Row
    from escalator_tui.session.queue_model import Queue

FRESH_SECONDS = 900.0


class Act(Struct, frozen=True):
    """Something the lead decided, and the conversations it was about. `at` is in unix seconds."""

    verb: Verb
    ids: tuple[str, ...]
    at: float


def is_withdrawable(row: Row) -> bool:
    """Whether something was sent that nobody took back yet."""
    return row.state in WENT_OUT and row.record.escalation is not None and not row.record.escalation.withdrawn_by


KINDS: tuple[tuple[Verb, Callable[[Row], bool], bool], ...] = (
    (Verb.ESCALATE, lambda row: row.state in (*APPROVED, RowState.HELD), True),
    (Verb.DISMISS, lambda row: row.state is RowState.DISMISSED, True),
    (Verb.SNOOZE, lambda row: row.state is RowState.SNOOZED, True),
    (Verb.ESCALATE, is_withdrawable, False),
)
"""Kinds of decisions by what is taken back first: the verb, whether a row is one of them, and whether it must be the lead's own."""


@dataclass(eq=False)
class Acts:
    """What `actor` decided, the newest last. Acts are taken back in the reverse order; one that was sent is withdrawn, and that only of
    the conversation under the cursor or of marked ones: no key that takes back something small goes on to what others read already.
    """

    actor: str
    queue: Queue
    clock: Callable[[], float]
    made: list[Act] = field(default_factory=list)
    pending: set[str] = field(default_factory=set)
    """What is being taken back: the next `u` is for something else."""

    def remember(self, verb: Verb, rows: Sequence[Row]) -> None:
        """Let `u` take this back."""
        act = self._of(verb, rows)
        self.queue.news.decide(self.actor, act.ids)
        self.queue.own.update(act.ids if verb is Verb.ESCALATE else ())
        self.made.append(act)

    def forget(self, verb: Verb, ids: Collection[str]) -> None:
        """Of each of these, the newest decision of that kind was taken back, or never became true."""
        self.queue.news.decide(self.actor, ids)
        gone, kept = set(ids), list[Act]()
        for act in reversed(self.made):
            left = _without(act, gone) if act.verb is verb else act
            gone -= set(act.ids) if act.verb is verb else set()
            kept += [left] if left else []
        self.made = kept[::-1]

    def restore(self, act: Act, ids: Collection[str]) -> None:
        """Of these, it could not be taken back: `u` does that next, and nothing older."""
        if ids:
            self.made.append(replace(act, ids=tuple(ids), at=self.clock()))

    def undoable(self, cursor: Row | None, *, marked: Sequence[Row] = (), alone: bool = False) -> Act | None:
        """What `u` takes back, of the lead's own: of the rows `marked`, if it can of any; else an approval or a hold under the cursor, else
        the last act while it is fresh and has not left, else a dismissal or snooze under the cursor, and at last an escalation there that
        was sent, whosever. With `alone` the row under the cursor was named: what was decided elsewhere since does not count.
        """
        last = self._last(cursor if alone else None)
        left = self._not_left(last) if last else None
        was_of_marked = left is not None and set(left.ids) <= {row.id for row in marked}
        if not was_of_marked and (act := self._first(marked, KINDS)):
            return act
        under = (cursor,) if cursor else ()
        return self._first(under, KINDS[:1]) or left or self._first(under, KINDS[1:])

    def _first(self, rows: Sequence[Row], kinds: Sequence[tuple[Verb, Callable[[Row], bool], bool]]) -> Act | None:
        """Of the first kind that any of these rows is of, all."""
        for verb, is_such, only_own in kinds:
            if such := [row for row in rows if row.id not in self.pending and is_such(row) and (self._is_mine(row) or not only_own)]:
                return self._of(verb, such)
        return None

    @property
    def sent(self) -> tuple[Row, ...]:
        """The rows of the last act if it was sent: `u` goes there, and takes nothing of it back from elsewhere."""
        last = self._last(None)
        return tuple(row for row in self._rows(last) if is_withdrawable(row)) if last and not self._not_left(last) else ()

    def _last(self, only: Row | None) -> Act | None:
        acts = [replace(each, ids=(only.id,)) for each in self.made if only.id in each.ids] if only else self.made
        return acts[-1] if acts and self.clock() - acts[-1].at <= FRESH_SECONDS else None

    def _not_left(self, act: Act) -> Act | None:
        if act.verb is not Verb.ESCALATE:
            return act
        here = {row.id for row in self._rows(act) if row.state in (RowState.CHECKING, RowState.HELD)}
        return _without(act, [each for each in act.ids if each not in here])

    def _rows(self, act: Act) -> list[Row]:
        return [self.queue.rows[each] for each in act.ids if each in self.queue.rows]

    def _of(self, verb: Verb, rows: Sequence[Row]) -> Act:
        return Act(verb, tuple(row.id for row in rows), self.clock())

    def _is_mine(self, row: Row) -> bool:
        decided = row.record.escalation or row.record.decision
        return row.state in APPROVED or (decided is not None and decided.actor == self.actor)


def _without(act: Act, ids: Collection[str]) -> Act | None:
    left = tuple(each for each in act.ids if each not in ids)
    return replace(act, ids=left) if left else None
