"""The command palette's entries: the action registry by name, and the saved views."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from escalator_tui.screens.keyed import KeyedScreen
from escalator_tui.screens.queue import QueueScreen
from escalator_tui.widgets.hearing import is_laid_out

if TYPE_CHECKING:
    from escalator_tui.session.actions import Action


SAID_IN_HELP = 0.01
"""Less than the score of any title that matches."""
EVERYTHING = "everything"


def literal(text: str) -> str:
    """A help text that is drawn as it is. Textual reads one that is a string as markup, and customers' words can be in it."""
    return cast("str", Content(text))


class Palette(CommandPalette):
    """Textual's own, but that it takes keys which come before its list is laid out."""

    def _action_command_list(self, action: str) -> None:
        if not action.startswith("page") or is_laid_out(self.query_one(CommandList)):
            super()._action_command_list(action)


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


class ViewProvider(Provider):
    """One command for each saved view, and one for everything again."""

    async def discover(self) -> Hits:
        """All, before a word is typed."""
        for name, text in self._views():
            yield DiscoveryHit(_view_label(name), partial(self._show, name), f"view {name}", literal(text))

    async def search(self, query: str) -> Hits:
        """What matches."""
        matcher = self.matcher(query)
        for name, text in self._views():
            if score := matcher.match(f"view {name or EVERYTHING} {text}"):
                yield Hit(score, _view_label(name), partial(self._show, name), f"view {name}", literal(text))

    def _views(self) -> list[tuple[str, str]]:
        screen = self.screen
        if not isinstance(screen, QueueScreen) or not screen.views:
            return []
        return [*screen.views.items(), ("", "")]

    def _show(self, name: str) -> None:
        if isinstance(self.screen, QueueScreen):
            self.screen.show_view(name)


def _label(action: Action, refusal: str) -> Content:
    title, key = ("$foreground-disabled", "$foreground-disabled") if refusal else ("bold", "$text-accent")
    return Content.assemble((action.title, title), (f"  {action.shown}" if action.shown else "", key))


def _help(action: Action, refusal: str) -> str:
    return f"Not now. {refusal}" if refusal else action.help


def _view_label(name: str) -> Content:
    return Content.assemble(("view ", ""), (name or EVERYTHING, "bold"))
