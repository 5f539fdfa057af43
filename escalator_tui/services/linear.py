"""Linear, through Scalekit's GraphQL tool: it takes variables, so customer text needs no escaping, and an id of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from escalator_tui.model.text import one_line
from escalator_tui.services import linear_errors
from escalator_tui.services.answers import items, mapping, text_of, unwrap
from escalator_tui.services.errors import PermanentError, RetryableError, UnknownOutcomeError
from escalator_tui.services.scalekit import Scalekit

TOOL = "linear_graphql_query"
CREATE_ISSUE = """mutation CreateIssue($input: IssueCreateInput!) {
  issueCreate(input: $input) { success issue { id identifier url trashed archivedAt } }
}"""
FIND_ISSUE = """query FindIssue($id: String!) {
  issue(id: $id) { id identifier url trashed archivedAt }
}"""
ATTACH = """mutation Attach($input: AttachmentCreateInput!) {
  attachmentCreate(input: $input) { success }
}"""
COMMENT = """mutation Comment($input: CommentCreateInput!) {
  commentCreate(input: $input) { success }
}"""
SET_PRIORITY = """mutation SetPriority($id: String!, $input: IssueUpdateInput!) {
  issueUpdate(id: $id, input: $input) { success }
}"""
ARCHIVE_ISSUE = """mutation ArchiveIssue($id: String!) {
  issueArchive(id: $id) { success }
}"""
LIST_TEAMS = """query ListTeams($after: String) {
  teams(first: 100, after: $after) { nodes { id key name } pageInfo { hasNextPage endCursor } }
}"""
LIST_LABELS = """query ListLabels($after: String) {
  issueLabels(first: 100, after: $after) { nodes { id name team { id key name } } pageInfo { hasNextPage endCursor } }
}"""
_MOST_PAGES = 20

BeforeWrite = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue. `trashed` is true when somebody deleted or archived it: its id stays taken."""

    id: str
    identifier: str
    url: str
    trashed: bool = False


@dataclass(frozen=True, slots=True)
class Team:
    """A team; `key` is the prefix of its issues' identifiers."""

    id: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Label:
    """A label of issues, of one team, or of the workspace (`team` is None). Two teams may have one of the same name."""

    id: str
    name: str
    team: Team | None = None


