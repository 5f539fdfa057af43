"""`escalator webhook` as a process, hearing what the sandbox's Intercom sends."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from escalator_tui.ledger import Ledger
from escalator_tui.sandbox.process import SandboxProcess
from tests.e2e.runs import Workspace

SECRET = "hush"
ANGRY = "<p>This is unacceptable. I want to speak to a manager.</p>"


@pytest.fixture
def workspace(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[Workspace]:
    made = Workspace(sandbox, tmp_path)
    made.environ |= {"INTERCOM_WEBHOOK_SECRET": SECRET, "ESCALATOR_LEDGER_URL": str(tmp_path / "ledger.sqlite")}
    yield made
    made.close()


def hear(workspace: Workspace, *arguments: str) -> tuple[subprocess.Popen[str], str]:
    """A receiver and its address."""
    process = workspace.start("webhook", "--port", "0", "--json", *arguments)
    assert process.stderr is not None
    line = process.stderr.readline()
    assert "hearing Intercom's webhooks at http://127.0.0.1:" in line
    return process, line.split(" at ")[1].strip()


def subscribe(workspace: Workspace, url: str, **more: Any) -> None:
    workspace.post("webhooks", {"url": url, "secret": SECRET, "retry_after": 0.5, **more})


def angry(workspace: Workspace, number: int) -> str:
    """A new conversation that needs a decision."""
    return str(workspace.post("world", {"do": "add", "email": f"new{number}@x.example", "body": ANGRY})["id"])


def read_line(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    found: dict[str, Any] = json.loads(process.stdout.readline())
    return found


def until(condition: Callable[[], bool]) -> None:
    for _ in range(500):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it did not happen within ten seconds")


def state_of(workspace: Workspace, conversation_id: str) -> float:
    ledger = Ledger.open(workspace.environ["ESCALATOR_LEDGER_URL"])
    try:
        record = ledger.record(conversation_id)
        return record.assessment.score if record and record.assessment else -1.0
    finally:
        ledger.close()


def test_what_a_customer_writes_is_scored_at_once_and_escalated_once(workspace: Workspace) -> None:
    process, url = hear(workspace)
    subscribe(workspace, url, copies=3)
    one = angry(workspace, 1)
    line = read_line(process)
    assert (line["event"], line["id"], line["escalate"], line["state"]) == ("read", one, True, "needs decision")
    assert state_of(workspace, one) == pytest.approx(line["score"], abs=1e-3)
    assert workspace.get("effects")["issues"] == [], "it reads and decides nothing"
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in err
    run = workspace.auto()
    assert run.conversations[one]["outcome"] == "escalated"
    assert workspace.effects()["issues"][one] == 1


def test_its_own_notes_come_back_and_change_nothing(workspace: Workspace) -> None:
    process, url = hear(workspace)
    subscribe(workspace, url)
    one = angry(workspace, 1)
    read_line(process)
    assert workspace.auto().conversations[one]["outcome"] == "escalated"
    until(lambda: any(each["topic"] == "conversation.admin.noted" and each["answers"] == [200] for each in workspace.get("webhooks")))
    assert workspace.auto().summary["escalated"] == 0
    assert (workspace.effects()["issues"][one], workspace.effects()["notes"][one]) == (1, 1)


def test_a_killed_receiver_loses_nothing(workspace: Workspace) -> None:
    process, url = hear(workspace)
    subscribe(workspace, url)
    asked = len(workspace.get("calls"))
    one = angry(workspace, 1)
    until(lambda: len(workspace.get("calls")) > asked)
    process.kill()
    process.communicate()
    other = angry(workspace, 2)
    outcomes = workspace.auto().conversations
    assert {outcomes[each]["outcome"] for each in (one, other)} == {"escalated"}
    assert workspace.effects()["issues"][one] == 1


def test_who_does_not_know_the_secret_is_refused(workspace: Workspace) -> None:
    process, url = hear(workspace)
    request = urllib.request.Request(url, b'{"data": {"item": {"type": "conversation", "id": "1"}}}', {"X-Hub-Signature": "sha1=00"})
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(request, timeout=10)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, "")


def test_without_the_secret_it_does_not_start(workspace: Workspace) -> None:
    del workspace.environ["INTERCOM_WEBHOOK_SECRET"]
    run = workspace.run("webhook")
    assert run.code == 2
    assert "INTERCOM_WEBHOOK_SECRET" in run.err


def test_an_address_that_is_taken_is_named(workspace: Workspace) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = workspace.run("webhook", "--port", str(port))
    assert (run.code, run.out) == (2, "")
    assert f"127.0.0.1:{port}" in run.err
    assert "--port" in run.err
