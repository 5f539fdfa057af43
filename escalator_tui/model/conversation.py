"""Conversations as the rest of the program sees them: plain, safe text and unix seconds, whatever Intercom sent."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from escalator_tui.model.domains import company_domain
from escalator_tui.model.kinds import AuthorKind


class ConversationState(StrEnum):
    """Intercom's state of a conversation; anything unknown to us is read as open so that it is never overlooked."""

    OPEN = "open"
    CLOSED = "closed"
    SNOOZED = "snoozed"


@dataclass(frozen=True, slots=True)
class Author:
    """The author of a part. Strings are safe to draw and may be empty."""

    kind: AuthorKind
    id: str = ""
    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One entry of the thread. `kind` is Intercom's part_type, or "source" for the opening message; `text` is plain and safe."""

    id: str
    kind: str
    author: Author
    text: str
    created_at: int | None = None
    attachments: int = 0
    redacted: bool = False

    @property
    def is_note(self) -> bool:
        """Internal notes are seen by teammates only."""
        return self.kind == "note"

    @property
    def is_from_customer(self) -> bool:
        """A message of the customer. A reply that reopens a conversation has part_type "open", so the kind does not decide."""
        return self.author.kind is AuthorKind.CUSTOMER and not self.is_note and bool(self.text or self.attachments)

    @property
    def is_answer(self) -> bool:
        """A message to the customer by a teammate; bots do not count as an answer."""
        return self.author.kind is AuthorKind.TEAMMATE and not self.is_note and bool(self.text or self.attachments)


@dataclass(frozen=True, slots=True)
class Contact:
    """The customer. Strings are safe to draw and may be empty."""

    id: str
    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """The customer's company. `plan` and `mrr` (per month, in the workspace's currency) are None when unknown, never a made-up 0."""

    id: str
    name: str = ""
    plan: str | None = None
    mrr: float | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation of one customer. Times are unix seconds (UTC); `parts` are sorted by time and begin with the opening message.

    `total_parts` can exceed `len(parts)`: Intercom returns the 500 newest at most.
    """

    id: str
    subject: str = ""
    state: ConversationState = ConversationState.OPEN
    created_at: int | None = None
    updated_at: int = 0
    waiting_since: int | None = None
    snoozed_until: int | None = None
    contact: Contact | None = None
    account: Account | None = None
    parts: tuple[Part, ...] = ()
    total_parts: int = 0
    tags: tuple[str, ...] = ()
    reopens: int = 0

    @property
    def is_open(self) -> bool:
        """Snoozed conversations are not open: Intercom wakes them."""
        return self.state is ConversationState.OPEN

    @property
    def domain(self) -> str:
        """The customer's company by their e-mail address: its domain, empty when unknown or free mail."""
        return company_domain(self.contact.email) if self.contact else ""

    @property
    def customer_messages(self) -> tuple[Part, ...]:
        """What the customer wrote, oldest first."""
        return tuple(part for part in self.parts if part.is_from_customer)

    @property
    def reply_count(self) -> int:
        """Customer messages after the opening one (a lower bound when Intercom cut the thread)."""
        return sum(1 for part in self.parts if part.is_from_customer and part.kind != "source")

    @property
    def unanswered(self) -> tuple[Part, ...]:
        """Customer messages since a teammate last answered, oldest first."""
        last = max((at for at, part in enumerate(self.parts) if part.is_answer), default=-1)
        return tuple(part for part in self.parts[last + 1 :] if part.is_from_customer)

    @property
    def version(self) -> str:
        """Changes when a person wrote or the state changed; does not change for notes, tags and other book-keeping."""
        said = (f"{part.id}:{part.author.kind}" for part in self.parts if part.is_from_customer or part.is_answer)
        return hashlib.sha256("|".join((self.state, *said)).encode("utf-8", "replace")).hexdigest()[:16]
