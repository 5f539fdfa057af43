"""What Slack's refusals mean, by their names (Slack's API reference: chat.postMessage, conversations.history, conversations.list)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from escalator_tui.model.text import one_line
from escalator_tui.services.answers import json_object, text_of, wait_told
from escalator_tui.services.errors import (
    ConnectorInactiveError,
    GoneError,
    PermanentError,
    RateLimitedError,
    RetryableError,
    ServiceError,
    UnknownOutcomeError,
)

CHANNEL_REFUSALS = frozenset(
    {"not_in_channel", "channel_not_found", "is_archived", "restricted_action", "restricted_action_read_only_channel", "cannot_dm_bot"}
    | {"restricted_action_thread_only_channel", "restricted_action_non_threadable_channel", "channel_is_limited_access", "team_not_found"}
)
"""Refusals of this channel only: another channel may take the message."""

_LIMITED = {"ratelimited", "rate_limited"}
_RETRYABLE = {"service_unavailable", "request_timeout", "team_added_to_org", "accesslimited"}
_UNSURE = {"internal_error", "fatal_error"}
_UNAUTHORIZED = {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "two_factor_setup_required"}
_AUTHORIZE = "Run `escalator authorize slack`."
_CURES = {
    "not_in_channel": "In Slack, type /invite and the app's name in {channel}.",
    "channel_not_found": "Check slack.escalations and slack.triage (SLACK_CHANNEL_ESCALATIONS, SLACK_CHANNEL_TRIAGE); a private one "
    "needs its id, and /invite the app to {channel}.",
    "is_archived": "Unarchive {channel} in Slack, or name another channel in slack.escalations or slack.triage.",
    "missing_scope": "Add the missing scope to the Slack connection in the Scalekit dashboard, then run `escalator authorize slack`.",
    "no_permission": "Let somebody who may post there authorize Slack: `escalator authorize slack`.",
    "restricted_action": "Only some people may post in {channel}: allow the app, or name another channel.",
    "team_not_found": "In a Slack organization a channel must be named by its id.",
    "not_allowed_token_type": _AUTHORIZE,
    "org_login_required": "The workspace is being moved into an organization; try again when that is done.",
}
_CONTENT = {
    *("no_text", "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "too_many_attachments"),
    *("invalid_arguments", "message_limit_exceeded"),
    *("cant_update_message", "edit_window_closed", "cannot_reply_to_message"),
    *("metadata_too_large", "invalid_cursor", "invalid_ts_latest", "invalid_ts_oldest", "access_denied", "ekm_access_denied"),
    *("app_access_restricted", "enterprise_is_restricted", "messages_tab_disabled", "restricted_action_thread_locked"),
}
_GONE = {"message_not_found", "thread_not_found"}
_NAMES = _LIMITED | _RETRYABLE | _UNSURE | _UNAUTHORIZED | _CONTENT | _GONE | CHANNEL_REFUSALS | set(_CURES)
# Longest first: a name may begin with another one.
_NAME = re.compile(r"(?<![a-z_])(" + "|".join(sorted(map(re.escape, _NAMES), key=len, reverse=True)) + r")(?![a-z_])")


def from_answer(answer: Mapping[str, Any], channel: str = "") -> ServiceError | None:
    """The error in an answer with "ok": false; None when it is not one. `channel` is named in the cure."""
    if answer.get("ok") is not False:
        return None
    return classify(text_of(answer.get("error")) or "unknown_error", channel, _details(answer), wait_told(str(answer)))


def from_tool(code: str, text: str) -> ServiceError | None:
    """The error in a failed tool call's own code and text; None when it names no error of Slack's."""
    answer = json_object(text)
    if answer.get("ok") is False or answer.get("error") in _NAMES:
        return from_answer({**answer, "ok": False})
    named = _NAME.search(code) or _NAME.search(text)
    return classify(named[1], retry_after=wait_told(text)) if named else None


def classify(name: str, channel: str = "", details: str = "", retry_after: float | None = None) -> ServiceError:
    """The error of that name. `retry_after` is what a rate limit told, in seconds."""
    name = one_line(name, 80)
    where = f" for {channel}" if channel else ""
    because = f": {details}" if details else ""
    if name in _LIMITED:
        return RateLimitedError(f"Slack's rate limit is reached{where} ({name})", service="slack", code=name, retry_after=retry_after)
    if name in _RETRYABLE:
        return RetryableError(f"Slack asks to try later{where} ({name})", service="slack", code=name)
    if name in _UNSURE:
        return UnknownOutcomeError(f"Slack failed while it worked on the call{where} ({name})", service="slack", code=name)
    if name in _UNAUTHORIZED:
        return ConnectorInactiveError(f"Slack does not accept the authorization ({name})", service="slack", code=name, cure=_AUTHORIZE)
    if name in _GONE:
        return GoneError(f"The message was deleted in Slack{where} ({name})", service="slack", code=name)
    return PermanentError(f"Slack refused{where} ({name}){because}", service="slack", code=name, cure=_cure(name, channel))


def _cure(name: str, channel: str) -> str:
    family = "restricted_action" if name.startswith("restricted_action") else name
    return _CURES.get(family, "").format(channel=channel or "the channel")


def _details(answer: Mapping[str, Any]) -> str:
    errors, needed = answer.get("errors"), text_of(answer.get("needed"))
    if needed:
        return f"it needs {one_line(needed)}"
    return one_line("; ".join(map(str, errors))) if isinstance(errors, list) else ""
