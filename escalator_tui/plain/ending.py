"""What is told when a session ends: what went out, what did not, and where that goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from escalator_tui.agent.triage import sent_by_itself
from escalator_tui.model.decision import Escalation
from escalator_tui.model.kinds import ON_THE_WAY, STUCK, UNDECIDED, RowState, Verb
from escalator_tui.model.row import Row
from escalator_tui.session.poller import AutoDecided, RowsRead
from escalator_tui.session.session import Session
from escalator_tui.session.wording import called_all

STAYS = "stays owed and goes out when Escalator runs again"
LOST = "is lost with the demo"
NEEDS_YOU = "still needs you"


@dataclass(eq=False)
class Ending:
    """Gathered while the session goes on. `by_itself` are the ids of what auto mode escalated, `unsent` of what the lead approved and what
    came back instead of being sent; `quiet` is that the lead left when nothing was under way, and so after the news of all that went out.
    """

    session: Session
    by_itself: set[str] = field(default_factory=set)
    unsent: set[str] = field(default_factory=set)
    quiet: bool = False

    @property
    def fate(self) -> str:
        """What becomes of what is still on the way when nobody types any more."""
        return LOST if self.session.is_demo else STAYS

    def take_in(self) -> None:
        """What the poller found last, which nobody hears as news any more."""
        for event in self.session.poller.events():
            if isinstance(event, RowsRead):
                self.session.queue.apply(event.rows)
            elif isinstance(event, AutoDecided):
                self.keep(event.escalations)

    def keep(self, escalations: Iterable[Escalation]) -> None:
        """Auto mode confirmed these."""
        self.by_itself |= {each.conversation_id for each in escalations}

    def line(self) -> str:
        """All of it in one line, empty when there is nothing to tell."""
        if self.session.read_only:
            return ""
        sent = self._now(self._escalated(), RowState.ESCALATED)
        told = [*self._of_auto(), *self._undone()]
        # Of what went out the news tell, unless the input ended before they could.
        news = [f"Sent: {called_all(sent)}."] if sent and (told or not self.quiet) else []
        return " ".join((*news, *told))

    def _of_auto(self) -> Iterator[str]:
        if not self.session.auto:
            return
        yield f"Auto mode ended with this session{'' if self.by_itself else ' and escalated nothing'}."
        if rows := sent_by_itself(self._standing(RowState.NEEDS_DECISION)):
            yield f"It left {called_all(rows)} undecided: wait before the end lets it finish."

    def _undone(self) -> Iterator[str]:
        if rows := self._standing(*ON_THE_WAY):
            yield f"Not done yet: {called_all(rows)}. That {self.fate}."
        if rows := self._standing(*STUCK):
            yield f"Failed or uncertain: {called_all(rows)}. That {LOST if self.session.is_demo else NEEDS_YOU}."
        if rows := self._now(self.unsent, *UNDECIDED):
            yield f"Approved but not sent: {called_all(rows)}. That {LOST if self.session.is_demo else NEEDS_YOU}."

    def _escalated(self) -> set[str]:
        return self.by_itself | {each for act in self.session.acts.made if act.verb is Verb.ESCALATE for each in act.ids}

    def _standing(self, *states: RowState) -> list[Row]:
        """The queue may be a moment behind: what stands so is read again."""
        return self._now((row.id for row in self.session.queue.standing(*states)), *states)

    def _now(self, ids: Iterable[str], *states: RowState) -> list[Row]:
        return [row for row in self.session.read(sorted(ids)) if row.state in states]
