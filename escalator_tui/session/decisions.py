"""Decisions on the way to the ledger: shown at once, written in turn, and one refusal does not keep the others from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct

from escalator_tui.model.errors import DecisionError, EscalatorError
from escalator_tui.model.kinds import Verb
from escalator_tui.session.approvals import is_confirmed
from escalator_tui.session.crash import explain
from escalator_tui.session.wording import called

if TYPE_CHECKING:
    from escalator_tui.model.draft import Draft
    from escalator_tui.model.row import Row
    from escalator_tui.session.session import Session
    from escalator_tui.session.undoing import Act

    Drawing = Callable[[Row], Row]

DECIDED = {Verb.ESCALATE: "the escalation", Verb.DISMISS: "the dismissal", Verb.SNOOZE: "the snooze", Verb.OVERRIDE: "the priority"}


class Outcome(Struct, frozen=True):
    """What came of a decision: the rows it was taken on, the refusals, all rows as they are now, and what the desk said. `failed` are the
    ids of those that were refused by no decision of anybody's, but since something is out of order.
    """

    done: tuple[Row, ...]
    refused: tuple[EscalatorError, ...]
    now: list[Row]
    said: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


class Attempt(Struct, frozen=True):
    """What came of confirming a draft: why not, if it was refused, and its row as it is now, if that could be read."""

    refusal: EscalatorError | None
    now: list[Row]


@dataclass(eq=False)
class Unwritten:
    """What the lead decided and the ledger does not hold yet, drawn over the ledger's rows by conversation: what comes from there meanwhile
    was read before. Belongs to the terminal's thread.
    """

    _drawings: dict[str, list[Drawing]] = field(default_factory=dict)
    _below: dict[str, Row] = field(default_factory=dict)

    def begin(self, rows: Sequence[Row], draw: Drawing) -> list[Row]:
        """These were decided on, and look so until `end`. Their rows as the ledger has them."""
        for row in rows:
            self._drawings.setdefault(row.id, []).append(draw)
            self._below.setdefault(row.id, row)
        return [self._below[row.id] for row in rows]

    def below(self, row: Row) -> Row:
        """The row as the ledger has it."""
        return self._below.get(row.id, row)

    def covers(self, conversation_id: str) -> bool:
        """Whether a decision on it is being written. For any thread."""
        return conversation_id in self._drawings

    def end(self, draw: Drawing) -> list[Row]:
        """The outcome is known. The rows as the ledger has them, as far as that is known."""
        ids = [each for each, drawings in self._drawings.items() if draw in drawings]
        rows = [self._below[each] for each in ids]
        for each in ids:
            self._drawings[each].remove(draw)
            if not self._drawings[each]:
                del self._drawings[each], self._below[each]
        return rows

    def drawn(self, rows: Iterable[Row]) -> list[Row]:
        """Rows of the ledger as the lead shall see them."""
        return [self._over(row) for row in rows] if self._drawings else list(rows)

    def _over(self, row: Row) -> Row:
        if drawings := self._drawings.get(row.id):
            self._below[row.id] = row
            for draw in drawings:
                row = draw(row)
        return row


def each_of(session: Session, rows: Sequence[Row], work: Callable[[Row], object]) -> Outcome:
    """Do something to every row. Blocks. The rows are read again afterwards."""
    done, refused = [], []
    for row in rows:
        try:
            work(row)
            done.append(row)
        except Exception as error:  # noqa: BLE001 - whatever it is, this one may not be written, and the others are
            refused.append(explain(error))
    return Outcome(tuple(done), tuple(refused), session.read([row.id for row in rows]))


def told_of(session: Session, ids: Sequence[str], work: Callable[[str], str]) -> Outcome:
    """Do something to every conversation that is told in words, behind its name. Blocks. The rows are read again afterwards."""
    said, failed = list[str](), list[str]()
    refused: list[EscalatorError] = []
    for each in ids:
        row = session.queue.rows.get(each)
        try:
            said.append(f"{called(row.record.conversation)}: {work(each)}" if row else work(each))
        except DecisionError as error:
            refused.append(error)
        except Exception as error:  # noqa: BLE001 - as above
            refused.append(explain(error))
            failed.append(each)
    return Outcome((), tuple(refused), session.read(ids), tuple(said), tuple(failed))


def taking_back(session: Session, act: Act, *, withdraw: bool) -> Callable[[str], str]:
    """What takes back this act of one conversation, by its id, and says what that was. Its refusals name whose it was, and which."""

    def take_back(conversation_id: str) -> str:
        try:
            return session.desk.undo(conversation_id, actor=session.actor, expecting=act.verb, withdraw=withdraw)
        except DecisionError as error:
            row = session.queue.rows.get(conversation_id)
            whose = called(row.record.conversation) if row else f"conversation {conversation_id}"
            raise DecisionError(f"{whose}, {DECIDED[act.verb]}: {error.message}", cure=error.cure) from error

    return take_back


def confirm(session: Session, draft: Draft) -> Attempt:
    """Write the escalation into the ledger. Blocks."""
    refusal = None
    try:
        session.desk.escalate(draft, actor=session.actor)
    except Exception as error:  # noqa: BLE001 - whatever it is, it may have been written
        refusal = explain(error)
    now = session.read([draft.row.id])
    if refusal is None or is_confirmed(draft, next(iter(now), None), session.actor):
        return Attempt(None, now)
    return Attempt(refusal if now or isinstance(refusal, DecisionError) else _unknown(refusal), now)


def _unknown(error: EscalatorError) -> EscalatorError:
    cure = f"{error.cure.rstrip('.')}. " if error.cure else ""
    return EscalatorError(f"{error.message}; whether it was confirmed could not be read", cure=f"{cure}Its state in the queue tells.")
