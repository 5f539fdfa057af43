"""Intercom's REST API, as far as it is needed: reading conversations and accounts, leaving notes and tags."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from escalator_tui.model.conversation import Account, Conversation
from escalator_tui.model.text import one_line
from escalator_tui.services import intercom_errors
from escalator_tui.services.answers import items, mapping, text_of
from escalator_tui.services.errors import GoneError, PermanentError, RetryableError, ServiceError, UnknownOutcomeError
from escalator_tui.services.intercom_objects import read_company, read_conversation
from escalator_tui.services.intercom_transport import BeforeWrite, IntercomTransport
from escalator_tui.services.single_flight import SingleFlight

_APP_HOSTS = {"eu": "app.eu.intercom.com", "europe": "app.eu.intercom.com", "au": "app.au.intercom.com", "australia": "app.au.intercom.com"}


@dataclass(frozen=True, slots=True)
class Me:
    """The teammate and the workspace that the token belongs to. `workspace_id` and `region` are empty when Intercom does not tell."""

    admin_id: str
    admin_name: str
    workspace_id: str
    workspace_name: str
    region: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of a search. `items` have no parts but their opening message; `total` counts all pages; `unreadable` items of the page
    were no conversations.
    """

    items: tuple[Conversation, ...]
    next_cursor: str | None
    total: int
    unreadable: int = 0


