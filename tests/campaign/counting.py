"""The counting side: how often each conversation has each effect at the sandbox."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

COUNTED = ("issues", "attachments", "messages", "notes", "taggings")
"""What each conversation gets one of, as the sandbox calls it."""
FORBIDDEN = ("replies", "comments", "conversation_updates", "issue_updates")
"""What an escalation never does; a reply would be seen by the customer."""

_CONVERSATION = re.compile(r"/conversation/(\d+)")


@dataclass
class Tally:
    """What a campaign did and found. `lost` and `doubled` name each effect that is missing or exists once too often."""

    kills: int = 0
    runs: int = 0
    conversations: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, other: Tally) -> None:
        """Take the other one's numbers in."""
        self.kills += other.kills
        self.runs += other.runs
        self.conversations += other.conversations
        self.lost += other.lost
        self.doubled += other.doubled
        self.strange += other.strange
        self.seconds += other.seconds

    @property
    def holds(self) -> bool:
        """Nothing lost, nothing doubled, nothing strange."""
        return not (self.lost or self.doubled or self.strange)

    def __str__(self) -> str:
        text = (
            f"{self.kills:4} kills  {self.runs:4} runs  {self.conversations:4} conversations  "
            f"{len(self.lost)} lost  {len(self.doubled)} doubled  {self.seconds:5.1f} s"
        )
        wrong = [*(f"lost {each}" for each in self.lost), *(f"doubled {each}" for each in self.doubled), *self.strange]
        return "\n    ".join((text, *wrong[:20]))


def count(effects: Mapping[str, list[dict[str, Any]]]) -> dict[str, Counter[str]]:
    """Kind to conversation to number. Attachments and tags are kept once by the services, so distinct ones are counted."""
    return {
        "issue": Counter(_conversation_in(each) for each in effects["issues"]),
        "attachment": Counter(_conversation_in(each) for each in _distinct(effects["attachments"], "issueId", "url")),
        "alert": Counter(_conversation_in(each) for each in effects["messages"]),
        "note": Counter(str(each["conversation_id"]) for each in effects["notes"]),
        "tag": Counter(str(each["conversation_id"]) for each in _distinct(effects["taggings"], "conversation_id", "id")),
    }


def judge(tally: Tally, effects: Mapping[str, list[dict[str, Any]]], expected: Iterable[str]) -> None:
    """Compare with one effect of each kind for every conversation expected, and none for any other."""
    wanted = set(expected)
    for kind, counts in count(effects).items():
        tally.lost += [f"{kind} of {each}" for each in sorted(wanted - counts.keys())]
        tally.doubled += [f"{kind} of {each} ({number} times)" for each, number in sorted(counts.items()) if number > 1]
        tally.strange += [f"{kind} of {each}, which nobody escalated" for each in sorted(counts.keys() - wanted)]
    tally.strange += [f"{len(effects[kind])} {kind}" for kind in FORBIDDEN if effects[kind]]


def _distinct(entries: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    return list({tuple(str(each.get(name)) for name in names): each for each in entries}.values())


def _conversation_in(entry: Mapping[str, Any]) -> str:
    """The conversation that an entry links to; the entry's own text when it links to none."""
    text = json.dumps(entry)
    found = _CONVERSATION.search(text)
    return found[1] if found else text[:80]
