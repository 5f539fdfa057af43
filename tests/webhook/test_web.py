"""What Intercom is answered, without a socket."""

from __future__ import annotations

import hmac
import io
import json
import logging
from collections.abc import AsyncIterator

import httpx
import pytest

from escalator_tui.webhook import web
from escalator_tui.webhook.hints import Hints

SECRET = "hush"


def told(conversation_id: str) -> bytes:
    return json.dumps({"topic": "conversation.user.replied", "data": {"item": {"type": "conversation", "id": conversation_id}}}).encode()


def signed(body: bytes) -> dict[str, str]:
    return {"X-Hub-Signature": "sha1=" + hmac.new(SECRET.encode(), body, "sha1").hexdigest()}


@pytest.fixture
def hints() -> Hints:
    return Hints()


@pytest.fixture
def err() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
async def intercom(hints: Hints, err: io.StringIO) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(web.webhook_app(SECRET, hints, web.Refusals(err)))
    async with httpx.AsyncClient(transport=transport, base_url="http://escalator.example") as client:
        yield client


def taken(hints: Hints) -> set[str]:
    """What is waiting, without waiting."""
    hints.add(["nothing else"])
    return hints.take() - {"nothing else"}


async def test_a_signed_hint_is_taken_on_any_path(intercom: httpx.AsyncClient, hints: Hints) -> None:
    for path in ("/", "/hooks/intercom"):
        assert (await intercom.post(path, content=told("12"), headers=signed(told("12")))).status_code == 200
    assert taken(hints) == {"12"}


async def test_an_address_is_there_before_anything_is_signed(intercom: httpx.AsyncClient, hints: Hints) -> None:
    assert (await intercom.head("/hook")).status_code == 200
    assert (await intercom.get("/")).status_code == 200
    assert taken(hints) == set()


@pytest.mark.parametrize("headers", [{}, {"X-Hub-Signature": "sha1=00"}, signed(b"something else")])
async def test_what_is_not_signed_is_refused_unread(intercom: httpx.AsyncClient, hints: Hints, headers: dict[str, str]) -> None:
    answer = await intercom.post("/", content=told("12"), headers=headers)
    assert answer.status_code == 401
    assert taken(hints) == set()


async def test_a_ping_and_other_topics_are_taken_and_forgotten(intercom: httpx.AsyncClient, hints: Hints) -> None:
    for body in (b'{"topic" : "ping", "id" : null, "data" : {"item" : {"type" : "ping"}}}', b"[]", b"null"):
        assert (await intercom.post("/", content=body, headers=signed(body))).status_code == 200
    assert taken(hints) == set()


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000])
async def test_signed_rubbish_is_refused(intercom: httpx.AsyncClient, hints: Hints, body: bytes) -> None:
    assert (await intercom.post("/", content=body, headers=signed(body))).status_code == 400
    assert taken(hints) == set()


async def test_no_more_is_read_than_a_notification_can_have(intercom: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "LARGEST_BODY", 1000)
    body = _Endless()
    assert (await intercom.post("/", content=body, headers=signed(b""))).status_code == 413
    assert 0 < body.sent < 10


@pytest.mark.parametrize("signature", ["", "sha1=", "sha1=" + "0" * 39, "sha1=" + "g" * 40, "sha256=" + "0" * 40])
async def test_nothing_is_read_from_who_bears_no_signature_at_all(intercom: httpx.AsyncClient, signature: str) -> None:
    body = _Endless()
    assert (await intercom.post("/", content=body, headers={"X-Hub-Signature": signature})).status_code == 401
    assert body.sent == 0


class _Endless:
    """A body of more and more, and how much was asked for."""

    sent = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.sent < 100:
            self.sent += 1
            yield b"x" * 300


async def test_no_answer_ends_the_subscription(intercom: httpx.AsyncClient) -> None:
    answers = [await intercom.request(method, "/x") for method in ("POST", "GET", "HEAD", "PUT", "DELETE")]
    assert 410 not in {each.status_code for each in answers}


async def test_a_wrong_secret_is_said_and_not_said_of_strangers(intercom: httpx.AsyncClient, err: io.StringIO) -> None:
    await intercom.post("/", content=told("12"))
    assert err.getvalue() == ""
    for _ in range(3):
        await intercom.post("/", content=told("12"), headers=signed(b"something else"))
    assert err.getvalue() == "escalator: refused a webhook whose signature is wrong; check INTERCOM_WEBHOOK_SECRET\n"


def test_refusals_are_told_once_a_minute(err: io.StringIO) -> None:
    now = 0.0
    refusals = web.Refusals(err, lambda: now)
    for now in (0.0, 1.0, 59.0, 60.0, 61.0):  # noqa: B007 - the clock
        refusals.add()
    assert [line.split(" whose")[0] for line in err.getvalue().splitlines()] == [
        "escalator: refused a webhook",
        "escalator: refused 3 webhooks",
    ]


async def test_what_is_heard_can_be_logged(intercom: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "escalator_tui")
    for body in (told("12"), b"[]"):
        await intercom.post("/", content=body, headers=signed(body))
    assert [each.message for each in caplog.records if each.name.startswith("escalator_tui")] == [
        "heard a webhook about conversation 12",
        "heard a webhook about no conversation",
    ]
