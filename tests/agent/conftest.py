"""Fixtures of the agent's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from escalator_tui.sandbox.process import SandboxProcess
from tests.agent.bench import Bench


@pytest.fixture
def bench(certificates: Path, tmp_path: Path) -> Iterator[Bench]:
    with SandboxProcess(world="empty", cert_dir=certificates) as sandbox:
        made = Bench(sandbox, tmp_path)
        yield made
        made.close()
