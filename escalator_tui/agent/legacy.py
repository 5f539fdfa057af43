"""The reference agent's memory, taken over once, so that nothing it escalated is escalated again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from escalator_tui.model.decision import Texts
from escalator_tui.model.errors import ConfigError, DecisionError
from escalator_tui.model.kinds import Priority
from escalator_tui.model.text import one_line

if TYPE_CHECKING:
    from escalator_tui.ledger.ledger import Ledger

STATE_FILE = Path("state", "escalated_conversations.json")
ACTOR = "reference agent"


def import_reference_state(ledger: Ledger, folder: Path) -> int:
    """Import `state/escalated_conversations.json` of `folder` unless it was imported before. Returns how many conversations came in.

    Raises ConfigError when the file is there and is not a JSON list of conversation ids.
    """
    path = folder / STATE_FILE
    mark = f"imported:{path.resolve()}"
    if not path.is_file() or ledger.mark(mark) is not None:
        return 0
    ids = _read(path)
    for each in ids:
        _remember(ledger, each)
    ledger.set_mark(mark, str(len(ids)))
    return len(ids)


def _read(path: Path) -> list[str]:
    cure = "Mend it, or move it away to start without the reference agent's memory."
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be imported: {error}", cure=cure) from None
    if not isinstance(found, list) or not all(isinstance(each, str | int) for each in found):
        raise ConfigError(f"{path} cannot be imported: it is not a list of conversation ids", cure=cure)
    return [name for each in found if (name := one_line(str(each)))]


def _remember(ledger: Ledger, conversation_id: str) -> None:
    if ledger.was_escalated(conversation_id):
        return  # what a copy of the file says ends no later episode
    nothing = Texts(linear_title="", linear_body="", slack_channel="", slack_text="", note_text="")
    try:
        ledger.confirm(conversation_id, priority=Priority.P1, texts=nothing, actor=ACTOR, kinds=(), reason="escalated before")
    except DecisionError:
        return  # known as escalated already, which is all that is wanted
