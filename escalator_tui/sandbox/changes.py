"""Changes to the Intercom world from outside: what customers and teammates do, on request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from escalator_tui.sandbox.intercom.objects import Company, Thread
from escalator_tui.sandbox.intercom.workspace import BOT, Workspace

Body = Mapping[str, Any]


class Changes:
    """`{"do": verb, …}`. Most verbs take `id` (the conversation), `body` (HTML), and `at` (unix seconds; now when left out).

    * add: name, email, body, subject?, company? {name, plan?, spend?, custom_attributes?}, parts? [{do, body, at?}], channel?
    * say, note, bot: body · answer: body, kind? ("assignment" for a text on an assignment) · system: kind
    * close: body? · reopen · snooze: until · touch · delete
    * company: name, plan?, spend?, custom_attributes? · merge: contact_id, into_email, into_name?

    Raises KeyError for what is missing or unknown, ValueError for an unknown verb.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._on_thread: dict[str, Callable[[Thread, Body], object]] = {
            "say": lambda thread, body: workspace.say(thread, body["body"], at=body.get("at")),
            "answer": lambda thread, body: workspace.answer(thread, body["body"], kind=body.get("kind", "comment"), at=body.get("at")),
            "note": lambda thread, body: workspace.note(thread, body["body"], at=body.get("at")),
            "bot": lambda thread, body: workspace.add_part(thread, "comment", BOT, body["body"], at=body.get("at")),
            "system": lambda thread, body: workspace.add_part(thread, body["kind"], BOT, None, at=body.get("at")),
            "close": lambda thread, body: workspace.move(thread, "closed", body=body.get("body"), at=body.get("at")),
            "reopen": lambda thread, body: workspace.move(thread, "open", at=body.get("at")),
            "snooze": lambda thread, body: workspace.move(thread, "snoozed", until=int(body["until"]), at=body.get("at")),
            "delete": lambda thread, _body: workspace.remove(thread),
            "touch": lambda thread, body: workspace.change(thread, body.get("at")),
            "company": self._change_company,
        }

    def apply(self, body: Body) -> dict[str, Any]:
        """Do it. Returns `id`, `updated_at`, `contact_id` and the id of the newest part."""
        verb = body["do"]
        if verb == "add":
            return _shown(self._add(body))
        if verb == "merge":
            return self._merge(body)
        if verb not in self._on_thread:
            raise ValueError(f"Nobody can {verb}; there are add, merge, {', '.join(self._on_thread)}")
        thread = self._workspace.threads[int(body["id"])]
        self._on_thread[verb](thread, body)
        return _shown(thread)

    def _add(self, body: Body) -> Thread:
        company = self._company(body["company"]) if body.get("company") else None
        contact = self._workspace.add_contact(body.get("name", "Jane Roe"), body.get("email", "jane@customer.example"), company)
        thread = self._workspace.open_thread(
            contact, body["body"], subject=body.get("subject", ""), at=body.get("at"), channel=body.get("channel", "conversation")
        )
        for part in body.get("parts", ()):
            self._on_thread[part["do"]](thread, part)
        return thread

    def _company(self, values: Body) -> Company:
        return self._workspace.add_company(
            values["name"], values.get("plan", ""), int(values.get("spend", 0)), **values.get("custom_attributes", {})
        )

    def _change_company(self, thread: Thread, body: Body) -> None:
        self._workspace.change(thread)
        company = self._company(body)
        thread.company_id = company.id
        self._workspace.contacts[thread.contact_id].companies = [company.id]

    def _merge(self, body: Body) -> dict[str, Any]:
        gone = self._workspace.contacts[body["contact_id"]]
        into = self._workspace.add_contact(body.get("into_name", gone.name), body["into_email"])
        self._workspace.merge(gone, into)
        return {"contact_id": into.id}


def _shown(thread: Thread) -> dict[str, Any]:
    newest = str(thread.parts[-1].id) if thread.parts else None
    return {"id": str(thread.id), "updated_at": thread.updated_at, "contact_id": thread.contact_id, "part_id": newest}
