"""The index finds what the ledger finds."""

from __future__ import annotations

from pathlib import Path

from escalator_tui.agent.histories import Histories
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.model.conversation import Account, Contact
from tests.agent.builders import NOW, conversation

EMAILS = ("", "ada@acme.example", "bob@acme.example", "jo@gmail.com")


def test_it_finds_what_the_ledger_finds(tmp_path: Path) -> None:
    made = [
        conversation(
            id=str(number),
            contact=Contact(f"c{number % 3}", email=EMAILS[number % 7 % 4]) if number % 5 else None,
            account=Account(f"co{number % 2}", "A") if number % 4 else None,
            updated_at=NOW - number,
        )
        for number in range(20)
    ]
    ledger = Ledger.open(str(tmp_path / "ledger.sqlite"))
    ledger.save_conversations(made)
    histories = Histories(ledger.updated_since(0))
    for each in made:
        found = {other.id for other in histories.of(each)}
        assert found == {other.id for other in ledger.history_of(each, 0)}
        assert each.id not in found
    ledger.close()