class Linear:
    """Creates and finds issues. Every method raises ServiceError; nothing is sent twice."""

    def __init__(self, scalekit: Scalekit) -> None:
        self._scalekit = scalekit

    def create_issue(
        self,
        *,
        issue_id: str,
        team_id: str,
        title: str,
        description: str,
        priority: int,
        label_ids: Sequence[str],
        before_write: BeforeWrite | None = None,
    ) -> Issue:
        """The issue of that id (UUIDv4), created now or by an earlier attempt. `priority` is Linear's: 0 none, 1 urgent to 4 low.

        `description` is Markdown. An issue of that id counts as success even when it was trashed: see `Issue.trashed`.
        """
        # Ids are UUIDs, which are the same in capital letters, as somebody may have configured them.
        values = {"id": issue_id, "teamId": team_id.lower(), "title": title, "description": description, "priority": priority}
        labels = {"labelIds": [each.lower() for each in label_ids]} if label_ids else {}
        try:
            payload = self._write(CREATE_ISSUE, "issueCreate", values | labels, before_write)
        except PermanentError as error:
            if error.code != linear_errors.CONFLICT:
                raise
            existing = self.find_issue(issue_id)
            if existing is None:
                raise
            return existing
        issue = _issue(payload.get("issue"))
        if issue is None:
            raise UnknownOutcomeError("Linear's answer does not tell which issue it created", service="linear")
        return issue

    def find_issue(self, issue_id: str) -> Issue | None:
        """The issue of that id or identifier, None when there is none."""
        try:
            return _issue(self._read(FIND_ISSUE, {"id": issue_id}).get("issue"))
        except PermanentError as error:
            if error.code == linear_errors.NOT_FOUND:
                return None
            raise

    def attach(self, *, issue_id: str, url: str, title: str, before_write: BeforeWrite | None = None) -> None:
        """Put a link on an issue. Linear keeps one attachment per issue and URL (its schema says so), so it may be repeated."""
        self._write(ATTACH, "attachmentCreate", {"issueId": issue_id, "url": url, "title": title}, before_write)

    def comment(self, *, comment_id: str, issue_id: str, body: str, before_write: BeforeWrite | None = None) -> None:
        """Comment on an issue in Markdown, under an id of our own (UUIDv4): one that exists already counts as success."""
        try:
            self._write(COMMENT, "commentCreate", {"id": comment_id, "issueId": issue_id, "body": body}, before_write)
        except PermanentError as error:
            if error.code != linear_errors.CONFLICT:
                raise

    def set_priority(self, *, issue_id: str, priority: int, before_write: BeforeWrite | None = None) -> None:
        """Give an issue another priority (Linear's: 0 none, 1 urgent to 4 low), which may be repeated."""
        self._change(SET_PRIORITY, "issueUpdate", {"id": issue_id, "input": {"priority": priority}}, before_write)

    def archive(self, *, issue_id: str, before_write: BeforeWrite | None = None) -> None:
        """Archive an issue, which may be repeated. It keeps its id."""
        self._change(ARCHIVE_ISSUE, "issueArchive", {"id": issue_id}, before_write)

    def teams(self) -> tuple[Team, ...]:
        """The teams the authorized user can see."""
        return tuple(map(_team, self._nodes(LIST_TEAMS, "teams")))

    def labels(self) -> tuple[Label, ...]:
        """The labels of the workspace and of the teams the authorized user can see, those that were archived aside."""
        found = ((each, mapping(each.get("team"))) for each in self._nodes(LIST_LABELS, "issueLabels"))
        return tuple(Label(text_of(each.get("id")), _plain(each, "name"), _team(team) if team else None) for each, team in found)

    def _nodes(self, document: str, field: str) -> Iterator[Mapping[str, Any]]:
        """What all pages of a list hold."""
        after = ""
        for _ in range(_MOST_PAGES):
            page = mapping(self._read(document, {"after": after} if after else {}).get(field))
            yield from items(page.get("nodes"))
            info = mapping(page.get("pageInfo"))
            after = text_of(info.get("endCursor"))
            if not info.get("hasNextPage") or not after:
                return

    def _read(self, document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """The `data` of a query; an answer that was lost can simply be asked for again."""
        try:
            return self._run(document, variables, None)
        except UnknownOutcomeError as error:
            raise RetryableError(error.message, service="linear", code=error.code) from None

    def _write(self, document: str, field: str, values: Mapping[str, Any], before_write: BeforeWrite | None) -> Mapping[str, Any]:
        return self._change(document, field, {"input": values}, before_write)

    def _change(self, document: str, field: str, variables: Mapping[str, Any], before_write: BeforeWrite | None) -> Mapping[str, Any]:
        """The mutation's payload, once it says success."""
        payload = mapping(self._run(document, variables, before_write, field).get(field))
        if payload.get("success") is True:
            return payload
        if payload.get("success") is False:
            raise PermanentError("Linear did not carry it out and gave no reason", service="linear", code="no_success")
        raise UnknownOutcomeError("Linear's answer does not tell whether it was done", service="linear")

    def _run(self, document: str, variables: Mapping[str, Any], before_write: BeforeWrite | None, field: str = "") -> Mapping[str, Any]:
        parameters: dict[str, Any] = {"query": document, "variables": dict(variables)}
        answer = unwrap(self._scalekit.execute("linear", TOOL, parameters, before_write=before_write))
        data = mapping(answer.get("data", answer))
        error = linear_errors.from_errors(answer.get("errors"))
        # GraphQL may answer with both: when the mutation succeeded, the error is about a field of the answer.
        if error is not None and mapping(data.get(field)).get("success") is not True:
            raise error
        return data


def _issue(value: object) -> Issue | None:
    found = mapping(value)
    if not text_of(found.get("id")):
        return None
    gone = bool(found.get("trashed")) or bool(found.get("archivedAt"))
    return Issue(text_of(found.get("id")), _plain(found, "identifier"), _plain(found, "url", 2000), gone)


def _team(found: Mapping[str, Any]) -> Team:
    return Team(text_of(found.get("id")), _plain(found, "key"), _plain(found, "name"))


def _plain(found: Mapping[str, Any], key: str, limit: int = 200) -> str:
    return one_line(text_of(found.get(key)), limit)
