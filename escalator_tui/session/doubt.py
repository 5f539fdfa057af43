"""What is asked before what may have arrived is looked for or sent again, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from escalator_tui.model.kinds import AMENDS, DeliveryState
from escalator_tui.session.wording import called_all

if TYPE_CHECKING:
    from escalator_tui.model.row import Row

DOUBLES = "Escalator looks first and sends only what it does not find. Where it cannot look, it sends, and that may arrive twice."
STRIKES = "Of that nothing is sent: Escalator looks again and takes back what it finds. Where it cannot look, that stays uncertain until \
you say whether it is there."
IS_IT_THERE = """Is it there?
If it is, take it back there yourself: Escalator does not know its place. If it is not, nothing is left to do."""

SAW_IT = "it arrived, I saw it"


class Asked(NamedTuple):
    """The question before rows are sent again: its words, what `y` and `a` do, and the rows of which `a` records what the lead saw. When it
    is `gone`, all of that was withdrawn and is only looked for.
    """

    title: str
    text: str
    verb: str
    other: str
    seen: tuple[Row, ...]
    gone: bool


def asked_of(rows: Sequence[Row], doubtful: Sequence[Row], key: str) -> Asked:
    """What is asked of rows of which some are doubtful. `key` is the one that asks."""
    text = again_text(doubtful)
    if all(is_unwanted(row) for row in rows):
        return Asked("Look again", text, "look again", "I looked there", tuple(doubtful), gone=True)
    # Of others an arrival is mostly a relief. Of this it means work there, so that one word for all is soon said amiss.
    wanted = tuple(row for row in doubtful if not is_unwanted(row))
    if len(wanted) < len(doubtful):
        text = f"{text}\nBeside other rows nothing is recorded of it: {key} on such a row alone asks you."
    return Asked("Send again", text, "send again", SAW_IT if wanted else "", wanted, gone=False)


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
