"""`escalator authorize` and `escalator doctor` in processes of their own, against the sandbox."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from escalator_tui.sandbox.linear.store import TEAM_ID
from escalator_tui.sandbox.process import SandboxProcess
from tests.e2e.runs import Workspace

EXPLAINED = {
    "PENDING_AUTH": "never been authorized",
    "EXPIRED": "expired",
    "DISCONNECTED": "disconnected",
    "PENDING_VERIFICATION": "not been verified",
}


@pytest.fixture
def workspace(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[Workspace]:
    made = Workspace(sandbox, tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("status", EXPLAINED)
def test_each_state_is_explained_with_its_link(workspace: Workspace, status: str) -> None:
    workspace.post("connections", {"service": "slack", "status": status})
    run = workspace.run("authorize", "--no-wait")
    assert run.code == 3
    assert "intercom  ACTIVE" in run.out
    assert status in run.out
    assert EXPLAINED[status] in run.out
    assert len(re.findall(r"http://127\.0\.0\.1:\d+/magicLink/\S+", run.out)) == 1


def test_it_waits_until_somebody_used_the_link(workspace: Workspace) -> None:
    workspace.post("connections", {"service": "linear", "status": "PENDING_AUTH"})
    process = workspace.start("authorize", "linear")
    assert process.stdout is not None
    link = next(line.strip() for line in process.stdout if "/magicLink/" in line)
    urllib.request.urlopen(f"{link}/approve", timeout=10).close()
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert out.splitlines()[-1].startswith("linear    ACTIVE")


def test_nothing_is_asked_when_all_are_active(workspace: Workspace) -> None:
    run = workspace.run("authorize")
    assert run.code == 0
    assert "magicLink" not in run.out


def test_the_doctor_finds_nothing_wrong_and_writes_nothing(workspace: Workspace) -> None:
    run = workspace.run("doctor")
    assert run.code == 0, run.out
    assert "✕" not in run.out
    assert "issues go to" in run.out
    assert not any(workspace.effects().values())
    assert "the first run creates it" in run.out
    assert not (workspace.folder / "state-home").exists()


def test_the_doctor_says_of_a_ledger_that_cannot_be_created_what_a_run_says(workspace: Workspace) -> None:
    workspace.environ["XDG_STATE_HOME"] = "/proc/nope"
    doctor, run = workspace.run("doctor"), workspace.run("--auto")
    said = "The ledger /proc/nope/escalator/ledger.sqlite3 cannot be created: No such file or directory"
    assert (doctor.code, run.code) == (2, 2)
    assert f"✕ ledger              {said}\n" in doctor.out
    assert said in run.err
    assert "Name a folder that you may write to (ledger.url)." in doctor.out


@pytest.mark.parametrize(
    ("variable", "value", "code", "words"),
    [
        ("LINEAR_TEAM_ID", "00000000-0000-4000-8000-000000000000", 2, "Set linear.team_id"),
        ("LINEAR_TEAM_ID", "inf", 2, "to one of: Infra (INF) = 6f1c2f4e-4d0b-4a53-9a3e-0d6c1b8f2a11."),
        ("SLACK_CHANNEL_TRIAGE", "#nowhere", 2, "#nowhere is not visible"),
        ("SLACK_CHANNEL_TRIAGE", "c07suppeng1", 2, "c07suppeng1 is not visible"),
        ("SLACK_CHANNEL_TRIAGE", "support-enginering", 2, "under [slack] (#support-engineering"),
        ("SCALEKIT_CLIENT_SECRET", "wrong", 2, "SCALEKIT_CLIENT_SECRET"),
        ("SCALEKIT_ENV_URL", "http://127.0.0.1:9", 4, "SCALEKIT_ENV_URL"),
        ("INTERCOM_CONNECTOR", "intercom-nope", 2, "INTERCOM_CONNECTOR"),
        ("INTERCOM_BASE_URL", "http://127.0.0.1:9", 4, "INTERCOM_BASE_URL"),
    ],
)
def test_the_doctor_names_what_is_wrong_with_its_cure(workspace: Workspace, variable: str, value: str, code: int, words: str) -> None:
    workspace.environ[variable] = value
    run = workspace.run("doctor")
    assert run.code == code, run.out
    assert "✕" in run.out
    assert words in run.out


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("Escalations", ": escalation = 1d3f9a70-52c4-4f0e-8f55-7f2f4f7f6a01."),
        ("00000000-0000-4000-8000-000000000000", ": escalation = 1d3f9a70-52c4-4f0e-8f55-7f2f4f7f6a01; bug (INF) = "),
    ],
)
def test_the_doctor_looks_for_every_label(workspace: Workspace, label: str, told: str) -> None:
    workspace.configure(f'[linear]\nlabels = ["1d3f9a70-52c4-4f0e-8f55-7f2f4f7f6a02", "{label}"]\n')
    run = workspace.run("doctor")
    assert run.code == 2, run.out
    assert f"linear.labels has {label}, which is no id of a label here" in run.out
    assert f"A label is named by its id there, and is the workspace's or the team's{told}" in run.out


def test_a_label_of_another_team_is_none_for_these_issues(workspace: Workspace) -> None:
    workspace.configure('[linear]\nlabels = ["1d3f9a70-52c4-4f0e-8f55-7f2f4f7f6a03"]\n')
    run = workspace.run("doctor")
    assert run.code == 2, run.out
    assert "linear.labels has 1d3f9a70-52c4-4f0e-8f55-7f2f4f7f6a03, which is bug (BIL), a label of another team" in run.out
    assert (
        "A label is named by its id there, and is the workspace's or the team's: bug (INF) = 1d3f9a70-52c4-4f0e-8f55-7f2f4f7f6a02."
        in run.out
    )


def test_an_id_in_capital_letters_is_the_same(workspace: Workspace) -> None:
    workspace.configure('[linear]\nlabels = ["1D3F9A70-52C4-4F0E-8F55-7F2F4F7F6A02"]\n')
    workspace.environ["LINEAR_TEAM_ID"] = TEAM_ID.upper()
    run = workspace.run("doctor")
    assert run.code == 0, run.out
    assert "issues go to Infra (INF)" in run.out
    assert "issues get bug (INF)" in run.out


def test_the_doctor_names_the_labels_and_takes_channels_as_slack_does(workspace: Workspace) -> None:
    workspace.configure('[linear]\nlabels = ["1d3f9a70-52c4-4f0e-8f55-7f2f4f7f6a02"]\n')
    workspace.environ["SLACK_CHANNEL_TRIAGE"] = "#Support-Engineering"
    run = workspace.run("doctor")
    assert run.code == 0, run.out
    assert "issues get bug" in run.out


def test_the_doctor_speaks_json(workspace: Workspace) -> None:
    workspace.post("connections", {"service": "slack", "status": "EXPIRED"})
    run = workspace.run("doctor", "--json")
    assert run.code == 3
    assert {line["name"] for line in run.lines if not line["ok"]} == {"slack"}
