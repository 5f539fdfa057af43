"""Made-up conversations and what follows from them, with only what a test cares about."""

from __future__ import annotations

from typing import Any

from escalator_tui.model.assessment import Assessment, Signal
from escalator_tui.model.conversation import Account, Author, Contact, Conversation, Part
from escalator_tui.model.decision import Decision, Delivery, Escalation, Texts
from escalator_tui.model.kinds import AuthorKind, DeliveryKind, Priority, Verb
from escalator_tui.model.record import Record

NOW = 1_790_000_000
JANE = Author(AuthorKind.CUSTOMER, "c1", "Jane Roe", "jane@acme.example")
SAM = Author(AuthorKind.TEAMMATE, "7", "Sam")
ACME = Account("co1", "AcmeCorp", "Enterprise", 2400.0)
TEXTS = Texts("title", "body", "#customer-support", "alert", "note")


def part(number: int, text: str = "Hello", author: Author = JANE, kind: str = "comment") -> Part:
    return Part(str(number), kind, author, text, NOW - 1000 + number)


def conversation(*parts: Part, **changes: Any) -> Conversation:
    given: dict[str, Any] = {
        "id": "100",
        "subject": "Third time I am asking",
        "created_at": NOW - 3600,
        "updated_at": NOW - 60,
        "contact": Contact("c1", "Jane Roe", "jane@acme.example"),
        "account": ACME,
        "parts": parts or (part(1, "I want to speak to a manager", kind="source"),),
    }
    return Conversation(**{**given, **changes})


def assessment(score: float = 0.9, **changes: Any) -> Assessment:
    signals = (Signal("manager", score, "manager", "I want to speak to a manager", "1"),)
    return Assessment(**{"conversation_id": "100", "score": score, "threshold": 0.4, "signals": signals, "at": NOW, **changes})


def decision(verb: Verb = Verb.DISMISS, **changes: Any) -> Decision:
    given: dict[str, Any] = {"reason": "spam", "score": 0.9, "customer_part": "1"}
    return Decision("100", verb, "sam", NOW - 100, **{**given, **changes})


def delivery(kind: DeliveryKind, **changes: Any) -> Delivery:
    return Delivery(f"ref-{kind}", 1, "100", kind, **changes)


def escalation(*deliveries: Delivery, **changes: Any) -> Escalation:
    return Escalation(1, "100", 1, Priority.P0, "sam", NOW - 10, TEXTS, deliveries=deliveries, **changes)


def record(**changes: Any) -> Record:
    return Record(**{"conversation": conversation(), "assessment": assessment(), **changes})
