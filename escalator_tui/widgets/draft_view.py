"""Drafts as the lead approves them: the three texts exactly, where each goes, and what changed since they were shown."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from textual.content import Content

from escalator_tui.config import Settings
from escalator_tui.model.conversation import AuthorKind
from escalator_tui.model.draft import Draft
from escalator_tui.widgets.wording import PRIORITY_GLYPHS, author_name, called, clock_time, customer_name

QUIET = "$foreground-muted"
NAMES = {
    "linear_title": "Linear title",
    "linear_body": "Linear text",
    "slack_channel": "Slack channel",
    "slack_text": "Slack text",
    "note_text": "Intercom note",
}


def drafts_content(drafts: Sequence[Draft], settings: Settings) -> Content:
    """All drafts, one after the other."""
    many = len(drafts)
    blocks = (draft_content(draft, settings, f"{at} of {many}  " if many > 1 else "") for at, draft in enumerate(drafts, 1))
    return Content("\n\n").join(blocks)


def draft_content(draft: Draft, settings: Settings, place: str = "") -> Content:
    """One draft: whom it is about, then the three texts with their destinations."""
    conversation, texts = draft.row.record.conversation, draft.texts
    glyph = PRIORITY_GLYPHS[draft.priority].strip()
    team = f"issue in team {settings.linear.team_id}" if settings.linear.team_id else "issue"
    return Content("\n").join(
        [
            Content.assemble(
                (place, QUIET),
                (f"{glyph} {draft.priority.value} ".lstrip(), "bold $text-error" if draft.priority.value == "P0" else "bold $text-warning"),
                (called(conversation), "bold"),
                f" · {customer_name(conversation)}",
                (f" · {conversation.id}", QUIET),
                ("" if draft.row.priority_known else " · no company data to judge the priority by", "$text-warning"),
            ),
            _section("Linear", team),
            Content.styled(texts.linear_title, "bold"),
            Content(texts.linear_body),
            _section("Slack", f"message in {texts.slack_channel}"),
            Content(texts.slack_text),
            _section("Intercom", "internal note, not visible to the customer"),
            Content(texts.note_text),
        ]
    )


def changes_content(before: Sequence[Draft], after: Sequence[Draft], now: float) -> Content:
    """What is different now, draft by draft; empty when nothing is."""
    pairs = [(old, new) for old, new in zip(before, after, strict=True) if not old.holds(new)]
    if not pairs:
        return Content("")
    return Content("\n").join(line for old, new in pairs for line in _changes(old, new, now))


def _changes(old: Draft, new: Draft, now: float) -> list[Content]:
    was, is_now = old.row.record.conversation, new.row.record.conversation
    lines = []
    known = {part.id for part in was.parts}
    for part in is_now.parts:
        if part.id not in known and (part.is_from_customer or part.is_answer):
            verb = "answered" if part.author.kind is AuthorKind.TEAMMATE else "wrote"
            when = f" {clock_time(part.created_at, now)}" if part.created_at else ""
            lines.append(Content.assemble((f"{author_name(part)} {verb}{when}: ", "bold $text-warning"), part.text))
    if was.state is not is_now.state:
        lines.append(
            Content.styled(f"The conversation is now {is_now.state.value} at Intercom (it was {was.state.value})", "$text-warning")
        )
    for field, name in NAMES.items():
        lines += _difference(name, getattr(old.texts, field), getattr(new.texts, field))
    head = Content.styled(f"{called(is_now)} changed since you opened this", "bold $text-warning")
    return [head, *(lines or [Content("A message was deleted or edited in Intercom")])]


def _difference(name: str, old: str, new: str) -> list[Content]:
    if old == new:
        return []
    looks = {"+": "$text-success", "-": "$text-error"}
    changed = (line for line in difflib.ndiff(old.splitlines(), new.splitlines()) if line[:1] in looks)
    return [Content.styled(name, QUIET), *(Content.styled(line.rstrip(), looks[line[:1]]) for line in changed)]


def _section(service: str, what: str) -> Content:
    return Content.assemble("\n", (service, "bold $text-accent"), (f"  {what}", QUIET))
