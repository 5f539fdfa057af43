"""One sandbox for this room: starting one for each test would take most of the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from escalator_tui.config import Settings
from escalator_tui.config.checking import checked
from escalator_tui.config.loading import overlay
from escalator_tui.sandbox.process import SandboxProcess
from escalator_tui.services.gateway import Services, open_services

Control = Callable[..., Any]


@pytest.fixture(scope="session")
def shared_sandbox(certificates: Path) -> Iterator[SandboxProcess]:
    """A sandbox that other tests of this room have used."""
    with SandboxProcess(cert_dir=certificates) as process:
        yield process


@pytest.fixture
def control(shared_sandbox: SandboxProcess) -> Iterator[Control]:
    """`control("POST", "/faults", [...])`: tells the sandbox what to do; everything is put back afterwards."""
    with httpx.Client(trust_env=False) as http:

        def ask(method: str, path: str, body: Any = None) -> Any:
            answer = http.request(method, shared_sandbox.control + path, json=body)
            answer.raise_for_status()
            return answer.json()

        for path in ("/effects", "/calls", "/faults"):
            ask("DELETE", path)
        options = ask("GET", "/options")
        yield ask
        ask("DELETE", "/faults")
        ask("POST", "/options", options)
        for service in ("intercom", "linear", "slack"):
            ask("POST", "/connections", {"service": service, "status": "ACTIVE"})


@pytest.fixture
def settings_of(shared_sandbox: SandboxProcess) -> Callable[..., Settings]:
    """Settings for the sandbox, with some environment variables changed."""

    def make(**changed: str) -> Settings:
        values: dict[str, Any] = {}
        overlay(values, {**shared_sandbox.env, **changed})
        return checked(values)

    return make


@pytest.fixture
def services(control: Control, settings_of: Callable[..., Settings]) -> Iterator[Services]:
    """All services, on the sandbox."""
    opened = open_services(settings_of())
    yield opened
    opened.close()
