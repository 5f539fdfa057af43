"""The command line as a user meets it, in processes of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from escalator_tui import __version__, options
from escalator_tui.__main__ import hoisted, run
from escalator_tui.cli import app as cli
from escalator_tui.config import load_settings
from escalator_tui.launch import Globals, Launch
from escalator_tui.ledger import Ledger
from escalator_tui.model.conversation import Author, Contact, Conversation, Part
from escalator_tui.model.decision import Decision
from escalator_tui.model.kinds import AuthorKind, Verb


def escalator(*arguments: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "-m", "escalator_tui", *arguments],
        cwd=folder,
        env={**plain, "XDG_CONFIG_HOME": str(folder), "XDG_STATE_HOME": str(folder), **environ},
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def modules_loaded_by(*arguments: str, folder: Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "escalator_tui", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines() if line.startswith("import time:")}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["score", "f", "--json"], ["--json", "score", "f"]),
        (["--auto", "--config", "a.toml"], ["--config", "a.toml", "--auto"]),
        (["demo", "--config=a.toml", "--auto"], ["--config=a.toml", "demo", "--auto"]),
        (["score", "--", "--json"], ["score", "--", "--json"]),
        (["--profile"], ["--profile"]),
    ],
)
def test_global_options_may_stand_before_or_after_the_command(given: list[str], expected: list[str]) -> None:
    assert hoisted(given) == expected


def test_without_arguments_it_starts_as_the_parser_would_start_it(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []

    def start(launch: Launch, given: Globals) -> int:
        started.append((launch, given))
        return 0

    monkeypatch.setattr(Launch, "start", start)
    run([])
    cli([], standalone_mode=False)
    assert started == [(Launch(), Globals())] * 2


def test_help_is_quick_because_it_loads_little(tmp_path: Path) -> None:
    loaded = modules_loaded_by("--help", folder=tmp_path)
    assert "typer" in loaded
    assert loaded.isdisjoint({"textual", "scalekit", "grpc", "sqlalchemy", "pydantic", "httpx", "rich", "starlette"})


def test_auto_loads_no_textual(tmp_path: Path) -> None:
    code = (
        "import escalator_tui.headless, escalator_tui.services.gateway, sys; print('textual' in sys.modules, 'sqlalchemy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["False", "True"]


def test_plain_mode_loads_no_textual(tmp_path: Path) -> None:
    code = "import escalator_tui.plain.running, sys; print('textual' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["False"]


def test_plain_and_auto_exclude_each_other(tmp_path: Path) -> None:
    done = escalator("--plain", "--auto", folder=tmp_path)
    assert (done.returncode, done.stderr) == (2, "escalator: --plain and --auto exclude each other. Give one of them.\n")


def test_version(tmp_path: Path) -> None:
    assert escalator("--version", folder=tmp_path).stdout == f"escalator {__version__}\n"


def test_only_commands_that_work_are_shown(tmp_path: Path) -> None:
    shown = escalator("--help", folder=tmp_path).stdout.partition("Commands:")[2]
    commands = [line.split()[0] for line in shown.splitlines() if line.startswith("  ") and line[2] != " " and line[2] != "-"]
    for command in commands[:-1]:
        assert escalator(command, "--help", folder=tmp_path).returncode == 0


def test_init_writes_a_file_once(tmp_path: Path) -> None:
    assert escalator("init", folder=tmp_path).returncode == 0
    assert load_settings(tmp_path / "config.toml", environ={}).slack.escalations == "#escalations"
    again = escalator("init", folder=tmp_path)
    assert again.returncode == 2
    assert "exists already" in again.stderr
    assert "--force" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--auto"], "Not configured: SCALEKIT_ENV_URL, SCALEKIT_CLIENT_ID"),
        (["--once", "--poll", "--auto"], "exclude each other"),
        (["--dry-run"], "Add --auto"),
        (["--drain", "5"], "Add --auto"),
        (["--plain", "--drain", "0"], "Add --auto"),
        (["--drain", "5", "doctor"], "behind the command"),
        (["--auto", "--read-only"], "Use --dry-run"),
        (["--auto", "--config", "none.toml"], "no configuration file none.toml"),
        (["--auto", "--profile", "eu"], "no profile eu"),
        (["--nonsense"], "No such option"),
        (["authorize", "teams"], "choose from intercom, linear, slack"),
        (["score", "none.jsonl"], "none.jsonl"),
        (["--auto", "score", "-"], "behind the command"),
        (["--auto", "--drain", "-1"], "--drain"),
        (["score", "--now", "abc", "-"], "such as 2026-01-31T09:30:00Z"),
        (["score", "--now", "-5", "-"], "such as 2026-01-31T09:30:00Z"),
        (["score", "--now", "9" * 5_000, "-"], "such as 2026-01-31T09:30:00Z"),
    ],
)
def test_a_wrong_call_is_refused_with_the_cure(tmp_path: Path, arguments: list[str], words: str) -> None:
    done = escalator(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("moment", ["1769817600", "1769817600000", "2026-01-31", "2026-01-31T01:00:00+01:00"])
def test_the_clock_is_set_in_seconds_or_by_a_date(moment: str) -> None:
    assert options.moment(moment) == 1_769_817_600


@pytest.mark.parametrize("closed", ["2>&-", ">&-"])
def test_closed_streams_end_no_run(tmp_path: Path, closed: str) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m escalator_tui init {closed}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "config.toml").exists()


def test_a_narrow_encoding_ends_no_run(tmp_path: Path) -> None:
    line = json.dumps(
        {"type": "conversation", "id": "1", "source": {"body": "Das ist unverschämt — 😡", "author": {"type": "user", "id": "1"}}}
    )
    (tmp_path / "one.jsonl").write_text(line, encoding="utf-8")
    done = escalator("score", "one.jsonl", folder=tmp_path, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr


def test_the_terminal_app_says_that_it_needs_a_terminal(tmp_path: Path) -> None:
    names = ["SCALEKIT_ENV_URL", "SCALEKIT_CLIENT_ID", "SCALEKIT_CLIENT_SECRET", "INTERCOM_USER", "LINEAR_USER", "SLACK_USER"]
    done = escalator(folder=tmp_path, **dict.fromkeys([*names, "LINEAR_TEAM_ID"], "http://127.0.0.1:9"))
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr
    assert "--auto" in done.stderr


def test_backtest_and_tune_over_a_ledger_write_only_what_was_accepted(tmp_path: Path) -> None:
    url = str(tmp_path / "ledger.sqlite")
    now = int(time.time())
    with closing(Ledger.open(url)) as ledger:
        fine = [Part("p", "source", Author(AuthorKind.CUSTOMER, "c"), "The old export was unacceptable", now)]
        ledger.save_conversations(
            Conversation(str(at), "Export", created_at=now, updated_at=now, contact=Contact(f"c{at}"), parts=tuple(fine)) for at in range(6)
        )
        for at in range(6):
            ledger.decide(Decision(str(at), Verb.DISMISS, "sam", ledger.now, "fine", customer_part="p"))

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return escalator(*words, folder=tmp_path, ESCALATOR_LEDGER_URL=url)

    before = run("backtest", "--set", "detection.threshold=0.9", "--json")
    assert (before.returncode, json.loads(before.stdout.splitlines()[-1])["no_longer"]) == (0, 6)
    unasked = run("tune", "--apply", "1")
    assert (unasked.returncode, "Add --yes." in unasked.stderr) == (2, True)
    assert "remove “unacceptable”" in run("tune").stdout
    assert not (tmp_path / "config.toml").exists()
    assert run("tune", "--apply", "1", "--yes").returncode == 0
    assert load_settings(tmp_path / "config.toml", environ={}).rules.words_removed == {"unacceptable"}
    after = json.loads(run("backtest", "--json").stdout)
    assert after["after"]["false_alarms"] == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("backtest", "--set", "slack.triage=#x"), "only settings of detection can be tried"),
        (("backtest", "none.jsonl"), "none.jsonl cannot be read"),
        (("backtest",), "There is no ledger yet"),
        (("tune", "--yes"), "none is named"),
    ],
)
def test_a_replay_that_cannot_be_says_why(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    done = escalator(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
