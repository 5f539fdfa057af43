"""The far side: services in memory that count what really happened, and can refuse, lose an answer, be late or outlive their caller."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, cast

from escalator_tui.services import slack_errors
from escalator_tui.services.errors import (
    ConnectorInactiveError,
    GoneError,
    PermanentError,
    RateLimitedError,
    RetryableError,
    UnknownOutcomeError,
)
from escalator_tui.services.gateway import Services
from escalator_tui.services.linear import Issue
from escalator_tui.services.slack import Message

BeforeWrite = Callable[[], None] | None


class Fate(StrEnum):
    """What becomes of one write."""

    DONE = "done"
    RETRYABLE = "refused for now"
    LIMITED = "no more calls for a minute"
    OFTEN_LIMITED = "no more calls, nobody knows for how long"
    INACTIVE = "connector inactive"
    PERMANENT = "refused for good"
    LOST_ANSWER = "done, answer lost"
    LOST_CALL = "never arrived, answer lost"
    LATE = "answer lost, done a little later"
    KILLED_BEFORE = "caller killed before the write"
    KILLED_AFTER = "caller killed after the write"
    KILLED_LATE = "caller killed, done a little later"
    FAULT = "a fault of ours after the write"


class Killed(BaseException):
    """The process dies here: nothing of it runs any more."""


@dataclass
class FarSide:
    """What exists at the services. `fates` are used up one per write, then everything is DONE. Slack's clock is `behind` ours (seconds)."""

    clock: Callable[[], float]
    fates: list[Fate] = field(default_factory=list)
    late_by: float = 5.0
    behind: float = 0.0
    issues: dict[str, Issue] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    attachments: set[tuple[str, str]] = field(default_factory=set)
    messages: list[dict[str, Any]] = field(default_factory=list)
    replies: list[dict[str, Any]] = field(default_factory=list)
    comments: dict[str, dict[str, str]] = field(default_factory=dict)
    priorities: dict[str, int] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)
    cut: bool = False
    deleted: set[str] = field(default_factory=set)
    tags: set[tuple[str, str]] = field(default_factory=set)
    writes: Counter[str] = field(default_factory=Counter)
    looks: Counter[str] = field(default_factory=Counter)
    channels: dict[str, str] = field(default_factory=lambda: {"#escalations": "C1", "#support-triage": "C2"})
    refusing_channels: dict[str, str] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    can_look: bool = True
    look_breaks: bool = False
    during_write: Callable[[str], None] = lambda _: None
    during_look: Callable[[str], None] = lambda _: None
    _late: list[tuple[float, Callable[[], object]]] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def services(self) -> Services:
        """The services as the deliverer is given them."""
        return cast(Services, _Services(_Intercom(self), _Linear(self), _Slack(self)))

    def alerts(self, channel: str | None = None) -> list[dict[str, Any]]:
        """The messages, of one channel or of all."""
        return [each for each in self.messages if channel in (None, each["channel"])]

    def doubled(self) -> list[str]:
        """The references that exist more than once at a service."""
        refs = [each["blocks"][-1]["block_id"] for each in self.messages + self.replies]
        refs += [each["ref"] for each in self.notes]
        return [ref for ref, count in Counter(refs).items() if count > 1]

    def write(self, kind: str, before_write: BeforeWrite, effect: Callable[[], Any]) -> Any:
        """One write, with the fate that is next."""
        self.arrive()
        if before_write is not None:
            before_write()
        self.during_write(kind)
        with self._lock:
            fate = Fate.RETRYABLE if kind in self.down else self.fates.pop(0) if self.fates else Fate.DONE
            self.writes[kind] += 1
            return self._meet(fate, kind, effect)

    def _meet(self, fate: Fate, kind: str, effect: Callable[[], Any]) -> Any:
        if fate is Fate.RETRYABLE:
            raise RetryableError("Try later", service=kind, retry_after=3.0)
        if fate in (Fate.LIMITED, Fate.OFTEN_LIMITED):
            raise RateLimitedError("Too many", service=kind, retry_after=60.0 if fate is Fate.LIMITED else None)
        if fate is Fate.INACTIVE:
            raise ConnectorInactiveError("The connector is not active", service=kind, cure="Run `escalator authorize`.")
        if fate is Fate.PERMANENT:
            raise PermanentError("No", service=kind, code="no", cure="Mend it.")
        if fate is Fate.KILLED_BEFORE:
            raise Killed
        if fate is Fate.LOST_CALL:
            raise UnknownOutcomeError("No answer", service=kind)
        if fate in (Fate.LATE, Fate.KILLED_LATE):
            self._late.append((self.clock() + self.late_by, effect))
            raise UnknownOutcomeError("No answer", service=kind) if fate is Fate.LATE else Killed
        done = effect()
        if fate is Fate.LOST_ANSWER:
            raise UnknownOutcomeError("No answer", service=kind)
        if fate is Fate.KILLED_AFTER:
            raise Killed
        if fate is Fate.FAULT:
            raise ZeroDivisionError
        return done

    def read(self, kind: str) -> None:
        """One look."""
        self.arrive()
        self.looks[kind] += 1
        self.during_look(kind)
        if self.look_breaks:
            raise ZeroDivisionError
        if not self.can_look:
            raise PermanentError("The history may not be read", service=kind, code="missing_scope", cure="Add the scope.")

    def arrive(self) -> None:
        """Let take effect what was on its way for long enough."""
        with self._lock:
            landed = [effect for at, effect in self._late if at <= self.clock()]
            self._late = [each for each in self._late if each[0] > self.clock()]
            for effect in landed:
                effect()


