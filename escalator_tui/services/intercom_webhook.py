"""What Intercom posts to a webhook: who signed it, and which conversation it is about.

A webhook is only a hint. Intercom repeats some, sends them in any order, and drops what was not taken twice, so its content is not
used: the conversation is read again by its id. (Source: Intercom's documentation of webhook notifications.)
"""

from __future__ import annotations

import hmac
import json

SIGNATURE_HEADER = "X-Hub-Signature"
LONGEST_ID = 20


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether Intercom sent exactly these bytes: `signature` is sha1= and the hexadecimal HMAC-SHA1 under the app's client secret.

    The bytes must be those of the request: Intercom's JSON has spaces that written anew it would not have.
    """
    expected = "sha1=" + hmac.new(secret.encode(), body, "sha1").hexdigest()
    return hmac.compare_digest(expected.encode(), signature.strip().lower().encode("latin-1", "replace"))


def conversation_id_in(body: bytes) -> str | None:
    """The id of the conversation that a notification is about; None for a ping or anything else. Raises ValueError when it is no JSON."""
    told = json.loads(body)
    item = told
    for key in ("data", "item"):
        item = item.get(key) if isinstance(item, dict) else None
    if not isinstance(item, dict) or item.get("type") != "conversation":
        return None
    found = str(item.get("id"))
    # It becomes part of an address.
    return found if found.isascii() and found.isdecimal() and len(found) <= LONGEST_ID else None
