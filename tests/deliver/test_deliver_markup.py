"""Markup: what a customer wrote stays text, whatever it is, and every limit holds."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from escalator_tui.agent.markup import Links, linear_markdown, linear_title, note_html, slack_blocks, slack_notification
from escalator_tui.model.decision import Texts

REF = "esc-0123456789abcdef01234567"
LINKS = Links(
    "https://app.intercom.com/a/inbox/x/1", "https://linear.app/acme/issue/INF-42", "INF-42", "https://a.slack.com/archives/C1/p1", "#b"
)
OWN_ADDRESSES = {LINKS.conversation_url, LINKS.issue_url, LINKS.alert_url}

NASTY = [
    *("<!channel>", "<!here|here>", "<!everyone>", "<@U12345678>", "<#C123|x>", "<https://evil.example|login>", "@everyone @here @channel"),
    *(
        "![x](https://evil.example/a.png)",
        "[login](https://evil.example)",
        "[a]: https://evil.example",
        "[a][a]",
        "<script>alert(1)</script>",
    ),
    *(
        "&lt;!channel&gt;",
        "&#60;!channel>",
        "`@here`",
        "```\n@here",
        "~~~",
        "# head",
        "a\n===",
        "    code",
        "\tcode",
        "> quote",
        "- # x",
        "1. x",
        "***",
        "- - -",
    ),
    *(
        "https://linear.app/acme/profiles/sam",
        "https://evil.example/@here",
        "https://x.example/a_b_c*d*",
        "javascript:alert(1)",
        "<javascript:x>",
    ),
    *(
        "{{first_name}}",
        "{% if %}",
        "</p><img src=x onerror=y>",
        "<a href='x'>",
        "a|b\n-|-\n1|2",
        "+++ title",
        "\\<b>",
        "\\",
        "mail me: a.b@acme.example",
    ),
]
texts_of_customers = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=40)), max_size=8).map("\n".join) | st.lists(
    st.one_of(st.sampled_from(NASTY), st.text(max_size=40)), max_size=8
).map("".join)
PINGS = re.compile(r"<[!@#]|@(?:everyone|here|channel)\b")


def texts(words: str) -> Texts:
    return Texts(words, words, "#escalations", words, words)


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2


# Slack


def strings(value: Any) -> list[str]:
    """Every text inside JSON data."""
    if isinstance(value, str):
        return [value]
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for child in children for text in strings(child)]


def check_blocks(blocks: list[dict[str, Any]]) -> None:
    """Slack's rules, by its own library and beyond it. Raises AssertionError or SlackObjectFormationError."""
    keys = {"header": {"type", "text"}, "section": {"type", "text"}, "context": {"type", "elements", "block_id"}}
    assert len(blocks) <= 50
    total = 0
    for block in blocks:
        assert set(block) == keys[block["type"]]
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
        for text in block["elements"] if block["type"] == "context" else [block["text"]]:
            assert text["type"] in ({"plain_text"} if block["type"] == "header" else {"plain_text", "mrkdwn"})
            assert 1 <= units(text["text"]) <= (150 if block["type"] == "header" else 3000)
            total += units(text["text"])
    assert total < 9000


@given(texts_of_customers)
@example("x" * 40_000)
@example("😀" * 9_000)
@example("<" * 9_000)
@example("\n".join("@here" for _ in range(3_000)))
def test_slack_takes_any_text_and_pings_nobody(words: str) -> None:
    blocks = slack_blocks(texts(words), LINKS, REF, remark="Meant for #x")
    check_blocks(blocks)
    assert blocks[-1]["block_id"] == REF
    own = {f"<{LINKS.conversation_url}|Open in Intercom> · <{LINKS.issue_url}|INF-42>"}
    foreign = set(strings(blocks)) - own
    assert not [text for text in foreign if PINGS.search(text)]
    # Only our own links are read as mrkdwn at all.
    assert {text["text"] for text in (block.get("text", {}) for block in blocks) if text.get("type") == "mrkdwn"} == own
    json.dumps(blocks).encode()


@given(texts_of_customers)
@example("&" * 5_000)
def test_slacks_notification_is_escaped_and_short(words: str) -> None:
    text = slack_notification(texts(words), "r-1")
    assert 1 <= units(text) <= 4000
    assert text.endswith("\nref r-1")
    assert not re.search(r"[<>]|&(?!(?:amp|lt|gt);)", text)
    assert not PINGS.search(text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}},
        {"type": "section", "text": {"type": "mrkdwn", "text": ""}},
        {"type": "section", "text": {"type": "rich", "text": "x"}},
        {"type": "sektion", "text": {"type": "mrkdwn", "text": "x"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "colour": "red"},
        {"type": "context", "block_id": "x" * 256, "elements": [{"type": "plain_text", "text": "x"}]},
    ],
)
def test_the_check_of_blocks_can_fail(wrong: dict[str, Any]) -> None:
    with pytest.raises((AssertionError, KeyError, SlackObjectFormationError)):
        check_blocks([wrong])


