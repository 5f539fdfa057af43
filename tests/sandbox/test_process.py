"""A sandbox starts, tells how to reach it, and ends with its parent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from escalator_tui.sandbox import SandboxError, SandboxProcess
from tests.sandbox.conftest import Desk

COMMAND = [sys.executable, "-m", "escalator_tui.sandbox", "--world", "empty"]


def start() -> tuple[subprocess.Popen[bytes], dict[str, dict[str, str]]]:
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    return process, json.loads(process.stdout.readline())


@pytest.mark.parametrize("how", ["end of input", signal.SIGTERM, signal.SIGINT])
def test_it_ends_and_leaves_nothing_behind(how: str | signal.Signals) -> None:
    process, ready = start()
    certificate = Path(ready["env"]["GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"])
    assert certificate.is_file()
    assert process.stdin
    assert process.stdout
    if isinstance(how, signal.Signals):
        process.send_signal(how)
    else:
        process.stdin.close()
    assert process.wait(10) == 0
    assert process.stdout.read() == b""
    assert not certificate.parent.exists()
    process.stdin.close()
    process.stdout.close()


def test_the_ready_line_has_all_a_client_needs(sandbox: SandboxProcess) -> None:
    expected = {"SCALEKIT_ENV_URL", "SCALEKIT_CLIENT_ID", "SCALEKIT_CLIENT_SECRET", "INTERCOM_BASE_URL", "LINEAR_TEAM_ID"}
    expected |= {"INTERCOM_USER", "LINEAR_USER", "SLACK_USER", "SLACK_CHANNEL_ESCALATIONS", "SLACK_CHANNEL_TRIAGE"}
    assert expected | {"GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "NO_PROXY", "no_proxy"} == set(sandbox.env)
    assert "127.0.0.1" in sandbox.env["no_proxy"]
    os.kill(sandbox.pid, 0)
    assert httpx.get(f"{sandbox.control}/effects").json()["issues"] == []


def test_the_key_is_for_its_owner_only(certificates: Path, sandbox: SandboxProcess) -> None:
    assert (certificates / "key.pem").stat().st_mode & 0o077 == 0


def test_a_world_that_does_not_exist_is_named() -> None:
    with pytest.raises(SandboxError, match="There is no world atlantis; there are demo, empty"):
        SandboxProcess(world="atlantis").start()


def test_stopping_twice_is_harmless(certificates: Path) -> None:
    process = SandboxProcess(world="empty", cert_dir=certificates).start()
    process.stop()
    process.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{process.control}/effects")


def test_a_killed_one_leaves_no_folder() -> None:
    process = SandboxProcess(world="empty").start()
    folder = Path(process.env["GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"]).parent
    assert folder.is_dir()
    process.kill()
    assert not folder.exists()


def test_the_journal_outlives_a_crash(certificates: Path, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    process = SandboxProcess(world="empty", cert_dir=certificates, journal=journal).start()
    desk = Desk(process)
    desk.tool("slack_send_message", channel="#customer-support", text="counted")
    process.kill()
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert [(line["event"], line.get("operation"), line.get("kind")) for line in lines] == [
        ("request", "slack_send_message", None),
        ("effect", None, "messages"),
    ]
    assert lines[0]["body"] == {"channel": "#customer-support", "text": "counted"}
    desk.close()
