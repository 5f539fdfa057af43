"""Linear's issues, attachments and comments, and the rules by which it takes or refuses a write."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from escalator_tui.sandbox.clock import Clock
from escalator_tui.sandbox.effects import Effects

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)
PRIORITY_LABELS = ("No priority", "Urgent", "High", "Medium", "Low")
WORKSPACE = "acme-support"
TEAM_ID = "6f1c2f4e-4d0b-4a53-9a3e-0d6c1b8f2a11"
LABEL_ESCALATION = "1d3f9a70-52c4-4f0e-8f55-7f2f4f7f6a01"
LABEL_BUG = "1d3f9a70-52c4-4f0e-8f55-7f2f4f7f6a02"

LABEL_BUG_BILLING = "1d3f9a70-52c4-4f0e-8f55-7f2f4f7f6a03"
TEAM_BILLING = "6f1c2f4e-4d0b-4a53-9a3e-0d6c1b8f2a12"

TEAMS: dict[str, dict[str, Any]] = {
    TEAM_ID: {"id": TEAM_ID, "key": "INF", "name": "Infra"},
    TEAM_BILLING: {"id": TEAM_BILLING, "key": "BIL", "name": "Billing"},
}
LABELS: dict[str, dict[str, Any]] = {
    LABEL_ESCALATION: {"id": LABEL_ESCALATION, "name": "escalation", "color": "#eb5757"},
    LABEL_BUG: {"id": LABEL_BUG, "name": "bug", "color": "#f2994a", "team": TEAMS[TEAM_ID]},
    LABEL_BUG_BILLING: {"id": LABEL_BUG_BILLING, "name": "bug", "color": "#f2994a", "team": TEAMS[TEAM_BILLING]},
}
STATES: dict[str, dict[str, Any]] = {
    key: {"id": key, "name": name, "type": kind, "color": "#bec2c8", "position": float(at)}
    for at, (key, name, kind) in enumerate(
        (
            ("a3f3b7de-0a0c-4d2c-9a63-6d6f5a1e0c01", "Todo", "unstarted"),
            ("a3f3b7de-0a0c-4d2c-9a63-6d6f5a1e0c02", "In Progress", "started"),
            ("a3f3b7de-0a0c-4d2c-9a63-6d6f5a1e0c03", "Done", "completed"),
        )
    )
}
FIRST_STATE = next(iter(STATES))


class LinearError(Exception):
    """Linear refuses. `code` is the extension's code, `advice` its text for people."""

    def __init__(
        self, message: str, *, advice: str = "", code: str = "INPUT_ERROR", kind: str = "invalid input", status: int = 400
    ) -> None:
        super().__init__(message)
        self.extensions = {
            "type": kind,
            "code": code,
            "statusCode": status,
            "userError": True,
            "userPresentableMessage": advice or message,
        }


