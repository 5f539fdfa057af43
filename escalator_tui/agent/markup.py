"""Each service's own markup, made from the approved plain texts and from nothing else. Pure.

What a customer wrote stays text everywhere: it pings nobody, hides no link behind other words, draws no image and opens no tag.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from escalator_tui.model.decision import Texts
from escalator_tui.model.text import one_line, sanitise

# Slack's limits in UTF-16 units (Block Kit reference); beyond about 9,000 in all it answers msg_blocks_too_long.
HEADER_LIMIT = 150
SECTION_LIMIT = 3000
BODY_LIMIT = 8000
CONTEXT_LIMIT = 300
NOTIFICATION_LIMIT = 3500
TITLE_LIMIT = 250
BODY_CHARACTERS = 30_000

# Shows as nothing, and ends whatever a service would have recognised.
BREAK = "\u200b"

_PING = re.compile(r"@(?!\u200b|(?<=\w@)[\w-]+\.)")  # in a mail address it stays as it is
_ANGLE = re.compile(r"<(?=[^\s\u200b])")
_TEMPLATE = re.compile(r"\{(?=[{%])")
_URL = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]+", re.IGNORECASE)
_RECOGNISED = re.compile(
    r"https?:(?=//linear\.app\b)|linear(?=\.app\b)", re.IGNORECASE
)  # Linear turns the bare address of a profile into a mention
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|!~&^$=+])")
_LINE_START = re.compile(r"^(\d*)([-.)])")


@dataclass(frozen=True, slots=True)
class Links:
    """Where the copies of an escalation are. Empty for what does not exist (yet)."""

    conversation_url: str = ""
    issue_url: str = ""
    issue_name: str = ""
    alert_url: str = ""
    alert_channel: str = ""


def linear_title(texts: Texts) -> str:
    """The issue's title: one plain line."""
    return cut(quiet(one_line(texts.linear_title, TITLE_LIMIT)), TITLE_LIMIT) or "Escalation"


def linear_markdown(texts: Texts, links: Links, ref: str) -> str:
    """The issue's description in Markdown, with the link to the conversation and the reference at its end."""
    lines = [_markdown_line(line) for line in sanitise(texts.linear_body, BODY_CHARACTERS).split("\n")]
    link = f"[Open the conversation in Intercom](<{url}>)\n\n" if (url := _web_address(links.conversation_url)) else ""
    return f"{_join_lines(lines)}\n\n---\n\n{link}ref {ref}"


def linear_comment(text: str, links: Links) -> str:
    """A comment on the issue in Markdown, with the link to the conversation at its end."""
    lines = [_markdown_line(line) for line in sanitise(text, BODY_CHARACTERS).split("\n")]
    url = _web_address(links.conversation_url)
    return _join_lines(lines) + (f"\n\n[Open the conversation in Intercom](<{url}>)" if url else "")


def slack_reply(text: str, ref: str) -> list[dict[str, Any]]:
    """A reply in the alert's thread as blocks. The last one's `block_id` is the reference."""
    sections: list[dict[str, Any]] = [
        {"type": "section", "text": _plain(part, SECTION_LIMIT)} for part in _sections(sanitise(text, BODY_CHARACTERS))
    ]
    return [*sections, {"type": "context", "block_id": ref, "elements": [_plain(f"ref {ref}", CONTEXT_LIMIT)]}]


def slack_reply_notification(text: str, ref: str) -> str:
    """The reply's text for notifications and screen readers, with the reference at its end."""
    return _notification(text, ref, "New messages")


def slack_blocks(texts: Texts, links: Links, ref: str, *, remark: str = "") -> list[dict[str, Any]]:
    """The alert as Block Kit blocks. The last one's `block_id` is the reference; `remark` stands beside it."""
    title, _, body = sanitise(texts.slack_text, BODY_CHARACTERS).strip().partition("\n")
    blocks: list[dict[str, Any]] = [{"type": "header", "text": _plain(title or "Escalation", HEADER_LIMIT)}]
    blocks += [{"type": "section", "text": _plain(part, SECTION_LIMIT)} for part in _sections(body)]
    named = ((links.conversation_url, "Open in Intercom"), (links.issue_url, links.issue_name or "Linear issue"))
    anchors = [f"<{url}|{_escape(label, 100)}>" for address, label in named if (url := _web_address(address))]
    if anchors:
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": " · ".join(anchors), "verbatim": True}})
    small = [_plain(text, CONTEXT_LIMIT) for text in (remark, f"ref {ref}") if text]
    return [*blocks, {"type": "context", "block_id": ref, "elements": small}]


def slack_notification(texts: Texts, ref: str) -> str:
    """The text of notifications and screen readers, with the reference at its end: a history may show the text and not the blocks.

    Slack reads it as mrkdwn, so it is escaped.
    """
    return _notification(texts.slack_text, ref, "Escalation")


def struck_blocks(texts: Texts, text: str, links: Links, ref: str) -> list[dict[str, Any]]:
    """The alert taken back: why, then its words struck through. Its links and the reference stay."""
    words = cut(tame(sanitise(texts.slack_text, BODY_CHARACTERS).strip()), SECTION_LIMIT) or "Escalation"
    struck = {"type": "text", "text": words, "style": {"strike": True}}
    kept = [each for each in slack_blocks(texts, links, ref) if each["type"] == "context" or each.get("text", {}).get("type") == "mrkdwn"]
    return [
        {"type": "section", "text": _plain(text, SECTION_LIMIT)},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [struck]}]},
        *kept,
    ]


