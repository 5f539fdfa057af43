"""What answers Intercom. It answers before anything is done about a hint, because Intercom gives up after five seconds and drops what
failed twice.
"""

from __future__ import annotations

import logging
import math
import re
import time
from collections.abc import Callable
from typing import TextIO

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from escalator_tui.services.intercom_webhook import SIGNATURE_HEADER, conversation_id_in, is_signed
from escalator_tui.webhook.hints import Hints

logger = logging.getLogger(__name__)

LARGEST_BODY = 4 * 1024 * 1024
"""Bytes; a conversation with 500 long parts stays below."""
SIGNATURE = re.compile(r"\s*sha1=[0-9a-f]{40}\s*", re.IGNORECASE | re.ASCII)

TOLD_EVERY = 60.0
"""Seconds between two lines about refused signatures: anybody can send some."""


class Refusals:
    """Says on `err` that signatures are wrong, the first time and then now and then."""

    def __init__(self, err: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._err = err
        self._clock = clock
        self._untold = 0
        self._next_at = -math.inf

    def add(self) -> None:
        """One more."""
        self._untold += 1
        if self._clock() < self._next_at:
            return
        whose = "a webhook" if self._untold == 1 else f"{self._untold} webhooks"
        print(f"escalator: refused {whose} whose signature is wrong; check INTERCOM_WEBHOOK_SECRET", file=self._err, flush=True)
        self._untold, self._next_at = 0, self._clock() + TOLD_EVERY


def webhook_app(secret: str, hints: Hints, refusals: Refusals) -> Starlette:
    """What answers Intercom: 200 for whatever bears its signature. Any path will do, since a proxy may stand in front.

    Anything else is answered with 401 (unsigned), 400 (no JSON) or 413 (too large), never with 410, which ends a subscription for good.
    """

    async def hear(request: Request) -> Response:
        signature = request.headers.get(SIGNATURE_HEADER, "")
        if not SIGNATURE.fullmatch(signature):
            return _unsigned()  # before anything is read from a stranger
        body = await _body_of(request)
        if body is None:
            return PlainTextResponse("too large\n", 413)
        if not is_signed(body, signature, secret):
            refusals.add()
            return _unsigned()
        try:
            conversation_id = conversation_id_in(body)
        except (ValueError, RecursionError):
            return PlainTextResponse("this is no JSON\n", 400)
        logger.info("heard a webhook about %s", f"conversation {conversation_id}" if conversation_id else "no conversation")
        hints.add([conversation_id] if conversation_id else [])
        return PlainTextResponse("ok\n")

    async def show(_request: Request) -> Response:
        return PlainTextResponse("Escalator hears Intercom's webhooks here.\n")

    # Intercom asks with HEAD when the address is saved; a GET route answers that too.
    return Starlette(routes=[Route("/{path:path}", show, methods=["GET"]), Route("/{path:path}", hear, methods=["POST"])])


def _unsigned() -> Response:
    return PlainTextResponse("the signature is missing or wrong\n", 401)


async def _body_of(request: Request) -> bytes | None:
    """The body, None when it is larger than any notification."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)
