"""Slack's limits on blocks (Slack's Block Kit reference; the total is measured, not documented)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MOST_BLOCKS = 50
MOST_TEXT = 9_597
"""Characters of block text in one message that Slack was seen to take."""
TEXT_LIMITS = {"section": 3000, "header": 150, "markdown": 12_000}
TYPES = {"section", "header", "divider", "context", "actions", "image", "rich_text", "markdown", "input", "video", "file", "table"}


class BlocksError(Exception):
    """Slack refuses the blocks: `code` is its error name, the messages name each fault with its JSON pointer."""

    def __init__(self, code: str, messages: Sequence[str] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.messages = list(messages)


def check_blocks(blocks: object) -> list[dict[str, Any]]:
    """The blocks, when Slack would take them. Raises BlocksError."""
    if not isinstance(blocks, list):
        raise BlocksError("invalid_blocks_format")
    if len(blocks) > MOST_BLOCKS:
        raise BlocksError("invalid_blocks", [f"no more than {MOST_BLOCKS} items allowed [json-pointer:/blocks]"])
    faults = [fault for at, block in enumerate(blocks) for fault in _faults(block, f"/blocks/{at}")]
    identifiers = [block["block_id"] for block in blocks if isinstance(block, dict) and block.get("block_id")]
    if len(set(identifiers)) < len(identifiers):
        faults.append("block_id must be unique [json-pointer:/blocks]")
    if faults:
        raise BlocksError("invalid_blocks", faults)
    if sum(len(text) for text in _texts(blocks)) > MOST_TEXT:
        raise BlocksError("msg_blocks_too_long")
    return blocks


def _faults(block: object, at: str) -> Iterator[str]:
    if not isinstance(block, dict):
        yield f"must be an object [json-pointer:{at}]"
        return
    kind = block.get("type")
    if kind not in TYPES:
        yield f"unsupported type: {kind} [json-pointer:{at}/type]"
        return
    if len(str(block.get("block_id", ""))) > 255:
        yield f"must be less than 256 characters [json-pointer:{at}/block_id]"
    yield from _BY_TYPE.get(kind, _nothing)(block, at)


def _section(block: Mapping[str, Any], at: str) -> Iterator[str]:
    fields = block.get("fields")
    if "text" not in block and not fields:
        yield f"missing required field: text or fields [json-pointer:{at}]"
    if "text" in block:
        yield from _text(block["text"], f"{at}/text", TEXT_LIMITS["section"])
    for index, each in enumerate(fields or ()):
        yield from _text(each, f"{at}/fields/{index}", 2000)
    if len(fields or ()) > 10:
        yield f"no more than 10 items allowed [json-pointer:{at}/fields]"


def _header(block: Mapping[str, Any], at: str) -> Iterator[str]:
    yield from _text(block.get("text"), f"{at}/text", TEXT_LIMITS["header"], only="plain_text")


def _context(block: Mapping[str, Any], at: str) -> Iterator[str]:
    elements = block.get("elements") or ()
    if not 1 <= len(elements) <= 10:
        yield f"must have 1 to 10 items [json-pointer:{at}/elements]"
    for index, each in enumerate(elements):
        if not (isinstance(each, dict) and each.get("type") == "image"):
            yield from _text(each, f"{at}/elements/{index}", 3000)


def _actions(block: Mapping[str, Any], at: str) -> Iterator[str]:
    elements = block.get("elements") or ()
    if not 1 <= len(elements) <= 25:
        yield f"must have 1 to 25 items [json-pointer:{at}/elements]"
    for index, each in enumerate(elements):
        if isinstance(each, dict) and each.get("type") == "button":
            yield from _text(each.get("text"), f"{at}/elements/{index}/text", 75, only="plain_text")
            if len(str(each.get("url", ""))) > 3000:
                yield f"must be less than 3001 characters [json-pointer:{at}/elements/{index}/url]"


def _markdown(block: Mapping[str, Any], at: str) -> Iterator[str]:
    if not isinstance(block.get("text"), str) or not 1 <= len(block["text"]) <= TEXT_LIMITS["markdown"]:
        yield f"must be 1 to {TEXT_LIMITS['markdown']} characters [json-pointer:{at}/text]"


def _nothing(_block: Mapping[str, Any], _at: str) -> Iterator[str]:
    return iter(())


_BY_TYPE = {"section": _section, "header": _header, "context": _context, "actions": _actions, "markdown": _markdown}


def _text(value: object, at: str, limit: int, only: str = "") -> Iterator[str]:
    kinds = (only,) if only else ("plain_text", "mrkdwn")
    if not isinstance(value, dict) or value.get("type") not in kinds or not isinstance(value.get("text"), str):
        yield f"failed to match all allowed schemas [json-pointer:{at}]"
        return
    unknown = set(value) - {"type", "text", "emoji", "verbatim"}
    if unknown:
        yield f"no more than these properties allowed: {', '.join(sorted(unknown))} [json-pointer:{at}]"
    if not value["text"]:
        yield f"must be more than 0 characters [json-pointer:{at}/text]"
    if len(value["text"]) > limit:
        yield f"must be less than {limit + 1} characters [json-pointer:{at}/text]"


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name == "text" and isinstance(each, str):
                yield each
            elif isinstance(each, (dict, list)):
                yield from _texts(each)
