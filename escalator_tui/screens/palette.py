"""The command palette's entries: the action registry by name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from escalator_tui.screens.keyed import KeyedScreen

if TYPE_CHECKING:
    from escalator_tui.widgets.actions import Action


SAID_IN_HELP = 0.01
"""Less than the score of any title that matches."""


def literal(text: str) -> str:
    """A help text that is drawn as it is. Textual reads one that is a string as markup, and customers' words can be in it."""
    return cast("str", Content(text))


class ActionProvider(Provider):
    """What can be done on this screen. What would be refused is there too, with the reason."""

    async def discover(self) -> Hits:
        """Everything, before a word is typed."""
        for action, refusal in self._entries():
            yield DiscoveryHit(_label(action, refusal), partial(self._act, action.id), action.title, literal(_help(action, refusal)))

    async def search(self, query: str) -> Hits:
        """What is called so, and behind that what is explained in these words."""
        matcher = self.matcher(query)
        for action, refusal in self._entries():
            told = SAID_IN_HELP if query.casefold() in action.help.casefold() else 0.0
            if score := matcher.match(action.title) or told:
                act, help = partial(self._act, action.id), literal(_help(action, refusal))  # noqa: A001 - Textual's own word
                yield Hit(score, _label(action, refusal), act, action.title, help)

    def _entries(self) -> list[tuple[Action, str]]:
        screen = self.screen
        if not isinstance(screen, KeyedScreen):
            return []
        situation = screen.situation()
        return [(action.named(situation), action.refuse(situation)) for action in screen.actions]

    def _act(self, action_id: str) -> None:
        if isinstance(self.screen, KeyedScreen):
            self.screen.action_act(action_id)


def _label(action: Action, refusal: str) -> Content:
    title, key = ("$foreground-disabled", "$foreground-disabled") if refusal else ("bold", "$text-accent")
    return Content.assemble((action.title, title), (f"  {action.shown}" if action.shown else "", key))


def _help(action: Action, refusal: str) -> str:
    return f"Not now. {refusal}" if refusal else action.help
