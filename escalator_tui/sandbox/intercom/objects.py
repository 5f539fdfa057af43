"""What an Intercom workspace is made of. Times are whole unix seconds; bodies are HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CUSTOMER = ("user", "lead", "contact")
PARTS_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote: type is user, lead, admin or bot."""

    type: str
    id: str
    name: str
    email: str = ""

    def shown(self) -> dict[str, str]:
        """The author as Intercom shows it."""
        return {"type": self.type, "id": self.id, "name": self.name, "email": self.email}


@dataclass(slots=True)
class Part:
    """One entry after the opening message."""

    id: int
    kind: str
    author: Author
    body: str | None
    created_at: int
    attachments: tuple[dict[str, Any], ...] = ()
    state: str = "open"
    by_app: bool = False


@dataclass(slots=True)
class Company:
    """A company. `plan` empty is shown as `{}`, `spend` is Intercom's monthly_spend (0 when nobody set it)."""

    id: str
    company_id: str
    name: str
    plan: str = ""
    spend: int = 0
    custom_attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Contact:
    """A customer. A merged one only points at the contact it became part of."""

    id: str
    name: str
    email: str
    role: str = "user"
    companies: list[str] = field(default_factory=list)
    merged_into: str = ""

    def author(self) -> Author:
        """The contact as the author of a message."""
        return Author(self.role, self.id, self.name, self.email)


@dataclass(slots=True)
class Thread:
    """A conversation. `stale` holds what the search index still shows of it, each with the time until which it does."""

    id: int
    contact_id: str
    opener: Author
    subject: str
    body: str
    created_at: int
    updated_at: int
    channel: str = "conversation"
    delivered_as: str = "customer_initiated"
    company_id: str = ""
    parts: list[Part] = field(default_factory=list)
    state: str = "open"
    read: bool = False
    priority: str = "not_priority"
    waiting_since: int | None = None
    snoozed_until: int | None = None
    admin_assignee_id: int | None = None
    reopens: int = 0
    title: str | None = None
    tag_ids: list[str] = field(default_factory=list)
    custom_attributes: dict[str, Any] = field(default_factory=dict)
    counted: bool = True
    """Whether Intercom has statistics for it; for some it has none."""
    indexed_from: float = 0.0
    stale: list[tuple[float, Thread]] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """A snoozed conversation counts as open at Intercom."""
        return self.state != "closed"