class Intercom:
    """One workspace. Every method blocks, with a deadline, and raises ServiceError. Reads are repeated, writes never."""

    def __init__(
        self,
        url: str,
        token: Callable[..., str],
        *,
        mrr_attribute: str = "",
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
        rng: random.Random | None = None,
    ) -> None:
        """`token()` gives the access token, `token(refused=…)` a newer one than that."""
        rng = rng or random.Random()  # noqa: S311 - jitter
        self._http = IntercomTransport(url, token, transport=transport, clock=clock, sleep=sleep, rng=rng)
        self._mrr_attribute = mrr_attribute
        self._me: Me | None = None
        self._asking: SingleFlight[Me] = SingleFlight()
        self._tag_ids: dict[str, str] = {}

    def me(self) -> Me:
        """Whom the token belongs to; read once."""
        return self._me or self._asking.run(lambda: self._read_me(repeat=True))

    def search(self, *, updated_after: int | None, open_only: bool, cursor: str | None, per_page: int) -> SearchPage:
        """Conversations by `updated_at`, oldest change first. `updated_after` is in unix seconds, and not exact: overlap.

        A search that ran out of time is not repeated: it raises RetryableError with the code "timeout"; ask for a smaller page.
        """
        # Without any filter the query would be refused, so there is always this one.
        filters: list[dict[str, Any]] = [{"field": "updated_at", "operator": ">", "value": updated_after or 0}]
        if open_only:
            filters.append({"field": "open", "operator": "=", "value": True})
        body = {
            "query": {"operator": "AND", "value": filters},
            "pagination": {"per_page": per_page} | ({"starting_after": cursor} if cursor else {}),
            "sort": {"field": "updated_at", "order": "ascending"},
        }
        answer = self._http.read("POST", "/conversations/search", json=body)
        listed = items(answer.get("conversations"))
        found = tuple(each for each in map(self._conversation_or_none, listed) if each is not None)
        following = text_of(mapping(mapping(answer.get("pages")).get("next")).get("starting_after"))
        total = answer.get("total_count")
        return SearchPage(found, following or None, int(total) if isinstance(total, int | float) else len(found), len(listed) - len(found))

    def conversation(self, conversation_id: str) -> Conversation | None:
        """A conversation with its parts (the 500 newest at most), None when it was deleted."""
        payload = self._detail(conversation_id)
        if payload is None:
            return None
        try:
            return read_conversation(payload, mrr_attribute=self._mrr_attribute)
        except ValueError as error:
            raise RetryableError(f"Intercom's answer cannot be read: {error}", service="intercom", code="unreadable") from None

    def accounts_of(self, contact_id: str) -> tuple[Account, ...]:
        """The companies of a contact, followed to the one it was merged into; none for a deleted contact."""
        try:
            answer = self._http.read("GET", f"/contacts/{quote(contact_id, safe='')}/companies")
        except PermanentError as error:
            if error.code == intercom_errors.NOT_FOUND:
                return ()
            raise
        listed = items(answer.get("data")) or items(answer.get("companies"))
        found = (read_company(each, mrr_attribute=self._mrr_attribute) for each in listed)
        return tuple(each for each in found if each is not None)

    def add_note(self, conversation_id: str, html: str, *, before_write: BeforeWrite | None = None) -> str:
        """Leave an internal note; returns its id. Intercom has no key against doubles: after UnknownOutcomeError use `find_note`.

        Raises GoneError when the conversation was deleted, and so does `tag`.
        """
        admin_id = self.me().admin_id
        body = {"message_type": "note", "type": "admin", "admin_id": admin_id, "body": html}
        answer = self._write_to(conversation_id, "reply", body, before_write, otherwise="no note was left")
        note_id = _newest_note(answer, admin_id)
        if not note_id:
            raise UnknownOutcomeError("Intercom's answer does not tell which note it left", service="intercom")
        return note_id

    def find_note(self, conversation_id: str, marker: str, *, since: float = 0.0) -> str | None:
        """The id of the note whose body holds `marker`, None when there is none (or no conversation any more).

        Intercom returns the 500 newest parts at most. When it left out parts that are newer than `since` (unix seconds), the note may be
        among them: then this raises PermanentError with the code "thread_cut".
        """
        detail = self._detail(conversation_id) or {}
        found = next((_id_of(each) for each in _notes(detail) if marker in text_of(each.get("body"))), None)
        if found is None and _leaves_out(detail, since):
            raise PermanentError(
                f"Intercom no longer shows the part of conversation {conversation_id} in which the note would stand",
                service="intercom",
                code="thread_cut",
                cure=f"Look in the conversation for a note with {marker}.",
            )
        return found

    def tag(self, conversation_id: str, name: str, *, before_write: BeforeWrite | None = None) -> None:
        """Tag a conversation, creating the tag when there is none of that name. May be repeated without harm."""
        admin_id = self.me().admin_id
        tag_id = self._tag_ids.get(name)
        if tag_id is None:
            tag_id = _id_of(self._http.write("/tags", {"name": name}, before_write))
            if not tag_id:
                raise UnknownOutcomeError("Intercom's answer does not tell the tag's id", service="intercom")
            self._tag_ids[name] = tag_id
        try:
            body = {"id": tag_id, "admin_id": admin_id}
            self._write_to(conversation_id, "tags", body, before_write, otherwise="it was not tagged")
        except PermanentError:
            self._tag_ids.pop(name, None)  # somebody may have deleted the tag
            raise

    def conversation_url(self, conversation_id: str) -> str:
        """The conversation's address in the inbox. Asks once for the workspace; "_" stands for one that cannot be told, and works too."""
        try:
            me = self._me or self._asking.run(lambda: self._read_me(repeat=False))
        except ServiceError:
            me = Me("", "", "", "", "")
        host = _APP_HOSTS.get(me.region.lower(), "app.intercom.com")
        return f"https://{host}/a/inbox/{quote(me.workspace_id, safe='') or '_'}/inbox/conversation/{quote(conversation_id, safe='')}"

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _read_me(self, *, repeat: bool) -> Me:
        answer = self._http.read("GET", "/me", repeat=repeat)
        admin_id = _id_of(answer)
        if not admin_id:
            raise RetryableError("Intercom does not tell whom the token belongs to", service="intercom", code="unreadable")
        app = mapping(answer.get("app"))
        told = (one_line(text_of(value)) for value in (answer.get("name"), app.get("id_code"), app.get("name"), app.get("region")))
        self._me = Me(admin_id, *told)
        return self._me

    def _write_to(
        self, conversation_id: str, what: str, body: Mapping[str, Any], before_write: BeforeWrite | None, *, otherwise: str
    ) -> dict[str, Any]:
        try:
            return self._http.write(f"/conversations/{quote(conversation_id, safe='')}/{what}", body, before_write)
        except PermanentError as error:
            # The 404 may also be for the teammate or the tag.
            if error.code != intercom_errors.NOT_FOUND or not self._is_deleted(conversation_id):
                raise
        raise GoneError(f"The conversation was deleted in Intercom; {otherwise}", service="intercom", code=intercom_errors.NOT_FOUND)

    def _is_deleted(self, conversation_id: str) -> bool:
        try:
            return self._detail(conversation_id) is None
        except PermanentError:
            return False  # nobody may look

    def _detail(self, conversation_id: str) -> dict[str, Any] | None:
        try:
            return self._http.read("GET", f"/conversations/{quote(conversation_id, safe='')}", params={"display_as": "plaintext"})
        except PermanentError as error:
            if error.code == intercom_errors.NOT_FOUND:
                return None
            raise

    def _conversation_or_none(self, payload: Mapping[str, Any]) -> Conversation | None:
        try:
            return read_conversation(payload, mrr_attribute=self._mrr_attribute)
        except ValueError:
            return None  # counted by the caller


def _notes(payload: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    parts = items(mapping(payload.get("conversation_parts")).get("conversation_parts"))
    return [each for each in parts if each.get("part_type") == "note"]


def _leaves_out(payload: Mapping[str, Any], since: float) -> bool:
    """Whether parts that are newer than `since` may be missing."""
    listed = mapping(payload.get("conversation_parts"))
    parts, total = items(listed.get("conversation_parts")), listed.get("total_count")
    if not isinstance(total, int) or total <= len(parts):
        return False
    times = [at for each in parts if isinstance(at := each.get("created_at"), int | float)]
    return not times or min(times) > since


def _newest_note(payload: Mapping[str, Any], admin_id: str) -> str:
    """The answer to a note is the whole conversation; the parts may stand in any order."""
    own = [each for each in _notes(payload) if _id_of(mapping(each.get("author"))) in ("", admin_id)]
    return max((_id_of(each) for each in own), key=lambda found: (len(found), found), default="")


def _id_of(found: Mapping[str, Any]) -> str:
    value = found.get("id")
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
