"""Intercom's HTML read as plain text."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

_TAGS = (
    "a|abbr|article|b|blockquote|body|br|center|code|dd|div|dl|dt|em|font|footer|h[1-6]|head|header|hr|html|i|img|li|meta|ol|p|pre|"
    "s|section|small|span|strong|style|script|sub|sup|table|tbody|td|th|thead|title|tr|u|ul"
)
_KNOWN_TAG = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*+)?/?>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->|<![^<>]*+>|<\?[^<>]*+>", re.DOTALL)
# A sign that opens no complete tag of sensible length is a sign the customer typed.
_STRAY = re.compile(r"<(?!/?[a-zA-Z][^<>]{0,4000}+>)")
_HUGE_REFERENCE = re.compile(r"&#(?:[xX][0-9a-fA-F]{8,}+|[0-9]{8,}+);?")
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "footer", "form", "header"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "pre", "section", "table", "tr", "ul"),
    )
)
_SPACED = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6"))
_SILENT = frozenset(("script", "style", "head", "title"))
_QUOTE_CLASSES = frozenset(
    ("gmail_quote", "gmail_quote_container", "yahoo_quoted", "protonmail_quote", "zmail_extra", "moz-cite-prefix", "gmail_attr")
)
_QUOTE_IDS = frozenset(("divrplyfwdmsg", "appendonsend", "mail-editor-reference-message-container"))
_SPACES = re.compile(r"\s+")


def looks_like_html(body: str) -> bool:
    """Whether the body holds a tag that mail and chat use; "a < b" and "<me@example.com>" are plain text."""
    return "<" in body and _KNOWN_TAG.search(body) is not None


def unescape(text: str) -> str:
    """Character references replaced. References to impossible code points become U+FFFD, whatever their length."""
    return html.unescape(_HUGE_REFERENCE.sub("\ufffd", text)) if "&" in text else text


def _without_comments(body: str) -> str:
    # An unclosed comment would be searched for again at each "<!--", so nothing is looked for once the last end is passed.
    end = body.rfind("-->") + 3
    return _COMMENT.sub("", body[:end]) + body[end:] if end > 2 else body


class HtmlReader(HTMLParser):
    """Collects the lines of one body. Quoted parts are marked with "> "."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes: list[bool] = []  # one entry for each open div or blockquote: is it a quote?
        self._depth = 0
        self._silent = 0
        self._preformatted = 0

    def read(self, body: str) -> None:
        """Read one whole body, well formed or not."""
        body = _HUGE_REFERENCE.sub("\ufffd", _without_comments(body))
        self.feed(_STRAY.sub("&lt;", body))
        self.close()
        self._end_line()

    def text(self) -> str:
        """The lines read so far, with at most one empty line between them."""
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin lines, quotes and silent parts."""
        if tag == "br":
            self._end_line(keep_empty=True)
        elif tag in _SILENT:
            self._silent += 1
        elif tag == "p" or tag in _BLOCKS:
            self._end_line()
        elif tag in ("td", "th"):
            self._line.append(" ")
        if tag in _SPACED and self._lines and self._lines[-1] and "no-margin" not in _classes(attrs):
            self._lines.append("")
        if tag in ("div", "blockquote"):
            self._open(tag == "blockquote" or _is_quote(attrs))
        elif tag == "pre":
            self._preformatted += 1
        elif tag == "li":
            self._line.append("- ")

    def handle_endtag(self, tag: str) -> None:
        """End lines, quotes and silent parts."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "p" or tag in _BLOCKS:
            self._end_line()
        if tag in ("div", "blockquote") and self._quotes:
            self._depth -= self._quotes.pop()
        elif tag == "pre":
            self._preformatted = max(0, self._preformatted - 1)

    def handle_data(self, data: str) -> None:
        """Text; its line breaks mean nothing outside of `pre`."""
        if self._silent:
            return
        if not self._preformatted:
            self._line.append(_SPACES.sub(" ", data))
            return
        first, *rest = data.split("\n")
        self._line.append(first)
        for line in rest:
            self._end_line(keep_empty=True)
            self._line.append(line)

    def _open(self, is_quote: bool) -> None:
        self._quotes.append(is_quote)
        self._depth += is_quote

    def _end_line(self, *, keep_empty: bool = False) -> None:
        line = "".join(self._line).strip()
        self._line.clear()
        if line:
            self._lines.append(f"> {line}" if self._depth else line)
        elif keep_empty:
            self._lines.append("")


def _classes(attrs: list[tuple[str, str | None]]) -> frozenset[str]:
    return frozenset(next((value or "" for name, value in attrs if name == "class"), "").split())


def _is_quote(attrs: list[tuple[str, str | None]]) -> bool:
    return not _QUOTE_CLASSES.isdisjoint(_classes(attrs)) or any(
        name == "id" and (value or "").lower() in _QUOTE_IDS for name, value in attrs
    )
