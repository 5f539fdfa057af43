"""What was decided. A confirmed escalation and everything it owes are written in one transaction, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from escalator_tui.ledger import outbox
from escalator_tui.ledger.audit import record_event
from escalator_tui.ledger.database import Write
from escalator_tui.ledger.schema import conversations, decisions, deliveries, episodes, escalations
from escalator_tui.ledger.snapshots import dump, load
from escalator_tui.ledger.standing import priorities_given, standing_beneath
from escalator_tui.ledger.turns import end_waits
from escalator_tui.model.conversation import Conversation, ConversationState
from escalator_tui.model.decision import PRIORITY_BACK, Baseline, Decision, Texts
from escalator_tui.model.errors import DecisionError
from escalator_tui.model.kinds import SET_ASIDE, DeliveryKind, DeliveryState, Priority, Verb


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An escalation as a lead, or auto mode, confirmed it. Nothing leaves within the next `hold` seconds. With `unless_decided` it is
    refused when the conversation was closed, or dismissed, snoozed or withdrawn since the customer last wrote.
    """

    conversation_id: str
    priority: Priority
    texts: Texts
    actor: str
    kinds: tuple[DeliveryKind, ...]
    hold: float
    reason: str
    score: float
    baseline: Baseline
    unless_decided: bool


def confirm(tx: Write, asked: Confirmation, workspace: str, patience: float) -> int:
    """The new escalation's id. Raises DecisionError, naming who was first, when one is open or it was decided otherwise; and when something
    would be sent for a conversation that is not known.
    """
    conversation = asked.conversation_id
    # This row is also the lock: whoever confirms the same conversation at the same time waits here.
    counter = tx.upsert(episodes).values(conversation_id=conversation, last=1)
    counter = counter.on_conflict_do_update(index_elements=["conversation_id"], set_={"last": episodes.c.last + 1})
    episode = tx.conn.execute(counter.returning(episodes.c.last)).scalar_one()
    if first := _open_escalation(tx, conversation):
        raise DecisionError(f"{first.actor} escalated this conversation {_ago(tx.now - first.confirmed_at)}")
    if asked.unless_decided:
        _refuse_if_decided(tx, conversation)
    held_until = tx.now + asked.hold if asked.hold else 0.0
    row = {
        "conversation_id": conversation,
        "episode": episode,
        "state": "open",
        "priority": asked.priority,
        "actor": asked.actor,
        "confirmed_at": tx.now,
        "held_until": held_until,
        "texts": dump(asked.texts),
        "reason": asked.reason,
        "score": asked.score,
        "baseline": dump(asked.baseline),
    }
    escalation_id = int(tx.conn.execute(insert(escalations).values(**row).returning(escalations.c.id)).scalar_one())
    outbox.owe(tx, escalation_id, asked.kinds, workspace, patience)
    decided = Decision(conversation, Verb.ESCALATE, asked.actor, tx.now, asked.reason, asked.priority, score=asked.score)
    _append(tx, decided, episode=episode, texts=asdict(asked.texts), digest=asked.texts.digest, held_until=held_until)
    # Retention may have been first, even since it was asked: what is sent without a conversation would be shown nowhere.
    if not _update(tx, conversation, **_standing(None)) and asked.kinds:
        raise _unknown(conversation)
    return escalation_id


def was_escalated(conn: Connection, conversation_id: str) -> bool:
    """Whether the conversation has had an episode."""
    return conn.scalar(select(episodes.c.last).where(episodes.c.conversation_id == conversation_id)) is not None


def cancel(tx: Write, escalation_id: int, actor: str) -> None:
    """Undo a held escalation. Raises DecisionError when it is not open, not held any more, or something of it may have left.

    The conversation can be confirmed again at once; that makes the next episode, because references never repeat. What stood before, such
    as a withdrawal, stands again.
    """
    e, d = escalations.c, deliveries.c
    escalation = outbox.lock(tx, escalation_id)
    if escalation.state != "open":
        raise DecisionError("This escalation is no longer open")
    rows = tx.conn.execute(select(d.fence).where(d.escalation_id == escalation_id).with_for_update()).all()
    if not rows:
        raise DecisionError("This escalation sends nothing that could be held back", cure="Undo it at the services, where it was made.")
    if escalation.held_until <= tx.now or any(row.fence for row in rows):
        raise DecisionError("This escalation is already going out", cure="Undo it at the services: close the issue, say so in the thread.")
    conversation = escalation.conversation_id
    tx.conn.execute(update(escalations).where(e.id == escalation_id).values(state="cancelled"))
    tx.conn.execute(update(deliveries).where(d.escalation_id == escalation_id).values(state=DeliveryState.CANCELLED.value))
    beneath = standing_beneath(tx.conn, conversation)
    _append(tx, Decision(conversation, Verb.UNDO, actor, tx.now, "escalation cancelled while it was held"), escalation_id=escalation_id)
    _update(tx, conversation, **_standing(beneath))


