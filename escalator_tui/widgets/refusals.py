"""What a lead is told beside the texts: why an approval came back, what is different now, and what became of a row meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from escalator_tui.model.row import Row
from escalator_tui.session.approvals import Approval
from escalator_tui.session.proposal import Proposal
from escalator_tui.session.session import Session
from escalator_tui.session.wording import called
from escalator_tui.widgets.draft_view import changes_content


class Refusals:
    """`proposals` are what can be approved of these rows, `told` says what came back, and `differs` whether something else would go out
    than what was approved before.
    """

    def __init__(self, session: Session, rows: Sequence[Row]) -> None:
        self._session = session
        self.proposals: list[Proposal] = []
        self.differs = False
        lines: list[Content] = []
        for row in rows:
            approval = session.approvals.refused(row.id)
            now = self._now(row, approval)
            if not approval or row.can_go_out:
                self.proposals.append(now)
            if approval:
                lines += self._lines(row, approval, now)
        self.told = Content("\n").join(lines)

    def _now(self, row: Row, approval: Approval | None) -> Proposal:
        draft_of = self._session.desk.draft_of
        if approval is None:
            drafted, own = draft_of(row, row.priority), self._session.approvals.own.get(row.id)
            return own.redrafted(drafted) if own else Proposal(drafted)
        return approval.proposal.redrafted(draft_of(row, approval.proposal.drafted.priority))

    def _lines(self, row: Row, approval: Approval, now: Proposal) -> list[Content]:
        changes = changes_content(approval.proposal.draft, now.draft, self._session.clock())
        self.differs |= bool(changes) and row.can_go_out
        kept = f" Your own words are kept: {now.edited}." if now.edited else ""
        again = (kept, (" y", "bold $text-accent"), " sends it as it is now.") if row.can_go_out else ()
        why = str(approval.refusal).rstrip(".")
        head = (f"{called(row.record.conversation)} was not sent: {why}.", "bold $text-error")
        return [Content.assemble(head, *again), *([changes] if changes else [])]


def what_became_of(row: Row) -> Content:
    """What happened to it behind the open question, in a sentence."""
    talk, escalation = row.record.conversation, row.record.escalation
    if escalation:
        return Content.styled(f"{escalation.actor} escalated {called(talk)} meanwhile: it does not go out again.", "bold $text-error")
    if not talk.is_open:
        return Content.styled(f"{called(talk)} is {talk.state.value} at Intercom now: it does not go out.", "bold $text-error")
    return Content.styled(f"{called(talk)} changed since you opened this:", "bold $text-warning")
