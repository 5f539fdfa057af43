"""Runs of the real command against a sandbox, and what arrived there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from escalator_tui.sandbox.process import SandboxProcess

SETTLE = "[delivery]\nsettle_seconds = 0.2\nlease_seconds = 30\nslack_waits_seconds = 2\n"
"""Short waits: a loopback service is asked at once whether a write arrived."""


@dataclass(frozen=True)
class Run:
    """A finished run."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The JSON lines of stdout."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def conversations(self) -> dict[str, dict[str, Any]]:
        """The conversation lines by id."""
        return {line["id"]: line for line in self.lines if line["event"] == "conversation"}

    @property
    def summary(self) -> dict[str, Any]:
        """The last line."""
        return self.lines[-1]


class Workspace:
    """A folder with configuration and ledger, and the sandbox it works against."""

    def __init__(self, sandbox: SandboxProcess, folder: Path) -> None:
        self.sandbox = sandbox
        self.folder = folder
        self.environ: dict[str, str] = {}
        self._started: list[subprocess.Popen[str]] = []
        self.configure(SETTLE)

    def configure(self, text: str) -> None:
        """Write config.toml."""
        (self.folder / "config.toml").write_text(text, encoding="utf-8")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `escalator` with these arguments."""
        return self._start([sys.executable, "-m", "escalator_tui", *arguments])

    def shell(self, command: str) -> Run:
        """Run a line of shell to its end."""
        process = self._start(["bash", "-c", command])
        out, err = process.communicate(timeout=90)
        assert "Traceback" not in err, err
        return Run(process.returncode, out, err)

    def _start(self, command: list[str]) -> subprocess.Popen[str]:
        plain = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        state = {"XDG_STATE_HOME": str(self.folder / "state-home"), "XDG_CONFIG_HOME": str(self.folder)}
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env={**plain, **state, **self.sandbox.env, **self.environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._started.append(process)
        return process

    def close(self) -> None:
        """End what a failed test left running."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
                process.communicate()

    def run(self, *arguments: str, timeout: float = 90) -> Run:
        """Run `escalator` to its end."""
        process = self.start(*arguments)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            raise
        assert "Traceback" not in err, err
        return Run(process.returncode, out, err)

    def auto(self, *arguments: str) -> Run:
        """One cycle of the headless agent, as JSON."""
        return self.run("--auto", "--once", "--json", *arguments)

    def get(self, name: str) -> Any:
        """One answer of the sandbox's control interface."""
        with urllib.request.urlopen(f"{self.sandbox.control}/{name}", timeout=10) as answer:
            return json.load(answer)

    def post(self, name: str, body: object) -> Any:
        """The answer to one order to the sandbox's control interface."""
        request = urllib.request.Request(
            f"{self.sandbox.control}/{name}", json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def faults(self, *rules: dict[str, Any]) -> None:
        """Make calls fail; without a rule, end all failures."""
        if rules:
            self.post("faults", list(rules))
            return
        request = urllib.request.Request(f"{self.sandbox.control}/faults", method="DELETE")
        urllib.request.urlopen(request, timeout=10).close()

    def effects(self) -> dict[str, Counter[str]]:
        """How often each conversation has an issue, an alert, a note and a tag."""
        found = self.get("effects")
        issues = {each["id"]: each for each in found["issues"]}
        return {
            "issues": Counter(_conversation_in(each["description"]) for each in issues.values()),
            "alerts": Counter(_conversation_in(json.dumps(each)) for each in found["messages"]),
            "notes": Counter(str(each["conversation_id"]) for each in found["notes"]),
            "tags": Counter({str(each["conversation_id"]) for each in found["taggings"]}),
        }


def _conversation_in(text: str) -> str:
    """The id of the conversation that a text links to."""
    return (
        text.split("/conversation/", 1)[-1]
        .split("/")[0]
        .split(")")[0]
        .split("|")[0]
        .split(">")[0]
        .split('"')[0]
        .split("\n")[0]
        .strip("\\ ")
    )
