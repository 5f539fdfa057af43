"""The Slack tools of Scalekit's catalogue, with Slack's answers."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from escalator_tui.sandbox.effects import Effects
from escalator_tui.sandbox.options import Options
from escalator_tui.sandbox.scalekit.errors import ToolError
from escalator_tui.sandbox.slack.blocks import BlocksError, check_blocks
from escalator_tui.sandbox.slack.store import (
    ALL_SCOPES,
    BOT_ID,
    BOT_USER,
    TEAM_ID,
    WORKSPACE_URL,
    Channel,
    SlackError,
    SlackStore,
    as_shown,
    with_block_ids,
)

MOST_TEXT = 40_000
FOREVER = float("inf")
WRITES = ("slack_send_message", "slack_send_rich_message", "slack_update_message", "slack_join_conversation")

Params = Mapping[str, Any]


class SlackTools:
    """Slack as Scalekit's tools show it. `scopes` are those of the connection."""

    def __init__(self, store: SlackStore, options: Options, effects: Effects) -> None:
        self.store = store
        self.scopes: tuple[str, ...] = ALL_SCOPES
        self._options = options
        self._effects = effects
        needs: dict[str, tuple[str, Callable[[Params], dict[str, Any]]]] = {
            "slack_send_message": ("chat:write", lambda p: self._send(p, blocks=[])),
            "slack_send_rich_message": ("chat:write", lambda p: self._send(p, blocks=p.get("blocks") or [])),
            "slack_update_message": ("chat:write", self._update),
            "slack_fetch_conversation_history": ("channels:history", self._history),
            "slack_get_conversation_replies": ("channels:history", self._replies),
            "slack_list_channels": ("channels:read", self._list),
            "slack_get_conversation_info": ("channels:read", lambda p: {"channel": self._visible(p).described()}),
            "slack_get_permalink": ("", self._permalink),
            "slack_join_conversation": ("channels:read", self._join),
            "slack_auth_test": ("", lambda _p: self._auth_test()),
        }
        self.tools = {name: self._guarded(scope, work) for name, (scope, work) in needs.items()}

    def describe(self, tool: str, _params: Params) -> tuple[str, bool]:
        """The operation's name and whether it writes."""
        return tool, tool in WRITES

    def refusal(self, error: SlackError, delivery: str = "") -> dict[str, Any]:
        """Slack's `ok: false`, as data; or raises it as ToolError, as `delivery` or the options say."""
        body = {"ok": False, "error": error.code, **error.more}
        if (delivery or self._options.slack_errors) == "data":
            return body
        raise ToolError(error.code, json.dumps(body), status=429 if error.code in ("ratelimited", "rate_limited") else 400)

    def _guarded(self, scope: str, work: Callable[[Params], dict[str, Any]]) -> Callable[[Params], dict[str, Any]]:
        def run(params: Params) -> dict[str, Any]:
            try:
                self._need(scope)
                return {"ok": True, **work(params)}
            except BlocksError as error:
                more = {"errors": error.messages, "response_metadata": {"messages": [f"[ERROR] {each}" for each in error.messages]}}
                return self.refusal(SlackError(error.code, **more if error.messages else {}))
            except SlackError as error:
                return self.refusal(error)

        return run

    def _need(self, scope: str) -> None:
        if scope and scope not in self.scopes:
            raise SlackError("missing_scope", needed=scope, provided=",".join(self.scopes))

    def _send(self, params: Params, *, blocks: object) -> dict[str, Any]:
        channel = self._postable(params)
        checked = check_blocks(blocks)
        text = str(params.get("text") or "")
        if not text and not checked:
            raise SlackError("no_text")
        thread = params.get("thread_ts")
        message = self.store.post(
            channel, text[:MOST_TEXT], checked, str(thread) if thread else None, broadcast=bool(params.get("reply_broadcast"))
        )
        self._effects.record("messages", channel=channel.id, channel_name=channel.name, **message)
        warned = {"response_metadata": {"warnings": ["message_truncated"]}} if len(text) > MOST_TEXT else {}
        return {"channel": channel.id, "ts": message["ts"], "message": message, **warned}

    def _update(self, params: Params) -> dict[str, Any]:
        channel = self._postable(params)
        message = channel.messages.get(str(params.get("ts")))
        if message is None:
            raise SlackError("message_not_found")
        if params.get("blocks") is not None:
            message["blocks"] = with_block_ids(check_blocks(_decoded(params["blocks"])), message["ts"])
        if params.get("text") is not None:
            message["text"] = as_shown(str(params["text"]))
        message["edited"] = {"user": BOT_USER, "ts": self.store.next_ts()}
        self._effects.record("message_updates", channel=channel.id, channel_name=channel.name, **message)
        return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": message}

    def _history(self, params: Params) -> dict[str, Any]:
        channel = self._readable(params)
        return _paged("messages", self.store.history(channel, *_span(params)), params)

    def _replies(self, params: Params) -> dict[str, Any]:
        channel = self._readable(params)
        return _paged("messages", self.store.replies(channel, str(params.get("ts")), *_span(params)), params)

    def _list(self, params: Params) -> dict[str, Any]:
        types = {each.strip() for each in str(params.get("types") or "public_channel").split(",")}
        found = [
            each.described()
            for each in self.store.channels.values()
            if ("private_channel" if each.is_private else "public_channel") in types
            and (each.is_member or not each.is_private)
            and not (params.get("exclude_archived") and each.is_archived)
        ]
        return _paged("channels", found, params)

    def _permalink(self, params: Params) -> dict[str, Any]:
        channel, ts = self._visible(params), str(params.get("message_ts"))
        if ts not in channel.messages:
            raise SlackError("message_not_found")
        return {"channel": channel.id, "permalink": f"{WORKSPACE_URL}archives/{channel.id}/p{ts.replace('.', '')}"}

    def _join(self, params: Params) -> dict[str, Any]:
        channel = self.store.by_name_or_id(str(params.get("channel")))
        if channel.is_private:
            raise SlackError("method_not_supported_for_channel_type")
        channel.is_member = True
        return {"channel": channel.described()}

    def _auth_test(self) -> dict[str, Any]:
        return {
            "url": WORKSPACE_URL,
            "team": "Acme Support",
            "team_id": TEAM_ID,
            "user": "escalator",
            "user_id": BOT_USER,
            "bot_id": BOT_ID,
        }

    def _postable(self, params: Params) -> Channel:
        channel = self.store.by_name_or_id(str(params.get("channel")))
        if channel.is_archived:
            raise SlackError("is_archived")
        if not channel.is_member and (channel.is_private or "chat:write.public" not in self.scopes):
            raise SlackError("not_in_channel")
        return channel

    def _readable(self, params: Params) -> Channel:
        channel = self._visible(params)
        if not channel.is_member:
            raise SlackError("not_in_channel")
        return channel

    def _visible(self, params: Params) -> Channel:
        return self.store.by_id(str(params.get("channel")))


def _paged(name: str, entries: list[dict[str, Any]], params: Params) -> dict[str, Any]:
    limit = min(max(int(params.get("limit") or 100), 1), 999)
    start = _position(str(params.get("cursor") or ""))
    following = start + limit
    cursor = base64.b64encode(f"next:{following}".encode()).decode() if following < len(entries) else ""
    more = {"has_more": bool(cursor)} if name == "messages" else {}
    return {name: entries[start:following], **more, "response_metadata": {"next_cursor": cursor}}


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except ValueError:
        raise SlackError("invalid_cursor") from None


def _span(params: Params) -> tuple[float, float]:
    try:
        return float(params.get("oldest") or 0), float(params.get("latest") or FOREVER)
    except ValueError:
        raise SlackError("invalid_ts_oldest") from None


def _decoded(blocks: object) -> object:
    try:
        return json.loads(blocks) if isinstance(blocks, str) else blocks
    except ValueError:
        raise SlackError("invalid_blocks_format") from None