@dataclass(slots=True)
class LinearStore:
    """Everything in the workspace, by id."""

    clock: Clock
    effects: Effects
    issues: dict[str, dict[str, Any]] = field(default_factory=dict)
    attachments: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: dict[str, dict[str, Any]] = field(default_factory=dict)
    sync_id: float = 0.0

    def find_issue(self, reference: str) -> dict[str, Any]:
        """The issue by its id or identifier, archived and trashed ones too."""
        issue = self.issues.get(reference) or next((each for each in self.issues.values() if each["identifier"] == reference), None)
        if issue is None:
            raise LinearError("Entity not found: Issue", advice="Could not find referenced Issue.")
        return issue

    def create_issue(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """A new issue; an id that was ever taken, even by a trashed issue, is refused and nothing is updated."""
        key = self._new_id(values, "Issue", self.issues)
        team = TEAMS.get(values["teamId"])
        if team is None:
            raise LinearError("Entity not found: Team", advice="Could not find referenced Team.")
        if not (values.get("title") or "").strip():
            raise LinearError("Argument Validation Error", advice="title should not be empty.", code="INVALID_INPUT")
        number = 1 + sum(1 for each in self.issues.values() if each["teamId"] == team["id"])
        identifier = f"{team['key']}-{number + 40}"
        issue = {
            "id": key,
            "identifier": identifier,
            "number": float(number + 40),
            "teamId": team["id"],
            "title": values["title"],
            "description": values.get("description"),
            "priority": _priority(values.get("priority")),
            "estimate": values.get("estimate"),
            "dueDate": values.get("dueDate"),
            "stateId": _known(STATES, values.get("stateId"), "WorkflowState") or FIRST_STATE,
            "assigneeId": values.get("assigneeId"),
            "labelIds": self._labels(values.get("labelIds")),
            "url": f"https://linear.app/{WORKSPACE}/issue/{identifier}/{_slug(values['title'])}",
            "createdAt": self._now(),
            "updatedAt": self._now(),
            "archivedAt": None,
            "trashed": None,
        }
        self.issues[key] = issue
        self._effect("issues", issue)
        return issue

    def update_issue(self, reference: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Change an issue's fields; labels can be given whole, or as added and removed ones."""
        issue = self.find_issue(reference)
        changes = {name: value for name, value in values.items() if name not in ("addedLabelIds", "removedLabelIds", "labelIds")}
        if "priority" in changes:
            changes["priority"] = _priority(changes["priority"])
        _known(STATES, changes.get("stateId"), "WorkflowState")
        labels = self._labels(values.get("labelIds", issue["labelIds"])) + self._labels(values.get("addedLabelIds"))
        removed = set(values.get("removedLabelIds") or ())
        issue.update(changes, labelIds=[each for each in dict.fromkeys(labels) if each not in removed], updatedAt=self._now())
        self._effect("issue_updates", issue)
        return issue

    def archive_issue(self, reference: str, *, trash: bool) -> dict[str, Any]:
        """Archive an issue, or move it to the trash; it keeps its id."""
        issue = self.find_issue(reference)
        issue.update(archivedAt=self._now(), trashed=True if trash else issue["trashed"], updatedAt=self._now())
        self._effect("issue_updates", issue)
        return issue

    def unarchive_issue(self, reference: str) -> dict[str, Any]:
        """Take an issue back."""
        issue = self.find_issue(reference)
        issue.update(archivedAt=None, trashed=None, updatedAt=self._now())
        self._effect("issue_updates", issue)
        return issue

    def attach(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """An attachment: one per issue and address, which a second one updates."""
        issue = self.find_issue(values["issueId"])
        known = next((a for a in self.attachments.values() if (a["issueId"], a["url"]) == (issue["id"], values["url"])), None)
        found = known or {"id": self._new_id(values, "Attachment", self.attachments), "createdAt": self._now()}
        found.update(
            issueId=issue["id"],
            url=values["url"],
            title=values["title"],
            subtitle=values.get("subtitle"),
            metadata=values.get("metadata") or {},
            updatedAt=self._now(),
        )
        self.attachments[found["id"]] = found
        self._effect("attachments", found, updated=known is not None)
        return found

    def comment(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """A comment on an issue."""
        key = self._new_id(values, "Comment", self.comments)
        issue = self.find_issue(values.get("issueId") or "")
        if not values.get("body"):
            raise LinearError("Argument Validation Error", advice="body should not be empty.", code="INVALID_INPUT")
        comment = {"id": key, "issueId": issue["id"], "body": values["body"], "url": f"{issue['url']}#comment-{key[:8]}"}
        comment |= {"createdAt": self._now(), "updatedAt": self._now()}
        self.comments[key] = comment
        self._effect("comments", comment)
        return comment

    def _new_id(self, values: Mapping[str, Any], kind: str, taken: Mapping[str, Any]) -> str:
        key = values.get("id")
        if key is None:
            return str(uuid.uuid4())
        if not UUID4.fullmatch(key):
            raise LinearError("Argument Validation Error", advice="id must be a UUID.", code="INVALID_INPUT")
        if key in taken:
            raise LinearError(f"conflict on insert of {kind}", advice=f"Entity {kind} with id {key} already exists.")
        return str(key)

    def _labels(self, keys: list[str] | None) -> list[str]:
        for key in keys or ():
            _known(LABELS, key, "IssueLabel")
        return list(keys or ())

    def _effect(self, kind: str, entity: Mapping[str, Any], **more: Any) -> None:  # noqa: ANN401 - as effects take it
        self.sync_id += 1.0
        self.effects.record(kind, **entity, **more)

    def _now(self) -> str:
        return datetime.fromtimestamp(self.clock(), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _known(entities: Mapping[str, Any], key: str | None, kind: str) -> str | None:
    if key is not None and key not in entities:
        raise LinearError(f"Entity not found: {kind}", advice=f"Could not find referenced {kind}.")
    return key


def _priority(value: int | None) -> float:
    if value is not None and not 0 <= value <= 4:
        raise LinearError("Argument Validation Error", advice="priority must not be greater than 4.", code="INVALID_INPUT")
    return float(value or 0)


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "issue"
