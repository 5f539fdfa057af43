"""An Intercom workspace in memory, and what people can do in it."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from escalator_tui.sandbox.clock import Clock
from escalator_tui.sandbox.effects import Effects
from escalator_tui.sandbox.intercom.objects import Author, Company, Contact, Part, Thread
from escalator_tui.sandbox.options import Options

ME = Author("admin", "7387601", "Escalator", "escalator@acme-support.example")
ADMINS = (
    ME,
    Author("admin", "7387622", "Sam Okafor", "sam@acme-support.example"),
    Author("admin", "7387640", "Lena Brandt", "lena@acme-support.example"),
)
BOT = Author("bot", "7387600", "Fin", "")
APP_ID = "acme1sup"
FIRST_CONVERSATION = 215_473_886_392_040


@dataclass(slots=True)
class Workspace:
    """Everything in it, by id. Changes that come through the API are counted as effects; those of the world are not."""

    clock: Clock
    options: Options
    effects: Effects
    threads: dict[int, Thread] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    companies: dict[str, Company] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    last_id: int = 9_000_000_000
    listeners: list[Callable[[Thread, Part | None], None]] = field(default_factory=list)
    """Told of every change: of a new part, or without one of a conversation that began or is gone."""

    def add_company(self, name: str, plan: str = "", spend: int = 0, **attributes: Any) -> Company:  # noqa: ANN401 - Intercom's custom attributes
        """A company; its id follows from its name."""
        company = Company(stable_id("company", name), name.lower().replace(" ", "-"), name, plan, spend, attributes)
        self.companies[company.id] = company
        return company

    def add_contact(self, name: str, email: str, company: Company | None = None, role: str = "user") -> Contact:
        """A contact, in a company or in none; the id follows from the address, and a known one joins the company."""
        key = stable_id("contact", email)
        if key not in self.contacts:
            self.contacts[key] = Contact(key, name, email, role)
        contact = self.contacts[key]
        if company and company.id not in contact.companies:
            contact.companies.insert(0, company.id)
        return contact

    def open_thread(
        self, contact: Contact, body: str, *, subject: str = "", at: int | None = None, channel: str = "conversation"
    ) -> Thread:
        """The contact begins a conversation."""
        now = at if at is not None else self.clock.seconds
        key = FIRST_CONVERSATION + len(self.threads) * 7 + 1
        while key in self.threads:
            key += 1
        thread = Thread(key, contact.id, contact.author(), subject, body, now, now, channel, waiting_since=now)
        thread.company_id = contact.companies[0] if contact.companies else ""
        thread.indexed_from = self.clock() + self.options.index_lag if self.options.index_lag else 0.0
        self.threads[key] = thread
        self._tell(thread)
        return thread

    def remove(self, thread: Thread) -> None:
        """A teammate deletes a conversation."""
        del self.threads[thread.id]
        self._tell(thread)

    def change(self, thread: Thread, at: int | None = None) -> int:
        """Before any change to a thread: keeps what the index shows of it, and moves updated_at. Returns the time of the change."""
        now = at if at is not None else self.clock.seconds
        if self.options.index_lag:
            shown = copy.copy(thread)
            shown.parts, shown.tag_ids, shown.stale = list(thread.parts), list(thread.tag_ids), []
            thread.stale.append((self.clock() + self.options.index_lag, shown))
        thread.updated_at = max(thread.updated_at, now)
        return now

    def add_part(self, thread: Thread, kind: str, author: Author, body: str | None, *, at: int | None = None, by_app: bool = False) -> Part:
        """Append a part of any kind."""
        now = self.change(thread, at)
        self.last_id += 1
        part = Part(self.last_id, kind, author, body, now, state=thread.state, by_app=by_app)
        thread.parts.append(part)
        self._tell(thread, part)
        return part

    def say(self, thread: Thread, body: str, *, at: int | None = None, author: Author | None = None) -> Part:
        """The customer writes. On a conversation that is not open this opens it, and the part is then of kind "open"."""
        kind = "comment" if thread.state == "open" else "open"
        if thread.state == "closed":
            thread.reopens += 1
        part = self.add_part(thread, kind, author or self.contacts[thread.contact_id].author(), body, at=at)
        thread.state = part.state = "open"
        thread.snoozed_until, thread.read = None, False
        thread.waiting_since = thread.waiting_since or part.created_at
        return part

    def answer(
        self, thread: Thread, body: str, *, admin: Author = ADMINS[1], kind: str = "comment", at: int | None = None, by_app: bool = False
    ) -> Part:
        """A teammate answers; with kind "assignment" the text stands on an assignment."""
        part = self.add_part(thread, kind, admin, body, at=at, by_app=by_app)
        thread.waiting_since = None
        if kind == "assignment":
            thread.admin_assignee_id = int(admin.id)
        return part

    def note(self, thread: Thread, body: str, *, admin: Author = ADMINS[1], at: int | None = None, by_app: bool = False) -> Part:
        """An internal note: it wakes a snoozed conversation."""
        if thread.state == "snoozed":
            thread.state, thread.snoozed_until = "open", None
        return self.add_part(thread, "note", admin, body, at=at, by_app=by_app)

    def move(
        self,
        thread: Thread,
        state: str,
        *,
        admin: Author = ADMINS[1],
        body: str | None = None,
        until: int | None = None,
        at: int | None = None,
    ) -> Part:
        """A teammate closes, snoozes or opens a conversation."""
        if state == "open" and thread.state == "closed":
            thread.reopens += 1
        part = self.add_part(thread, {"closed": "close", "snoozed": "snoozed", "open": "open"}[state], admin, body, at=at)
        thread.state = part.state = state
        thread.snoozed_until = until if state == "snoozed" else None
        if state == "closed":
            thread.waiting_since = None
        return part

    def merge(self, contact: Contact, into: Contact) -> None:
        """One customer turns out to be another one; his conversations go along."""
        contact.merged_into = into.id
        into.companies += [key for key in contact.companies if key not in into.companies]
        for thread in self.threads.values():
            if thread.contact_id == contact.id:
                self.change(thread)
                thread.contact_id = into.id

    def tag(self, name: str) -> str:
        """Id of the tag with this name, in any case of letters; made when there is none."""
        known = next((key for key, each in self.tags.items() if each.lower() == name.lower()), None)
        if known:
            return known
        key = str(14_000_000 + len(self.tags) + 1)
        self.tags[key] = name
        return key

    def _tell(self, thread: Thread, part: Part | None = None) -> None:
        for each in self.listeners:
            each(thread, part)

    def indexed(self) -> Iterator[Thread]:
        """The conversations as the search index shows them now."""
        now = self.clock()
        for thread in self.threads.values():
            if thread.indexed_from > now:
                continue
            while thread.stale and thread.stale[0][0] <= now:
                thread.stale.pop(0)
            yield thread.stale[0][1] if thread.stale else thread


def stable_id(kind: str, name: str) -> str:
    """A 24-digit hexadecimal id that is the same in every run."""
    return hashlib.sha256(f"{kind}:{name}".encode()).hexdigest()[:24]
