"""What is said before auto mode is turned on."""

from __future__ import annotations

from collections.abc import Sequence

from escalator_tui.agent.triage import sent_by_itself
from escalator_tui.model.row import Row
from escalator_tui.session.wording import called

NAMED = 6
"""How many are named; so many can be read before answering."""
RULE = "Every conversation that reaches the threshold is escalated by itself, without a hold."


def foretold(need: Sequence[Row]) -> list[str]:
    """What it would do at once with what needs the lead, in sentences; none when nothing does."""
    goes = sent_by_itself(need)
    go, stay = len(goes), len(need) - len(goes)
    going = f"{go} conversation{'s go' if go != 1 else ' goes'} out with the next look, which begins at once: {_named(goes)}."
    staying = f"{stay} that {'were taken back stay' if stay != 1 else 'was taken back stays'} with you until something new happens."
    return [told for many, told in ((go, going), (stay, staying)) if many]


def _named(rows: Sequence[Row]) -> str:
    """The first of them by their score, and how many more."""
    names = [called(row.record.conversation) for row in sorted(rows, key=lambda row: (-row.score, row.id))]
    more = [f"and {len(names) - NAMED} more"] if len(names) > NAMED else []
    return ", ".join(names[:NAMED] + more)
