"""The agent's bench serves here too."""

from __future__ import annotations

from tests.agent.conftest import bench as bench
