"""Why the escalation under the cursor is not done, in one line: the service's answer, the cure, the next try. Without Textual."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from escalator_tui.agent.triage import trouble
from escalator_tui.model.kinds import DeliveryState
from escalator_tui.model.text import one_line
from escalator_tui.session.wording import DELIVERY_NAMES, NAME, age, cropped
from escalator_tui.widgets.line import Piece, length

if TYPE_CHECKING:
    from escalator_tui.model.decision import Delivery
    from escalator_tui.model.row import Row

STANDS = {DeliveryState.BLOCKED: "refused", DeliveryState.UNCERTAIN: "uncertain", DeliveryState.OWED: "not done yet"}
LOOK = "bold $text-error"


def trouble_pieces(row: Row | None, now: float, width: int, *, retry: str, more: str = "") -> list[Piece]:
    """The worst delivery's error with its cure, styled, in `width` cells; empty when nothing is wrong. `retry` is the key that sends again,
    `more` the one that tells what there is no room for.
    """
    escalation = row.record.escalation if row else None
    worst = trouble(escalation) if escalation else None
    if worst is None:
        return []
    *choices, shortest = _choices(worst, now, width, retry, more)
    return next((each for each in choices if length(each) <= width), shortest)


def _choices(delivery: Delivery, now: float, width: int, retry: str, more: str) -> Iterator[list[Piece]]:
    """The longest first. The reason goes before the cure does, and of the reason alone as much stays as there is room for."""
    cure = one_line(delivery.cure).rstrip(".")
    again = f"tries again in {age(delivery.due_at - now)}" if delivery.state is DeliveryState.OWED else "not sent again by itself"
    cured, when = _part(cure, ""), _part(again, "$foreground-muted")
    key = [*_part(retry, "bold $text-accent"), (" now", "")] if retry else []
    yield [(_why(delivery), LOOK), *cured, *when, *key]
    yield [(_why(delivery), LOOK), *cured, *key]
    short = f"{DELIVERY_NAMES[delivery.kind]} {STANDS[delivery.state]}"
    if cure:
        yield [(short, LOOK), *cured, *key]
    rest = [*([*_part(more, "bold $text-accent"), (" tells the cure", "")] if cure and more else []), *key]
    room = width - length(rest)
    yield [(cropped(_why(delivery), room) if room >= NAME else short, LOOK), *rest]


def _why(delivery: Delivery) -> str:
    """The error, with what it is about unless it begins with the service."""
    error, name = one_line(delivery.error).rstrip("."), DELIVERY_NAMES[delivery.kind]
    return error if error.partition(" ")[0] in name.split() else f"{name}: {error}"


def _part(text: str, look: str) -> list[Piece]:
    return [(" · ", "$foreground-muted"), (text, look)] if text else []
