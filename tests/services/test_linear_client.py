"""Linear's answers, good and bad, as data and as errors."""

from __future__ import annotations

from typing import Any

import pytest

from escalator_tui.services import linear_errors
from escalator_tui.services.errors import (
    ConnectorInactiveError,
    PermanentError,
    RateLimitedError,
    RetryableError,
    ServiceError,
    UnknownOutcomeError,
)
from escalator_tui.services.linear import Issue, Label, Linear, Team
from tests.services.fakes import Tools, scalekit

ISSUE = {"id": "i-1", "identifier": "INF-42", "url": "https://linear.app/acme/issue/INF-42", "trashed": None, "archivedAt": None}
FOUND = {"data": {"issue": ISSUE}}
CREATED = {"data": {"issueCreate": {"success": True, "issue": ISSUE}}}
WANTED: dict[str, Any] = {"issue_id": "i-1", "team_id": "t", "title": "T", "description": "D", "priority": 1, "label_ids": ()}


def errors(message: str, said: str = "", **extensions: Any) -> dict[str, Any]:
    return {"data": None, "errors": [{"message": message, "extensions": extensions | ({"userPresentableMessage": said} if said else {})}]}


CONFLICT = errors("conflict on insert of Issue", "Entity Issue with id i-1 already exists.", type="invalid input", code="INPUT_ERROR")


def linear(*answers: Any) -> tuple[Linear, Tools]:
    tools = Tools(*answers)
    return Linear(scalekit(tools)), tools


def test_an_issue_is_created_under_our_id() -> None:
    client, tools = linear(CREATED)
    assert client.create_issue(**WANTED) == Issue("i-1", "INF-42", "https://linear.app/acme/issue/INF-42")
    tool, params = tools.calls[0]
    assert tool == "linear:linear_graphql_query"
    assert params["variables"]["input"] == {"id": "i-1", "teamId": "t", "title": "T", "description": "D", "priority": 1}


def test_ids_are_sent_in_small_letters_as_linear_writes_them() -> None:
    client, tools = linear(CREATED)
    client.create_issue(**{**WANTED, "team_id": "6F1C-A", "label_ids": ("1D3F-B",)})
    sent = tools.calls[0][1]["variables"]["input"]
    assert (sent["teamId"], sent["labelIds"]) == ("6f1c-a", ["1d3f-b"])


@pytest.mark.parametrize(
    "conflict",
    [CONFLICT, PermanentError("x", service="linear", code=linear_errors.CONFLICT), {"data": None, **CONFLICT, "content": "no envelope"}],
)
def test_a_conflict_is_success_and_read_back(conflict: Any) -> None:
    client, tools = linear(conflict, {"data": {"issue": {**ISSUE, "trashed": True}}})
    assert client.create_issue(**WANTED).trashed
    assert tools.calls[1][1]["variables"] == {"id": "i-1"}


def test_an_archived_issue_is_told() -> None:
    client, _ = linear({"data": {"issue": {**ISSUE, "archivedAt": "2026-01-01T00:00:00Z"}}})
    found = client.find_issue("i-1")
    assert found is not None
    assert found.trashed


def test_no_issue_is_none() -> None:
    client, _ = linear(errors("Entity not found: Issue - Could not find referenced Issue.", type="invalid input"))
    assert client.find_issue("i-1") is None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (errors("x", type="ratelimited", code="RATELIMITED", statusCode=429), RateLimitedError),
        (errors("Rate limit exceeded. Only 2500 requests are allowed per 1 hour."), RateLimitedError),
        (errors("x", type="authentication error"), ConnectorInactiveError),
        (errors("x", type="forbidden"), PermanentError),
        (errors("x", type="invalid input"), PermanentError),
        (errors("x", type="internal error"), UnknownOutcomeError),
        (errors("x", type="lock timeout"), UnknownOutcomeError),
        ({"data": {"issueCreate": {"success": False}}}, PermanentError),
        ({"data": {"issueCreate": {"success": True, "issue": None}}}, UnknownOutcomeError),
        ({"data": None}, UnknownOutcomeError),
        ({}, UnknownOutcomeError),
    ],
)
def test_a_failed_creation_is_classed(answer: dict[str, Any], kind: type[ServiceError]) -> None:
    client, tools = linear(answer)
    with pytest.raises(ServiceError) as caught:
        client.create_issue(**WANTED)
    assert type(caught.value) is kind
    assert len(tools.calls) == 1


