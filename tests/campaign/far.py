"""A tiny far side in a process of its own: it finishes what a killed caller asked for, a little later, and counts."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from escalator_tui.services.errors import UnknownOutcomeError
from escalator_tui.services.gateway import Services
from escalator_tui.services.linear import Issue
from escalator_tui.services.slack import Message
from tests.campaign.counting import WITHDRAWN

SLOW = 0.06
"""Seconds from the arrival of a write to its effect, and from there to its answer."""
LOOK = 0.005
LONGEST_LIFE = 900.0
ANSWER_SECONDS = 5.0

BeforeWrite = Callable[[], None]


class FarSide:
    """What exists: key to how often it was made. Linear, attachments and tags keep one of each key, as the real ones do."""

    KEPT_ONCE = ("linear", "attachment", "slack_edit", "tag", "comment", "raise", "archive", "strike")

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()

    async def answer(self, asked: Mapping[str, Any]) -> Any:
        """One request: a write, a look, or the count."""
        key = f"{asked.get('kind')} {asked.get('key')}"
        if asked["do"] == "count":
            return self.made
        if asked["do"] == "look":
            await asyncio.sleep(LOOK)
            return self.made[key] > 0
        await asyncio.sleep(SLOW)
        self.made[key] = 1 if asked["kind"] in self.KEPT_ONCE else self.made[key] + 1
        await asyncio.sleep(SLOW)
        return True

    async def serve(self, path: Path, parent: int) -> None:
        """Serve on a socket until the parent is gone."""
        running: set[asyncio.Task[Any]] = set()

        async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            # A task of its own: it goes on when the caller hangs up.
            task = asyncio.create_task(self.answer(json.loads(await reader.readline())))
            running.add(task)
            task.add_done_callback(running.discard)
            writer.write(json.dumps(await task).encode() + b"\n")
            writer.close()

        server = await asyncio.start_unix_server(meet, path, backlog=512)
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda *_: None)  # broken pipes to killed callers
        end = loop.time() + LONGEST_LIFE
        while os.getppid() == parent and loop.time() < end:
            await asyncio.sleep(0.1)
        server.close()


@dataclass(frozen=True)
class Line:
    """The way to the far side. `passes` is called right before a request leaves and right after its answer came."""

    path: Path
    passes: Callable[[], None]

    def ask(self, **asked: Any) -> Any:
        """One answer."""
        self.passes()
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(ANSWER_SECONDS)
                connection.connect(str(self.path))
                connection.sendall(json.dumps(asked).encode() + b"\n")
                with connection.makefile("rb") as answers:
                    answer = answers.readline()
        except OSError as error:
            raise UnknownOutcomeError(f"No answer ({error})", service="far") from error
        self.passes()
        return json.loads(answer)

    def write(self, kind: str, key: str, before_write: BeforeWrite) -> None:
        """One write."""
        before_write()
        self.ask(do="write", kind=kind, key=key)

    def look(self, kind: str, key: str) -> bool:
        """Whether it exists."""
        return bool(self.ask(do="look", kind=kind, key=key))

    @property
    def services(self) -> Services:
        """The services as the deliverer is given them."""
        return cast(Services, _Services(_Intercom(self), _Linear(self), _Slack(self)))


@dataclass(frozen=True)
class _Services:
    intercom: _Intercom
    linear: _Linear
    slack: _Slack


@dataclass(frozen=True)
class _Linear:
    line: Line

    def create_issue(self, *, issue_id: str, before_write: BeforeWrite, **_: object) -> Issue:
        self.line.write("linear", issue_id, before_write)
        return Issue(issue_id, "INF-1", "https://linear.app/acme/issue/INF-1")

    def find_issue(self, issue_id: str) -> Issue | None:
        found = self.line.look("linear", issue_id)
        return Issue(issue_id, "INF-1", "https://linear.app/acme/issue/INF-1") if found else None

    def attach(self, *, url: str, before_write: BeforeWrite, **_: object) -> None:
        self.line.write("attachment", url, before_write)

    def comment(self, *, comment_id: str, before_write: BeforeWrite, **_: object) -> None:
        self.line.write("comment", comment_id, before_write)

    def set_priority(self, *, issue_id: str, before_write: BeforeWrite, **_: object) -> None:
        self.line.write("raise", issue_id, before_write)

    def archive(self, *, issue_id: str, before_write: BeforeWrite) -> None:
        self.line.write("archive", issue_id, before_write)


@dataclass(frozen=True)
class _Slack:
    line: Line

    def post(self, *, channel: str, blocks: Sequence[Mapping[str, Any]], before_write: BeforeWrite, **_: object) -> Message:
        self.line.write("slack", str(blocks[-1]["block_id"]), before_write)
        return Message(channel, "1.000001")

    def update(self, *, channel: str, text: str, before_write: BeforeWrite, **_: object) -> None:
        self.line.write("strike" if WITHDRAWN in text else "slack_edit", channel, before_write)

    def find(self, *, channel: str, marker: str, **_: object) -> Message | None:
        return Message(channel, "1.000001") if self.line.look("slack", marker) else None

    def permalink(self, channel: str, ts: str) -> str:
        return f"https://acme.slack.com/archives/{channel}/p{ts}"


@dataclass(frozen=True)
class _Intercom:
    line: Line

    def add_note(self, _conversation: str, html: str, *, before_write: BeforeWrite) -> str:
        self.line.write("note", _marker_in(html), before_write)
        return "note-1"

    def find_note(self, _conversation: str, marker: str, **_: object) -> str | None:
        return "note-1" if self.line.look("note", marker) else None

    def tag(self, conversation_id: str, _name: str, *, before_write: BeforeWrite) -> None:
        self.line.write("tag", conversation_id, before_write)

    def conversation_url(self, conversation_id: str) -> str:
        return f"https://app.intercom.com/a/inbox/w/inbox/conversation/{conversation_id}"


def _marker_in(html: str) -> str:
    at = html.rindex("esc-")
    return html[at : at + 28]
