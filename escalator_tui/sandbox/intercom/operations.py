"""What each request to Intercom does; pure of HTTP. All raise IntercomError."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from escalator_tui.sandbox.intercom import rendering
from escalator_tui.sandbox.intercom.errors import IntercomError, not_found
from escalator_tui.sandbox.intercom.objects import Author, Contact, Thread
from escalator_tui.sandbox.intercom.search import PER_PAGE, SearchError, page_of, predicate_of
from escalator_tui.sandbox.intercom.workspace import ADMINS, APP_ID, ME, Workspace

APP_CREATED = 1_734_537_243
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """A request: path parameters, query parameters, body and API version."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]
    version: str


class Operations:
    """The API, one method per request."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.by_route: dict[tuple[str, str], Callable[[Ask], Json]] = {
            ("GET", "/me"): lambda _ask: self._me(),
            ("GET", "/admins"): lambda _ask: {"type": "admin.list", "admins": [_admin(each) for each in ADMINS]},
            ("POST", "/conversations/search"): self._search,
            ("GET", "/conversations"): self._list,
            ("GET", "/conversations/{id}"): lambda ask: self._detail(self._thread(ask), ask),
            ("PUT", "/conversations/{id}"): self._update,
            ("POST", "/conversations/{id}/reply"): self._reply,
            ("POST", "/conversations/{id}/tags"): self._attach_tag,
            ("GET", "/tags"): lambda _ask: {"type": "list", "data": [self._tag(key) for key in self._workspace.tags]},
            ("POST", "/tags"): self._create_tag,
            ("GET", "/contacts/{id}"): lambda ask: rendering.contact(self._contact(ask)),
            ("GET", "/contacts/{id}/companies"): self._companies_of,
            ("GET", "/companies/{id}"): self._company,
        }

    def _me(self) -> Json:
        app = {
            "type": "app",
            "id_code": APP_ID,
            "name": "Acme Support",
            "created_at": APP_CREATED,
            "secure": False,
            "identity_verification": False,
        }
        return {
            **_admin(ME),
            "email_verified": True,
            "app": {**app, "timezone": "Europe/Berlin", "region": "US"},
            "avatar": {"type": "avatar", "image_url": None},
        }

    def _search(self, ask: Ask) -> Json:
        pagination, sort = ask.body.get("pagination") or {}, ask.body.get("sort") or {}
        if not isinstance(pagination, Mapping) or not isinstance(sort, Mapping):
            raise IntercomError(400, "bad_request", "pagination and sort are objects")
        try:
            accepts = predicate_of(ask.body.get("query"))
            return self._page(
                accepts,
                ask,
                per_page=_count(pagination.get("per_page", PER_PAGE)),
                cursor=pagination.get("starting_after"),
                field=str(sort.get("field", "updated_at")),
                order=str(sort.get("order", "descending")),
            )
        except SearchError as error:
            raise IntercomError(400, error.code, str(error)) from None

    def _list(self, ask: Ask) -> Json:
        try:
            per_page, cursor = _count(ask.query.get("per_page", PER_PAGE)), ask.query.get("starting_after")
            listing = self._page(lambda _thread: True, ask, per_page=per_page, cursor=cursor)
        except SearchError as error:
            raise IntercomError(400, error.code, str(error)) from None
        # A number in the search's answer, a string in this one's.
        listing["pages"]["per_page"] = str(per_page)
        return listing

    def _page(
        self,
        accepts: Callable[[Thread], bool],
        ask: Ask,
        *,
        per_page: int,
        cursor: object,
        field: str = "updated_at",
        order: str = "descending",
    ) -> Json:
        if cursor is not None and not isinstance(cursor, str):
            raise SearchError("client_error", "Invalid starting_after param, please provide a valid cursor")
        found = [each for each in self._workspace.indexed() if accepts(each)]
        threads, pages, total = page_of(found, field, order, per_page, cursor or None)
        items = [rendering.conversation(self._workspace, each, version=ask.version) for each in threads]
        return {"type": "conversation.list", "pages": pages, "total_count": total, "conversations": items}

    def _detail(self, thread: Thread, ask: Ask) -> Json:
        plaintext = ask.query.get("display_as") == "plaintext"
        return rendering.conversation(self._workspace, thread, detail=True, plaintext=plaintext, version=ask.version)

    def _update(self, ask: Ask) -> Json:
        thread = self._thread(ask)
        attributes = ask.body.get("custom_attributes") or {}
        self._workspace.change(thread)
        if attributes:
            self._workspace.add_part(thread, "conversation_attribute_updated_by_admin", ME, None)
            thread.custom_attributes.update(attributes)
        thread.read = bool(ask.body.get("read", thread.read))
        thread.title = ask.body.get("title", thread.title)
        thread.company_id = str(ask.body.get("company_id", thread.company_id))
        self._workspace.effects.record("conversation_updates", conversation_id=str(thread.id), changes=dict(ask.body))
        return self._detail(thread, ask)

    def _reply(self, ask: Ask) -> Json:
        thread, kind, body = self._thread(ask), ask.body.get("message_type"), ask.body.get("body")
        if kind not in ("note", "comment") or ask.body.get("type") not in ("admin", "user"):
            raise IntercomError(400, "parameter_invalid", "message_type is note or comment, type is admin or user")
        if not isinstance(body, str) or not body:
            raise IntercomError(400, "parameter_missing", "body is missing")
        if ask.body["type"] == "user":
            part = self._workspace.say(thread, body)
        elif kind == "note":
            part = self._workspace.note(thread, body, admin=self._author(ask), by_app=True)
        else:
            part = self._workspace.answer(thread, body, admin=self._author(ask), by_app=True)
        self._workspace.effects.record("notes" if kind == "note" else "replies", conversation_id=str(thread.id), id=str(part.id), body=body)
        return self._detail(thread, ask)

    def _attach_tag(self, ask: Ask) -> Json:
        thread, key = self._thread(ask), str(ask.body.get("id"))
        self._author(ask)
        if key not in self._workspace.tags:
            raise not_found("Tag")
        if key not in thread.tag_ids:
            thread.tag_ids.append(key)
        self._workspace.effects.record("taggings", conversation_id=str(thread.id), id=key, name=self._workspace.tags[key])
        return self._tag(key)

    def _create_tag(self, ask: Ask) -> Json:
        name = ask.body.get("name")
        if not isinstance(name, str) or not name.strip():
            raise IntercomError(400, "parameter_missing", "name is missing")
        key = self._workspace.tag(name)
        self._workspace.effects.record("tags", id=key, name=name)
        return self._tag(key)

    def _companies_of(self, ask: Ask) -> Json:
        contact = self._contact(ask)
        self._need_company_scope()
        data = [rendering.company(self._workspace.companies[key]) for key in contact.companies]
        pages = {"type": "pages", "next": None, "page": 1, "per_page": 50, "total_pages": 1}
        return {"type": "list", "data": data, "pages": pages, "total_count": len(data)}

    def _company(self, ask: Ask) -> Json:
        self._need_company_scope()
        found = self._workspace.companies.get(ask.path["id"])
        if found is None:
            raise IntercomError(404, "company_not_found", "Company Not Found")
        return rendering.company(found)

    def _tag(self, key: str) -> Json:
        return {"type": "tag", "id": key, "name": self._workspace.tags[key]}

    def _thread(self, ask: Ask) -> Thread:
        key = ask.path["id"]
        thread = self._workspace.threads.get(int(key)) if key.isdecimal() else None
        if thread is None:
            raise not_found()
        return thread

    def _contact(self, ask: Ask) -> Contact:
        contact = self._workspace.contacts.get(ask.path["id"])
        if contact is None:
            raise not_found("User")
        if contact.merged_into:
            link = {"Link": f'</contacts/{contact.merged_into}>; rel="canonical"'}
            raise IntercomError(410, "contact_merged", "The contact was merged into another one", link)
        return contact

    def _author(self, ask: Ask) -> Author:
        key = ask.body.get("admin_id")
        if not isinstance(key, str) or not key:
            raise IntercomError(400, "parameter_missing", "admin_id is missing, or is not a string")
        admin = next((each for each in ADMINS if each.id == key), None)
        if admin is None:
            raise IntercomError(404, "admin_not_found", "Admin for admin_id not found")
        return admin

    def _need_company_scope(self) -> None:
        if not self._workspace.options.company_scope:
            raise IntercomError(403, "forbidden", "The token may not read companies")


def _admin(admin: Author) -> Json:
    return {
        "type": "admin",
        "id": admin.id,
        "email": admin.email,
        "name": admin.name,
        "job_title": None,
        "away_mode_enabled": False,
        "away_mode_reassign": False,
        "has_inbox_seat": True,
        "team_ids": [],
    }


def _count(value: object) -> int:
    try:
        return int(value)  # type: ignore[call-overload, no-any-return]
    except (TypeError, ValueError):
        raise SearchError("type_mismatch", "per_page is a number") from None
