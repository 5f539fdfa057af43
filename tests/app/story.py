"""Rows to test with: a small morning at a support desk, at a frozen moment."""

from __future__ import annotations

from dataclasses import replace

from escalator_tui.model.assessment import Assessment, Category, Sentiment, Signal
from escalator_tui.model.conversation import Account, Author, Contact, Conversation, ConversationState, Part
from escalator_tui.model.decision import Decision, Delivery, Escalation, Texts
from escalator_tui.model.kinds import AuthorKind, DeliveryKind, DeliveryState, Priority, RowState, Verb
from escalator_tui.model.record import Record
from escalator_tui.model.row import Row

NOW = 1_773_410_400  # Friday, 13 March 2026, 14:00 UTC
HOUR = 3600
HOSTILE = "[/foo] [@click=app.quit]x[/] [b]bold[/b] [red]"


def part(number: int, who: AuthorKind, text: str, at: int, name: str = "", kind: str = "comment") -> Part:
    """One message."""
    return Part(f"p{number}", kind, Author(who, f"a{number}", name), text, at)


def conversation(
    identity: str,
    subject: str,
    company: str | None = "AcmeCorp",
    *,
    plan: str | None = "Enterprise",
    mrr: float | None = 2400.0,
    name: str = "Jane Roe",
    waits: float = 5.2 * HOUR,
    texts: tuple[str, ...] = ("I want to speak to a manager or we will cancel our subscription.",),
    state: ConversationState = ConversationState.OPEN,
) -> Conversation:
    """A conversation in which the customer wrote `texts`, with an answer after the first when there are several."""
    started = int(NOW - waits)
    parts = [part(0, AuthorKind.CUSTOMER, texts[0], started, name, "source")]
    for at, text in enumerate(texts[1:], 1):
        parts += [part(10 + at, AuthorKind.TEAMMATE, "Sorry about that, I will check.", started + 600 * at, "Sam Lee")] if at == 1 else []
        parts.append(part(at, AuthorKind.CUSTOMER, text, started + 600 * at + 60, name))
    account = Account(f"company-{company}", company, plan, mrr) if company else None
    contact = Contact(f"contact-{identity}", name, f"{name.split()[0].lower()}@example.com")
    return Conversation(identity, subject, state, started, NOW, started, None, contact, account, tuple(parts), len(parts))


def assessment(identity: str, score: float, *signals: Signal, crosses_at: int | None = None, why_not: str = "") -> Assessment:
    """A score with its signals."""
    mood = Sentiment.FRUSTRATED if score >= 0.4 else Sentiment.NEUTRAL
    return Assessment(identity, score, 0.4, signals, mood, Category.BILLING, why_not, crosses_at, NOW)


def row(
    identity: str,
    subject: str = "Third time I am asking about this invoice",
    company: str | None = "AcmeCorp",
    *,
    score: float = 0.94,
    state: RowState = RowState.NEEDS_DECISION,
    priority: Priority = Priority.P0,
    signals: tuple[Signal, ...] | None = None,
    found: Assessment | None = None,
    note: str = "",
    plan: str | None = "Enterprise",
    mrr: float | None = 2400.0,
    waits: float = 5.2 * HOUR,
    texts: tuple[str, ...] = ("I want to speak to a manager or we will cancel our subscription.",),
    name: str = "Jane Roe",
) -> Row:
    """One row of the queue."""
    signals = (Signal("human", 0.4, "manager", "speak to a manager", "p0"),) if signals is None else signals
    talk = conversation(identity, subject, company, plan=plan, mrr=mrr, waits=waits, texts=texts, name=name)
    return Row(Record(talk, found or assessment(identity, score, *signals)), state, priority, company is not None, note)


def escalation(identity: str, state: RowState, *, number: int = 1, error: str = "", cure: str = "", by: str = "sam") -> Escalation:
    """An escalation as far as the row's state says."""
    done = {RowState.HELD: 0, RowState.SENDING: 2, RowState.ESCALATED: 3, RowState.FAILED: 1, RowState.UNCERTAIN: 1}[state]
    rest = {RowState.FAILED: DeliveryState.BLOCKED, RowState.UNCERTAIN: DeliveryState.UNCERTAIN}.get(state, DeliveryState.OWED)
    results: dict[DeliveryKind, dict[str, str]] = {
        DeliveryKind.LINEAR: {"identifier": "INF-42", "url": "https://linear.app/acme/issue/INF-42"},
        DeliveryKind.SLACK: {"channel": "#customer-support", "ts": "1.2"},
        DeliveryKind.NOTE: {"note_id": "9"},
    }
    deliveries = tuple(
        Delivery(f"{identity}-{kind}", number, identity, kind, DeliveryState.DONE, result=result)
        if at < done
        else Delivery(f"{identity}-{kind}", number, identity, kind, rest, error=error, cure=cure)
        for at, (kind, result) in enumerate(results.items())
    )
    texts = Texts("[Escalation] AcmeCorp: billing", "body", "#customer-support", "alert", "note")
    held = NOW + 5 if state is RowState.HELD else 0.0
    return Escalation(number, identity, 1, Priority.P0, by, NOW - 60, texts, held, deliveries=deliveries)


