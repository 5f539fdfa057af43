"""What was written in one conversation, with the words that scored marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from textual.content import Content

from escalator_tui.model.kinds import AuthorKind
from escalator_tui.session.wording import author_name, clock_time, cropped
from escalator_tui.widgets.highlight import highlight

if TYPE_CHECKING:
    from escalator_tui.model.assessment import Assessment, Signal
    from escalator_tui.model.conversation import Conversation, Part

QUIET = "$foreground-muted"
MOST = 4000
"""Characters of a thread beside the queue: more than a screen holds."""


def last_words(conversation: Conversation, signals: Sequence[Signal], now: float, width: int) -> list[Content]:
    """The beginning of what the customer wrote last, in this many cells; nothing when no words came."""
    part = next((each for each in reversed(conversation.customer_messages) if each.text and not each.redacted), None)
    if part is None:
        return []
    when = clock_time(part.created_at, now) if part.created_at else "when unknown"
    head = Content.assemble((f"{when}  ", QUIET), (f"{author_name(part)}  ", "bold"))
    return [Content.assemble(head, highlight(cropped(part.text, width - head.cell_length), signals, part.id))]


@lru_cache(maxsize=2)
def thread_content(conversation: Conversation, assessment: Assessment | None, now: int, *, full: bool) -> Content:
    """The thread, oldest first, with the words that scored highlighted. Without `full` the newest that nobody answered, at most `MOST` of
    their characters. It is kept, since a pane makes it several times: to see whether it fits, and again in the room there is.
    """
    signals = assessment.signals if assessment else ()
    said = [part for part in conversation.parts if part.text or part.attachments or part.redacted]
    wanted = said if full else conversation.unanswered or conversation.customer_messages[-1:]
    shown = said if full else newest(wanted)
    blocks = [part_block(part, signals, now) for part in shown]
    if full and conversation.total_parts > len(conversation.parts):
        missing = conversation.total_parts - len(conversation.parts)
        blocks.insert(0, Content.styled(f"{missing} earlier entries are not shown: Intercom returns the newest only", QUIET))
    if not full and (len(said) > len(shown) or shown[-1:] != list(wanted[-1:])):
        blocks.append(Content.styled(f"enter reads all {len(said)} messages" if len(said) > 1 else "enter reads all of it", QUIET))
    return Content("\n").join(blocks)


def newest(parts: Sequence[Part]) -> list[Part]:
    """As many of the newest as `MOST` characters hold, oldest first; of the newest itself at most that much, and it in any case."""
    shown: list[Part] = []
    left = MOST
    for part in reversed(parts):
        if shown and len(part.text) > left:
            break
        shown.insert(0, part if len(part.text) <= left else replace(part, text=f"{part.text[:MOST]}…"))
        left -= len(part.text)
    return shown


def hung(block: Content, indent: int, width: int) -> Content:
    """The block in `width` cells: what follows on of a line stands `indent` cells in, below its words. 0, unknown: as it is."""
    if width <= 2 * indent:
        return block
    drawn: list[Content] = []
    for line in block.split("\n"):
        first, *rest = line[indent:].wrap(width - indent)
        drawn += [Content.assemble(line[:indent], first), *(Content.assemble(" " * indent, each) for each in rest)]
    return Content("\n").join(drawn)


def part_block(part: Part, signals: Sequence[Signal], now: float) -> Content:
    """One message: when, who, what."""
    customer = part.author.kind is AuthorKind.CUSTOMER and not part.is_note
    when = clock_time(part.created_at, now) if part.created_at else "when unknown"
    aside = " · internal note, not scored" if part.is_note else "" if customer else " · not scored"
    attached = f" [{part.attachments} attached]" if part.attachments else ""
    text = "(deleted by a teammate)" if part.redacted else part.text
    body = highlight(text, signals if customer and not part.redacted else (), part.id)
    return Content.assemble(
        (f"{when}  ", QUIET),
        (author_name(part), "bold" if customer else QUIET),
        (aside + attached, QUIET),
        "\n",
        body if customer else body.stylize(QUIET),
        "\n",
    )
