"""Slack, through Scalekit's tools. A refusal can be an answer with "ok": false as well as a failed tool; both are classed by name."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from escalator_tui.model.text import one_line
from escalator_tui.services import slack_errors
from escalator_tui.services.answers import items, mapping, text_of, unwrap
from escalator_tui.services.errors import PermanentError, RetryableError, UnknownOutcomeError
from escalator_tui.services.scalekit import Scalekit

PAGE = 200
_MOST_PAGES = 50
_ID = re.compile(r"[CGDU][A-Z0-9]{6,}")

BeforeWrite = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Message:
    """A message's address: channel id and timestamp (text, exactly as Slack gave it)."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel the app can see. `name` has no "#"."""

    id: str
    name: str
    is_member: bool
    is_archived: bool
    is_private: bool


class Slack:
    """Posts, edits and finds messages. Every method raises ServiceError; nothing is sent twice."""

    def __init__(self, scalekit: Scalekit) -> None:
        self._scalekit = scalekit
        self._lock = threading.Lock()
        self._channels: tuple[Channel, ...] | None = None

    def post(
        self,
        *,
        channel: str,
        text: str,
        blocks: Sequence[Mapping[str, Any]],
        thread_ts: str | None = None,
        before_write: BeforeWrite | None = None,
    ) -> Message:
        """Post Block Kit blocks to a channel (id or #name), or into a thread of it; `text` is the notification."""
        # The plain tool drops blocks; this one takes them as an array.
        parameters: dict[str, Any] = {"channel": channel, "text": text, "blocks": [dict(each) for each in blocks]}
        parameters |= {"unfurl_links": False, "unfurl_media": False} | ({"thread_ts": thread_ts} if thread_ts is not None else {})
        answer = self._run("slack_send_rich_message", parameters, channel, before_write)
        ts = _timestamp(answer)
        if not ts:
            raise UnknownOutcomeError(f"Slack's answer does not tell which message it posted in {channel}", service="slack")
        return Message(text_of(answer.get("channel")) or channel, ts)

    def update(
        self, *, channel: str, ts: str, text: str, blocks: Sequence[Mapping[str, Any]], before_write: BeforeWrite | None = None
    ) -> None:
        """Replace a message, which may be repeated. `channel` is an id."""
        parameters = {"channel": channel, "ts": ts, "text": text, "blocks": json.dumps(list(blocks), ensure_ascii=False)}
        self._run("slack_update_message", parameters, channel, before_write)

    def find(self, *, channel: str, marker: str, oldest: float, thread_ts: str | None = None) -> Message | None:
        """The message since `oldest` (unix seconds) that holds `marker` in a block id or any text, None when there is none.

        Answers in a thread are not in a channel's history: `thread_ts` names the thread to look through. Raises PermanentError when the
        history may not be read (code missing_scope, not_in_channel …) or is too long to be read (history_too_long).
        """
        channel_id = self._channel_id(channel)
        parameters = {"channel": channel_id, "oldest": f"{oldest:.6f}", "limit": PAGE}
        tool = "slack_fetch_conversation_history"
        if thread_ts is not None:
            tool, parameters = "slack_get_conversation_replies", {**parameters, "ts": thread_ts}
        for page in self._pages(tool, parameters, channel):
            for message in items(page.get("messages")):
                if marker in json.dumps(message, ensure_ascii=False):
                    return Message(channel_id, _timestamp(message))
        return None

    def channels(self) -> tuple[Channel, ...]:
        """All channels the app can see, read once per process; without private ones when their scope is missing."""
        with self._lock:
            if self._channels is None:
                try:
                    self._channels = self._read_channels("public_channel,private_channel")
                except PermanentError as error:
                    if error.code != "missing_scope":
                        raise
                    self._channels = self._read_channels("public_channel")
            return self._channels

    def permalink(self, channel: str, ts: str) -> str | None:
        """The address of a message, None when Slack refuses to tell it. `channel` is an id."""
        try:
            answer = self._read("slack_get_permalink", {"channel": channel, "message_ts": ts}, channel)
        except PermanentError:
            return None
        link = one_line(text_of(answer.get("permalink")), 2000)
        return link if link.startswith("https://") else None

    def _channel_id(self, channel: str) -> str:
        if _ID.fullmatch(channel):
            return channel
        name = channel.removeprefix("#").casefold()
        for read_before in (self._channels is not None, False):
            found = next((each.id for each in self.channels() if each.name.casefold() == name), None)
            if found is not None:
                return found
            if not read_before:
                break
            self._channels = None  # the channel may be newer than what was read
        raise slack_errors.classify("channel_not_found", channel)

    def _read_channels(self, types: str) -> tuple[Channel, ...]:
        pages = self._pages("slack_list_channels", {"types": types, "exclude_archived": False, "limit": 999}, "")
        return tuple(_channel(each) for page in pages for each in items(page.get("channels")))

    def _pages(self, tool: str, parameters: Mapping[str, Any], channel: str) -> Iterator[Mapping[str, Any]]:
        cursor = ""
        for _ in range(_MOST_PAGES):
            page = self._read(tool, {**parameters, "cursor": cursor} if cursor else parameters, channel)
            yield page
            cursor = text_of(mapping(page.get("response_metadata")).get("next_cursor"))
            if not cursor:
                return
        raise PermanentError(
            f"Slack has too many pages to read{f' for {channel}' if channel else ''}", service="slack", code="history_too_long"
        )

    def _read(self, tool: str, parameters: Mapping[str, Any], channel: str) -> Mapping[str, Any]:
        """An answer that was lost can simply be asked for again."""
        try:
            return self._run(tool, parameters, channel, None)
        except UnknownOutcomeError as error:
            raise RetryableError(error.message, service="slack", code=error.code) from None

    def _run(self, tool: str, parameters: Mapping[str, Any], channel: str, before_write: BeforeWrite | None) -> Mapping[str, Any]:
        try:
            answer = unwrap(self._scalekit.execute("slack", tool, parameters, before_write=before_write))
        except PermanentError as error:
            if error.code not in slack_errors.CHANNEL_REFUSALS:
                raise
            # Scalekit does not know which channel it was; the cure should name it.
            raise slack_errors.classify(error.code, channel) from None
        refused = slack_errors.from_answer(answer, channel)
        if refused is not None:
            raise refused
        return answer


def _timestamp(answer: Mapping[str, Any]) -> str:
    """Slack calls it `ts`; the tool may call it `timestamp`, or leave it in the message."""
    for value in (answer.get("ts"), answer.get("timestamp"), mapping(answer.get("message")).get("ts")):
        if isinstance(value, str) and value:
            return value
        if isinstance(value, float | int) and not isinstance(value, bool):
            return f"{value:.6f}"
    return ""


def _channel(found: Mapping[str, Any]) -> Channel:
    flags = (bool(found.get(name)) for name in ("is_member", "is_archived", "is_private"))
    return Channel(text_of(found.get("id")), one_line(text_of(found.get("name"))), *flags)
