"""`escalator --auto` in processes of its own, over real gRPC and HTTP, against the sandbox."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from escalator_tui.sandbox.process import SandboxProcess
from tests.e2e.runs import SETTLE, Workspace

CONVERSATION_KEYS = {
    "event", "id", "score", "threshold", "escalate", "signals", "sentiment", "category", "priority", "company", "plan", "mrr", "outcome",
    "linear", "slack", "intercom",
}  # fmt: skip


@pytest.fixture
def workspace(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[Workspace]:
    made = Workspace(sandbox, tmp_path)
    yield made
    made.close()


@pytest.fixture
def sandbox_of_many(certificates: Path) -> Iterator[SandboxProcess]:
    with SandboxProcess(world=120, cert_dir=certificates) as process:
        yield process


def assert_each_once(workspace: Workspace, ids: set[str]) -> None:
    for kind, counts in workspace.effects().items():
        assert counts == Counter(dict.fromkeys(ids, 1)), kind


def test_one_cycle_delivers_each_escalation_once_and_the_next_one_nothing(workspace: Workspace) -> None:
    first = workspace.auto()
    escalated = {key for key, line in first.conversations.items() if line["outcome"] == "escalated"}
    assert first.code == 0, first.err
    assert escalated
    assert_each_once(workspace, escalated)
    for line in first.conversations.values():
        assert set(line) == CONVERSATION_KEYS
        assert (line["outcome"] == "escalated") is (line["score"] >= line["threshold"])
    one = first.conversations[sorted(escalated)[0]]
    assert set(one["linear"]) == {"identifier", "url"}
    assert set(one["slack"]) == {"channel", "ts"}
    assert set(one["intercom"]) == {"note_id"}
    assert set(first.summary) == {"event", "evaluated", "escalated", "skipped", "failed", "uncertain", "duration_s"}
    assert first.summary["evaluated"] == len(first.conversations)
    assert first.summary["escalated"] == len(escalated)
    assert first.summary["skipped"] == len(first.conversations) - len(escalated)

    second = workspace.auto()
    assert second.code == 0
    assert {key for key, line in second.conversations.items() if line["outcome"] == "already_escalated"} == escalated
    assert second.summary["escalated"] == 0
    assert_each_once(workspace, escalated)


def test_a_quiet_cycle_asks_once_for_changes(workspace: Workspace) -> None:
    workspace.auto("--dry-run")
    calls = len(workspace.get("calls"))
    workspace.auto("--dry-run")
    asked = [(each["service"], each["operation"]) for each in workspace.get("calls")[calls:]]
    assert [each for each in asked if each[0] == "intercom"] == [("intercom", "POST /conversations/search")]


def test_unknown_company_data_is_null(workspace: Workspace) -> None:
    lines = workspace.auto().conversations.values()
    unknown = [line for line in lines if line["company"] is None]
    assert unknown
    assert all(line["plan"] is None and line["mrr"] is None for line in unknown)


def test_a_dry_run_writes_to_no_service(workspace: Workspace) -> None:
    run = workspace.auto("--dry-run")
    assert run.code == 0
    assert "dry_run" in {line["outcome"] for line in run.conversations.values()}
    assert not any(workspace.effects().values())
    assert workspace.auto().summary["escalated"] > 0


def test_the_text_output_tells_the_steps(workspace: Workspace) -> None:
    out = workspace.run("--auto", "--once").out
    steps = ["Checking connectors", "intercom  ACTIVE", "Fetching conversations", "Conversation ", "escalated", "Done in "]
    positions = [out.find(step) for step in steps]
    assert -1 not in positions
    assert positions == sorted(positions)


def test_a_connector_that_is_not_authorized_ends_with_3(workspace: Workspace) -> None:
    workspace.post("connections", {"service": "linear", "status": "EXPIRED"})
    run = workspace.auto()
    assert run.code == 3
    assert "escalator authorize linear" in run.err
    assert run.out == ""
    assert not any(workspace.effects().values())


def test_an_unreachable_scalekit_ends_with_4(workspace: Workspace) -> None:
    workspace.environ["SCALEKIT_ENV_URL"] = "http://127.0.0.1:9"
    run = workspace.auto()
    assert run.code == 4
    assert "SCALEKIT_ENV_URL" in run.err


def test_an_unreachable_intercom_ends_with_4(workspace: Workspace) -> None:
    workspace.environ["INTERCOM_BASE_URL"] = "http://127.0.0.1:9"
    run = workspace.auto()
    assert run.code == 4
    assert "INTERCOM_BASE_URL" in run.err


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SCALEKIT_CLIENT_SECRET", "wrong"),
        ("SLACK_CONNECTOR", "slack-nope"),
        ("SCALEKIT_ENV_URL", "acme.scalekit.dev"),
        ("SCALEKIT_ENV_URL", "http://["),
    ],
)
def test_a_wrong_value_is_named_and_ends_with_2(workspace: Workspace, variable: str, value: str) -> None:
    workspace.environ[variable] = value
    run = workspace.auto()
    assert run.code == 2, run.err
    assert variable in run.err


def test_a_lost_answer_is_looked_up_and_nothing_is_sent_twice(workspace: Workspace) -> None:
    workspace.faults(
        {"kind": "drop_after", "service": "linear", "operation": "linear_graphql_query:issueCreate", "count": 1},
        {"kind": "drop_after", "service": "slack", "operation": "slack_send_rich_message", "count": 2},
        {
            "kind": "http",
            "service": "intercom",
            "operation": "POST /conversations/*/reply",
            "count": 2,
            "status": 504,
            "body": "<html>",
            "after": True,
        },
    )
    run = workspace.auto()
    assert run.code == 0, run.err
    assert_each_once(workspace, {key for key, line in run.conversations.items() if line["escalate"]})


def test_an_outage_leaves_it_owed_and_the_next_run_finishes(workspace: Workspace) -> None:
    workspace.faults({"kind": "grpc", "service": "linear", "operation": "linear_graphql_query*", "code": "UNAVAILABLE"})
    run = workspace.auto("--drain", "4")
    wanted = {key for key, line in run.conversations.items() if line["escalate"]}
    assert run.code == 1
    assert {run.conversations[key]["outcome"] for key in wanted} == {"pending"}
    assert run.summary["pending"] == len(wanted)
    assert "linear" in run.err
    workspace.faults()
    again = workspace.auto("--drain", "60")
    assert again.code == 0, again.err
    assert again.summary["escalated"] == len(wanted)
    assert_each_once(workspace, wanted)


def test_a_kill_in_the_middle_loses_and_doubles_nothing(workspace: Workspace) -> None:
    workspace.post("options", {"latency": 0.15})
    for seconds in (0.9, 1.1, 1.3, 1.5, 1.8):
        process = workspace.start("--auto", "--once", "--json")
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.communicate()
    run = workspace.auto()
    assert run.code == 0, run.err
    assert_each_once(workspace, {key for key, line in run.conversations.items() if line["escalate"]})


def test_of_several_at_once_one_alone_says_of_each_that_it_was_escalated(workspace: Workspace) -> None:
    workspace.post("options", {"latency": 0.15})
    runs = [workspace.start("--auto", "--once", "--json") for _ in range(3)]
    told = [[json.loads(line) for line in run.communicate(timeout=90)[0].splitlines()] for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0]
    escalated = [line["id"] for lines in told for line in lines if line.get("outcome") == "escalated"]
    assert sorted(escalated) == sorted({line["id"] for line in told[0] if line.get("escalate")})
    assert sum(lines[-1]["escalated"] for lines in told) == len(escalated)
    assert_each_once(workspace, set(escalated))


@pytest.mark.parametrize("where", ["> /dev/full", "| head -1"])
def test_an_output_that_fails_keeps_no_escalation_from_its_team(workspace: Workspace, where: str) -> None:
    wanted = {key for key, line in workspace.auto("--dry-run").conversations.items() if line["escalate"]}
    run = workspace.shell(f"{sys.executable} -m escalator_tui --auto --once {where}")
    assert "the work goes on without it" in run.err
    assert_each_once(workspace, wanted)


def test_ctrl_c_ends_polling_with_130(workspace: Workspace) -> None:
    process = workspace.start("--auto", "--poll", "--json")
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["event"] == "summary":
            break
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err


def test_a_failed_cycle_is_logged_and_the_next_one_runs(workspace: Workspace) -> None:
    workspace.environ["POLL_INTERVAL_MINUTES"] = "0.01"
    workspace.faults({"kind": "http", "service": "intercom", "operation": "POST /conversations/search", "status": 400, "count": 1})
    process = workspace.start("--auto", "--poll", "--json")
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["event"] == "summary":
            break
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Next cycle in" in err


def test_later_cycles_tell_what_is_new(workspace: Workspace) -> None:
    workspace.environ["POLL_INTERVAL_MINUTES"] = "0.005"
    process = workspace.start("--auto", "--poll", "--json")
    assert process.stdout is not None
    cycles: list[list[str]] = [[]]
    for line in process.stdout:
        found = json.loads(line)
        if found["event"] == "conversation":
            cycles[-1].append(found["outcome"])
            continue
        assert found["evaluated"] == len(cycles[-1])
        cycles.append([])
        if len(cycles) == 4:
            break
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert "below_threshold" in cycles[0]
    assert set(cycles[1]) == {"already_escalated"}
    assert cycles[2] == []


def test_a_listing_that_breaks_off_is_told(sandbox_of_many: SandboxProcess, tmp_path: Path) -> None:
    workspace = Workspace(sandbox_of_many, tmp_path)
    workspace.faults(
        {"kind": "http", "service": "intercom", "operation": "POST /conversations/search", "status": 403, "nth": 2, "body": {}}
    )
    run = workspace.auto("--dry-run")
    assert "Not everything could be listed" in run.err
    assert len(run.conversations) == 50


def test_the_reference_agents_memory_is_imported_once(workspace: Workspace) -> None:
    wanted = sorted(key for key, line in workspace.auto("--dry-run").conversations.items() if line["escalate"])
    state = workspace.folder / "state"
    state.mkdir()
    (state / "escalated_conversations.json").write_text(json.dumps(wanted[:2]), encoding="utf-8")
    run = workspace.auto()
    assert {run.conversations[key]["outcome"] for key in wanted[:2]} == {"already_escalated"}
    assert_each_once(workspace, set(wanted[2:]))


def test_a_corrupt_memory_of_the_reference_agent_is_named(workspace: Workspace) -> None:
    state = workspace.folder / "state"
    state.mkdir()
    (state / "escalated_conversations.json").write_text("[1, 2", encoding="utf-8")
    run = workspace.auto()
    assert run.code == 2
    assert "escalated_conversations.json" in run.err


def test_a_corrupt_ledger_is_refused_before_anything_is_sent(workspace: Workspace) -> None:
    workspace.environ["ESCALATOR_LEDGER_URL"] = str(workspace.folder / "ledger.sqlite")
    (workspace.folder / "ledger.sqlite").write_bytes(b"not a database at all" * 100)
    run = workspace.auto()
    assert run.code == 2
    assert "ledger" in run.err
    assert not any(workspace.effects().values())
    assert (workspace.folder / "ledger.sqlite").read_bytes().startswith(b"not a database")


def test_a_ledger_that_is_down_is_an_outage_and_no_usage_error(workspace: Workspace) -> None:
    workspace.environ["ESCALATOR_LEDGER_URL"] = "postgresql://escalator@127.0.0.1:9/escalator"
    run = workspace.auto()
    assert run.code == 4
    assert "that the database is up" in run.err


def test_the_ledger_holds_no_secret(workspace: Workspace) -> None:
    path = workspace.folder / "ledger.sqlite"
    workspace.environ["ESCALATOR_LEDGER_URL"] = str(path)
    workspace.auto()
    dump = "\n".join(sqlite3.connect(path).iterdump())
    assert "INF-" in dump
    assert workspace.sandbox.env["SCALEKIT_CLIENT_SECRET"] not in dump


def test_polling_is_switched_on_by_the_settings_and_off_by_once(workspace: Workspace) -> None:
    workspace.configure(SETTLE + "[polling]\nenabled = true\n")
    assert workspace.auto().code == 0


def test_a_whole_run_loads_nothing_of_the_terminal_app(workspace: Workspace) -> None:
    workspace.environ["PYTHONPROFILEIMPORTTIME"] = "1"
    err = workspace.auto().err
    loaded = {line.rpartition("|")[2].strip() for line in err.splitlines() if line.startswith("import time:")}
    assert "escalator_tui.agent.deliver" in loaded
    assert not {name for name in loaded if name.partition(".")[0] == "textual" or name == "escalator_tui.app"}
