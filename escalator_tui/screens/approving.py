"""From the key that escalates to the ledger: the lead approves and goes on, and what is no longer true comes back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from escalator_tui.model.errors import DecisionError, EscalatorError
from escalator_tui.model.kinds import Verb
from escalator_tui.screens.keyed import KeyedScreen
from escalator_tui.session.decisions import Attempt, confirm
from escalator_tui.session.wording import called

if TYPE_CHECKING:
    from escalator_tui.model.draft import Draft
    from escalator_tui.model.row import Row
    from escalator_tui.session.approvals import Approval
    from escalator_tui.session.proposal import Proposal

CHANGED = DecisionError("the conversation changed since you saw it")


class ApprovingScreen(KeyedScreen):
    """A screen on which a lead escalates. An approval is checked in the background, several at a time: a slow Intercom holds up nobody.

    What is refused opens nothing by itself, since the lead is typing for another conversation by then. Its row says so until it is opened.
    """

    def do_escalate(self) -> None:
        """Show what would go out, or why what was approved did not."""
        from escalator_tui.screens.send import SendScreen  # the first picture does without dialogues

        rows = self.rows_for("escalate")
        self.session.queue.asked = frozenset(row.id for row in rows)
        self.app.push_screen(SendScreen(self.session, rows).then(lambda approved: self._answered(rows, approved)))

    def _answered(self, rows: Sequence[Row], approved: Sequence[Proposal] | None) -> None:
        session = self.session
        session.queue.asked = frozenset()
        looked_at = [row.id for row in rows if session.approvals.refused(row.id)]
        if not approved:
            session.receive(session.approvals.drop(looked_at))
            return
        ids = frozenset(each.drafted.row.id for each in approved)
        session.receive(session.approvals.drop(each for each in looked_at if each not in ids))
        # As they are now: others decide while the texts are being read.
        of = [session.unwritten.below(session.queue.rows.get(row.id, row)) for row in rows if row.id in ids]
        self.hush()
        session.acts.remember(Verb.ESCALATE, of)
        session.queue.unmark(ids)
        begun = session.approvals.begin(approved, of)
        session.receive(session.approvals.rows(ids), ids)
        self.go_on(ids)
        for each in begun:
            self._check(each)

    def go_on(self, left: Collection[str]) -> None:
        """The lead is done with these: another screen than the queue follows its cursor."""

    def _check(self, approval: Approval) -> None:
        session, shown = self.session, approval.proposal.drafted
        session.checks.submit(
            lambda: session.desk.fresh_draft(shown),
            lambda fresh: self._checked(approval, fresh),
            lambda error: self._refuse(approval, error),
        )

    def _checked(self, approval: Approval, fresh: Draft) -> None:
        session, draft = self.session, approval.proposal.redrafted(fresh).draft
        if not session.approvals.stands(approval):
            return
        if not approval.proposal.draft.holds(draft):
            session.receive([fresh.row])
            self._refuse(approval, CHANGED)
            return
        approval.confirming = True
        session.decisions.submit(
            lambda: confirm(session, draft),
            lambda attempt: self._attempted(approval, attempt),
            lambda error: self._refuse(approval, error),
        )

    def _attempted(self, approval: Approval, attempt: Attempt) -> None:
        session = self.session
        if attempt.refusal:
            self._refuse(approval, attempt.refusal)
        else:
            session.desk.deliverer.wake()
            session.receive(session.approvals.drop([approval.id]))
        session.receive(attempt.now)

    def _refuse(self, approval: Approval, error: EscalatorError) -> None:
        session = self.session
        if not session.approvals.stands(approval):
            return
        approval.confirming, approval.refusal = False, error
        session.acts.forget(Verb.ESCALATE, [approval.id])  # what came back is looked at, and not taken back from elsewhere
        session.receive(session.approvals.rows([approval.id]))
        key = session.action("escalate").shown
        shows = f"{key} on it shows what was approved." if key else ""
        name = called(approval.proposal.drafted.row.record.conversation)
        self.complain(
            EscalatorError(f"{name} was not sent: {error.message}", cure=". ".join(filter(None, (error.cure.rstrip("."), shows))))
        )

    def complain_of_failure(self, row: Row) -> None:
        """It may have come to stand out of sight."""
        from escalator_tui.agent.triage import trouble

        if wrong := trouble(row.record.escalation) if row.record.escalation else None:
            self.complain(EscalatorError(f"{called(row.record.conversation)}: {wrong.error.rstrip('.')}", cure=wrong.cure))