def escalated(base: Row, state: RowState, *, error: str = "", cure: str = "", by: str = "sam") -> Row:
    """The row with an escalation."""
    return replace(base, state=state, record=replace(base.record, escalation=escalation(base.id, state, error=error, cure=cure, by=by)))


def decided(base: Row, state: RowState, verb: Verb, *, until: float | None = None, reason: str = "", by: str = "sam") -> Row:
    """The row set aside."""
    decision = Decision(base.id, verb, by, NOW - 600, reason, until=until)
    return replace(base, state=state, record=replace(base.record, decision=decision))


def closed(base: Row) -> Row:
    """The row when somebody closed the conversation at Intercom."""
    return replace(base, record=replace(base.record, conversation=replace(base.record.conversation, state=ConversationState.CLOSED)))


def morning() -> list[Row]:
    """One row of each kind."""
    manager = Signal("human", 0.4, "manager", "speak to a manager", "p0")
    leaving = Signal("churn", 0.35, "leaving", "cancel our subscription", "p1")
    return [
        row("101", signals=(manager, leaving, Signal("repeat", 0.19, "asked 3 times in 5 days")),
            texts=("This is the third time I'm reaching out. I want to speak to a manager.",
                   "Still nothing? Then we will cancel our subscription.")),
        row("102", "Exports have been broken since Monday", "Globex", score=0.71, plan="Business", mrr=1100.0, waits=26 * HOUR,
            signals=(Signal("anger", 0.4, "anger", "unacceptable", "p0"), Signal("unanswered", 0.31, "unanswered ×3")), name="Omar Haddad",
            texts=("Exports have been broken since Monday. This is unacceptable.",)),
        row("103", "refund??? still nothing", None, score=0.52, priority=Priority.P1, waits=3.66 * HOUR, name="kim",
            signals=(Signal("frustration", 0.3, "frustration", "still nothing", "p0"), Signal("repeat", 0.22, "again")),
            texts=("refund??? still nothing",)),
        escalated(row("104", "Cannot log in, whole team blocked", "Initech", score=0.62, mrr=3900.0, waits=0.69 * HOUR, name="Peter G",
                      signals=(Signal("problem", 0.3, "outage"), Signal("anger", 0.32, "anger"))), RowState.SENDING),
        row("105", "How do I rotate API keys?", "Umbrella", score=0.30, plan="Pro", mrr=99.0, waits=26 * HOUR, priority=Priority.P1,
            state=RowState.WATCHING, name="Alice", texts=("How do I rotate API keys?",),
            found=assessment("105", 0.30, Signal("open", 0.3, "open 26h"), crosses_at=NOW + 1200, why_not="0.10 is missing")),
        escalated(row("106", "Where is our refund", "Hooli", score=0.80, mrr=8000.0, name="Gavin",
                      signals=(Signal("complaint", 0.4, "complaint"), Signal("legal", 0.4, "legal"))), RowState.ESCALATED),
        row("107", "Feature request: dark mode", "Wonka", score=0.10, plan="Starter", mrr=49.0, waits=250, priority=Priority.P1,
            state=RowState.WATCHING, signals=(), name="Charlie", texts=("Could you add a dark mode?",)),
        decided(row("108", "Invoice address", "Soylent", score=0.45, plan=None, mrr=None, priority=Priority.P1, name="Rob"),
                RowState.SNOOZED, Verb.SNOOZE, until=NOW + 4 * HOUR),
        decided(row("109", "Thanks, but cancel the meeting", "Stark", score=0.41, priority=Priority.P1, name="Pepper"),
                RowState.DISMISSED, Verb.DISMISS, reason="Not urgent"),
        escalated(row("110", "Data loss after the upgrade", "Cyberdyne", score=0.88, name="Miles"), RowState.FAILED,
                  error="Slack refused #escalations: the bot is not in this private channel", cure="/invite @escalator there."),
    ]  # fmt: skip