def test_linears_own_words_are_shown() -> None:
    client, _ = linear(errors("Argument Validation Error", "teamId must be a UUID.", type="invalid input"))
    with pytest.raises(PermanentError, match="teamId must be a UUID") as caught:
        client.create_issue(**WANTED)
    assert "LINEAR_TEAM_ID" in caught.value.cure


def test_where_no_reason_was_given_the_sentence_ends() -> None:
    error = linear_errors.from_errors([{"extensions": {"type": "forbidden"}}])
    assert error is not None
    assert error.message == "Linear refused"


def test_an_error_beside_a_success_does_not_undo_it() -> None:
    client, _ = linear({**CREATED, "errors": [{"message": "could not resolve url", "extensions": {"type": "internal error"}}]})
    assert client.create_issue(**WANTED).identifier == "INF-42"


def test_an_answer_without_a_data_layer_or_in_an_envelope() -> None:
    client, _ = linear(
        CREATED["data"], {"content": [{"type": "text", "text": '{"data":{"issue":{"id":"i-1","identifier":"INF-42","url":""}}}'}]}
    )
    assert client.create_issue(**WANTED).identifier == "INF-42"
    assert client.find_issue("i-1") == Issue("i-1", "INF-42", "")


def test_a_lost_answer_to_a_query_can_be_asked_again() -> None:
    client, _ = linear(UnknownOutcomeError("lost", service="linear"))
    with pytest.raises(RetryableError):
        client.find_issue("i-1")


def test_a_comment_under_a_taken_id_is_done() -> None:
    client, tools = linear(errors("conflict on insert of Comment", code="INPUT_ERROR"))
    client.comment(comment_id="c", issue_id="i-1", body="b")
    assert len(tools.calls) == 1


def test_an_attachment() -> None:
    client, tools = linear({"data": {"attachmentCreate": {"success": True}}})
    client.attach(issue_id="i-1", url="https://x", title="t")
    assert tools.calls[0][1]["variables"]["input"] == {"issueId": "i-1", "url": "https://x", "title": "t"}


def test_a_priority() -> None:
    client, tools = linear({"data": {"issueUpdate": {"success": True}}})
    client.set_priority(issue_id="i-1", priority=1)
    assert tools.calls[0][1]["variables"] == {"id": "i-1", "input": {"priority": 1}}


def test_archiving() -> None:
    client, tools = linear({"data": {"issueArchive": {"success": True}}})
    client.archive(issue_id="i-1")
    assert tools.calls[0][1]["variables"] == {"id": "i-1"}


def test_labels_of_all_pages() -> None:
    team = {"id": "t-1", "key": "INF\n", "name": "Infra"}
    first = {"nodes": [{"id": "l-1", "name": "bug\n", "team": team}], "pageInfo": {"hasNextPage": True, "endCursor": "next"}}
    last = {"nodes": [{"id": "l-2", "name": "Escalation", "team": None}], "pageInfo": {"hasNextPage": False, "endCursor": None}}
    client, tools = linear({"data": {"issueLabels": first}}, {"data": {"issueLabels": last}})
    assert client.labels() == (Label("l-1", "bug", Team("t-1", "INF", "Infra")), Label("l-2", "Escalation"))
    assert tools.calls[1][1]["variables"] == {"after": "next"}


def test_teams_of_all_pages() -> None:
    def page(key: str, cursor: str | None) -> dict[str, Any]:
        return {
            "data": {
                "teams": {"nodes": [{"id": key, "key": key, "name": key}], "pageInfo": {"hasNextPage": bool(cursor), "endCursor": cursor}}
            }
        }

    client, tools = linear(page("A", "next"), page("B", None))
    assert [team.key for team in client.teams()] == ["A", "B"]
    assert tools.calls[1][1]["variables"] == {"after": "next"}