def struck_notification(text: str) -> str:
    """The text of notifications and screen readers for an alert that was taken back."""
    return _escape(sanitise(text, NOTIFICATION_LIMIT), NOTIFICATION_LIMIT)


def retraction_html(text: str, ref: str) -> str:
    """The second internal note, with the reference at its end."""
    return f"{_paragraphs([sanitise(text, BODY_CHARACTERS)])}<p>ref {_html(ref)}</p>"


def note_html(texts: Texts, links: Links, ref: str) -> str:
    """The internal note, with links to the issue and the alert and the reference at its end."""
    paragraphs = re.split(r"\n{2,}", sanitise(texts.note_text, BODY_CHARACTERS).strip())
    body = _paragraphs(paragraphs)
    named = ((links.issue_url, links.issue_name or "Linear issue"), (links.alert_url, f"Slack {links.alert_channel}".strip()))
    anchors = [f'<a href="{html.escape(url)}">{_html(label)}</a>' for address, label in named if (url := _web_address(address))]
    if links.alert_channel and not links.alert_url:
        anchors.append(f"Slack {_html(links.alert_channel)}")
    return "".join((body, f"<p>{' · '.join(anchors)}</p>" if anchors else "", f"<p>ref {_html(ref)}</p>"))


def _paragraphs(paragraphs: Sequence[str]) -> str:
    broken = ("<br>".join(_html(line) for line in each.split("\n")) for each in paragraphs if each)
    return "".join(f"<p>{each}</p>" for each in broken)


def _html(text: str) -> str:
    # Intercom fills in what stands in double braces.
    return html.escape(_TEMPLATE.sub("{" + BREAK, quiet(text)))


def quiet(text: str) -> str:
    """Nobody is called by name, whatever stands behind an @."""
    return _PING.sub("@" + BREAK, text)


def _plain(text: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": cut(tame(text), limit), "emoji": False}


def tame(text: str) -> str:
    """Quiet, and without anything in angle brackets: Slack should not look for <!channel> in plain text; a break makes sure."""
    return _ANGLE.sub("<" + BREAK, quiet(text))


def _sections(body: str) -> Iterator[str]:
    # Tamed before it is measured: taming makes it longer, and doing it again changes nothing.
    rest = cut(tame(body.strip("\n")), BODY_LIMIT)
    while rest.strip():
        head = _fit(rest, SECTION_LIMIT)
        at = head.rfind("\n") + 1 if len(head) < len(rest) else 0
        yield rest[: at or len(head)].strip("\n") or BREAK
        rest = rest[at or len(head) :]


def _escape(text: str, limit: int) -> str:
    """For mrkdwn: `&`, `<` and `>` and nothing else (Slack's formatting reference). Cut before a character, never inside its entity."""
    entities = (html.escape(each, quote=False) for each in quiet(text))
    kept: list[str] = []
    size = 0
    for each in entities:
        size += units(each)
        if size > limit - 1:
            return "".join(kept) + "…"
        kept.append(each)
    return "".join(kept)


def cut(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, with … at the end of what was longer."""
    return text if units(text) <= limit else _fit(text, limit - 1) + "…"


def _fit(text: str, limit: int) -> str:
    return text.encode("utf-16-le", "replace")[: 2 * limit].decode("utf-16-le", "ignore")


def units(text: str) -> int:
    """The length as Slack measures it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "replace")) // 2


def _markdown_line(line: str) -> str:
    bullet, words = ("- ", line[2:]) if line.startswith("- ") else ("", line)
    stripped = words.lstrip()
    indent = "\u00a0" * min(len(words) - len(stripped), 8)
    return bullet + indent + "".join(_markdown_pieces(_RECOGNISED.sub(r"\g<0>" + BREAK, stripped.rstrip()), start=not indent))


def _markdown_pieces(text: str, *, start: bool) -> Iterator[str]:
    """Addresses as links that show themselves, everything else as text."""
    at = 0
    for found in _URL.finditer(text):
        address = found[0].rstrip(".,;:!?'")
        yield _markdown_text(text[at : found.start()], start=start and at == 0)
        yield f"<{address.replace('@', '%40')}>"
        at = found.start() + len(address)
    yield _markdown_text(text[at:], start=start and at == 0)


def _markdown_text(text: str, *, start: bool) -> str:
    escaped = _MARKDOWN.sub(r"\\\1", quiet(text))
    return _LINE_START.sub(r"\1\\\2", escaped) if start else escaped


def _join_lines(lines: Sequence[str]) -> str:
    """Single line ends kept: Markdown folds them unless two spaces stand before."""
    joined = [lines[0]]
    for before, line in pairwise(lines):
        breaks = before.strip() and line.strip() and not line.startswith("- ")
        joined.append(f"{'  ' if breaks else ''}\n{line}")
    return "".join(joined)


def _web_address(url: str) -> str:
    """The address without any character that could end it early; "" when it is not one of the web."""
    return quote(url, safe="%/:?#[]@!$&'()*+,;=~") if url.startswith(("https://", "http://")) else ""


def _notification(text: str, ref: str, otherwise: str) -> str:
    room = NOTIFICATION_LIMIT - len(ref) - 5
    return f"{_escape(sanitise(text, room).strip(), room) or otherwise}\nref {ref}"
