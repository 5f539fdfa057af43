"""Webhooks as Intercom sends them: signed, with spaces in the JSON, in no promised order, tried again once, and lost after that."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

from escalator_tui.sandbox.intercom import rendering
from escalator_tui.sandbox.intercom.objects import CUSTOMER, Part, Thread
from escalator_tui.sandbox.intercom.workspace import APP_ID, Workspace

PATIENCE = 5.0
"""Seconds within which a receiver has to answer."""
RETRY_AFTER = 60.0
TRIES = 2
BY_ADMIN = {"note": "noted", "close": "closed", "open": "opened", "snoozed": "snoozed", "assignment": "assigned", "comment": "replied"}


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where to. `copies` of each event are sent (duplicates occur), and what fails is tried again after so many seconds."""

    url: str
    secret: str
    retry_after: float = RETRY_AFTER
    copies: int = 1

    def __post_init__(self) -> None:
        """Raises ValueError: nothing is ever sent to another machine."""
        if urlsplit(self.url).hostname not in ("127.0.0.1", "localhost"):
            raise ValueError("Webhooks are sent to 127.0.0.1 only")


@dataclass(slots=True)
class Sent:
    """One notification and what became of it: the status of each try, 0 for no answer in time."""

    topic: str
    id: str | None
    conversation_id: str = ""
    answers: list[int] = field(default_factory=list)


class Webhooks:
    """Sends one subscription's notifications while an event loop runs."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._subscription: Subscription | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._log: list[Sent] = []
        workspace.listeners.append(self._on_change)

    def subscribe(self, wanted: Mapping[str, Any] | None) -> list[dict[str, Any]]:
        """Begin with a HEAD and a ping, as saving the address does; None ends it. Raises ValueError or TypeError."""
        self._subscription = Subscription(**wanted) if wanted else None
        if self._subscription:
            self._begin(self._greet(self._subscription))
        return self.sent()

    def sent(self) -> list[dict[str, Any]]:
        """Everything that was sent, the oldest first."""
        return [asdict(each) for each in self._log]

    def end(self) -> None:
        """Drop what is under way."""
        for each in self._tasks:
            each.cancel()

    def _on_change(self, thread: Thread, part: Part | None) -> None:
        topic = topic_of(part, is_there=thread.id in self._workspace.threads)
        if self._subscription is None or not topic:
            return
        for _ in range(self._subscription.copies):
            sent = Sent(topic, f"notif_{thread.id}_{part.id if part else 0}", str(thread.id))
            self._begin(self._send(self._subscription, sent, thread))

    def _begin(self, work: Any) -> None:  # noqa: ANN401 - a coroutine
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _greet(self, to: Subscription) -> None:
        head = Sent("HEAD", None)
        self._log.append(head)
        head.answers.append(await _status("HEAD", to.url))
        await self._send(to, Sent("ping", None), None)

    async def _send(self, to: Subscription, sent: Sent, thread: Thread | None) -> None:
        self._log.append(sent)
        for number in range(1, TRIES + 1):
            # Rendered only now: the change that is told of is complete, and later ones may show already.
            body = self._notification(sent, thread, number)
            headers = {
                "User-Agent": "intercom-parrot-service-client/1.0",
                "Accept": "application/json",
                "Content-Type": "application/json",
                "X-Hub-Signature": "sha1=" + hmac.new(to.secret.encode(), body, "sha1").hexdigest(),
            }
            sent.answers.append(await _status("POST", to.url, content=body, headers=headers))
            if 200 <= sent.answers[-1] < 300:
                return
            if sent.answers[-1] == 410:
                self._subscription = None  # for good, as Intercom does
                return
            if number < TRIES:
                await asyncio.sleep(to.retry_after)

    def _notification(self, sent: Sent, thread: Thread | None, number: int) -> bytes:
        now = self._workspace.clock.seconds
        told = {
            "type": "notification_event",
            "app_id": APP_ID,
            "data": {"type": "notification_event_data", "item": self._item(sent, thread)},
            "links": {},
            "id": sent.id,
            "topic": sent.topic,
            "delivery_status": "pending" if thread else None,
            "delivery_attempts": number,
            "delivered_at": 0,
            "first_sent_at": now,
            "created_at": now,
            "self": None,
        }
        return json.dumps(told, indent=1, separators=(",", " : ")).encode()

    def _item(self, sent: Sent, thread: Thread | None) -> dict[str, Any]:
        if thread is None:
            return {"type": "ping", "message": "Is anybody there?"}
        if sent.topic == "conversation.deleted":
            return {"type": "conversation", "id": str(thread.id)}
        return rendering.conversation(self._workspace, thread, detail=True, plaintext=True)


def topic_of(part: Part | None, *, is_there: bool) -> str:
    """The topic of a change, "" when none is told: without a part, the conversation itself began or is gone."""
    if part is None:
        return "conversation.user.created" if is_there else "conversation.deleted"
    if part.author.type in CUSTOMER:
        return "conversation.user.replied"
    if part.author.type == "admin" and part.kind in BY_ADMIN:
        return f"conversation.admin.{BY_ADMIN[part.kind]}"
    return "conversation.operator.replied" if part.kind == "comment" else ""


async def _status(method: str, url: str, **request: Any) -> int:  # noqa: ANN401 - httpx's own
    """What the receiver answered, 0 when nothing came in time."""
    import httpx  # most sandboxes send no webhook, and it takes long to import

    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as http:
        try:
            return (await http.request(method, url, **request)).status_code
        except httpx.HTTPError:
            return 0
