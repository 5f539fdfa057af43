"""The reference agent's memory is taken over, however odd its ids."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from escalator_tui.agent.legacy import STATE_FILE, import_reference_state
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.model.decision import Decision, Texts
from escalator_tui.model.errors import DecisionError
from escalator_tui.model.kinds import Priority, Verb


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


def test_a_second_copy_of_the_memory_ends_no_later_episode(tmp_path: Path) -> None:
    """A colleague's checkout holds the same file; what was reopened since may still escalate."""
    for home in ("ann", "bob"):
        path = tmp_path / home / STATE_FILE
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(["7", "8"] if home == "ann" else ["7", "8", "9"]), encoding="utf-8")
    ledger = Ledger.open(str(tmp_path / "ledger.sqlite3"))
    assert import_reference_state(ledger, tmp_path / "ann") == 2
    ledger.decide(Decision("7", Verb.REOPEN, "sam", ledger.now))
    import_reference_state(ledger, tmp_path / "bob")
    nothing = Texts("", "", "", "", "")
    assert ledger.confirm("7", priority=Priority.P1, texts=nothing, actor="sam", kinds=()).episode == 2
    for name in ("8", "9"):
        with pytest.raises(DecisionError, match="reference agent escalated"):
            ledger.confirm(name, priority=Priority.P1, texts=nothing, actor="sam", kinds=())
    ledger.close()
