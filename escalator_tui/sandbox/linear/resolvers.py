"""GraphQL documents parsed, validated and executed over the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, build_schema, execute_sync, parse, validate
from graphql.language import FieldNode, OperationType

from escalator_tui.sandbox.linear.schema import SDL
from escalator_tui.sandbox.linear.store import LABELS, PRIORITY_LABELS, STATES, TEAMS, WORKSPACE, LinearError, LinearStore

SCHEMA = build_schema(SDL)
ORGANIZATION = {"id": "0c2d8a2e-5a0f-4d2e-8b7c-2f5f0c1d9e01", "name": "Acme Support", "urlKey": WORKSPACE}
VIEWER = {
    "id": "0c2d8a2e-5a0f-4d2e-8b7c-2f5f0c1d9e02",
    "name": "Escalator",
    "displayName": "escalator",
    "email": "escalator@acme-support.example",
    "active": True,
    "organization": ORGANIZATION,
}
PAGE = 50

Resolve = Callable[..., Any]


def run_document(store: LinearStore, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Linear's answer: `data`, and `errors` when there are some."""
    try:
        document = read_document(query)
    except GraphQLError as error:
        return {"errors": [_refusal(error)]}
    result = execute_sync(SCHEMA, document, root_value=_roots(store), variable_values=dict(variables), field_resolver=_resolve)
    if not result.errors:
        return {"data": result.data}
    # Only a document that does not fit its variables leaves no path; then nothing ran.
    return {"errors": [_explain(each) for each in result.errors], "data": result.data}


@lru_cache(maxsize=256)
def read_document(query: str) -> DocumentNode:
    """The parsed document. Raises GraphQLError when it is not valid against the schema."""
    document = parse(query)
    errors = validate(SCHEMA, document)
    if errors:
        raise errors[0]
    return document


def root_field(query: str) -> tuple[str, bool]:
    """Name of the first field asked for and whether the document writes; of a document that cannot be read, nothing."""
    try:
        document = read_document(query)
    except GraphQLError:
        return "invalid", False
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            first = definition.selection_set.selections[0]
            name = first.name.value if isinstance(first, FieldNode) else "fragment"
            return name, definition.operation is OperationType.MUTATION
    return "invalid", False


def _roots(store: LinearStore) -> dict[str, Resolve]:
    return {**_queries(store), **_mutations(store)}


def _queries(store: LinearStore) -> dict[str, Resolve]:
    def issues(_info: Any, **given: Any) -> Any:  # noqa: ANN401 - graphql-core's own signature
        return _connection([_issue(store, each) for each in store.issues.values() if _is_wanted(each, given)], **_page(given))

    def attachments(_info: Any, **given: Any) -> Any:  # noqa: ANN401
        found = [each for each in store.attachments.values() if each["url"] == given["url"]]
        return _connection([_attachment(store, each) for each in found if _is_wanted(store.issues[each["issueId"]], given)], **_page(given))

    return {
        "viewer": lambda _info: VIEWER,
        "organization": lambda _info: ORGANIZATION,
        "team": lambda _info, **given: _team(given["id"]),
        "teams": lambda _info, **page: _connection([_team(key) for key in TEAMS], **page),
        "issue": lambda _info, **given: _issue(store, store.find_issue(given["id"])),
        "issues": issues,
        "issueLabels": lambda _info, **page: _connection(list(LABELS.values()), **page),
        "workflowStates": lambda _info, **page: _connection(list(STATES.values()), **page),
        "attachmentsForURL": attachments,
    }


def _mutations(store: LinearStore) -> dict[str, Resolve]:
    def paid(**entity: object) -> dict[str, object]:
        return {"success": True, "lastSyncId": store.sync_id, **entity}

    return {
        "issueCreate": lambda _info, **given: paid(issue=_issue(store, store.create_issue(given["input"]))),
        "issueUpdate": lambda _info, **given: paid(issue=_issue(store, store.update_issue(given["id"], given["input"]))),
        "issueArchive": lambda _info, **given: paid(entity=_issue(store, store.archive_issue(given["id"], trash=bool(given.get("trash"))))),
        "issueUnarchive": lambda _info, **given: paid(entity=_issue(store, store.unarchive_issue(given["id"]))),
        "attachmentCreate": lambda _info, **given: paid(attachment=_attachment(store, store.attach(given["input"]))),
        "commentCreate": lambda _info, **given: paid(comment=_comment(store, store.comment(given["input"]))),
    }


def _is_wanted(issue: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    return bool(given.get("includeArchived")) or not issue["archivedAt"]


def _page(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in ("first", "after") if name in given}


def _team(key: str) -> dict[str, Any]:
    if key not in TEAMS:
        raise LinearError("Entity not found: Team", advice="Could not find referenced Team.")
    return {
        **TEAMS[key],
        "displayName": TEAMS[key]["name"],
        "organization": ORGANIZATION,
        "states": lambda _info, **page: _connection(list(STATES.values()), **page),
        "labels": lambda _info, **page: _connection(list(LABELS.values()), **page),
    }


def _issue(store: LinearStore, issue: Mapping[str, Any]) -> dict[str, Any]:
    def belonging(entities: Mapping[str, dict[str, Any]], show: Callable[..., dict[str, Any]]) -> Resolve:
        return lambda _info, **page: _connection([show(store, e) for e in entities.values() if e["issueId"] == issue["id"]], **page)

    return {
        **issue,
        "priorityLabel": PRIORITY_LABELS[int(issue["priority"])],
        "state": STATES[issue["stateId"]],
        "team": _team(issue["teamId"]),
        "creator": VIEWER,
        "assignee": None,
        "labels": lambda _info, **page: _connection([LABELS[key] for key in issue["labelIds"]], **page),
        "attachments": belonging(store.attachments, _attachment),
        "comments": belonging(store.comments, _comment),
    }


def _attachment(store: LinearStore, attachment: Mapping[str, Any]) -> dict[str, Any]:
    return {**attachment, "creator": VIEWER, "issue": lambda _info: _issue(store, store.issues[attachment["issueId"]])}


def _comment(store: LinearStore, comment: Mapping[str, Any]) -> dict[str, Any]:
    return {**comment, "user": VIEWER, "issue": lambda _info: _issue(store, store.issues[comment["issueId"]])}


def _connection(nodes: Sequence[dict[str, Any]], first: int | None = None, after: str | None = None) -> dict[str, Any]:
    start = next((at + 1 for at, each in enumerate(nodes) if each["id"] == after), 0) if after else 0
    page = nodes[start : start + (first or PAGE)]
    return {
        "nodes": page,
        "pageInfo": {
            "startCursor": page[0]["id"] if page else None,
            "endCursor": page[-1]["id"] if page else None,
            "hasNextPage": start + len(page) < len(nodes),
            "hasPreviousPage": start > 0,
        },
    }


def _resolve(source: Any, info: Any, **arguments: Any) -> Any:  # noqa: ANN401 - graphql-core's own signature
    value = source.get(info.field_name)
    return value(info, **arguments) if callable(value) else value


def _refusal(error: GraphQLError) -> dict[str, Any]:
    extensions = {"code": "GRAPHQL_VALIDATION_FAILED", "type": "graphql error", "statusCode": 400, "userError": True}
    return {
        "message": error.message,
        "locations": [{"line": at.line, "column": at.column} for at in error.locations or ()],
        "extensions": extensions,
    }


def _explain(error: GraphQLError) -> dict[str, Any]:
    if not isinstance(error.original_error, LinearError):
        return _refusal(error)
    return {"message": error.message, "path": list(error.path or ()), "extensions": error.original_error.extensions}
