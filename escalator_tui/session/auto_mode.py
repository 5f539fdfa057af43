"""What is said before auto mode is turned on."""

from __future__ import annotations

from collections.abc import Sequence

from escalator_tui.agent.triage import sent_by_itself
from escalator_tui.model.row import Row

RULE = "Every conversation that reaches the threshold is escalated by itself, without a hold."


def foretold(need: Sequence[Row]) -> list[str]:
    """What it would do at once with what needs the lead, in sentences; none when nothing does."""
    go = len(sent_by_itself(need))
    stay = len(need) - go
    going = f"{go} conversation{'s go' if go != 1 else ' goes'} out with the next look, which begins at once."
    staying = f"{stay} that {'were taken back stay' if stay != 1 else 'was taken back stays'} with you until something new happens."
    return [told for many, told in ((go, going), (stay, staying)) if many]