@dataclass(frozen=True)
class _Services:
    intercom: _Intercom
    linear: _Linear
    slack: _Slack


@dataclass(frozen=True)
class _Linear:
    far: FarSide

    def create_issue(self, *, issue_id: str, description: str, before_write: BeforeWrite, **_: object) -> Issue:
        def effect() -> Issue:
            self.far.descriptions[issue_id] = description
            number = len(self.far.issues) + 1
            return self.far.issues.setdefault(issue_id, Issue(issue_id, f"INF-{number}", f"https://linear.app/acme/issue/INF-{number}"))

        return cast(Issue, self.far.write("linear", before_write, effect))

    def comment(self, *, comment_id: str, issue_id: str, body: str, before_write: BeforeWrite) -> None:
        assert issue_id in self.far.issues
        self.far.write("comment", before_write, lambda: self.far.comments.setdefault(comment_id, {"issue": issue_id, "body": body}))

    def archive(self, *, issue_id: str, before_write: BeforeWrite) -> None:
        def effect() -> None:
            self.far.issues[issue_id] = replace(self.far.issues[issue_id], trashed=True)

        self.far.write("archive", before_write, effect)

    def set_priority(self, *, issue_id: str, priority: int, before_write: BeforeWrite) -> None:
        assert issue_id in self.far.issues
        self.far.write("raise", before_write, lambda: self.far.priorities.update({issue_id: priority}))

    def find_issue(self, issue_id: str) -> Issue | None:
        self.far.read("linear")
        return self.far.issues.get(issue_id)

    def attach(self, *, issue_id: str, url: str, before_write: BeforeWrite, **_: object) -> None:
        assert issue_id in self.far.issues
        self.far.write("attachment", before_write, lambda: self.far.attachments.add((issue_id, url)))


