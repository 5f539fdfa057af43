"""What was seen, decided and done."""

from escalator_tui.ledger.audit import Event
from escalator_tui.ledger.ledger import Ledger

__all__ = ["Event", "Ledger"]
