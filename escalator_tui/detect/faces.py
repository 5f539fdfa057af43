"""Faces that say what the words leave unsaid: "order still processing 😡", "nice update, now nothing loads 🙄".

Only a row of faces at the edge of a sentence is the writer's own; one amid the words, in quotation marks or beside "emoji" is talked about.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

ANGRY: Final = "😡🤬😠👿🖕💩👎🤡"
WRY: Final = "🙄🙃😒😤👏💀"
_ANY: Final = r"[☀-➿⬀-⯿\U0001f000-\U0001faff\ufe0f\u200d]"
_ROW: Final = re.compile(rf"{_ANY}(?:\s?{_ANY})*")
_NAMED: Final = re.compile(
    r"\W*(?:emojis?|emoticons?|reactions?|faces?|smileys?|stickers?|icons?|symbols?|buttons?|ratings?|signs?|means?)\b", re.IGNORECASE
)
_EDGE_BEFORE: Final = re.compile(r"(?:^|[.!?…\n,:])\s*$")
_EDGE_BEHIND: Final = re.compile(r"\s*(?:$|[.!\n])")
_TALKED_ABOUT: Final = re.compile(r"\b(?:emojis?|emoticons?|reactions?|reacts?|smileys?|stickers?|icons?|stands? for)\b", re.IGNORECASE)
_OWN_FAULT: Final = re.compile(
    r"\bi(?:'ve| have)? (?:just |always |keep )?(?:forgot|forget|lost|broke|locked|missed|deleted|dropped|spilled)", re.IGNORECASE
)


class Face(NamedTuple):
    """A row of faces: the sign shown for it, and whether it is an angry one (else a wry one, which speaks only beside a failure)."""

    sign: str
    angry: bool


def face(text: str) -> Face | None:
    """The first angry row of faces that is the writer's own, or else the first wry one."""
    if text.isascii() or not _ROW.search(text) or _TALKED_ABOUT.search(text):
        return None
    wry = None
    for row in _ROW.finditer(text):
        signs = {sign for sign in row.group() if not sign.isspace() and sign not in "\ufe0f\u200d"}
        if not signs or not _is_own(text, row):
            continue
        if signs <= set(ANGRY):
            return Face(row.group()[:4], angry=True)
        if wry is None and signs <= set(WRY + ANGRY) and not _OWN_FAULT.search(text):
            wry = Face(row.group()[:4], angry=False)
    return wry


def _is_own(text: str, row: re.Match[str]) -> bool:
    """Whether the row stands at the edge of a sentence and is not the name of something."""
    if _NAMED.match(text, row.end()):
        return False
    return bool(_EDGE_BEHIND.match(text, row.end()) or _EDGE_BEFORE.search(text[max(0, row.start() - 3) : row.start()]))