@dataclass(frozen=True)
class _Slack:
    far: FarSide

    def post(
        self, *, channel: str, text: str, blocks: Sequence[Mapping[str, Any]], before_write: BeforeWrite, thread_ts: str | None = None
    ) -> Message:
        if thread_ts is not None:
            return cast(Message, self.far.write("reply", before_write, lambda: self._answer(channel, thread_ts, text, blocks)))

        def effect() -> Message:
            if code := self.far.refusing_channels.get(channel):
                raise PermanentError(f"Slack refused ({code})", service="slack", code=code, cure=f"Invite the app to {channel}.")
            ts = f"{self.far.clock() - self.far.behind:.0f}.{len(self.far.messages):06}"
            self.far.messages.append({"channel": channel, "ts": ts, "text": text, "blocks": blocks})
            return Message(self.far.channels[channel], ts)

        return cast(Message, self.far.write("slack", before_write, effect))

    def _answer(self, channel: str, thread_ts: str, text: str, blocks: Sequence[Mapping[str, Any]]) -> Message:
        self._alert(channel, thread_ts, "thread_not_found")
        ts = f"{self.far.clock() - self.far.behind:.0f}.5{len(self.far.replies):05}"
        self.far.replies.append({"channel": channel, "thread": thread_ts, "ts": ts, "text": text, "blocks": blocks})
        return Message(channel, ts)

    def update(self, *, channel: str, ts: str, text: str, blocks: Sequence[Mapping[str, Any]], before_write: BeforeWrite) -> None:
        def effect() -> None:
            self._alert(channel, ts, "message_not_found").update(text=text, blocks=blocks)

        self.far.write("slack_edit", before_write, effect)

    def _alert(self, channel: str, ts: str, missing: str) -> dict[str, Any]:
        found = [each for each in self.far.messages if each["ts"] == ts and self.far.channels[each["channel"]] == channel]
        if not found:
            raise slack_errors.classify(missing, channel)
        return found[0]

    def find(self, *, channel: str, marker: str, oldest: float, thread_ts: str | None = None) -> Message | None:
        self.far.read("slack")
        if thread_ts is not None:
            self._alert(channel, thread_ts, "thread_not_found")
            answers = (each for each in self.far.replies if each["thread"] == thread_ts and marker in json.dumps(each))
            return next((Message(channel, each["ts"]) for each in answers if float(each["ts"]) >= oldest), None)
        found = (each for each in self.far.alerts(channel) if marker in json.dumps(each) and float(each["ts"]) >= oldest)
        return next((Message(self.far.channels[channel], each["ts"]) for each in found), None)

    def permalink(self, channel: str, ts: str) -> str | None:
        return f"https://acme.slack.com/archives/{channel}/p{ts.replace('.', '')}"


@dataclass(frozen=True)
class _Intercom:
    far: FarSide

    def add_note(self, conversation_id: str, html: str, *, before_write: BeforeWrite) -> str:
        def effect() -> str:
            self._must_exist(conversation_id, "no note was left")
            self.far.notes.append({"conversation": conversation_id, "html": html, "ref": html[-35:-4]})
            return f"note-{len(self.far.notes)}"

        return cast(str, self.far.write("note", before_write, effect))

    def find_note(self, conversation_id: str, marker: str, *, since: float) -> str | None:
        self.far.read("note")
        if self.far.cut:
            raise PermanentError("Intercom no longer shows that part", service="intercom", code="thread_cut", cure="Look for it.")
        found = (at for at, each in enumerate(self.far.notes, 1) if each["conversation"] == conversation_id and marker in each["html"])
        return next((f"note-{at}" for at in found), None)

    def tag(self, conversation_id: str, name: str, *, before_write: BeforeWrite) -> None:
        def effect() -> None:
            self._must_exist(conversation_id, "it was not tagged")
            self.far.tags.add((conversation_id, name))

        self.far.write("tag", before_write, effect)

    def _must_exist(self, conversation_id: str, so: str) -> None:
        if conversation_id in self.far.deleted:
            raise GoneError(f"The conversation was deleted in Intercom; {so}", service="intercom", code="not_found")

    def conversation_url(self, conversation_id: str) -> str:
        return f"https://app.intercom.com/a/inbox/w/inbox/conversation/{conversation_id}"
