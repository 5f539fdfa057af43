"""The Linear tools of Scalekit's catalogue."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from escalator_tui.sandbox.linear.resolvers import root_field, run_document
from escalator_tui.sandbox.linear.store import LinearStore
from escalator_tui.sandbox.options import Options
from escalator_tui.sandbox.scalekit.errors import ToolError

ISSUE = "{ id identifier number title description priority url state { id name type } team { id key name } }"
CREATE = f"mutation($input: IssueCreateInput!) {{ issueCreate(input: $input) {{ success issue {ISSUE} }} }}"
UPDATE = f"mutation($id: String!, $input: IssueUpdateInput!) {{ issueUpdate(id: $id, input: $input) {{ success issue {ISSUE} }} }}"
GET = f"query($id: String!) {{ issue(id: $id) {ISSUE} }}"
PAGE_INFO = "pageInfo { hasNextPage endCursor }"
TEAMS = f"query($first: Int, $after: String) {{ teams(first: $first, after: $after) {{ nodes {{ id key name }} {PAGE_INFO} }} }}"
LABELS = f"query($first: Int) {{ issueLabels(first: $first) {{ nodes {{ id name color }} {PAGE_INFO} }} }}"
VIEWER = "{ viewer { id name displayName email } }"
ATTACH = "mutation($input: AttachmentCreateInput!) { attachmentCreate(input: $input) { success attachment { id url title } } }"
COMMENT = "mutation($input: CommentCreateInput!) { commentCreate(input: $input) { success comment { id body url } } }"
WRITES = ("linear_issue_create", "linear_issue_update", "linear_attachment_create", "linear_comment_create")

Params = Mapping[str, Any]


class LinearTools:
    """Linear as Scalekit's tools show it."""

    def __init__(self, store: LinearStore, options: Options) -> None:
        self.store = store
        self._options = options
        self.tools: dict[str, Callable[[Params], dict[str, Any]]] = {
            "linear_graphql_query": lambda p: self._query(_text(p, "query"), p.get("variables") or {}),
            "linear_issue_create": lambda p: self._query(CREATE, {"input": _issue_input(p, "teamId", "title")}),
            "linear_issue_update": lambda p: self._query(
                UPDATE, {"id": _text(p, "issueId"), "input": _issue_input(_without(p, "issueId"))}
            ),
            "linear_issue_get": lambda p: self._query(GET, {"id": _text(p, "issueId")}),
            "linear_teams_list": lambda p: self._query(TEAMS, p),
            "linear_labels_list": lambda p: self._query(LABELS, _without(p, "teamId")),
            "linear_viewer_get": lambda _p: self._query(VIEWER, {}),
            "linear_attachment_create": lambda p: self._query(ATTACH, {"input": dict(p)}),
            "linear_comment_create": lambda p: self._query(COMMENT, {"input": dict(p)}),
        }

    def describe(self, tool: str, params: Params) -> tuple[str, bool]:
        """The operation's name, with the root field of a GraphQL document, and whether it writes."""
        if tool != "linear_graphql_query":
            return tool, tool in WRITES
        field, writes = root_field(str(params.get("query", "")))
        return f"{tool}:{field}", writes

    def rate_limited(self, flavour: str, delivery: str) -> dict[str, Any]:
        """Linear's refusal of one call too many: HTTP 400, as documented, or 429, raised as ToolError; or 200 with a message only."""
        message = "Rate limit exceeded. Only 2500 requests are allowed per 1 hour."
        error: dict[str, Any] = {"message": message}
        if flavour != "200":
            error["extensions"] = {"type": "ratelimited", "code": "RATELIMITED", "statusCode": 429}
        body = {"errors": [error]}
        if delivery == "data" or (flavour == "200" and delivery != "tool_error"):
            return body
        raise ToolError("RATELIMITED", json.dumps(body), status=int(flavour))

    def _query(self, query: str, variables: Params) -> dict[str, Any]:
        answer = run_document(self.store, query, variables)
        if "errors" not in answer or self._options.linear_errors == "data":
            return answer
        raise ToolError(str(answer["errors"][0]["extensions"]["code"]), json.dumps(answer), status=400)


def _text(params: Params, name: str) -> str:
    value = params.get(name)
    if not isinstance(value, str) or not value:
        raise ToolError("INVALID_PARAMETER", f"{name} is required", status=400)
    return value


def _without(params: Params, name: str) -> dict[str, Any]:
    return {key: value for key, value in params.items() if key != name}


def _issue_input(params: Params, *required: str) -> dict[str, Any]:
    for name in required:
        _text(params, name)
    found = dict(params)
    for name in ("priority", "estimate"):
        if name not in found:
            continue
        # The catalogue types these as strings, and numbers break the tool's template.
        if not isinstance(found[name], str) or not found[name].isdigit():
            raise ToolError("TEMPLATE_ERROR", f"template rendering failed: {name} is not a string", status=400)
        found[name] = int(found[name])
    return found
