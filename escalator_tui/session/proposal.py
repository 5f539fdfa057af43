"""A draft with the words a lead put in place of the drafted ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from escalator_tui.agent.limits import fit_text

if TYPE_CHECKING:
    from escalator_tui.model.draft import Draft

NAMES = {
    "linear_title": "Linear title",
    "linear_body": "Linear text",
    "slack_text": "Slack text",
    "note_text": "Intercom note",
}
"""The texts a lead may write anew, by their names in Texts."""


@dataclass(frozen=True)
class Proposal:
    """What is up for approval. `drafted` is the agent's draft, `edits` the lead's own texts by their names in Texts."""

    drafted: Draft
    edits: Mapping[str, str] = field(default_factory=dict)

    @property
    def draft(self) -> Draft:
        """What goes out once it is approved."""
        return replace(self.drafted, texts=replace(self.drafted.texts, **self.edits))

    @property
    def edited(self) -> str:
        """The names of the texts that are the lead's own, empty when none is."""
        return ", ".join(name for each, name in NAMES.items() if each in self.edits)

    def with_text(self, name: str, text: str) -> Proposal:
        """With this text, as its service will show it. An empty one, or the drafted one, is no edit."""
        fitting = fit_text(name, text)
        others = {each: words for each, words in self.edits.items() if each != name}
        is_own = fitting and fitting != getattr(self.drafted.texts, name)
        return replace(self, edits={**others, name: fitting} if is_own else others)

    def redrafted(self, drafted: Draft) -> Proposal:
        """Drafted anew, with the lead's own texts kept."""
        return Proposal(drafted, self.edits)
