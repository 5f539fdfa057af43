"""The counting side of what comes after an escalation: words told once on the issue and in the thread, and escalations taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.campaign.counting import WITHDRAWN, Effects, Expected, Tally, conversation_in

URGENT = 1
"""Linear's number for P0."""


def judge_later(tally: Tally, effects: Effects, expected: Expected) -> None:
    """Whatever the customer wrote was told once in each place, and what was undone is made up for, once where once more would show."""
    for kind, entries, places in _tellings(effects):
        _judge_words(tally, kind, entries, places, expected)
    _judge_issues(tally, effects, expected)
    _judge_alerts(tally, effects, expected)
    _judge_notes(tally, effects, expected)


def _tellings(effects: Effects) -> Iterator[tuple[str, list[tuple[str, str]], Mapping[str, str]]]:
    """Comments and replies: name, each text with where it stands, and whose place that is."""
    issues = {str(each.get("id")): conversation_in(each) for each in effects["issues"]}
    alerts = {_place(each): conversation_in(each) for each in effects["messages"] if not each.get("thread_ts")}
    yield "comment", [(json.dumps(each), str(each["issueId"])) for each in effects["comments"]], issues
    replies = (each for each in effects["messages"] if each.get("thread_ts"))
    yield "reply", [(json.dumps(each), _place(each, "thread_ts")) for each in replies], alerts


def _judge_words(tally: Tally, kind: str, entries: Sequence[tuple[str, str]], places: Mapping[str, str], expected: Expected) -> None:
    for word, conversation in expected.told.items():
        found = [places.get(place) for text, place in entries if word in text]
        if not found and conversation not in expected.undone:
            tally.lost.append(f"{kind} on {conversation} with {word}")
        if len(found) > 1:
            tally.doubled.append(f"{kind} on {conversation} with {word} ({len(found)} times)")
        tally.strange += [f"{kind} with {word} of {conversation} went to {each}" for each in found if each != conversation]
    tally.strange += [f"{kind} nobody asked for: {text[:200]}" for text, _ in entries if not any(word in text for word in expected.told)]


def _judge_issues(tally: Tally, effects: Effects, expected: Expected) -> None:
    """Priority and archive are states: they may be asked for twice, and the last one counts."""
    issues = {str(each.get("id")): conversation_in(each) for each in effects["issues"]}
    last = {str(each.get("id")): each for each in (*effects["issues"], *effects["issue_updates"])}
    now = {conversation: last[key] for key, conversation in issues.items()}
    archived = {conversation for conversation, issue in now.items() if issue.get("archivedAt")}
    tally.lost += [f"archive of {each}" for each in sorted(expected.undone & now.keys() - archived)]
    tally.strange += [f"archive of {each}, which nobody undid" for each in sorted(archived - expected.undone)]
    calm = {each for each, issue in now.items() if each in expected.grown and issue.get("priority") != URGENT}
    tally.lost += [f"raise of {each}" for each in sorted(calm - expected.undone)]
    updated = {issues.get(str(each["id"]), str(each["id"])) for each in effects["issue_updates"]}
    tally.strange += [f"update of the issue of {each}" for each in sorted(updated - expected.grown - expected.undone)]


def _judge_alerts(tally: Tally, effects: Effects, expected: Expected) -> None:
    alerts = {_place(each): conversation_in(each) for each in effects["messages"] if not each.get("thread_ts")}
    last = {_place(each): json.dumps(each) for each in effects["message_updates"]}
    struck = {alerts[place] for place, text in last.items() if WITHDRAWN in text and place in alerts}
    tally.lost += [f"strike of {each}" for each in sorted(expected.undone & set(alerts.values()) - struck)]
    tally.strange += [f"strike of {each}, which nobody undid" for each in sorted(struck - expected.undone)]


def _judge_notes(tally: Tally, effects: Effects, expected: Expected) -> None:
    notes = {str(each["conversation_id"]) for each in effects["notes"] if WITHDRAWN not in str(each.get("body"))}
    retractions = [str(each["conversation_id"]) for each in effects["notes"] if WITHDRAWN in str(each.get("body"))]
    tally.lost += [f"retraction of {each}" for each in sorted(expected.undone & notes - set(retractions))]
    counts = {each: retractions.count(each) for each in sorted(set(retractions))}
    tally.doubled += [f"retraction of {each} ({number} times)" for each, number in counts.items() if number > 1]
    tally.strange += [f"retraction of {each}, which had no note or was not undone" for each in counts.keys() - (notes & expected.undone)]


def _place(entry: Mapping[str, Any], name: str = "ts") -> str:
    return f"{entry.get('channel')} {entry.get(name)}"
