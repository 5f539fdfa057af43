"""Links of a conversation: opened in the browser, shown where there is none, and copied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from escalator_tui.screens.deciding import DecidingScreen
from escalator_tui.session.clipboard import copy_natively, summary
from escalator_tui.session.wording import called, issue_url

if TYPE_CHECKING:
    from escalator_tui.model.row import Row


class LinkingScreen(DecidingScreen):
    """A screen with links. Intercom may have to be asked for an address, and a browser and a desktop's clipboard take their time: these
    have lanes of their own.
    """

    def do_open(self) -> None:
        """The conversation in Intercom."""
        if row := self.situation().cursor:
            desk, identity = self.session.desk, row.id
            self._open(lambda: desk.conversation_url(identity), f"{called(row.record.conversation)} in Intercom")

    def do_issue(self) -> None:
        """The issue in Linear."""
        if row := self.situation().cursor:
            url = issue_url(row)
            self._open(lambda: url, f"{called(row.record.conversation)} in Linear")

    def do_copy(self) -> None:
        """One line about the conversation, or about each that is marked."""
        rows, desk = self.situation().rows, self.session.desk
        if rows:
            lines = lambda: "\n".join(summary(row, desk.conversation_url(row.id)) for row in rows)  # noqa: E731 - one line, one use
            self.session.clipboard.submit(lines, lambda text: self._copy(rows, text), self.complain)

    def _copy(self, rows: Sequence[Row], text: str) -> None:
        self._put_on_clipboard(text)
        name = called(rows[0].record.conversation)
        self.say(f"Copied {len(rows)} lines, each with its link" if len(rows) > 1 else f"Copied one line about {name}, with its link")

    def _put_on_clipboard(self, text: str) -> None:
        # The terminal's own clipboard works over ssh; not every terminal has one, so the desktop's is filled too.
        self.app.copy_to_clipboard(text)
        self.session.clipboard.submit(lambda: copy_natively(text), lambda _: None, self.complain)

    def _open(self, address: Callable[[], str], what: str) -> None:
        browse = self.session.browse

        def opened() -> tuple[str, bool]:
            url = address()
            return url, browse(url)

        self.session.browser.submit(opened, lambda answer: self._opened(what, *answer), self.complain)

    def _opened(self, what: str, url: str, done: bool) -> None:
        if done:
            self.say(f"Opened {what}")
            return
        self._put_on_clipboard(url)
        if not self.is_active:  # what stands there by now has keys of its own
            self.say(f"No browser can be opened from here. The link to {what} is on the clipboard")
            return
        from escalator_tui.screens.link import LinkScreen

        self.app.push_screen(LinkScreen(what, url))
