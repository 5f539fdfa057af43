"""Who signed a webhook, and which conversation it is about."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalator_tui.services.intercom_webhook import conversation_id_in, is_signed

BODY = b'{ "type" : "notification_event" }'
# printf '{ "type" : "notification_event" }' | openssl dgst -sha1 -hmac hush
SIGNATURE = "sha1=f4c9371686e2f1ddb5f6f5afadc27a475a506548"


def notification(item: object) -> bytes:
    return json.dumps({"type": "notification_event", "id": None, "data": {"type": "notification_event_data", "item": item}}).encode()


def test_the_signature_is_over_the_very_bytes() -> None:
    assert is_signed(BODY, SIGNATURE, "hush")
    assert is_signed(BODY, SIGNATURE.upper(), "hush")
    for body, signature, secret in (
        (BODY.replace(b" ", b""), SIGNATURE, "hush"),
        (BODY, SIGNATURE, "Hush"),
        (BODY, SIGNATURE.removeprefix("sha1="), "hush"),
        (BODY, "", "hush"),
        (BODY, "sha1=ü", "hush"),
        (BODY, "sha1=☃", "hush"),
    ):
        assert not is_signed(body, signature, secret)


def test_a_captured_ping_is_signed_and_about_no_conversation(specs: Path) -> None:
    body = (specs / "captures" / "webhook-ping.real-body.txt").read_bytes()
    assert is_signed(body, "sha1=2408da1ffd1c00b3ec15affe7f7732aab16fafe5", "test-client-secret")
    assert conversation_id_in(body) is None


@pytest.mark.parametrize(
    ("item", "found"),
    [
        ({"type": "conversation", "id": "215473886392040"}, "215473886392040"),
        ({"type": "conversation", "id": 215473886392040}, "215473886392040"),
        ({"type": "contact", "id": "12"}, None),
        ({"type": "conversation", "id": "../contacts/1"}, None),
        ({"type": "conversation", "id": "٣"}, None),
        ({"type": "conversation", "id": "1" * 21}, None),
        ({"type": "conversation", "id": None}, None),
        ({"type": "conversation"}, None),
        (None, None),
        ([], None),
        ("conversation", None),
    ],
)
def test_only_a_conversation_with_a_plain_id_is_named(item: object, found: str | None) -> None:
    assert conversation_id_in(notification(item)) == found


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"\x00"])
def test_what_is_no_json_is_told(body: bytes) -> None:
    with pytest.raises((json.JSONDecodeError, UnicodeDecodeError)):
        conversation_id_in(body)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda each: st.lists(each) | st.dictionaries(st.text(), each)))
def test_any_json_is_taken_without_a_fault(told: object) -> None:
    assert conversation_id_in(json.dumps(told).encode()) is None
