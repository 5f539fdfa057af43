"""Intercom's JSON, as a real workspace sends it (which is not always as its reference describes it)."""

from __future__ import annotations

import html
import re
from typing import Any

from escalator_tui.sandbox.intercom.objects import CUSTOMER, PARTS_SHOWN, Company, Contact, Part, Thread
from escalator_tui.sandbox.intercom.workspace import ADMINS, APP_ID, Workspace

_LINK = re.compile(r'<a\s[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>|</p>|</div>|</li>|</blockquote>", re.IGNORECASE)
_MARKUP = re.compile(r"<[^>]*>")


def plain(body: str | None) -> str | None:
    """A body as `display_as=plaintext` gives it: links become `label (address)`."""
    if body is None:
        return None
    linked = _LINK.sub(lambda found: f"{found[2]} ({found[1]})", body)
    return html.unescape(_MARKUP.sub("", _BREAK.sub("\n", linked))).strip()


def conversation(
    workspace: Workspace, thread: Thread, *, detail: bool = False, plaintext: bool = False, version: str = "2.15"
) -> dict[str, Any]:
    """A list item, or with `detail` the whole conversation with its newest parts."""
    show = plain if plaintext else _as_is
    item = {
        "type": "conversation",
        "id": str(thread.id),
        "created_at": thread.created_at,
        "updated_at": thread.updated_at,
        "waiting_since": thread.waiting_since,
        "snoozed_until": thread.snoozed_until,
        "source": _source(thread, plaintext=plaintext),
        "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": thread.contact_id, "external_id": None}]},
        "first_contact_reply": {"created_at": thread.created_at, "type": "conversation", "url": None},
        "admin_assignee_id": thread.admin_assignee_id,
        "team_assignee_id": None,
        "open": thread.is_open,
        "state": thread.state,
        "read": thread.read,
        "tags": {"type": "tag.list", "tags": [{"type": "tag", "id": key, "name": workspace.tags[key]} for key in thread.tag_ids]},
        "priority": thread.priority,
        "sla_applied": None,
        "statistics": statistics(thread) if thread.counted else None,
        "conversation_rating": None,
        "teammates": {"type": "admin.list", "admins": _teammates(thread)},
        "title": thread.title,
        "custom_attributes": {"Copilot used": False, **thread.custom_attributes},
        "topics": {"type": "topic.list", "topics": [], "total_count": 0},
        "ticket": None,
        "linked_objects": {"type": "list", "data": [], "total_count": 0, "has_more": False},
        "ai_agent": None,
        "ai_agent_participated": False,
    }
    if version >= "2.15":
        shown = workspace.companies.get(thread.company_id) if workspace.options.company_scope else None
        item["company"] = company(shown) if shown else None
    if detail:
        newest = [_part(each, show(each.body)) for each in thread.parts[-PARTS_SHOWN:]]
        item["conversation_parts"] = {"type": "conversation_part.list", "conversation_parts": newest, "total_count": len(thread.parts)}
    return item


def statistics(thread: Thread) -> dict[str, Any]:
    """Intercom's numbers about a conversation; there is none for customer replies."""
    theirs = [each.created_at for each in thread.parts if each.author.type in CUSTOMER and each.body]
    ours = [each.created_at for each in thread.parts if each.author.type == "admin" and each.body and each.kind != "note"]
    closed = [each for each in thread.parts if each.kind == "close"]
    assigned = [each.created_at for each in thread.parts if "assignment" in each.kind]
    return {
        "type": "conversation_statistics",
        "time_to_assignment": None,
        "time_to_admin_reply": ours[0] - thread.created_at if ours else None,
        "time_to_first_close": closed[0].created_at - thread.created_at if closed else None,
        "time_to_last_close": closed[-1].created_at - thread.created_at if closed else None,
        "median_time_to_reply": None,
        "first_contact_reply_at": thread.created_at,
        "first_assignment_at": assigned[0] if assigned else None,
        "first_admin_reply_at": ours[0] if ours else None,
        "first_close_at": closed[0].created_at if closed else None,
        "last_assignment_at": assigned[-1] if assigned else None,
        "last_assignment_admin_reply_at": None,
        "last_contact_reply_at": theirs[-1] if theirs else thread.created_at,
        "last_admin_reply_at": ours[-1] if ours else None,
        "last_close_at": closed[-1].created_at if closed else None,
        "last_closed_by_id": closed[-1].author.id if closed else None,
        "count_reopens": thread.reopens,
        "count_assignments": len(assigned),
        "count_conversation_parts": len(thread.parts) + 1,
    }


def company(found: Company) -> dict[str, Any]:
    """A company in full. Without a plan the plan is an empty object."""
    return {
        "type": "company",
        "id": found.id,
        "company_id": found.company_id,
        "app_id": APP_ID,
        "name": found.name,
        "plan": {"type": "plan", "id": str(269_000 + len(found.plan)), "name": found.plan} if found.plan else {},
        "monthly_spend": found.spend,
        "session_count": 41,
        "user_count": 3,
        "created_at": 1_700_000_000,
        "updated_at": 1_760_000_000,
        "custom_attributes": dict(found.custom_attributes),
        "tags": {"type": "tag.list", "tags": []},
        "segments": {"type": "segment.list", "segments": []},
    }


def contact(found: Contact) -> dict[str, Any]:
    """A contact: its companies are references without name or plan, ten at most."""
    keys = found.companies
    references = [{"type": "company", "id": key, "url": f"/companies/{key}"} for key in keys[:10]]
    return {
        "type": "contact",
        "id": found.id,
        "external_id": None,
        "workspace_id": APP_ID,
        "role": found.role,
        "email": found.email,
        "name": found.name,
        "created_at": 1_700_000_000,
        "updated_at": 1_760_000_000,
        "custom_attributes": {},
        "companies": {
            "type": "list",
            "data": references,
            "url": f"/contacts/{found.id}/companies",
            "total_count": len(keys),
            "has_more": len(keys) > len(references),
        },
    }


def _source(thread: Thread, *, plaintext: bool) -> dict[str, Any]:
    return {
        "type": thread.channel,
        "id": str(thread.id + 2_000_000_000),
        "delivered_as": thread.delivered_as,
        "subject": thread.subject if not plaintext else plain(thread.subject),
        "body": thread.body if not plaintext else plain(thread.body),
        "author": thread.opener.shown(),
        "attachments": [],
        "url": None,
        "redacted": False,
    }


def _part(part: Part, body: str | None) -> dict[str, Any]:
    return {
        "type": "conversation_part",
        "id": str(part.id),
        "part_type": part.kind,
        "body": body,
        "created_at": part.created_at,
        "updated_at": part.created_at,
        "notified_at": part.created_at,
        "assigned_to": {"type": "admin", "id": part.author.id} if part.kind == "assignment" else None,
        "author": part.author.shown(),
        "attachments": list(part.attachments),
        "external_id": None,
        "redacted": False,
        "email_message_metadata": None,
        "metadata": {},
        "state": part.state,
        "tags": [],
        "event_details": None,
        "app_package_code": "escalator-sandbox" if part.by_app else None,
    }


def _teammates(thread: Thread) -> list[dict[str, str]]:
    wrote = {each.author.id for each in thread.parts if each.author.type == "admin"}
    return [{"type": "admin", "id": each.id} for each in ADMINS if each.id in wrote]


def _as_is(body: str | None) -> str | None:
    return body
