"""Things for the ledger to keep."""

from __future__ import annotations

from escalator_tui.ledger import Ledger
from escalator_tui.ledger.owners import Owner, this_process
from escalator_tui.model.conversation import Account, Author, Contact, Conversation, Part
from escalator_tui.model.decision import Delivery, Escalation, Texts
from escalator_tui.model.kinds import AuthorKind, DeliveryKind, Priority

TEXTS = Texts("[Escalation] Acme", "Customer\n- Company: Acme", "#escalations", "P0 escalation: Acme\nSubject: Help", "Escalated as P0.")
KINDS = (DeliveryKind.LINEAR, DeliveryKind.ATTACHMENT, DeliveryKind.SLACK, DeliveryKind.NOTE, DeliveryKind.TAG)
# Above every process number a kernel gives out: a process that never lived is surely gone.
NO_PROCESS = 1 << 23


class Clock:
    """Time as the test says."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def process(number: int) -> Owner:
    """A process of this machine that is gone."""
    return Owner(this_process().machine, NO_PROCESS + number, "1")


def conversation(name: str = "1", *, updated_at: int = 100, contact: str = "ada", company: str = "", text: str = "Help") -> Conversation:
    author = Author(AuthorKind.CUSTOMER, contact)
    account = Account(company) if company else None
    parts = (Part(f"{name}-1", "source", author, text, updated_at),)
    return Conversation(name, "Subject", updated_at=updated_at, contact=Contact(contact), account=account, parts=parts, total_parts=1)


def confirm(
    ledger: Ledger,
    name: str = "1",
    *,
    actor: str = "Sam",
    hold: float = 0.0,
    kinds: tuple[DeliveryKind, ...] = KINDS,
    priority: Priority = Priority.P0,
    texts: Texts = TEXTS,
    unless_decided: bool = False,
) -> Escalation:
    if kinds and not ledger.versions({name}):
        ledger.save_conversations([conversation(name)])
    return ledger.confirm(
        name,
        priority=priority,
        texts=texts,
        actor=actor,
        kinds=kinds,
        hold=hold,
        reason="angry",
        score=0.7,
        unless_decided=unless_decided,
    )


def claim(ledger: Ledger, *kinds: DeliveryKind) -> Delivery:
    """The next claim, which must be of one of these kinds."""
    claimed = ledger.claim(lease=90)
    assert claimed is not None
    assert claimed.kind in kinds
    return claimed
