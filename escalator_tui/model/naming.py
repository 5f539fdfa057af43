"""What a conversation, a company and its money are called, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalator_tui.model.text import one_line

if TYPE_CHECKING:
    from escalator_tui.model.conversation import Conversation


def company_name(conversation: Conversation) -> str:
    """The company, or who writes when it is unknown."""
    contact = conversation.contact
    return (conversation.account and conversation.account.name) or (contact and (contact.name or contact.email)) or "Unknown customer"


def subject_of(conversation: Conversation) -> str:
    """The subject, or how the customer began when there is none."""
    if conversation.subject:
        return conversation.subject
    first = next((part.text for part in conversation.parts if part.is_from_customer and part.text), "")
    return one_line(first, 80) or "(no subject)"


def money(amount: float | None) -> str:
    """A monthly amount as people read it, without a currency (Intercom tells none)."""
    return "unknown" if amount is None else f"{amount:,.0f} per month"
