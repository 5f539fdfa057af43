"""What was decided. A confirmed escalation and everything it owes are written in one transaction, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update

from escalator_tui.ledger import outbox
from escalator_tui.ledger.audit import record_event
from escalator_tui.ledger.database import Write
from escalator_tui.ledger.schema import conversations, decisions, deliveries, episodes, escalations
from escalator_tui.ledger.snapshots import dump, load
from escalator_tui.model.decision import Baseline, Decision, DeliveryKind, DeliveryState, Priority, Texts, Verb
from escalator_tui.model.errors import DecisionError


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An escalation as a lead, or auto mode, confirmed it. Nothing leaves before `held_until` (unix seconds)."""

    conversation_id: str
    priority: Priority
    texts: Texts
    actor: str
    kinds: tuple[DeliveryKind, ...]
    held_until: float
    reason: str
    score: float
    baseline: Baseline


def confirm(tx: Write, asked: Confirmation, workspace: str, patience: float) -> int:
    """The new escalation's id. Raises DecisionError, naming who was first, when one is open."""
    conversation = asked.conversation_id
    # This row is also the lock: whoever confirms the same conversation at the same time waits here.
    counter = tx.upsert(episodes).values(conversation_id=conversation, last=1)
    counter = counter.on_conflict_do_update(index_elements=["conversation_id"], set_={"last": episodes.c.last + 1})
    episode = tx.conn.execute(counter.returning(episodes.c.last)).scalar_one()
    if first := _open_escalation(tx, conversation):
        raise DecisionError(f"{first.actor} escalated this conversation {_ago(tx.now - first.confirmed_at)}")
    row = asdict(asked) | {
        "texts": dump(asked.texts),
        "baseline": dump(asked.baseline),
        "episode": episode,
        "state": "open",
        "confirmed_at": tx.now,
    }
    del row["kinds"]
    escalation_id = int(tx.conn.execute(insert(escalations).values(**row).returning(escalations.c.id)).scalar_one())
    outbox.owe(tx, escalation_id, asked.kinds, workspace, patience)
    decided = Decision(conversation, Verb.ESCALATE, asked.actor, tx.now, asked.reason, asked.priority, score=asked.score)
    _append(tx, decided, episode=episode, texts=asdict(asked.texts), digest=asked.texts.digest, held_until=asked.held_until)
    _update(tx, conversation, decision=None)
    return escalation_id


def cancel(tx: Write, escalation_id: int, actor: str) -> None:
    """Undo a held escalation. Raises DecisionError when it is not open or something of it may have left.

    The conversation can be confirmed again at once; that makes the next episode, because references never repeat.
    """
    rows = tx.conn.execute(select(deliveries).where(deliveries.c.escalation_id == escalation_id).with_for_update()).all()
    if any(row.fence for row in rows):
        raise DecisionError("This escalation is already going out", cure="Undo it at the services: close the issue, say so in the thread.")
    ended = update(escalations).where(escalations.c.id == escalation_id, escalations.c.state == "open").values(state="cancelled")
    conversation = tx.conn.execute(ended.returning(escalations.c.conversation_id)).scalar_one_or_none()
    if conversation is None:
        raise DecisionError("This escalation is no longer open")
    d = deliveries.c
    tx.conn.execute(update(deliveries).where(d.escalation_id == escalation_id).values(state=DeliveryState.CANCELLED.value))
    _append(tx, Decision(conversation, Verb.UNDO, actor, tx.now, "escalation cancelled while it was held"), escalation_id=escalation_id)
    _update(tx, conversation)


def decide(tx: Write, decision: Decision) -> None:
    """Record any decision but an escalation. Raises DecisionError when it cannot be taken any more."""
    conversation = decision.conversation_id
    if decision.verb is Verb.ESCALATE:
        raise ValueError("an escalation is recorded by confirm")
    known = tx.conn.execute(select(conversations.c.decision).where(conversations.c.id == conversation)).one_or_none()
    standing = known.decision if known else None
    changes: dict[str, Any] = {}
    if decision.verb in (Verb.DISMISS, Verb.SNOOZE):
        if first := _open_escalation(tx, conversation):
            raise DecisionError(f"{first.actor} escalated this conversation {_ago(tx.now - first.confirmed_at)}")
        changes = {"decision": dump(decision)}
    elif decision.verb is Verb.OVERRIDE:
        changes = {"priority_override": decision.priority.value if decision.priority else None}
    elif decision.verb is Verb.UNDO:
        if not standing:
            raise DecisionError("There is nothing to undo for this conversation")
        changes = {"decision": None}
    elif decision.verb is Verb.REOPEN:
        if not _end_episode(tx, conversation) and (not standing or load(Decision, standing).verb is Verb.REOPEN):
            raise DecisionError(
                f"Conversation {conversation} has no escalation, dismissal or snooze to end",
                cure="Look up its id in Intercom or in the triage app; a conversation that was never escalated needs no reopening.",
            )
        # Kept, so that the row says why it is back.
        changes = {"decision": dump(decision)}
    if known is None and decision.verb is not Verb.REOPEN:
        raise DecisionError(f"Conversation {conversation} is not known", cure="Wait for the next look at Intercom.")
    _append(tx, decision)
    _update(tx, conversation, **changes)


def reopen(tx: Write, escalation_id: int, decision: Decision) -> bool:
    """End this episode, and no other: False when somebody ended it before."""
    e = escalations.c
    ended = update(escalations).where(e.id == escalation_id, e.state == "open").values(state="reopened")
    if not tx.conn.execute(ended).rowcount:
        return False
    _append(tx, decision, escalation_id=escalation_id)
    _update(tx, decision.conversation_id, decision=dump(decision))
    return True


def _end_episode(tx: Write, conversation_id: str) -> bool:
    e = escalations.c
    ended = update(escalations).where(e.conversation_id == conversation_id, e.state.in_(("open", "withdrawn"))).values(state="reopened")
    return bool(tx.conn.execute(ended).rowcount)


def _open_escalation(tx: Write, conversation_id: str) -> Row[Any] | None:
    e = escalations.c
    query = select(escalations).where(e.conversation_id == conversation_id, e.state == "open")
    return tx.conn.execute(query).one_or_none()


def _append(tx: Write, decision: Decision, **detail: object) -> None:
    tx.conn.execute(insert(decisions), asdict(decision))
    why = {"reason": decision.reason, "priority": decision.priority, "until": decision.until, "score": decision.score}
    record_event(tx, decision.verb.value, decision.conversation_id, decision.actor, **why, **detail)


def _update(tx: Write, conversation_id: str, **values: object) -> None:
    statement = update(conversations).where(conversations.c.id == conversation_id)
    tx.conn.execute(statement.values(**values, touched_at=tx.touched_at))


def _ago(seconds: float) -> str:
    if seconds < 60:
        return "just now"
    minutes = int(seconds // 60)
    return f"{minutes} min ago" if minutes < 120 else f"{minutes // 60} h ago"


def kinds_of(kinds: Sequence[DeliveryKind]) -> tuple[DeliveryKind, ...]:
    """The kinds without repeats. An edit is never asked for: it follows from how the others went."""
    return tuple(dict.fromkeys(kind for kind in kinds if kind is not DeliveryKind.SLACK_EDIT))
