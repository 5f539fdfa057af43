"""Fixtures every room may use."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from escalator_tui.sandbox.process import SandboxProcess
from tests.agent.bench import Bench

# Started by nohup or in the background, this process is deaf to these, and so would be every program that the tests hang up on.
for _number in (getattr(signal, "SIGHUP", None), signal.SIGINT):
    if _number is not None and signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, signal.default_int_handler if _number is signal.SIGINT else signal.SIG_DFL)

# No test may fail because the machine is busy.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

LONG = ("tests/campaign/", "tests/ledger/test_state_machine.py")
"""Where tests take half a minute and more."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long ones: no processor waits for one of them at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


SPECS = Path(__file__).resolve().parents[2] / "shared" / "specs"


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One certificate for all sandboxes of this run: gRPC reads its roots once per process."""
    folder = tmp_path_factory.mktemp("certificates")
    os.environ["GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"] = str(folder / "cert.pem")
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
    return folder


@pytest.fixture
def sandbox(certificates: Path) -> Iterator[SandboxProcess]:
    """A fresh sandbox with the demo world, in which nothing happens by itself."""
    with SandboxProcess(cert_dir=certificates) as process:
        yield process


@pytest.fixture(scope="session")
def specs() -> Path:
    """The official API descriptions, when they lie beside the repository."""
    if not SPECS.is_dir():
        pytest.skip("the official API descriptions (../shared/specs) are not here")
    return SPECS


@pytest.fixture
def bench(certificates: Path, tmp_path: Path) -> Iterator[Bench]:
    """The real agent against a sandbox in which nobody has written yet."""
    with SandboxProcess(world="empty", cert_dir=certificates) as sandbox:
        made = Bench(sandbox, tmp_path)
        yield made
        made.close()
