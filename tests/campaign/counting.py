"""The counting side: how often each conversation has each effect at the sandbox."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

COUNTED = ("issues", "attachments", "messages", "notes", "taggings", "comments", "issue_updates", "message_updates")
"""What the agent does at the services, as the sandbox calls it."""
FORBIDDEN = ("replies", "conversation_updates")
"""What it never does; a reply would be seen by the customer."""
WITHDRAWN = "Withdrawn by"
"""What is said wherever an escalation was taken back."""

_CONVERSATION = re.compile(r"/conversation/(\d+)")


@dataclass
class Expected:
    """What has to be found: these `conversations` were escalated; the customer's `told` words, each written once on one of them after it
    was; those that have `grown` to P0 by that; and those `undone`, whose effects may not have happened, but are made up for if they did.
    """

    conversations: list[str] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    grown: set[str] = field(default_factory=set)
    undone: set[str] = field(default_factory=set)


@dataclass
class Tally:
    """What a campaign did and found. `lost` and `doubled` name each effect that is missing or exists once too often."""

    kills: int = 0
    freezes: int = 0
    runs: int = 0
    conversations: int = 0
    found: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, other: Tally) -> None:
        """Take the other one's numbers in."""
        self.kills += other.kills
        self.freezes += other.freezes
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
            f"{self.kills:4} kills  {self.freezes:2} freezes  {self.runs:4} runs  {self.conversations:4} conversations  "
            f"{len(self.lost)} lost  {len(self.doubled)} doubled  {self.seconds:5.1f} s"
        )
        wrong = [*(f"lost {each}" for each in self.lost), *(f"doubled {each}" for each in self.doubled), *self.strange]
        return "\n    ".join((text, *wrong[:20]))


Effects = Mapping[str, list[dict[str, Any]]]


def count(effects: Effects) -> dict[str, Counter[str]]:
    """Kind to conversation to number. Attachments and tags are kept once by the services, so distinct ones are counted."""
    return {
        "issue": Counter(conversation_in(each) for each in effects["issues"]),
        "attachment": Counter(conversation_in(each) for each in _distinct(effects["attachments"], "issueId", "url")),
        "alert": Counter(conversation_in(each) for each in effects["messages"] if not each.get("thread_ts")),
        "note": Counter(str(each["conversation_id"]) for each in effects["notes"] if WITHDRAWN not in str(each.get("body"))),
        "tag": Counter(str(each["conversation_id"]) for each in _distinct(effects["taggings"], "conversation_id", "id")),
    }


def judge(tally: Tally, effects: Effects, expected: Expected) -> None:
    """Compare with one effect of each kind for every conversation expected, and none for any other."""
    wanted = set(expected.conversations)
    for kind, counts in count(effects).items():
        tally.lost += [f"{kind} of {each}" for each in sorted(wanted - expected.undone - counts.keys())]
        tally.doubled += [f"{kind} of {each} ({number} times)" for each, number in sorted(counts.items()) if number > 1]
        tally.strange += [f"{kind} of {each}, which nobody escalated" for each in sorted(counts.keys() - wanted)]
    tally.strange += [f"{len(effects[kind])} {kind}" for kind in FORBIDDEN if effects[kind]]


def _distinct(entries: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    return list({tuple(str(each.get(name)) for name in names): each for each in entries}.values())


def conversation_in(entry: Mapping[str, Any]) -> str:
    """The conversation that an entry links to; the entry's own text when it links to none."""
    text = json.dumps(entry)
    found = _CONVERSATION.search(text)
    return found[1] if found else text[:80]
