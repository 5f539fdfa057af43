"""Slack behind Scalekit's tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from scalekit.common import exceptions

from escalator_tui.sandbox.slack.blocks import BlocksError, check_blocks
from tests.sandbox.conftest import Desk

CUSTOMER_SUPPORT = "C07CUSTSUP1"


def section(length: int, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "plain_text", "text": "x" * length}, **more}


def header(length: int) -> dict[str, Any]:
    return {"type": "header", "text": {"type": "plain_text", "text": "x" * length}}


def post(desk: Desk, channel: str = "#customer-support", **more: Any) -> dict[str, Any]:
    return desk.tool("slack_send_rich_message", channel=channel, text="t", **more)


def test_a_message_is_found_again_by_its_block_id(desk: Desk) -> None:
    sent = post(desk, blocks=[section(3, block_id="marker-1"), {"type": "divider"}])
    found = desk.tool("slack_fetch_conversation_history", channel=sent["channel"], limit=1)["messages"][0]
    assert (found["ts"], found["blocks"][0]["block_id"]) == (sent["ts"], "marker-1")
    assert found["blocks"][1]["block_id"]
    assert [each["ts"] for each in desk.effects("messages")] == [sent["ts"]]


def test_the_plain_tool_drops_blocks(desk: Desk) -> None:
    sent = desk.tool("slack_send_message", channel=CUSTOMER_SUPPORT, text="a & b", blocks=json.dumps([section(3)]))
    assert "blocks" not in sent["message"]
    assert sent["message"]["text"] == "a &amp; b"


def test_history_is_paged_newest_first_and_takes_ids_only(desk: Desk) -> None:
    start = post(desk)["ts"]
    sent = [post(desk)["ts"] for _ in range(5)]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = desk.tool("slack_fetch_conversation_history", channel=CUSTOMER_SUPPORT, oldest=start, limit=2, **cursor)
        seen += [each["ts"] for each in page["messages"]]
        cursor = {"cursor": page["response_metadata"]["next_cursor"]}
    assert seen == sent[::-1]
    assert cursor == {"cursor": ""}
    assert desk.tool("slack_fetch_conversation_history", channel="#customer-support")["error"] == "channel_not_found"


def test_answers_in_a_thread_are_not_in_the_history(desk: Desk) -> None:
    parent = post(desk)["ts"]
    answer = post(desk, thread_ts=parent)["ts"]
    history = desk.tool("slack_fetch_conversation_history", channel=CUSTOMER_SUPPORT)["messages"]
    assert (history[0]["ts"], history[0]["reply_count"]) == (parent, 1)
    replies = desk.tool("slack_get_conversation_replies", channel=CUSTOMER_SUPPORT, ts=parent)["messages"]
    assert [each["ts"] for each in replies] == [parent, answer]


def test_an_update_replaces_text_and_blocks_given_as_text(desk: Desk) -> None:
    sent = post(desk)
    changed = desk.tool("slack_update_message", channel=sent["channel"], ts=sent["ts"], text="new", blocks=json.dumps([section(2)]))
    assert changed["ts"] == sent["ts"]
    found = desk.tool("slack_fetch_conversation_history", channel=sent["channel"], limit=1)["messages"][0]
    assert (found["text"], len(found["blocks"])) == ("new", 1)
    assert (len(desk.effects("messages")), len(desk.effects("message_updates"))) == (1, 1)


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("#nowhere", "channel_not_found"),
        ("#vip-desk", "not_in_channel"),
        ("#old-support", "is_archived"),
        ("C0NOWHERE", "channel_not_found"),
    ],
)
@pytest.mark.parametrize("delivery", ["data", "tool_error"])
def test_refusals_come_as_data_or_as_tool_errors(desk: Desk, channel: str, error: str, delivery: str) -> None:
    desk.ask("/options", {"slack_errors": delivery})
    if delivery == "data":
        assert post(desk, channel) == {"ok": False, "error": error}
    else:
        with pytest.raises(exceptions.ScalekitToolException) as caught:
            post(desk, channel)
        assert caught.value.tool_error_code == error
    assert desk.effects("messages") == []


def test_a_public_channel_needs_no_membership_but_the_scope(desk: Desk) -> None:
    assert post(desk, "#general")["ok"] is True
    desk.ask("/connections", {"service": "slack", "scopes": ["chat:write"]})
    try:
        assert post(desk, "#general")["error"] == "not_in_channel"
        assert desk.tool("slack_fetch_conversation_history", channel=CUSTOMER_SUPPORT)["error"] == "missing_scope"
    finally:
        scopes = ["chat:write", "chat:write.public", "channels:read", "groups:read", "channels:history", "groups:history"]
        desk.ask("/connections", {"service": "slack", "scopes": scopes})


def test_channels_are_paged_and_private_ones_asked_for(desk: Desk) -> None:
    page = desk.tool("slack_list_channels", types="public_channel,private_channel", exclude_archived=True, limit=3)
    rest = desk.tool(
        "slack_list_channels",
        types="public_channel,private_channel",
        exclude_archived=True,
        cursor=page["response_metadata"]["next_cursor"],
    )
    names = [each["name"] for each in (*page["channels"], *rest["channels"])]
    assert names == ["customer-support", "support-engineering", "general", "random", "support-leads"]
    assert "support-leads" not in [each["name"] for each in desk.tool("slack_list_channels")["channels"]]


def test_the_permalink_names_the_message(desk: Desk) -> None:
    sent = post(desk)
    found = desk.tool("slack_get_permalink", channel=sent["channel"], message_ts=sent["ts"])["permalink"]
    assert found.endswith(f"{sent['channel']}/p{sent['ts'].replace('.', '')}")
    assert desk.tool("slack_get_conversation_info", channel=sent["channel"])["channel"]["is_member"] is True


def test_a_long_text_is_cut_with_a_warning(desk: Desk) -> None:
    sent = desk.tool("slack_send_rich_message", channel=CUSTOMER_SUPPORT, text="x" * 40_001)
    assert (len(sent["message"]["text"]), sent["response_metadata"]["warnings"]) == (40_000, ["message_truncated"])


@pytest.mark.parametrize(
    "blocks",
    [[section(3000)] * 3 + [section(597)], [header(150)], [{"type": "divider"}] * 50, [section(1, block_id="x" * 255)]],
)
def test_blocks_at_the_limit_pass(blocks: list[dict[str, Any]]) -> None:
    assert check_blocks(blocks) == blocks


@pytest.mark.parametrize(
    ("blocks", "code"),
    [
        ([section(3001)], "invalid_blocks"),
        ([section(0)], "invalid_blocks"),
        ([header(151)], "invalid_blocks"),
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "invalid_blocks"),
        ([{"type": "divider"}] * 51, "invalid_blocks"),
        ([section(1, block_id="x" * 256)], "invalid_blocks"),
        ([section(1, block_id="twice"), section(1, block_id="twice")], "invalid_blocks"),
        ([{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]}], "invalid_blocks"),
        ([{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11}], "invalid_blocks"),
        ([{"type": "sektion"}], "invalid_blocks"),
        ([section(3000)] * 3 + [section(598)], "msg_blocks_too_long"),
        ("[]", "invalid_blocks_format"),
    ],
)
def test_blocks_beyond_a_limit_are_refused(blocks: object, code: str) -> None:
    with pytest.raises(BlocksError) as caught:
        check_blocks(blocks)
    assert caught.value.code == code


def test_invalid_blocks_look_as_captured(desk: Desk, specs: Path) -> None:
    captured = json.loads((specs / "captures" / "invalid_blocks.real.json").read_text())
    told = post(desk, blocks=[section(3001)])
    assert (told.keys(), told["error"]) == (captured.keys(), captured["error"])
    assert told["errors"][0] == captured["errors"][1]
    assert desk.effects("messages") == []
