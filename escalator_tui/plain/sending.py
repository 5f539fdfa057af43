"""Escalating at a prompt: the exact texts are shown, and what is sent is what was shown, if it is still true."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from escalator_tui.model.draft import Draft
from escalator_tui.model.errors import EscalatorError
from escalator_tui.model.kinds import Verb
from escalator_tui.model.row import Row
from escalator_tui.plain.asking import Asking
from escalator_tui.plain.console import Console
from escalator_tui.plain.ending import Ending
from escalator_tui.plain.news import News
from escalator_tui.plain.numbers import Numbers
from escalator_tui.plain.words import change_lines, draft_line, draft_lines, joined
from escalator_tui.session.decisions import confirm
from escalator_tui.session.session import Session
from escalator_tui.session.wording import called, called_all, cropped, short_id

NAME_SECONDS = 2.0
"""How long the name of the Linear team is waited for; its id does as well."""


class Sending:
    """Sends for the session's actor."""

    def __init__(self, session: Session, console: Console, news: News, numbers: Numbers, asking: Asking, ending: Ending) -> None:
        self._session, self._console, self._news, self._numbers, self._asking = session, console, news, numbers, asking
        self._ending = ending

    def send(self, rows: Sequence[Row]) -> None:
        """Show the texts, ask, read again, confirm what was shown. What changed meanwhile is shown and asked about anew."""
        able = self._asking.able(rows, lambda row: self._asking.refusal("escalate", row))
        shown = [self._session.desk.draft(row.id) for row in able]
        sent, unsent = 0, self._ending.unsent
        self._show(shown)
        while shown and self._console.affirms("send" if len(shown) == 1 else f"send all {len(shown)}"):
            unsent |= {draft.row.id for draft in shown}
            fresh = [each for draft in shown if (each := self._read_again(draft))]
            changed = [new for old, new in fresh if self._tell_changes(old, new)]
            sent += self._confirm([new for _, new in fresh if new not in changed])
            shown = self._left_of(changed)
            unsent -= {draft.row.id for draft in changed} - {draft.row.id for draft in shown}  # there is nothing to do about these
            if shown:
                self._console.say(f"{_called(shown)} {'was' if len(shown) == 1 else 'were'} not sent. As it is now:")
                self._show(shown)
        if not self._console.was_passed_over:
            unsent -= {draft.row.id for draft in shown}  # the lead saw them as they are now, and said no
        if shown:
            self._console.say("Nothing more was sent." if sent else "Nothing was sent.")

    def _left_of(self, changed: Sequence[Draft]) -> list[Draft]:
        """What can still go out; of the rest, why not."""
        for each in changed:
            conversation = each.row.record.conversation
            if not conversation.is_open:
                self._console.say(f"{called(conversation)} is {conversation.state.value} at Intercom now: it does not go out.")
        return [each for each in changed if each.row.can_go_out]

    def _show(self, drafts: Sequence[Draft]) -> None:
        """The texts of each; of several, at the end and in sight of the question, what goes where."""
        team = self._team()
        for each in drafts:
            self._console.say(joined(draft_lines(each, team)))
        for each in drafts if len(drafts) > 1 else ():
            self._console.say(draft_line(self._numbers.of(each.row.id), each))

    def _team(self) -> str:
        """What the Linear team is called. Its id as long as Linear does not tell; empty when issues go to no certain team."""
        session = self._session
        if not session.settings.linear.team_id:
            return ""
        if not (session.team or session.names.pending):
            answered = threading.Event()

            def keep(name: str) -> None:
                session.team = name
                answered.set()

            session.names.submit(session.desk.team_name, keep, lambda _: answered.set())
            answered.wait(NAME_SECONDS)
        return cropped(session.team) or short_id(session.settings.linear.team_id)

    def _read_again(self, draft: Draft) -> tuple[Draft, Draft] | None:
        """The draft and what it would be now, None when it cannot be sent: one does not keep the others from it."""
        try:
            return draft, self._session.desk.fresh_draft(draft)
        except EscalatorError as error:
            self._refuse(draft, error)
            return None

    def _tell_changes(self, old: Draft, new: Draft) -> bool:
        changes = list(change_lines(old, new, self._session.clock()))
        if changes:
            self._console.say(joined(changes))
        return bool(changes)

    def _confirm(self, drafts: Sequence[Draft]) -> int:
        """Together, so that their holds end together. How many were confirmed."""
        session, confirmed = self._session, list[Draft]()
        for draft in drafts:
            attempt = confirm(session, draft)
            self._news.learn(attempt.now)
            if attempt.refusal:
                self._refuse(draft, attempt.refusal)
            else:
                confirmed.append(draft)
        if confirmed:
            self._ending.unsent -= {draft.row.id for draft in confirmed}
            session.acts.remember(Verb.ESCALATE, [draft.row for draft in confirmed])
            session.desk.deliverer.wake()
            self._console.say(self._went(confirmed))
        return len(confirmed)

    def _went(self, drafts: Sequence[Draft]) -> str:
        names, hold = ", ".join(called(each.row.record.conversation) for each in drafts), self._session.settings.delivery.hold_seconds
        go, them = ("goes", "it") if len(drafts) == 1 else ("go", "them")
        return f"{names} {go} out in {hold:.0f} s, undo takes {them} back." if hold else f"{names} {go} out now."

    def _refuse(self, draft: Draft, error: EscalatorError) -> None:
        self._console.say(f"{_called([draft])} was not sent: {error}")


def _called(drafts: Sequence[Draft]) -> str:
    return called_all([each.row for each in drafts])