def decide(tx: Write, decision: Decision) -> None:
    """Record any decision but an escalation. What an undo takes back leaves what stood before. Raises DecisionError when it cannot be taken
    any more.
    """
    conversation = decision.conversation_id
    if decision.verb is Verb.ESCALATE:
        raise ValueError("an escalation is recorded by confirm")
    query = select(conversations.c.decision).where(conversations.c.id == conversation)
    if decision.verb is not Verb.REOPEN:
        query = query.with_for_update()  # so that this and what respects it, an escalation or a step back, see each other
    known = tx.conn.execute(query).one_or_none()
    standing = known.decision if known else None
    changes: dict[str, Any] = {}
    if decision.verb in (Verb.DISMISS, Verb.SNOOZE):
        if first := _open_escalation(tx, conversation):
            raise DecisionError(f"{first.actor} escalated this conversation {_ago(tx.now - first.confirmed_at)}")
        changes = _standing(decision)
    elif decision.verb is Verb.OVERRIDE:
        changes = {"priority_override": decision.priority.value if decision.priority else None}
    elif decision.verb is Verb.UNDO:
        if not standing:
            raise DecisionError("There is nothing to undo for this conversation")
        changes = _standing(standing_beneath(tx.conn, conversation))
    elif decision.verb is Verb.REOPEN:
        if not _end_episode(tx, conversation) and (not standing or load(Decision, standing).verb is Verb.REOPEN):
            raise DecisionError(
                f"Conversation {conversation} has no escalation, dismissal or snooze to end",
                cure="Look up its id in Intercom or in the triage app; a conversation that was never escalated needs no reopening.",
            )
        # Kept, so that the row says why it is back.
        changes = _standing(decision)
    if known is None and decision.verb is not Verb.REOPEN:
        raise _unknown(conversation)
    _append(tx, decision)
    _update(tx, conversation, **changes)


def take_priority_back(tx: Write, conversation_id: str, actor: str, *, own: bool) -> tuple[Decision, Decision | None]:
    """Give again the priority that stood before the one in force. Returns the one taken back, and what stands again.

    Raises DecisionError when none was given, or with `own` when somebody else gave it.
    """
    tx.conn.execute(select(conversations.c.id).where(conversations.c.id == conversation_id).with_for_update())
    *before, given = priorities_given(tx.conn, conversation_id) or (None,)
    if given is None:
        raise DecisionError("There is no priority to take back for this conversation")
    if own and given.actor != actor:
        raise DecisionError(f"{given.actor} gave another priority since. Nothing was taken back", cure="Look at it again, then decide.")
    beneath = before[-1] if before else None
    priority = beneath.priority if beneath else None
    _append(tx, Decision(conversation_id, Verb.OVERRIDE, actor, tx.now, PRIORITY_BACK, priority))
    _update(tx, conversation_id, priority_override=priority.value if priority else None)
    return given, beneath


def reopen(tx: Write, escalation_id: int, decision: Decision) -> bool:
    """End this episode, and no other: False when somebody ended it before."""
    e = escalations.c
    ended = update(escalations).where(e.id == escalation_id, e.state == "open").values(state="reopened")
    if not tx.conn.execute(ended).rowcount:
        return False
    end_waits(tx, escalation_id)
    _append(tx, decision, escalation_id=escalation_id)
    _update(tx, decision.conversation_id, **_standing(decision))
    return True


def _end_episode(tx: Write, conversation_id: str) -> bool:
    e = escalations.c
    ended = update(escalations).where(e.conversation_id == conversation_id, e.state.in_(("open", "withdrawn"))).values(state="reopened")
    ids = tx.conn.scalars(ended.returning(e.id)).all()
    for each in ids:
        end_waits(tx, each)
    return bool(ids)


def _refuse_if_decided(tx: Write, conversation_id: str) -> None:
    c = conversations.c
    row = tx.conn.execute(select(c.state, c.snapshot, c.decision).where(c.id == conversation_id).with_for_update()).one_or_none()
    if row is None:
        return
    if row.state != ConversationState.OPEN.value:
        raise DecisionError("This conversation is no longer open in Intercom")
    if not row.decision:
        return
    decision = load(Decision, row.decision)
    if decision.verb is Verb.SNOOZE and decision.until is not None and decision.until <= tx.now:
        return
    # One that is older than the customer's last message is for triage to weigh, which knows the score.
    messages = load(Conversation, row.snapshot).customer_messages
    done = SET_ASIDE.get(decision.verb)
    if done and decision.customer_part == (messages[-1].id if messages else ""):
        raise DecisionError(f"{decision.actor} {done} this conversation {_ago(tx.now - decision.at)}")


def _standing(decision: Decision | None) -> dict[str, Any]:
    """The columns of the dismissal, snooze, withdrawal or reopening in force."""
    if decision is None:
        return {"decision": None, "wakes_at": None}
    return {"decision": dump(decision), "wakes_at": decision.until if decision.verb is Verb.SNOOZE else None}


def _open_escalation(tx: Write, conversation_id: str) -> Row[Any] | None:
    e = escalations.c
    query = select(escalations).where(e.conversation_id == conversation_id, e.state == "open")
    return tx.conn.execute(query).one_or_none()


def _append(tx: Write, decision: Decision, **detail: object) -> None:
    tx.conn.execute(insert(decisions), asdict(decision))
    why = {"reason": decision.reason, "priority": decision.priority, "until": decision.until, "score": decision.score}
    record_event(tx, decision.verb.value, decision.conversation_id, decision.actor, **why, **detail)


def _update(tx: Write, conversation_id: str, **values: object) -> bool:
    """Whether there is such a conversation."""
    statement = update(conversations).where(conversations.c.id == conversation_id)
    return bool(tx.conn.execute(statement.values(**values, touched_at=tx.touched_at)).rowcount)


def _unknown(conversation_id: str) -> DecisionError:
    return DecisionError(
        f"Conversation {conversation_id} is not known", cure="Wait for the next look at Intercom, which reads what is open there."
    )


def _ago(seconds: float) -> str:
    if seconds < 60:
        return "just now"
    minutes = int(seconds // 60)
    return f"{minutes} min ago" if minutes < 120 else f"{minutes // 60} h ago"


def kinds_of(kinds: Sequence[DeliveryKind]) -> tuple[DeliveryKind, ...]:
    """The kinds without repeats. An edit is never asked for: it follows from how the others went."""
    return tuple(dict.fromkeys(kind for kind in kinds if kind is not DeliveryKind.SLACK_EDIT))
