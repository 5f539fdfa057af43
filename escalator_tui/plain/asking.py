"""The conversations that a command is about: those it can be done to, and a yes to every one of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from escalator_tui.model.errors import EscalatorError
from escalator_tui.model.row import Row
from escalator_tui.plain.commands import YES
from escalator_tui.plain.console import Console
from escalator_tui.plain.numbers import Numbers
from escalator_tui.plain.words import row_line, sentence
from escalator_tui.session.actions import BY_ID, Situation
from escalator_tui.session.session import Session


class RefusedError(EscalatorError):
    """The registry says why an action is off."""


class Asking:
    """Asks the lead at this console."""

    def __init__(self, session: Session, console: Console, numbers: Numbers) -> None:
        self._session, self._console, self._numbers = session, console, numbers

    def refusal(self, action: str, row: Row) -> str:
        """Why the registry's action cannot be done to this one, or ""."""
        return BY_ID[action].refuse(Situation((row,), row, self._session.read_only))

    def numbers_of(self, rows: Sequence[Row]) -> list[int]:
        """What these were called by."""
        return [self._numbers.of(row.id) for row in rows]

    def able(self, rows: Sequence[Row], refusal: Callable[[Row], str]) -> list[Row]:
        """Those without a refusal; of the others it is said why they are left out. Raises RefusedError when none is left."""
        reasons = {row.id: refusal(row) for row in rows}
        able = [row for row in rows if not reasons[row.id]]
        # By its number too: several conversations can be called the same.
        told = [sentence(f"{self._numbers.of(row.id)}. {reasons[row.id]}") for row in rows if reasons[row.id]]
        if not able:
            raise RefusedError(reasons[rows[0].id] if len(rows) == 1 or self._session.read_only else " ".join(told))
        for each in told:
            self._console.say(f"Left out: {each}")
        return able

    def affirms(self, do: str, by: str, rows: Sequence[Row]) -> bool:
        """Whether the lead wants it. The command `by` asks only at times: a script cannot know when, and hears how to answer beforehand."""
        if not self._console.is_terminal:
            self._console.say(f"A script answers beforehand, as in: {by} {' '.join(map(str, self.numbers_of(rows)))} {YES[0]}.")
        return self._console.affirms(do)

    def agrees(self, do: str, rows: Sequence[Row], *, named: int, by: str = "") -> bool:
        """Whether the lead wants it. Where one was `named` it is not asked about, unless the command is given that does. Where several
        were, it always is, however many of them are left: each is named first, and a script's yes is an answer whatever stood before.
        """
        if named == 1:
            return not by or self.affirms(do, by, rows)
        for row in rows:
            self._console.say(row_line(self._numbers.say(row), row, self._session.clock()))
        return self._console.affirms(f"{do} {len(rows)} conversation{'' if len(rows) == 1 else 's'}")
