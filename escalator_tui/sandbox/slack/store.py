"""Slack's channels and messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from escalator_tui.sandbox.clock import Clock

BOT_ID = "B07ESCALATE"
BOT_USER = "U07ESCALATE"
TEAM_ID = "T07ACMESUP"
WORKSPACE_URL = "https://acme-support.slack.com/"
ALL_SCOPES = ("chat:write", "chat:write.public", "channels:read", "groups:read", "channels:history", "groups:history", "users:read")

_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
_BARE_ADDRESS = re.compile(r"(?<![<|\w])https?://[^\s<>|]+")


class SlackError(Exception):
    """Slack answers `ok: false` with this error name, and more fields if there are some."""

    def __init__(self, code: str, **more: Any) -> None:  # noqa: ANN401 - fields of the answer
        super().__init__(code)
        self.code = code
        self.more = more


@dataclass(slots=True)
class Channel:
    """A channel and its messages by timestamp, oldest first."""

    id: str
    name: str
    is_member: bool = True
    is_private: bool = False
    is_archived: bool = False
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        """The channel as Slack describes it."""
        return {
            "id": self.id,
            "name": self.name,
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_private": self.is_private,
            "is_archived": self.is_archived,
            "is_member": self.is_member,
            "is_general": self.name == "general",
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "num_members": 7 if self.is_member else 3,
        }


@dataclass(slots=True)
class SlackStore:
    """The workspace. Timestamps are unique over all channels."""

    clock: Clock
    channels: dict[str, Channel] = field(default_factory=dict)
    last: int = 0

    def __post_init__(self) -> None:
        """Channels of every kind the bot can meet."""
        for channel in (
            Channel("C07CUSTSUP1", "customer-support"),
            Channel("C07SUPPENG1", "support-engineering"),
            Channel("C07GENERAL1", "general", is_member=False),
            Channel("C07RANDOM01", "random", is_member=False),
            Channel("C07VIPDESK1", "vip-desk", is_member=False, is_private=True),
            Channel("C07OLDSUPP1", "old-support", is_archived=True),
            Channel("C07LEADS001", "support-leads", is_private=True),
        ):
            self.channels[channel.id] = channel

    def by_id(self, reference: str) -> Channel:
        """The channel of this id; a name is not one."""
        channel = self.channels.get(reference)
        if channel is None:
            raise SlackError("channel_not_found")
        return channel

    def by_name_or_id(self, reference: str) -> Channel:
        """The channel of this id or name, as posting takes it."""
        name = reference.removeprefix("#").lower()
        named = next((each for each in self.channels.values() if each.name == name), None)
        return named or self.by_id(reference)

    def next_ts(self) -> str:
        """The next timestamp: seconds with six decimals, always growing, whatever the clock does."""
        self.last = max(int(self.clock() * 1_000_000), self.last + 1)
        return f"{self.last // 1_000_000}.{self.last % 1_000_000:06d}"

    def post(self, channel: Channel, text: str, blocks: list[dict[str, Any]], thread_ts: str | None, *, broadcast: bool) -> dict[str, Any]:
        """Append a message, with Slack's own changes to its text."""
        ts = self.next_ts()
        message: dict[str, Any] = {
            "type": "message",
            "user": BOT_USER,
            "bot_id": BOT_ID,
            "app_id": "A07ESCALATE",
            "team": TEAM_ID,
            "ts": ts,
            "text": as_shown(text),
        }
        if blocks:
            message["blocks"] = with_block_ids(blocks, ts)
        if thread_ts and thread_ts != ts:
            message["thread_ts"] = thread_ts
            if broadcast:
                message["subtype"] = "thread_broadcast"
        channel.messages[ts] = message
        return message

    def history(self, channel: Channel, oldest: float, latest: float) -> list[dict[str, Any]]:
        """Messages of a channel, newest first, without answers in threads."""
        return [each for each in reversed(self._between(channel, oldest, latest)) if _stands_in_channel(each)]

    def replies(self, channel: Channel, ts: str, oldest: float, latest: float) -> list[dict[str, Any]]:
        """A message and the answers in its thread, oldest first."""
        if ts not in channel.messages:
            raise SlackError("thread_not_found")
        return [each for each in self._between(channel, oldest, latest) if ts in (each["ts"], each.get("thread_ts"))]

    def _between(self, channel: Channel, oldest: float, latest: float) -> list[dict[str, Any]]:
        return [_with_thread(channel, each) for ts, each in channel.messages.items() if oldest < float(ts) < latest]


def as_shown(text: str) -> str:
    """Text as Slack gives it back: bare ampersands escaped and bare addresses turned into links."""
    return _BARE_ADDRESS.sub(lambda found: f"<{found[0]}>", _BARE_AMPERSAND.sub("&amp;", text))


def with_block_ids(blocks: list[dict[str, Any]], ts: str) -> list[dict[str, Any]]:
    """The blocks, each with a block_id: the sender's, or one of Slack's own."""
    return [{"block_id": f"{ts[-5:]}{at}", **block} for at, block in enumerate(blocks)]


def _stands_in_channel(message: dict[str, Any]) -> bool:
    return message.get("thread_ts") in (None, message["ts"]) or message.get("subtype") == "thread_broadcast"


def _with_thread(channel: Channel, message: dict[str, Any]) -> dict[str, Any]:
    answers = list(_answers(channel, message["ts"]))
    if not answers:
        return message
    return {**message, "thread_ts": message["ts"], "reply_count": len(answers), "latest_reply": answers[-1]}


def _answers(channel: Channel, ts: str) -> Iterator[str]:
    return (key for key, each in channel.messages.items() if each.get("thread_ts") == ts and key != ts)
