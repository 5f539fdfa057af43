"""What is asked before what may have arrived is looked for or sent again, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from escalator_tui.model.kinds import AMENDS, DeliveryState
from escalator_tui.session.wording import called_all

if TYPE_CHECKING:
    from escalator_tui.model.row import Row

DOUBLES = "Escalator looks first and sends only what it does not find. Where it cannot look, it sends, and that may arrive twice."
STRIKES = "Of that nothing is sent: Escalator looks again and takes back what it finds. Where it cannot look, that stays uncertain until \
you say whether it is there."
IS_IT_THERE = """Is it there?
If it is, take it back there yourself: Escalator does not know its place. If it is not, nothing is left to do."""


def is_unwanted(row: Row) -> bool:
    """Whether something may stand there of an escalation that was withdrawn."""
    made = row.record.escalation
    if made is None or not made.withdrawn_by:
        return False
    return any(each.state is DeliveryState.UNCERTAIN and each.kind not in AMENDS for each in made.deliveries)


def again_text(doubtful: Sequence[Row]) -> str:
    """What happens when these are sent again, to those that were withdrawn by itself."""
    withdrawn = [row for row in doubtful if is_unwanted(row)]
    wanted = [row for row in doubtful if not is_unwanted(row)]
    lines = [f"What went out for {called_all(wanted)} may have arrived.", DOUBLES] if wanted else []
    if withdrawn:
        lines += [f"What went out for {called_all(withdrawn)} may have arrived, and was withdrawn.", STRIKES]
    return "\n".join(lines)


def vouched(doubtful: Sequence[Row]) -> frozenset[str]:
    """Those of which an answer has sent what cannot be looked up: never what was withdrawn."""
    return frozenset(row.id for row in doubtful if not is_unwanted(row))
