"""What taking back an escalation that was sent will do, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from escalator_tui.model.kinds import DeliveryKind, DeliveryState
from escalator_tui.session.wording import called

if TYPE_CHECKING:
    from escalator_tui.model.decision import Escalation
    from escalator_tui.model.row import Row

CANCELLED = "What has not left yet is cancelled; what may be on its way is looked for, and taken back when it arrived."
STAYS = "What may have arrived stays shown until it is found and taken back or, of an alert or a note, you say whether it is there."
AFTERWARDS = "The conversation stays in the queue; auto mode leaves it alone until the customer writes again and the score rises."
AFTERWARDS_ALL = "The conversations stay in the queue; auto mode leaves each alone until the customer writes again and the score rises."
UNDONE = (DeliveryKind.LINEAR, DeliveryKind.SLACK, DeliveryKind.NOTE)


def withdrawal_text(rows: Sequence[Row], actor: str) -> str:
    """Exactly what will happen to each; of several in one line each, below what is the same for all."""
    made = [(called(row.record.conversation), row.record.escalation) for row in rows if row.record.escalation]
    lines = _lines(made[0][1], actor) if len(made) == 1 else _lines_of_several(made, actor)
    rest = [STAYS] if any(_is_in_doubt(one, kind) for _, one in made for kind in UNDONE) else []
    rest += [CANCELLED] if any(each.state is DeliveryState.OWED for _, one in made for each in one.deliveries) else []
    return "\n".join((*lines, *rest, AFTERWARDS if len(made) == 1 else AFTERWARDS_ALL))


def _lines(escalation: Escalation, actor: str) -> Iterator[str]:
    if issue := _issue(escalation):
        yield f"Linear: {issue} is archived."
    if channel := _channel(escalation):
        yield f"Slack: the alert in {channel} is struck through and says that {actor} withdrew it."
    if _happened(escalation, DeliveryKind.NOTE):
        yield f"Intercom: a second note says that {actor} withdrew it."
    for service, what in _doubts(escalation):
        yield f"{service}: {what} may have arrived, and nobody can look."


def _lines_of_several(made: Sequence[tuple[str, Escalation]], actor: str) -> Iterator[str]:
    yield f"Issues are archived, alerts struck through, and a second note says that {actor} withdrew it:"
    for name, escalation in made:
        note = "note" if _happened(escalation, DeliveryKind.NOTE) else ""
        perhaps = (f"perhaps {what}" for _, what in _doubts(escalation))
        done = ", ".join(filter(None, (_issue(escalation), _channel(escalation), note, *perhaps)))
        yield f"{name}: {done or 'nothing arrived yet'}"


def _doubts(escalation: Escalation) -> Iterator[tuple[str, str]]:
    """The service, and what may have arrived there."""
    told = (("Linear", "the issue"), ("Slack", f"the alert in {escalation.channel}"), ("Intercom", "the note"))
    return (each for kind, each in zip(UNDONE, told, strict=True) if _is_in_doubt(escalation, kind))


def _is_in_doubt(escalation: Escalation, kind: DeliveryKind) -> bool:
    """Whether nobody can tell by looking that it arrived: refused, and in doubt, stands an issue that cannot be looked up."""
    found = escalation.delivery(kind)
    return found is not None and (found.state is DeliveryState.UNCERTAIN or (found.state is DeliveryState.BLOCKED and found.in_doubt))


def _issue(escalation: Escalation) -> str:
    """The issue's name, empty when there is none."""
    found = _happened(escalation, DeliveryKind.LINEAR)
    return str(found.get("identifier") or "the issue") if found else ""


def _channel(escalation: Escalation) -> str:
    """Where the alert stands, empty when there is none."""
    return escalation.channel if _happened(escalation, DeliveryKind.SLACK) else ""


def _happened(escalation: Escalation, kind: DeliveryKind) -> dict[str, object]:
    found = escalation.delivery(kind)
    return {"done": True, **found.result} if found is not None and found.state is DeliveryState.DONE else {}
