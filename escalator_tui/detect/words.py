"""One message as a list of folded words, made once and read by every family."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice
from typing import Final

# A word with its English contraction, or one punctuation mark. An elided article ("l'avocat") is a word of its own.
_TOKEN: Final = re.compile(r"[^\W_]+(?:'(?:[tsdm]|re|ve|ll)(?![^\W_]))?|[.!?…,;:()\n]")
_ASCII_TOKEN: Final = re.compile(_TOKEN.pattern, re.ASCII)  # finds the same, and faster
# What is mentioned rather than said: addresses, code, and what stands in quotation marks on one line.
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
_ELONGATED: Final = re.compile(r"([a-z])\1\1")
_ELONGATION: Final = re.compile(r"([a-z])\1{2,}")
END: Final = "\n"


def _accents() -> dict[str, str]:
    table = {"İ": "i", "’": "'", "‘": "'", "´": "'", "ʼ": "'"}
    for letter in map(chr, range(0xC0, 0x250)):
        base = unicodedata.normalize("NFD", letter)[0]
        if base.isascii():
            table[letter] = base.lower()
    return table


_ACCENTS: Final = _accents()


def fold(text: str) -> str:
    """Lower case without the accents of Latin letters. The length never changes, so positions hold for the original too."""
    if not text.isascii():
        for sign in _ACCENTS.keys() & set(text):
            text = text.replace(sign, _ACCENTS[sign])
    return text.lower()


def mask(text: str) -> str:
    """The text with what is only mentioned made unreadable, character by character."""
    if not _ANY_MARK.search(text) and "www." not in text:
        return text
    return _MENTION.sub(_blank, _unwrapped(text)) if _MENTION_MARKS.search(text) else text


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
    """The mention without its words. A message that is nothing but one long quotation is its author's own."""
    quoted = mention.group()
    is_all = quoted[0] in _QUOTATION_MARKS and len(quoted) > _TERM and len(mention.string) - len(quoted) < _AROUND
    return quoted if is_all else _WORD_CHARACTER.sub("x", quoted)


def tokenise(text: str) -> list[str]:
    """Folded words and punctuation marks, ending in a line end. Stretched words ("sooo") have their letters thrice at most made one."""
    folded = fold(mask(text))
    tokens = (_ASCII_TOKEN if folded.isascii() else _TOKEN).findall(folded)
    if _ELONGATED.search(folded):
        tokens = [_ELONGATION.sub(r"\1", token) if _ELONGATED.search(token) else token for token in tokens]
    tokens.append(END)
    return tokens


def excerpt(text: str, first: int, last: int, width: int = 150) -> str:
    """The author's own words around the tokens `first` to `last` (inclusive), about `width` characters of them."""
    if len(text) <= width:
        return text.strip()
    spans = [token.span() for token in islice(_TOKEN.finditer(fold(mask(text))), first, max(first, last) + 1)]
    if not spans:
        return text[:width]
    begin, end = spans[0][0], spans[-1][1]
    room = max(0, width - (end - begin))
    left = max(0, begin - room // 2)
    right = min(len(text), max(left + width, end))
    return _at_words(text, max(0, min(left, right - width)), min(right, left + max(width, end - begin)))


def _at_words(text: str, left: int, right: int) -> str:
    """The slice without the halves of words at its ends, an ellipsis where something was left out."""
    piece = text[left:right]
    if left > 0 and not text[left - 1].isspace():
        piece = piece.split(None, 1)[-1]
    if right < len(text) and not text[right].isspace() and " " in piece:
        piece = piece.rsplit(None, 1)[0]
    return ("…" if left > 0 else "") + piece.strip() + ("…" if right < len(text) else "")