def test_the_check_of_blocks_counts() -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2999}}
    with pytest.raises(AssertionError):
        check_blocks([section] * 4)
    with pytest.raises(AssertionError):
        check_blocks([{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}] * 51)
    assert PINGS.search("hey <!channel>")
    assert PINGS.search("hey @here")


def test_slacks_words_stay_readable() -> None:
    blocks = slack_blocks(texts("P0 escalation: Acme & Söhne\nSubject: a < b\n- anger (furious)"), LINKS, REF)
    assert slack_blocks(texts("a\n<b> @c"), LINKS, REF)[1]["text"]["text"] == "<\u200bb> @\u200bc", "broken once, not twice"
    assert blocks[0]["text"]["text"] == "P0 escalation: Acme & Söhne"
    assert blocks[1]["text"]["text"] == "Subject: a < b\n- anger (furious)"
    assert blocks[-1]["elements"][-1]["text"] == f"ref {REF}"


def test_links_that_are_none_are_left_out() -> None:
    blocks = slack_blocks(texts("a"), Links("javascript:alert(1)", "", ""), REF)
    assert [block["type"] for block in blocks] == ["header", "context"]
    sly = slack_blocks(texts("a"), Links("https://x.example/a|b>c d"), REF)
    assert sly[1]["text"]["text"] == "<https://x.example/a%7Cb%3Ec%20d|Open in Intercom>"


# Linear


def tokens_of(markdown: str) -> list[Any]:
    parsed = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(markdown)
    return [each for token in parsed for each in (token, *(token.children or ()))]


@given(texts_of_customers)
def test_linear_shows_nothing_but_text_bullets_and_honest_links(words: str) -> None:
    markdown = linear_markdown(texts(words), LINKS, REF)
    tokens = tokens_of(markdown)
    allowed = {"paragraph_open", "paragraph_close", "inline", "text", "softbreak", "hardbreak", "hr", "link_open", "link_close"}
    allowed |= {"bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "text_special"}
    assert {token.type for token in tokens} <= allowed
    assert sum(token.type == "hr" for token in tokens) == 1
    for at, token in enumerate(tokens):
        if token.type == "link_open":
            shown = tokens[at + 1].content
            assert token.attrs["href"] in OWN_ADDRESSES or shown.casefold().startswith("http")
            assert not re.search(r"@|linear\.app/", token.attrs["href"].removeprefix("https://linear.app/acme/issue/"))
    assert not re.search(r"@(?:everyone|here|channel)\b", markdown)


def test_the_check_of_markdown_can_fail() -> None:
    kinds = {token.type for token in tokens_of("![x](y) <b> `c`\n\n# h\n\n> q\n\na|b\n-|-\n1|2\n\n<div>\n\n~~s~~")}
    assert {"image", "html_inline", "html_block", "code_inline", "heading_open", "blockquote_open", "table_open", "s_open"} <= kinds


def test_linears_words_stay_readable() -> None:
    body = "Customer\n- Company: A_B [x]\n\nLast words\nsee https://acme.example/a_b, please\na.b@acme.example"
    html = MarkdownIt("commonmark").render(linear_markdown(Texts("", body, "", "", ""), LINKS, REF))
    assert "<li>Company: A_B [x]</li>" in html
    assert "Last words<br />\nsee" in html
    assert '<a href="https://acme.example/a_b">https://acme.example/a_b</a>, please' in html
    assert "a.b@acme.example" in html
    assert f'<a href="{LINKS.conversation_url}">Open the conversation in Intercom</a>' in html
    assert f"ref {REF}" in html


@given(texts_of_customers)
def test_linears_title_is_one_short_line(words: str) -> None:
    title = linear_title(texts(words))
    assert 1 <= len(title) <= 400
    assert "\n" not in title
    assert not PINGS.search(title.replace("<", ""))


# Intercom


class Reader(HTMLParser):
    """The tags, the addresses and the text of some HTML."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.addresses: list[str | None] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


@given(texts_of_customers)
def test_the_note_holds_no_tags_but_ours(words: str) -> None:
    html = note_html(texts(words), LINKS, REF)
    read = Reader(html)
    assert set(read.tags) <= {"p", "br", "a"}
    assert set(read.addresses) == {LINKS.issue_url, LINKS.alert_url}
    assert read.text.endswith(f"ref {REF}")
    assert not re.search(r"\{[{%]|@(?:everyone|here|channel)\b", html)


def test_the_notes_words_stay_readable() -> None:
    read = Reader(note_html(texts("Escalated as P0.\nscore 0.70\n\na < b & 'c'"), Links(alert_channel="#b"), REF))
    assert read.text == f"Escalated as P0.score 0.70a < b & 'c'Slack #bref {REF}"
    assert Reader("<p><b>x</b></p>").tags == ["p", "b"]
