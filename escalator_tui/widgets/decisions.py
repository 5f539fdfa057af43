"""Decisions on several conversations at once: one refusal does not keep the others from it. Without Textual."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from escalator_tui.model.decision import Decision, RowState, Verb
from escalator_tui.model.draft import Draft
from escalator_tui.model.errors import DecisionError, EscalatorError
from escalator_tui.model.row import Row
from escalator_tui.widgets.crash import explain
from escalator_tui.widgets.session import Session

DOUBLES = "Escalator looks first and sends only what it does not find. Where it cannot look, it sends, and that may arrive twice."


@dataclass(frozen=True)
class Outcome:
    """What came of a decision: the rows it was taken on, the refusals, all rows as they are now, and what the desk said."""

    done: tuple[Row, ...]
    refused: tuple[EscalatorError, ...]
    now: list[Row]
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attempt:
    """What came of confirming several drafts: the rows that are escalated, what was refused, and all rows as they are now."""

    confirmed: tuple[Row, ...]
    refused: tuple[tuple[Draft, EscalatorError], ...]
    now: list[Row]


def set_aside(row: Row, decision: Decision) -> Row:
    """The row as it will be once the ledger has this."""
    state = RowState.SNOOZED if decision.verb is Verb.SNOOZE else RowState.DISMISSED
    return replace(row, state=state, note=decision.reason, record=replace(row.record, decision=replace(decision, conversation_id=row.id)))


def each_of(session: Session, rows: Sequence[Row], work: Callable[[Row], object]) -> Outcome:
    """Do something to every row. Blocks. The rows are read again afterwards."""
    done, refused = [], []
    for row in rows:
        try:
            work(row)
            done.append(row)
        except EscalatorError as error:
            refused.append(error)
    return Outcome(tuple(done), tuple(refused), session.read([row.id for row in rows]))


def told_of(session: Session, ids: Sequence[str], work: Callable[[str], str]) -> Outcome:
    """Do something to every conversation that is told in words. Blocks. The rows are read again afterwards."""
    said, refused = [], []
    for each in ids:
        try:
            said.append(work(each))
        except EscalatorError as error:
            refused.append(error)
    return Outcome((), tuple(refused), session.read(ids), tuple(said))


def confirm(session: Session, drafts: Sequence[Draft]) -> Attempt:
    """Write the escalations into the ledger, each on its own. Blocks. Whatever fails is told for the draft it failed on."""
    failed: dict[str, EscalatorError] = {}
    for draft in drafts:
        try:
            session.desk.escalate(draft, actor=session.actor, hold=True)
        except Exception as error:  # noqa: BLE001 - the others are confirmed, and that has to be said
            failed[draft.row.id] = explain(error)
    now = session.read([draft.row.id for draft in drafts])
    known = {row.id: row for row in now}
    refused = {
        each.row.id: (each, told if each.row.id in known or isinstance(told, DecisionError) else _unknown(told))
        for each in drafts
        if (told := failed.get(each.row.id)) and not _stands(known.get(each.row.id), each, session.actor)
    }
    return Attempt(tuple(each.row for each in drafts if each.row.id not in refused), tuple(refused.values()), now)


def _stands(row: Row | None, draft: Draft, actor: str) -> bool:
    """A confirmation whose answer was lost is in the ledger all the same."""
    escalation = row.record.escalation if row else None
    return escalation is not None and (escalation.actor, escalation.texts) == (actor, draft.texts)


def _unknown(error: EscalatorError) -> EscalatorError:
    cure = f"{error.cure.rstrip('.')}. " if error.cure else ""
    return EscalatorError(f"{error.message}; whether it was confirmed could not be read", cure=f"{cure}Its state in the queue tells.")
