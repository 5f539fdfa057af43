"""Drafts as the lead approves them: where they go, the three texts exactly, and what changed since they were shown."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from escalator_tui.model.kinds import AuthorKind, DeliveryKind, DeliveryState, Priority
from escalator_tui.session.proposal import NAMES, Proposal
from escalator_tui.session.wording import PRIORITY_GLYPHS, author_name, called, clock_time, cropped, customer_name, short_id, subject

if TYPE_CHECKING:
    from escalator_tui.config import Settings
    from escalator_tui.model.draft import Draft
    from escalator_tui.model.row import Row

QUIET = "$foreground-muted"
FIELDS = {**NAMES, "slack_channel": "Slack channel"}


def summary_content(proposals: Sequence[Proposal]) -> Content:
    """Who is about to be escalated, which channel is told, and what about, a line for each; empty for one, whose heading says it."""
    if len(proposals) < 2:
        return Content("")
    lines = [Content.styled(f"These {len(proposals)} go out, each to Linear, Slack and as an Intercom note:", "bold")]
    for at, proposal in enumerate(proposals, 1):
        draft = proposal.draft
        lines.append(
            Content.assemble(
                (f"{at:>3}  ", QUIET),
                (f"{PRIORITY_GLYPHS[draft.priority]} {draft.priority.value}  ", _look(draft.priority)),
                called(draft.row.record.conversation),
                (f"  {draft.texts.slack_channel}", QUIET),
                (f"  {calm}" if (calm := _calm(draft.row)) else "", "$text-warning"),
                ("  edited" if proposal.edits else "", "$text-warning"),
                (f"  {taken_back}" if (taken_back := _taken_back(draft.row)) else "", "bold $text-warning"),
                f"  {subject(draft.row.record.conversation)}",
            )
        )
    return Content("\n").join(lines)


def draft_content(proposal: Proposal, place: str = "") -> Content:
    """One draft: its place among several, whom it is about, then the three texts exactly."""
    draft, edits = proposal.draft, proposal.edits
    conversation, texts = draft.row.record.conversation, draft.texts
    name = called(conversation)
    who = cropped(customer_name(conversation))
    return Content("\n").join(
        [
            Content.assemble(
                (place, QUIET),
                (f"{PRIORITY_GLYPHS[draft.priority].strip()} {draft.priority.value} ".lstrip(), _look(draft.priority)),
                (name, "bold"),
                f" · {who}" if who != name else "",
                (f" · {conversation.id}", QUIET),
                ("" if draft.row.priority_known else " · no company data to judge the priority by", "$text-warning"),
                (f" · {calm}" if (calm := _calm(draft.row)) else "", "$text-warning"),
                (f" · {taken_back}" if (taken_back := _taken_back(draft.row)) else "", "bold $text-warning"),
            ),
            _section("Linear", "linear_title" in edits or "linear_body" in edits),
            Content.styled(texts.linear_title, "bold"),
            Content(texts.linear_body),
            _section("Slack", "slack_text" in edits),
            Content(texts.slack_text),
            _section("Intercom", "note_text" in edits),
            Content(texts.note_text),
        ]
    )


def places_content(proposals: Sequence[Proposal], settings: Settings, team: str, channels: dict[str, str]) -> Content:
    """Where these go, a line for each service. `team` is the Linear team's name, empty while nobody knows it; `channels` tells what is
    known of each channel.
    """
    names = dict.fromkeys(each.draft.texts.slack_channel for each in proposals)
    places = {
        "Linear": _linear_place(settings, team),
        "Slack": ", ".join(f"{name}{channels.get(name, '')}" for name in names),
        "Intercom": "internal note, not visible to the customer",
    }
    lines = (Content.assemble((f"{service:<9}", "bold $text-accent"), place) for service, place in places.items())
    return Content("\n").join(lines) if proposals else Content("")


def _linear_place(settings: Settings, name: str) -> str:
    """The team and the labels of the issue; by their ids as long as no name is known."""
    team = f"team {cropped(name) or short_id(settings.linear.team_id)}" if settings.linear.team_id else "a new issue"
    labels = ", ".join(map(short_id, settings.linear.labels))
    return f"{team} · labels {labels}" if labels else team


def known_channels(rows: Iterable[Row]) -> dict[str, str]:
    """What the newest alerts of these rows tell of their channels, as words to put behind a channel's name."""
    found = (row.record.escalation for row in rows)
    told = {}
    for escalation in sorted((each for each in found if each), key=lambda each: each.confirmed_at):
        alert, channel = escalation.delivery(DeliveryKind.SLACK), escalation.texts.slack_channel
        if alert is None:
            continue
        if alert.result.get("refused"):
            told[str(alert.result["refused"])] = " (refused the last alert; it went to the fallback channel)"
        elif alert.state is DeliveryState.DONE:
            told[channel] = " (the bot has posted there)"
        elif alert.state is DeliveryState.BLOCKED and alert.error:
            told[channel] = " (refused the last alert)"
    return told


def changes_content(old: Draft, new: Draft, now: float) -> Content:
    """What is different now; empty when nothing is."""
    return Content("") if old.holds(new) else Content("\n").join(_changes(old, new, now))


def _changes(old: Draft, new: Draft, now: float) -> list[Content]:
    was, is_now = old.row.record.conversation, new.row.record.conversation
    lines = []
    known = {part.id for part in was.parts}
    for part in is_now.parts:
        if part.id not in known and (part.is_from_customer or part.is_answer):
            verb = "answered" if part.author.kind is AuthorKind.TEAMMATE else "wrote"
            when = f" {clock_time(part.created_at, now)}" if part.created_at else ""
            lines.append(Content.assemble((f"+ {author_name(part)} {verb}{when}: ", "bold $text-warning"), part.text))
    if was.state is not is_now.state:
        lines.append(
            Content.styled(f"The conversation is now {is_now.state.value} at Intercom (it was {was.state.value})", "$text-warning")
        )
    for field, name in FIELDS.items():
        lines += _difference(name, getattr(old.texts, field), getattr(new.texts, field))
    return lines or [Content("A message was deleted or edited in Intercom")]


def _difference(name: str, old: str, new: str) -> list[Content]:
    if old == new:
        return []
    looks = {"+": "$text-success", "-": "$text-error"}
    changed = (line for line in difflib.ndiff(old.splitlines(), new.splitlines()) if line[:1] in looks)
    return [Content.styled(name, QUIET), *(Content.styled(line.rstrip(), looks[line[:1]]) for line in changed)]


def _calm(row: Row) -> str:
    """That a person escalates what does not need it by its score."""
    found = row.record.assessment
    return "" if found is None or found.escalates else f"scores {found.shown_score} of {found.threshold:.2f}"


def _taken_back(row: Row) -> str:
    """By whom, when a person took the last escalation back and nothing new happened since."""
    return f"! {row.note}" if row.left_alone else ""


def _look(priority: Priority) -> str:
    return "bold $text-error" if priority is Priority.P0 else "bold $text-warning"


def _section(service: str, edited: bool) -> Content:
    return Content.assemble("\n", (service, "bold $text-accent"), ("  edited" if edited else "", "$text-warning"))
