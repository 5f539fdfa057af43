"""Fixtures every room may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from escalator_tui.sandbox.process import SandboxProcess

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
