"""Addresses of Slack messages without a call for each: a channel's messages all have the same beginning."""

from __future__ import annotations

import re

from escalator_tui.ledger.ledger import Ledger
from escalator_tui.services.errors import ServiceError
from escalator_tui.services.slack import Slack

_ARCHIVES = re.compile(r"(https://[^\s/]+/archives/[A-Z0-9]+)/p\d+")


class Permalinks:
    """Asks Slack once per channel and remembers the answer in the ledger. Thread-safe; two that ask at once get the same answer."""

    def __init__(self, slack: Slack, ledger: Ledger) -> None:
        self._slack = slack
        self._ledger = ledger
        self._known: dict[str, str] = {}

    def find(self, channel: str, ts: str) -> str:
        """The address of a message, "" when Slack does not tell: a note goes out without it rather than not at all."""
        archive = self._known.get(channel) or self._recall(channel, ts)
        if not archive:
            return ""
        self._known[channel] = archive
        return f"{archive}/p{ts.replace('.', '')}"

    def _recall(self, channel: str, ts: str) -> str:
        name = f"slack_archive:{channel}"
        archive = self._ledger.mark(name)
        if archive is None:
            archive = self._ask(channel, ts)
            if archive:
                self._ledger.set_mark(name, archive)
        return archive

    def _ask(self, channel: str, ts: str) -> str:
        try:
            link = self._slack.permalink(channel, ts) or ""
        except ServiceError:
            return ""
        found = _ARCHIVES.match(link)
        return found[1] if found else ""
