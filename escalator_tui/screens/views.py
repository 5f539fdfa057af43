"""The command palette's entries for saved views."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from escalator_tui.screens.palette import literal
from escalator_tui.screens.queue import QueueScreen

EVERYTHING = "everything"


class ViewProvider(Provider):
    """One command for each saved view, and one for everything again."""

    async def discover(self) -> Hits:
        """All, before a word is typed."""
        for name, text in self._views():
            yield DiscoveryHit(_label(name), partial(self._show, name), f"view {name}", literal(text))

    async def search(self, query: str) -> Hits:
        """What matches."""
        matcher = self.matcher(query)
        for name, text in self._views():
            if score := matcher.match(f"view {name or EVERYTHING} {text}"):
                yield Hit(score, _label(name), partial(self._show, name), f"view {name}", literal(text))

    def _views(self) -> list[tuple[str, str]]:
        screen = self.screen
        if not isinstance(screen, QueueScreen) or not screen.views:
            return []
        return [*screen.views.items(), ("", "")]

    def _show(self, name: str) -> None:
        if isinstance(self.screen, QueueScreen):
            self.screen.show_view(name)


def _label(name: str) -> Content:
    return Content.assemble(("view ", ""), (name or EVERYTHING, "bold"))
