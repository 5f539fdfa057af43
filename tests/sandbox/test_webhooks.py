"""The webhooks that the sandbox sends, received by a server that knows nothing of it."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import Desk
from tests.sandbox.listener import Listener, listening

SECRET = "hush"


@pytest.fixture
def listener(desk: Desk) -> Iterator[Listener]:
    with listening() as found:
        yield found
        desk.control.delete("/webhooks")


def until(condition: Callable[[], bool]) -> None:
    for _ in range(400):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it did not happen within four seconds")


def subscribe(desk: Desk, listener: Listener, **more: Any) -> None:
    """With the greeting taken in already."""
    desk.ask("/webhooks", {"url": listener.url, "secret": SECRET, "retry_after": 0.05, **more})
    until(lambda: [each["topic"] for each in sent(desk)][-2:] == ["HEAD", "ping"] and bool(sent(desk)[-1]["answers"]))
    listener.got.clear()


def sent(desk: Desk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.control.get("/webhooks").json()
    return found


def topics(listener: Listener) -> list[str]:
    return [json.loads(body)["topic"] for _, _, body in listener.got]


def test_a_subscription_begins_with_a_look_at_the_address_and_a_ping_without_id(desk: Desk, listener: Listener) -> None:
    desk.ask("/webhooks", {"url": listener.url, "secret": SECRET})
    until(lambda: len(listener.got) == 2)
    (head, _, nothing), (post, _, body) = listener.got
    assert (head, nothing, post) == ("HEAD", b"", "POST")
    assert (json.loads(body)["topic"], json.loads(body)["id"]) == ("ping", None)


def test_each_change_is_told_with_a_signature_over_the_very_bytes(desk: Desk, listener: Listener) -> None:
    subscribe(desk, listener)
    one = desk.world(do="add", body="<p>Hello &amp; good day</p>")["id"]
    desk.world(do="say", id=one, body="<p>Still there?</p>")
    for verb in ("answer", "note", "close"):
        desk.world(do=verb, id=one, body="<p>text</p>")
    desk.world(do="delete", id=one)
    until(lambda: len(listener.got) == 6)
    for _, headers, body in listener.got:
        assert headers["x-hub-signature"] == "sha1=" + hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
        assert body != json.dumps(json.loads(body)).encode(), "a receiver that writes the JSON anew must not get by"
        assert json.loads(body)["data"]["item"]["id"] == one
    words = ("admin.replied", "admin.noted", "admin.closed", "user.created", "user.replied", "deleted")
    assert sorted(topics(listener)) == sorted(f"conversation.{word}" for word in words)
    first = next(json.loads(body) for _, _, body in listener.got if json.loads(body)["topic"].endswith("user.created"))
    assert first["data"]["item"]["source"]["body"] == "Hello & good day"


def test_what_fails_is_tried_once_more_and_then_lost(desk: Desk, listener: Listener) -> None:
    subscribe(desk, listener)
    listener.answers = [500, 503]
    desk.world(do="add", body="<p>Hello</p>")
    until(lambda: sent(desk)[-1]["answers"] == [500, 503])
    time.sleep(0.2)
    assert [json.loads(body)["delivery_attempts"] for _, _, body in listener.got] == [1, 2]


def test_gone_ends_the_subscription(desk: Desk, listener: Listener) -> None:
    subscribe(desk, listener)
    listener.answers = [410]
    one = desk.world(do="add", body="<p>Hello</p>")["id"]
    until(lambda: sent(desk)[-1]["answers"] == [410])
    desk.world(do="say", id=one, body="<p>Hello?</p>")
    time.sleep(0.1)
    assert len(listener.got) == 1


def test_events_come_in_copies_when_asked_for(desk: Desk, listener: Listener) -> None:
    subscribe(desk, listener, copies=2)
    desk.world(do="add", body="<p>Hello</p>")
    until(lambda: len(listener.got) == 2)
    assert len({json.loads(body)["id"] for _, _, body in listener.got}) == 1


def test_nothing_is_sent_to_another_machine(desk: Desk) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="400"):
        desk.ask("/webhooks", {"url": "http://example.com/", "secret": SECRET})
