"""What a front end needs of the agent. The terminal app is written against this; beside it, it shares the agent's pure words and steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from escalator_tui.agent.replay import Rehearsal
    from escalator_tui.model.activity import Activity, Background
    from escalator_tui.model.decision import Escalation
    from escalator_tui.model.draft import Draft, PollReport, Progress
    from escalator_tui.model.kinds import Priority, Verb
    from escalator_tui.model.row import Row
    from escalator_tui.model.rules import Rules


class Deliveries(Protocol):
    """Background work on what is owed."""

    @property
    def in_flight(self) -> int:
        """Deliveries whose call is under way in this process."""

    def start(self) -> None:
        """Begin, in threads of its own. Returns at once."""

    def stop(self, within: float | None = None) -> None:
        """End after the calls under way, waiting `within` seconds at most; what is still owed or in doubt stays in the ledger."""

    def wake(self) -> None:
        """Look at once whether something is due."""


class Desk(Protocol):
    """The agent as a front end drives it. Every method but the property may block; each has its own deadline and may be called from any
    thread. All raise EscalatorError (message and cure); decisions raise DecisionError when somebody was first or the conversation changed.
    """

    @property
    def deliverer(self) -> Deliveries:
        """What carries the confirmed escalations out."""

    def poll(
        self, *, follow_up: bool = True, by_rule: bool = True, progress: Progress | None = None, arrived: Callable[[], object] = ...
    ) -> PollReport:
        """Watch, detect and save once. With `follow_up`, the services are told what customers wrote on escalated conversations; with
        `by_rule`, new episodes begin where the rule says so. `progress` is told how a long look goes on. `arrived` is called in the middle
        of it when changed rows are there to be read, whose scores may still change.
        """

    def rescore(self) -> None:
        """Score again by the time that passed, without a call."""

    def rows(self) -> list[Row]:
        """Every row of the queue."""

    def changed_rows(self) -> list[Row]:
        """Rows touched by any process since the last call, at first all of them; may repeat, never misses. Closed conversations are among
        them.
        """

    def row(self, conversation_id: str) -> Row | None:
        """One row as it is now."""

    def draft(self, conversation_id: str, priority: Priority | None = None) -> Draft:
        """The texts as they would go out, by what the ledger knows. Without a priority: the row's own."""

    def draft_of(self, row: Row, priority: Priority) -> Draft:
        """The texts by what this row holds. Asks nobody and never blocks."""

    def fresh_draft(self, draft: Draft) -> Draft:
        """The same with the conversation read again from Intercom. `draft.holds()` tells whether the approval still stands."""

    def escalate(self, draft: Draft, *, actor: str) -> Escalation:
        """Confirm exactly this draft. Nothing leaves before the hold of the settings is over."""

    def override(self, conversation_id: str, priority: Priority, *, actor: str) -> None:
        """Give a conversation another priority."""

    def dismiss(self, row: Row, *, reason: str, actor: str) -> None:
        """Not an escalation, until something happens that this row, which the lead was shown, does not show."""

    def snooze(self, row: Row, *, until: float, reason: str, actor: str) -> None:
        """Not now: until then (unix seconds), or until something happens that this row, which the lead was shown, does not show."""

    def undo(self, conversation_id: str, *, actor: str, expecting: Verb | None = None, withdraw: bool = False) -> str:
        """Take back the newest decision and say in words what was taken back. DecisionError when nothing can be, or when it is not the
        actor's own decision of the kind that is expected. A priority gives way to the one that stood before.

        With `withdraw`, also an escalation that was sent: the issue is archived, the alert struck through, a second note left.
        """

    def retry(self, conversation_id: str, *, actor: str, vouch: bool = False) -> str:
        """Send again, now, what failed, is uncertain or waits for its next try, and say in words what. What may have arrived is looked for
        first, and where nobody can look sent only when the actor vouches that it did not arrive. DecisionError when there is nothing to
        send again.
        """

    def record_arrival(self, conversation_id: str, *, actor: str) -> str:
        """The actor saw that what is uncertain arrived: it is done by that word, and not sent again. Says in words what; DecisionError
        when nothing is uncertain.
        """

    def record_absence(self, conversation_id: str, *, actor: str) -> str:
        """The actor saw that what is uncertain of a withdrawn escalation did not arrive: nothing of it is left to take back. Says in words
        what; DecisionError when nothing of that kind is uncertain.
        """

    def auto_decide(self, rows: Sequence[Row]) -> list[Escalation]:
        """Auto mode: escalate each of these rows that needs a decision."""

    def conversation_url(self, conversation_id: str) -> str:
        """The conversation's address in Intercom."""

    def team_name(self) -> str:
        """The name of the Linear team that issues go to, asked of Linear; empty when it shows us none of that id."""

    def rehearsal(self) -> Rehearsal:
        """Every recorded conversation, to try other rules on beside those in force. Takes seconds when there are thousands."""

    def apply_rules(self, rules: Rules) -> int | None:
        """Score by these from now on, and everything open again at once. Returns how many conversations that were; None while a look is
        under way, which does that at its end.
        """

    def activity(self, conversation_id: str | None = None) -> list[Activity]:
        """What was sent, is being sent or could not be, the newest first; of one conversation or of all."""

    def background(self, conversation_id: str) -> Background:
        """The same customer's other conversations, closed ones too, and the decisions so far."""
