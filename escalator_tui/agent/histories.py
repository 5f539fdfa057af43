"""The same customer's other conversations, for many conversations at once: looked up in memory instead of one query each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from escalator_tui.model.conversation import Conversation

HISTORY_SECONDS = 7 * 86_400
"""How far back the same customer's other conversations count."""


class Histories:
    """An index of conversations by contact, company and company domain. Finds what the ledger's `history_of` finds."""

    def __init__(self, conversations: Iterable[Conversation]) -> None:
        self._by_customer: defaultdict[tuple[str, str], dict[str, Conversation]] = defaultdict(dict)
        self.add(conversations)

    def add(self, conversations: Iterable[Conversation]) -> None:
        """More of them, or newer versions."""
        for each in conversations:
            for key in _keys(each):
                self._by_customer[key][each.id] = each

    def of(self, conversation: Conversation) -> list[Conversation]:
        """The other conversations of the same customer, the one updated last at the end."""
        found = {each.id: each for key in _keys(conversation) for each in self._by_customer[key].values()}
        found.pop(conversation.id, None)
        return sorted(found.values(), key=lambda each: (each.updated_at, each.id))


def _keys(conversation: Conversation) -> Iterator[tuple[str, str]]:
    if conversation.contact is not None and conversation.contact.id:
        yield "contact", conversation.contact.id
    if conversation.account is not None and conversation.account.id:
        yield "company", conversation.account.id
    if conversation.domain:
        yield "domain", conversation.domain
