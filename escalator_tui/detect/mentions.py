"""What a message mentions rather than says: addresses, code, and words in quotation marks that nobody on the customer's side speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from escalator_tui.detect.speech import is_own_speech

# On one line. An apostrophe within a word closes no quotation.
_MENTION: Final = re.compile(
    r"https?://\S+|www\.\S+|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+|`[^`\n]{1,200}`"
    r"|(?<!\w)'(?:[^'\n]|(?<=\w)'(?=\w)){1,200}'(?!\w)|(?<!\w)\"[^\"\n]{1,200}\"(?!\w)|“[^”\n]{1,200}”|«[^»\n]{1,200}»|„[^“”\n]{1,200}[“”]"
)
_MENTION_MARKS: Final = re.compile(r"[\"`“«„@]|://|www\.|(?<!\w)'")
_ANY_MARK: Final = re.compile(r"[\"'`“«„@/]")
_EXPORTED: Final = re.compile(r"\s*\"(?:[^\"]|\"\")+\"\s*")
_DOUBLED: Final = re.compile('""')
_QUOTATION_MARKS: Final = "\"'“«„"
_TERM: Final = 30  # characters; what is longer may be all there is
_AROUND: Final = 12  # characters beside a quotation that make a message of their own
_WORD_CHARACTER: Final = re.compile(r"\w")


def mask(text: str) -> str:
    """The text with what is only mentioned made unreadable, character by character."""
    if not _ANY_MARK.search(text) and "www." not in text:
        return text
    return _MENTION.sub(_blank, _unwrapped(text)) if _MENTION_MARKS.search(text) else text


def mentions(text: str) -> Iterator[tuple[str, bool]]:
    """What `mask` makes unreadable in a text, in its order, each with whether it is a quotation, which comes without its marks."""
    for mention in _MENTION.finditer(_unwrapped(text)):
        words = mention.group()
        if words[0] not in _QUOTATION_MARKS:
            yield words, False
        elif _WORD_CHARACTER.search(words) and not _is_said(mention):
            yield words[1:-1].strip(), True


def _unwrapped(text: str) -> str:
    """What a table's export put in quotation marks, doubling those within: as it was written, every character in its place."""
    if '""' not in text or not _EXPORTED.fullmatch(text):
        return text
    first, last = text.index('"'), text.rindex('"')
    return f"{text[:first]} {_DOUBLED.sub(_halved, text[first + 1 : last])} {text[last + 1 :]}"


def _halved(pair: re.Match[str]) -> str:
    """One quotation mark for two, on the side of what it encloses."""
    opens = pair.start() == 0 or pair.string[pair.start() - 1].isspace()
    return ' "' if opens else '" '


def _blank(mention: re.Match[str]) -> str:
    """The mention without its words, unless they are said."""
    return mention.group() if _is_said(mention) else _WORD_CHARACTER.sub("x", mention.group())


def _is_said(mention: re.Match[str]) -> bool:
    """Whether a quotation is speech of the customer's side. A message that is nothing but one long quotation is its author's own."""
    quoted = mention.group()
    if quoted[0] not in _QUOTATION_MARKS:
        return False
    is_all = len(quoted) > _TERM and len(mention.string) - len(quoted) < _AROUND
    return is_all or is_own_speech(mention.string, mention.start(), mention.end())
