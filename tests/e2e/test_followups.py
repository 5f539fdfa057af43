"""What happens after an escalation: later messages, a conversation that comes back, and `escalator reopen`, in processes of their own."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from escalator_tui.agent.cycle import Agent
from escalator_tui.config.checking import checked
from escalator_tui.config.loading import overlay
from escalator_tui.ledger import Ledger
from escalator_tui.model.errors import DecisionError
from escalator_tui.sandbox.process import SandboxProcess
from escalator_tui.services.gateway import open_services
from tests.e2e.runs import Workspace


@pytest.fixture
def workspace(sandbox: SandboxProcess, tmp_path: Path) -> Workspace:
    return Workspace(sandbox, tmp_path)


def world(workspace: Workspace, *changes: dict[str, Any]) -> None:
    """Things that happen a little later than everything so far, so that the newest change is seen as one."""
    at = int(time.time()) + 5
    workspace.post("world", [{"at": at + place, **change} for place, change in enumerate(changes)])


def escalated(workspace: Workspace) -> str:
    """The first escalated conversation after one cycle."""
    run = workspace.auto()
    assert run.code == 0, run.err
    return sorted(key for key, line in run.conversations.items() if line["outcome"] == "escalated")[0]


def replies(effects: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in effects["messages"] if each.get("thread_ts")]


def test_a_later_message_goes_to_the_same_issue_and_thread_once(workspace: Workspace) -> None:
    one = escalated(workspace)
    before = workspace.get("effects")
    world(workspace, {"do": "say", "id": one, "body": "<p>Hello? Anybody there?</p>"})
    workspace.faults(
        {"kind": "drop_after", "service": "linear", "operation": "linear_graphql_query:commentCreate", "count": 1},
        {"kind": "drop_after", "service": "slack", "operation": "slack_send_rich_message", "count": 1},
    )
    run = workspace.auto()
    assert run.code == 0, run.err
    assert run.conversations[one]["outcome"] == "already_escalated"
    assert run.summary["escalated"] == 0
    again = workspace.auto()
    assert again.code == 0, again.err
    effects = workspace.get("effects")
    assert len(effects["issues"]) == len(before["issues"])
    ((comment,), (reply,)) = effects["comments"], replies(effects)
    issue = next(each for each in before["issues"] if f"/{one}" in each["description"])
    assert comment["issueId"] == issue["id"]
    assert "Anybody there?" in comment["body"]
    assert "Anybody there?" in json.dumps(reply)
    alert = next(each for each in before["messages"] if f"/{one}" in json.dumps(each))
    assert (reply["thread_ts"], reply["channel"]) == (alert["ts"], alert["channel"])


def test_a_dry_run_promises_nothing(workspace: Workspace) -> None:
    one = escalated(workspace)
    world(workspace, {"do": "say", "id": one, "body": "<p>Hello? Anybody there?</p>"})
    assert workspace.auto("--dry-run").code == 0
    assert workspace.get("effects")["comments"] == []
    workspace.auto()
    assert len(workspace.get("effects")["comments"]) == 1


def test_closed_and_opened_again_it_escalates_as_a_new_episode(workspace: Workspace) -> None:
    one = escalated(workspace)
    world(
        workspace,
        {"do": "close", "id": one},
        {"do": "say", "id": one, "body": "<p>This is unacceptable, it is broken again. I want to speak to a manager now.</p>"},
    )
    run = workspace.auto()
    assert run.code == 0, run.err
    assert run.conversations[one]["outcome"] == "escalated"
    assert run.summary["escalated"] == 1
    effects = workspace.effects()
    assert (effects["issues"][one], effects["notes"][one]) == (2, 2)
    issues = [each["id"] for each in workspace.get("effects")["issues"]]
    assert len(set(issues)) == len(issues)
    assert workspace.auto().summary["escalated"] == 0


def test_reopen_lets_a_conversation_escalate_again(workspace: Workspace) -> None:
    one = escalated(workspace)
    done = workspace.run("reopen", one)
    assert (done.code, done.out) == (0, f"Conversation {one} may escalate again.\n")
    refused = workspace.run("reopen", one)
    assert refused.code == 2
    assert one in refused.err
    assert refused.out == ""
    run = workspace.auto()
    assert run.conversations[one]["outcome"] == "escalated"
    assert workspace.effects()["issues"][one] == 2
    as_json = workspace.run("reopen", one, "--json")
    (line,) = as_json.lines
    assert (line["event"], line["id"]) == ("reopened", one)


def test_an_unknown_conversation_is_not_reopened(workspace: Workspace) -> None:
    refused = workspace.run("reopen", "99")
    assert refused.code == 2
    assert "Conversation 99 has no escalation" in refused.err


def test_what_is_withdrawn_is_taken_back_everywhere_and_auto_mode_leaves_it_alone(workspace: Workspace) -> None:
    workspace.environ["ESCALATOR_LEDGER_URL"] = str(workspace.folder / "ledger.sqlite")
    one = escalated(workspace)
    values: dict[str, Any] = {"delivery": {"settle_seconds": 0.2}, "ledger": {"url": workspace.environ["ESCALATOR_LEDGER_URL"]}}
    overlay(values, workspace.sandbox.env)
    settings = checked(values)
    services = open_services(settings)
    agent = Agent(settings, Ledger.open(settings.ledger.url), services)
    with pytest.raises(DecisionError, match="already going out"):
        agent.undo(one, actor="ann")
    assert "withdrawn" in agent.undo(one, actor="ann", withdraw=True)
    assert agent.deliverer.drain(30) == []
    agent.close()
    services.close()
    effects = workspace.get("effects")
    issue = next(each for each in effects["issues"] if f"/{one}" in each["description"])
    (archived,) = [each for each in effects["issue_updates"] if each["id"] == issue["id"]]
    assert archived["archivedAt"]
    struck = effects["message_updates"][-1]
    assert "Withdrawn by ann" in json.dumps(struck)
    assert '"strike": true' in json.dumps(struck)
    assert [("Withdrawn by ann" in each["body"]) for each in effects["notes"] if str(each["conversation_id"]) == one] == [False, True]
    run = workspace.auto()
    assert run.code == 0, run.err
    assert run.conversations[one]["outcome"] == "dismissed"
    assert workspace.effects()["issues"][one] == 1
