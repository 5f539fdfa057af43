"""What customers write, made safe to draw, to send and to judge. Every function here takes time linear in its input.

Nothing a stranger typed is to be trusted: escape sequences reach the terminal, bidirectional controls reorder what a lead reads,
zero-width characters hide words from a search. What leaves these functions holds none of them.
"""

from __future__ import annotations

import re
import unicodedata

# CSI, then OSC and the other string sequences when they are terminated on the same line. The quantifiers are possessive: no backtracking.
_ESCAPES = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*+[ -/]*+[@-~]|(?:\x1b[\\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*+(?:\x07|\x1b\\\\|\x9c)|\x1b[ -/]*+[0-~]"
)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")  # all that is unsafe in ASCII
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_EMOJI = "\u2600-\u27bf\U0001f000-\U0001faff"
_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # C0, DEL and C1
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"  # zero width and bidi
    "\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"  # selectors, tags, surrogates, non-characters
    f"|(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])"  # a joiner is kept between emoji only
)
_FIRST_MARK = "\u0300"
_MARKS_KEPT = 4  # in a row on one letter; Vietnamese and Hebrew need three
LONGEST = 20_000
"""Characters kept of one message."""
_TAIL = 8_000  # of them, from its end
_GAP = "\n[…]\n"
_NEAR = 100  # characters
# These count as letters by their combining class, but decompose into marks.
_MARKS_IN_DISGUISE = frozenset("\u0f73\u0f75\u0f81")


def sanitise(text: str, limit: int = LONGEST) -> str:
    """NFC text of at most `limit` characters without escape sequences, C0/C1 controls (newline and tab stay), bidirectional
    controls, zero-width characters and lone surrogates. Line ends become newlines. Applying it again changes nothing.
    """
    if text.isascii() and not _CONTROLS.search(text):
        return text[:limit]
    text = _UNSAFE.sub("", _LINE_ENDS.sub("\n", _ESCAPES.sub("", text)))[:limit]
    if not text.isascii():
        # Sorting the marks of one letter takes quadratic time, so their number is bounded before; normalising can add to a row of them.
        bound = _bound_marks(text)
        text = unicodedata.normalize("NFC", bound)
        text = (text if text == bound else _bound_marks(text))[:limit]
    return text.rstrip("\u200d")


def _is_mark(character: str) -> bool:
    return unicodedata.combining(character) != 0 or character in _MARKS_IN_DISGUISE


def _bound_marks(text: str) -> str:
    marks = {character for character in set(text) if character >= _FIRST_MARK and _is_mark(character)}
    if not marks:
        return text
    kept: list[str] = []
    row = 0
    for character in text:
        row = row + 1 if character in marks else 0
        if row <= _MARKS_KEPT:
            kept.append(character)
    return "".join(kept)


def one_line(text: str, limit: int = 200) -> str:
    """The text safe and on one line: every run of whitespace is one space; what is longer than `limit` ends in an ellipsis."""
    if len(text) <= limit and text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()  # as nearly every name, id and address is
    folded = " ".join(sanitise(text, max(limit * 4, 20_000)).split())
    if len(folded) <= limit:
        return folded
    return folded[: limit - 1].rstrip(" \u200d") + "…" if limit > 0 else ""


def plain_from_html(body: str) -> str:
    """Safe plain text of an Intercom body, which is HTML, or plain already. Each line of quoted mail (blockquote, mail programs'
    quote containers) begins with "> ". Scripts, styles and comments are dropped, and a link is its label. Of what is longer than LONGEST,
    quotes and signatures go first, and then the middle.
    """
    if "<" not in body and "&" not in body:
        return _fitted(body)
    from escalator_tui.model.markup import HtmlReader, looks_like_html, unescape  # who only draws needs neither

    if not looks_like_html(body):
        return _fitted(unescape(body))
    reader = HtmlReader()
    reader.read(body)
    return _fitted(reader.text())


def _fitted(text: str) -> str:
    safe = sanitise(text, max(LONGEST, len(text))).strip()
    return safe if len(safe) <= LONGEST else ends_of(own_words(safe))


def ends_of(text: str) -> str:
    """The text, or when it is longer than LONGEST its beginning and its end, with a line "[…]" between them: people come to the point at
    either.
    """
    if len(text) <= LONGEST:
        return text
    head, tail = text[: LONGEST - _TAIL - len(_GAP)], text[-_TAIL:]
    # Not in the middle of a word, if there is a blank near.
    first, last = head[:-_NEAR] + head[-_NEAR:].rpartition(" ")[0], tail[:_NEAR].partition(" ")[2] + tail[_NEAR:]
    return f"{first.rstrip()}{_GAP}{last.lstrip()}"


def is_shortened(text: str) -> bool:
    """Whether the middle of a message was left out."""
    return len(text) > _TAIL and _GAP in text


def own_words(text: str) -> str:
    """What the author of a plain text wrote: no quoted lines, no "On … wrote:" tail, no forwarded message, no signature.
    Knows the forms of English, Spanish, French, German and Portuguese mail programs.
    """
    from escalator_tui.model.quoting import drop_quotes

    return drop_quotes(text)
