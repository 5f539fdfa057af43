"""Linear behind Scalekit's tools."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, build_schema, parse, validate
from scalekit.common import exceptions

from escalator_tui.sandbox.linear.schema import SDL
from tests.sandbox.conftest import Desk

CREATE = """mutation($input: IssueCreateInput!) {
  issueCreate(input: $input) { success issue { id identifier url priority labels { nodes { name } } } }
}"""
ISSUE = """query($id: String!) {
  issue(id: $id) { id identifier trashed archivedAt title attachments { nodes { url title } } comments { nodes { body } } }
}"""
ATTACH = "mutation($input: AttachmentCreateInput!) { attachmentCreate(input: $input) { success attachment { id title } } }"
FOR_URL = "query($url: String!) { attachmentsForURL(url: $url, includeArchived: true) { nodes { title issue { identifier } } } }"
COMMENT = "mutation($input: CommentCreateInput!) { commentCreate(input: $input) { success comment { id } } }"
LABEL = "1d3f9a70-52c4-4f0e-8f55-7f2f4f7f6a01"


def values(desk: Desk, **more: Any) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "teamId": desk.process.env["LINEAR_TEAM_ID"], "title": "{braces} and “quotes”", **more}


def refusal(desk: Desk, query: str, **variables: Any) -> dict[str, Any]:
    """The GraphQL error as the tool error carries it."""
    with pytest.raises(exceptions.ScalekitToolException) as caught:
        desk.graphql(query, **variables)
    error: dict[str, Any] = json.loads(caught.value.tool_error_message)["errors"][0]
    return error


def test_an_issue_is_created_with_our_id(desk: Desk) -> None:
    wanted = values(desk, priority=1, labelIds=[LABEL])
    issue = desk.graphql(CREATE, input=wanted)["issueCreate"]["issue"]
    assert (issue["id"], issue["priority"], issue["labels"]["nodes"]) == (wanted["id"], 1.0, [{"name": "escalation"}])
    assert desk.graphql(ISSUE, id=issue["identifier"])["issue"]["title"] == wanted["title"]
    assert [each["id"] for each in desk.effects("issues")] == [wanted["id"]]


def test_the_same_id_twice_is_a_conflict_even_when_the_issue_was_trashed(desk: Desk, specs: Path) -> None:
    wanted = values(desk)
    desk.graphql(CREATE, input=wanted)
    desk.graphql("mutation($id: String!) { issueArchive(id: $id, trash: true) { success entity { id } } }", id=wanted["id"])
    told = refusal(desk, CREATE, input=wanted)
    captured = json.loads((specs / "captures" / "duplicate-id.json").read_text())["body"]["errors"][0]
    assert (told["message"], told["path"], told["extensions"].keys()) == (
        captured["message"],
        captured["path"],
        captured["extensions"].keys(),
    )
    assert told["extensions"]["userPresentableMessage"] == f"Entity Issue with id {wanted['id']} already exists."
    assert desk.graphql(ISSUE, id=wanted["id"])["issue"]["trashed"] is True
    assert len(desk.effects("issues")) == 1


def test_errors_can_come_as_data(desk: Desk) -> None:
    desk.ask("/options", {"linear_errors": "data"})
    wanted = values(desk)
    desk.graphql(CREATE, input=wanted)
    answer = desk.tool("linear_graphql_query", query=CREATE, variables={"input": wanted})
    assert (answer["data"], answer["errors"][0]["message"]) == (None, "conflict on insert of Issue")


@pytest.mark.parametrize(
    "wrong", [{"id": str(uuid.uuid5(uuid.NAMESPACE_DNS, "x"))}, {"title": " "}, {"priority": 5}, {"labelIds": ["x"]}, {"teamId": "x"}]
)
def test_what_linear_would_refuse_is_refused(desk: Desk, wrong: dict[str, Any]) -> None:
    assert refusal(desk, CREATE, input=values(desk, **wrong))["extensions"]["userError"] is True
    assert desk.effects("issues") == []


@pytest.mark.parametrize(
    "document", ["{ viewer { nmae } }", "{", "mutation($input: IssueCreateInput!) { issueCreate(input: $input) { success } }"]
)
def test_a_document_that_does_not_fit_the_schema_is_refused(desk: Desk, document: str) -> None:
    assert refusal(desk, document)["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_an_attachment_is_one_per_issue_and_address(desk: Desk) -> None:
    issue = desk.graphql(CREATE, input=values(desk))["issueCreate"]["issue"]
    wanted = {"issueId": issue["id"], "url": f"https://intercom.example/{issue['id']}", "title": "first"}
    first = desk.graphql(ATTACH, input=wanted)["attachmentCreate"]["attachment"]["id"]
    assert desk.graphql(ATTACH, input={**wanted, "title": "second"})["attachmentCreate"]["attachment"] == {"id": first, "title": "second"}
    found = desk.graphql(FOR_URL, url=wanted["url"])["attachmentsForURL"]["nodes"]
    assert found == [{"title": "second", "issue": {"identifier": issue["identifier"]}}]


def test_a_comment_with_a_taken_id_is_a_conflict(desk: Desk) -> None:
    issue = desk.graphql(CREATE, input=values(desk))["issueCreate"]["issue"]
    wanted = {"id": str(uuid.uuid4()), "issueId": issue["id"], "body": "more"}
    desk.graphql(COMMENT, input=wanted)
    assert refusal(desk, COMMENT, input=wanted)["message"] == "conflict on insert of Comment"
    assert desk.graphql(ISSUE, id=issue["id"])["issue"]["comments"]["nodes"] == [{"body": "more"}]


def test_an_update_adds_and_removes_labels(desk: Desk) -> None:
    issue = desk.graphql(CREATE, input=values(desk))["issueCreate"]["issue"]
    update = "mutation($id: String!, $input: IssueUpdateInput!) { issueUpdate(id: $id, input: $input) { issue { priority labelIds } } }"
    changed = desk.graphql(update, id=issue["identifier"], input={"priority": 2, "addedLabelIds": [LABEL]})["issueUpdate"]["issue"]
    assert changed == {"priority": 2.0, "labelIds": [LABEL]}
    assert desk.graphql(update, id=issue["id"], input={"removedLabelIds": [LABEL]})["issueUpdate"]["issue"]["labelIds"] == []


def test_the_plain_tool_wants_its_priority_as_text(desk: Desk) -> None:
    wanted = {"teamId": desk.process.env["LINEAR_TEAM_ID"], "title": "x"}
    assert desk.tool("linear_issue_create", **wanted, priority="2")["data"]["issueCreate"]["issue"]["priority"] == 2.0
    with pytest.raises(exceptions.ScalekitToolException, match="template"):
        desk.tool("linear_issue_create", **wanted, priority=2)


def test_teams_are_listed(desk: Desk) -> None:
    teams = desk.tool("linear_teams_list")["data"]["teams"]["nodes"]
    assert desk.process.env["LINEAR_TEAM_ID"] in [each["id"] for each in teams]


def test_our_schema_is_a_part_of_linears(specs: Path) -> None:
    """Same names, types, nullability and arguments, so that a document valid here is valid there."""
    ours, theirs = build_schema(SDL), build_schema((specs / "linear-schema.graphql").read_text())
    compared = 0
    for name, kind in ours.type_map.items():
        if name.startswith("__") or not isinstance(kind, (GraphQLObjectType, GraphQLInputObjectType)):
            continue
        for field, shape in kind.fields.items():
            official = theirs.type_map[name].fields[field]  # type: ignore[attr-defined]
            assert str(shape.type) == str(official.type), f"{name}.{field}"
            for argument, given in getattr(shape, "args", {}).items():
                assert str(given.type) == str(official.args[argument].type), f"{name}.{field}({argument})"
            compared += 1
    assert compared > 100
    for document in (CREATE, ISSUE, ATTACH, FOR_URL, COMMENT):
        assert validate(theirs, parse(document)) == []
    assert validate(theirs, parse("{ viewer { nmae } }"))
