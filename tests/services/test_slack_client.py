"""Slack's answers, good and bad, as data and as errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from escalator_tui.services import slack_errors
from escalator_tui.services.errors import (
    ConnectorInactiveError,
    PermanentError,
    RateLimitedError,
    RetryableError,
    ServiceError,
    UnknownOutcomeError,
)
from escalator_tui.services.slack import Message, Slack
from tests.services.fakes import Tools, scalekit

BLOCKS = [{"type": "section", "block_id": "esc-k1", "text": {"type": "plain_text", "text": "hi"}}]
CHANNELS = {"ok": True, "channels": [{"id": "C0SUPPORT1", "name": "support", "is_member": True}], "response_metadata": {"next_cursor": ""}}


def slack(*answers: Any) -> tuple[Slack, Tools]:
    tools = Tools(*answers)
    return Slack(scalekit(tools)), tools


def refused(name: str, **more: Any) -> dict[str, Any]:
    return {"ok": False, "error": name, **more}


@pytest.mark.parametrize(
    "answer",
    [
        {"ok": True, "channel": "C1", "ts": "1503435956.000247"},
        {"channel": "C1", "timestamp": "1503435956.000247"},
        {"ok": True, "channel": "C1", "message": {"ts": "1503435956.000247"}},
        {"content": [{"type": "text", "text": '{"ok":true,"channel":"C1","ts":"1503435956.000247"}'}]},
    ],
)
def test_a_message_is_posted(answer: dict[str, Any]) -> None:
    client, tools = slack(answer)
    assert client.post(channel="#support", text="t", blocks=BLOCKS) == Message("C1", "1503435956.000247")
    tool, params = tools.calls[0]
    assert tool == "slack:slack_send_rich_message"
    assert params == {"channel": "#support", "text": "t", "blocks": BLOCKS, "unfurl_links": False, "unfurl_media": False}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("not_in_channel", PermanentError),
        ("channel_not_found", PermanentError),
        ("msg_blocks_too_long", PermanentError),
        ("some_new_error", PermanentError),
        ("invalid_auth", ConnectorInactiveError),
        ("ratelimited", RateLimitedError),
        ("rate_limited", RateLimitedError),
        ("service_unavailable", RetryableError),
        ("internal_error", UnknownOutcomeError),
        ("fatal_error", UnknownOutcomeError),
    ],
)
def test_refusals_as_data_and_as_tool_errors(name: str, kind: type[ServiceError]) -> None:
    client, tools = slack(refused(name))
    with pytest.raises(ServiceError) as caught:
        client.post(channel="#support", text="t", blocks=BLOCKS)
    assert (type(caught.value), caught.value.code, len(tools.calls)) == (kind, name, 1)
    from_tool = slack_errors.from_tool("", json.dumps(refused(name)))
    assert type(from_tool) is kind


@pytest.mark.parametrize("answer", [refused("not_in_channel"), PermanentError("x", service="slack", code="not_in_channel")])
def test_the_cure_names_the_channel(answer: Any) -> None:
    client, _ = slack(answer)
    with pytest.raises(PermanentError) as caught:
        client.post(channel="#support", text="t", blocks=BLOCKS)
    assert caught.value.cure == "In Slack, type /invite and the app's name in #support."


def test_the_missing_scope_is_named() -> None:
    client, _ = slack(refused("missing_scope", needed="chat:write"))
    with pytest.raises(PermanentError, match="chat:write"):
        client.post(channel="C1ABCDEFG", text="t", blocks=BLOCKS)


def test_what_is_no_word_of_slacks_is_left_to_others() -> None:
    assert slack_errors.from_tool("", "upstream said: nothing_known") is None
    assert slack_errors.from_tool("", '{"error":"gateway exploded"}') is None


def test_posted_without_a_timestamp_is_unknown() -> None:
    client, _ = slack({"ok": True})
    with pytest.raises(UnknownOutcomeError):
        client.post(channel="#support", text="t", blocks=BLOCKS)


def test_an_update_sends_blocks_as_text() -> None:
    client, tools = slack({"ok": True})
    client.update(channel="C1", ts="1.0", text="t", blocks=BLOCKS)
    assert json.loads(tools.calls[0][1]["blocks"]) == BLOCKS


def test_find_resolves_the_name_pages_and_looks_into_blocks() -> None:
    first = {"ok": True, "messages": [{"ts": "9.0", "text": "other"}], "response_metadata": {"next_cursor": "c2"}}
    second = {"ok": True, "messages": [{"ts": "8.0", "text": "", "blocks": BLOCKS}]}
    client, tools = slack(CHANNELS, first, second)
    assert client.find(channel="#Support", marker="esc-k1", oldest=100.5) == Message("C0SUPPORT1", "8.0")
    assert tools.calls[1][1] == {"channel": "C0SUPPORT1", "oldest": "100.500000", "limit": 200}
    assert tools.calls[2][1]["cursor"] == "c2"


def test_find_in_a_thread() -> None:
    client, tools = slack({"ok": True, "messages": [{"ts": "9.1", "text": "ref k2"}]})
    assert client.find(channel="C0SUPPORT1", marker="k2", oldest=1.0, thread_ts="9.0") == Message("C0SUPPORT1", "9.1")
    assert tools.calls[0][0] == "slack:slack_get_conversation_replies"


def test_find_nothing() -> None:
    client, _ = slack({"ok": True, "messages": []})
    assert client.find(channel="C0SUPPORT1", marker="k2", oldest=1.0) is None


def test_a_history_that_may_not_be_read() -> None:
    client, _ = slack(refused("missing_scope"))
    with pytest.raises(PermanentError) as caught:
        client.find(channel="C0SUPPORT1", marker="k2", oldest=1.0)
    assert caught.value.code == "missing_scope"


def test_a_history_without_end_is_not_none() -> None:
    page = {"ok": True, "messages": [], "response_metadata": {"next_cursor": "more"}}
    client, _ = slack(*[page] * 60)
    with pytest.raises(PermanentError) as caught:
        client.find(channel="C0SUPPORT1", marker="k2", oldest=1.0)
    assert caught.value.code == "history_too_long"


def test_a_channel_newer_than_the_list_is_found() -> None:
    newer = {"ok": True, "channels": [{"id": "C0NEWER11", "name": "newer"}]}
    client, tools = slack(CHANNELS, newer, {"ok": True, "messages": []})
    client.channels()
    client.find(channel="#newer", marker="k", oldest=1.0)
    assert tools.calls[-1][1]["channel"] == "C0NEWER11"


def test_an_unknown_channel_is_refused_here() -> None:
    client, tools = slack(CHANNELS)
    with pytest.raises(PermanentError) as caught:
        client.find(channel="#nowhere", marker="k", oldest=1.0)
    assert (caught.value.code, len(tools.calls)) == ("channel_not_found", 1)


def test_private_channels_are_left_out_without_their_scope() -> None:
    client, tools = slack(refused("missing_scope"), CHANNELS)
    assert [each.id for each in client.channels()] == ["C0SUPPORT1"]
    assert client.channels()
    assert [call[1]["types"] for call in tools.calls] == ["public_channel,private_channel", "public_channel"]


def test_permalinks() -> None:
    client, _ = slack(
        {"ok": True, "permalink": "https://acme.slack.com/archives/C1/p1"},
        refused("message_not_found"),
        {"ok": True, "permalink": "javascript:x"},
    )
    assert [client.permalink("C1", "1.0") for _ in range(3)] == ["https://acme.slack.com/archives/C1/p1", None, None]


def test_every_name_slack_documents_has_a_class(specs: Path) -> None:
    for method in ("chat.postMessage", "chat.update", "conversations.history", "conversations.list"):
        for name in json.loads((specs / "slack-methods" / f"{method}.json").read_text())["errors"]:
            error = slack_errors.classify(name, "#x")
            assert name in error.message
            assert "{" not in error.cure
            assert isinstance(error, UnknownOutcomeError) == (name in {"internal_error", "fatal_error"})
