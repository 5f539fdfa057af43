"""A desk to type at."""

from __future__ import annotations

import pytest

from tests.app.desk import ScriptedDesk
from tests.app.story import morning


@pytest.fixture
def desk() -> ScriptedDesk:
    """A desk with one row of each kind."""
    return ScriptedDesk({each.id: each for each in morning()})
