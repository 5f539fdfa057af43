"""What the lead approved and the ledger does not hold yet: it is read again at Intercom first, and comes back when it is no longer true."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from escalator_tui.model.kinds import RowState
from escalator_tui.session.wording import is_over

if TYPE_CHECKING:
    from escalator_tui.model.draft import Draft
    from escalator_tui.model.errors import EscalatorError
    from escalator_tui.model.row import Row
    from escalator_tui.session.proposal import Proposal


@dataclass(eq=False)
class Approval:
    """One of them. `proposal` is what was approved, word for word; `confirming` that it is being written into the ledger, and `refusal`
    why it came back.
    """

    proposal: Proposal
    confirming: bool = False
    refusal: EscalatorError | None = None

    @property
    def id(self) -> str:
        """The conversation's id."""
        return self.proposal.drafted.row.id


@dataclass
class Approvals:
    """By conversation, until they are confirmed, taken back or looked at. Belongs to the terminal's thread. `actor` is who approves, `own`
    the last proposal of each conversation that holds words of the lead's own, approved or not: until it was sent, the next question begins
    with them again.
    """

    actor: str
    own: dict[str, Proposal] = field(default_factory=dict)
    _known: dict[str, Approval] = field(default_factory=dict)
    _below: dict[str, Row] = field(default_factory=dict)

    def begin(self, proposals: Sequence[Proposal], rows: Iterable[Row]) -> list[Approval]:
        """These were approved; `rows` are theirs."""
        made = [Approval(each) for each in proposals]
        self.keep(proposals)
        # A row that shows an approval already is no row of the ledger's.
        self._below.update((row.id, row) for row in rows if row.id not in self._known)
        self._known.update((each.id, each) for each in made)
        return made

    def keep(self, proposals: Sequence[Proposal]) -> bool:
        """Keep what the lead wrote for these, and nothing where nothing was. Whether there is any."""
        for each in proposals:
            self.own.pop(each.drafted.row.id, None)
        written = {each.drafted.row.id: each for each in proposals if each.edits}
        self.own.update(written)
        return bool(written)

    def stands(self, approval: Approval) -> bool:
        """Whether nobody took it back, or approved something else since."""
        return self._known.get(approval.id) is approval

    def covers(self, conversation_id: str) -> bool:
        """Whether the lead approved something of it that is not confirmed yet, or came back. May be asked from any thread."""
        return conversation_id in self._known

    def refused(self, conversation_id: str) -> Approval | None:
        """The approval that came back, if one did and nobody looked at it yet."""
        found = self._known.get(conversation_id)
        return found if found is not None and found.refusal else None

    def revocable(self, ids: Iterable[str]) -> list[str]:
        """Those of which nothing is being written."""
        return [each for each in ids if each in self._known and not self._known[each].confirming]

    def drop(self, ids: Iterable[str]) -> list[Row]:
        """Forget these; their rows as the ledger has them."""
        gone = [each for each in ids if self._known.pop(each, None)]
        return [self._below.pop(each) for each in gone]

    def rows(self, ids: Iterable[str]) -> list[Row]:
        """Rows of these as the ledger has them."""
        return [self._below[each] for each in ids if each in self._below]

    def drawn(self, rows: Iterable[Row]) -> list[Row]:
        """Rows of the ledger as the lead shall see them."""
        return [self._drawn(row) for row in rows] if self.own or self._known else list(rows)

    @property
    def checking(self) -> list[Row]:
        """Rows whose approval is being checked, the oldest first."""
        return [self._below[each.id] for each in self._known.values() if not (each.refusal or each.confirming)]

    @property
    def unsent(self) -> list[Approval]:
        """Those that came back, the oldest first."""
        return [each for each in self._known.values() if each.refusal]

    def _drawn(self, row: Row) -> Row:
        if row.state is RowState.ESCALATED or is_over(row):
            self.own.pop(row.id, None)  # words that were sent, or had no use, begin no other episode
        return self._over(row) if row.id in self._known else row

    def _over(self, row: Row) -> Row:
        approval, self._below[row.id] = self._known[row.id], row
        if is_confirmed(approval.proposal.draft, row, self.actor):
            return self.drop([row.id])[0]
        if approval.refusal:
            return replace(row, state=RowState.UNSENT, note=f"not sent: {approval.refusal.message}")
        return row if row.record.escalation else replace(row, state=RowState.CHECKING, note="")


def is_confirmed(draft: Draft, row: Row | None, actor: str) -> bool:
    """Whether the ledger has it, word for word: a confirmation whose answer was lost counts."""
    escalation = row.record.escalation if row else None
    return escalation is not None and (escalation.actor, escalation.texts) == (actor, draft.texts)
