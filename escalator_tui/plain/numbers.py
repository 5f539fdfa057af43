"""Numbers for conversations: one that was said stays with its conversation for the whole session."""

from __future__ import annotations

from escalator_tui.model.row import Row


class Numbers:
    """Gives each conversation the next number when it is first said, and never gives one away again."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._numbers: dict[str, int] = {}
        self._said: dict[str, Row] = {}

    def of(self, conversation_id: str) -> int:
        """The conversation's number."""
        if conversation_id not in self._numbers:
            self._ids.append(conversation_id)
            self._numbers[conversation_id] = len(self._ids)
        return self._numbers[conversation_id]

    def say(self, row: Row) -> int:
        """The number of a row of which a line tells now."""
        self._said[row.id] = row
        return self.of(row.id)

    def heard(self, row: Row) -> Row:
        """The row as the lead was last told of it: what came since, nobody heard."""
        return self._said.get(row.id, row)

    def conversation(self, number: int) -> str | None:
        """The conversation that was said with this number."""
        return self._ids[number - 1] if 1 <= number <= len(self._ids) else None
