"""What is waited for at a prompt: a look at Intercom, and what is on its way. Meanwhile the news are told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence

from escalator_tui.model.kinds import ON_THE_WAY
from escalator_tui.model.row import Row
from escalator_tui.plain.commands import UsageError
from escalator_tui.plain.console import Console
from escalator_tui.plain.news import News
from escalator_tui.session.session import Session
from escalator_tui.session.wording import called

PATIENCE_SECONDS = 60.0
LONGEST_WAIT = 3600


class Waiting:
    """Waits at this console. `heard` is set whenever the poller found something; `asked_to_leave` tells whether a signal came."""

    def __init__(self, session: Session, console: Console, news: News, heard: threading.Event, asked_to_leave: Callable[[], bool]) -> None:
        self._session, self._console, self._news = session, console, news
        self._heard, self._asked_to_leave = heard, asked_to_leave

    def tell_news(self) -> bool:
        """Say what happened since. Whether anything did."""
        return self._say_all(self._news.take_in())

    def await_look(self) -> None:
        """Wait until Intercom was asked, with or without an answer, and say then what came of it."""
        told, until, wanted = list[str](), time.monotonic() + PATIENCE_SECONDS, True
        while wanted and self._may_wait(until):
            wanted = self._session.poller.is_wanted
            if wanted:
                self._listen()
            told += self._news.take_in()
        self._say_all(told)

    def wait(self, rest: str) -> None:
        """Wait until a look that was asked for is over and nothing is on the way, which may be what that look sends."""
        if rest and not (rest.isascii() and rest.isdigit() and int(rest[:9]) <= LONGEST_WAIT):
            raise UsageError("Say for how many seconds at most, as in: wait 60")
        until = time.monotonic() + (int(rest) if rest else PATIENCE_SECONDS)
        wanted, left = self._under_way()
        while (wanted or left) and self._may_wait(until):
            self._listen()
            wanted, left = self._under_way()
        for line in _left_lines(left, wanted=wanted):
            self._console.say(line)

    def _under_way(self) -> tuple[bool, list[Row]]:
        """Whether a look is wanted, and what is on the way. Asked in this order: what a look sent is told before it is over."""
        wanted = self._session.poller.is_wanted
        self.tell_news()
        return wanted, on_the_way(self._session.queue.rows.values())

    def _may_wait(self, until: float) -> bool:
        return time.monotonic() < until and not self._asked_to_leave()

    def _listen(self) -> None:
        self._heard.wait(0.2)
        self._heard.clear()

    def _say_all(self, lines: Sequence[str]) -> bool:
        for line in lines:
            self._console.say(line)
        return bool(lines)


def on_the_way(rows: Iterable[Row]) -> list[Row]:
    """Those of which something is still to be sent without anybody's doing."""
    return [row for row in rows if row.state in ON_THE_WAY]


def _left_lines(left: Sequence[Row], *, wanted: bool) -> list[str]:
    asking = ["Intercom is still being asked."] if wanted else []
    names = ", ".join(called(row.record.conversation) for row in left)
    return [*asking, f"Still on the way: {names}."] if left else asking or ["Nothing is on the way."]
