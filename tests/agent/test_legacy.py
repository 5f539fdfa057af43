"""The reference agent's memory is taken over, however odd its ids."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from escalator_tui.agent.legacy import STATE_FILE, import_reference_state
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.model.decision import Texts
from escalator_tui.model.errors import DecisionError
from escalator_tui.model.kinds import Priority


def test_ids_that_no_database_keeps_are_cleaned_or_left_out(tmp_path: Path) -> None:
    path = tmp_path / STATE_FILE
    path.parent.mkdir()
    path.write_text(json.dumps([7, "12\x00", "\ud800", ""]), encoding="utf-8")
    ledger = Ledger.open(str(tmp_path / "ledger.sqlite3"))
    assert import_reference_state(ledger, tmp_path) == 2
    assert import_reference_state(ledger, tmp_path) == 0
    for name in ("7", "12"):
        with pytest.raises(DecisionError, match="reference agent escalated"):
            ledger.confirm(name, priority=Priority.P1, texts=Texts("", "", "", "", ""), actor="sam", kinds=())
    ledger.close()
