"""The three texts of an escalation, as plain text. What is written here is what the lead approves and what goes out."""

from __future__ import annotations

from collections.abc import Iterator

from escalator_tui.agent.limits import fitted
from escalator_tui.config import Settings
from escalator_tui.detect.scoring import UNTOLD
from escalator_tui.detect.wording import tells
from escalator_tui.model.assessment import Assessment, Signal
from escalator_tui.model.conversation import Account, Conversation
from escalator_tui.model.decision import Texts
from escalator_tui.model.kinds import Priority
from escalator_tui.model.naming import company_name, money, subject_of
from escalator_tui.model.text import one_line

EXCERPT = 600
"""Characters of the customer's last message that are quoted."""


def draft_texts(conversation: Conversation, assessment: Assessment, priority: Priority, settings: Settings) -> Texts:
    """The texts for one conversation at one priority. Pure: the same input gives the same words, so an approval can be bound to them."""
    name = company_name(conversation)
    return fitted(
        Texts(
            linear_title=one_line(f"[Escalation] {name}: {subject_of(conversation)}", 200),
            linear_body="\n".join(_issue_lines(conversation, assessment, priority)),
            slack_channel=settings.slack.escalations if priority is Priority.P0 else settings.slack.triage,
            slack_text="\n".join(_alert_lines(conversation, assessment, priority)),
            note_text="\n".join(_note_lines(assessment, priority)),
        )
    )


def _issue_lines(conversation: Conversation, assessment: Assessment, priority: Priority) -> Iterator[str]:
    account = conversation.account or Account(id="")
    yield "Customer"
    yield f"- Company: {account.name or 'unknown'}"
    yield f"- Plan: {account.plan or 'unknown'}"
    yield f"- MRR: {money(account.mrr)}"
    if conversation.contact is not None and (conversation.contact.name or conversation.contact.email):
        yield f"- Contact: {conversation.contact.name or conversation.contact.email}"
    yield ""
    yield "Escalation"
    yield f"- Priority: {priority}"
    yield f"- Sentiment: {assessment.sentiment}"
    yield f"- Category: {_in_words(assessment.category)}"
    yield f"- Score: {assessment.standing}"
    yield f"- Conversation: {conversation.id}"
    yield ""
    yield "Reasons"
    yield from (f"- {line}" for line in _reasons(assessment))
    yield from _last_words(conversation)


def _alert_lines(conversation: Conversation, assessment: Assessment, priority: Priority) -> Iterator[str]:
    account = conversation.account or Account(id="")
    yield f"{priority} escalation: {company_name(conversation)}"
    yield f"Subject: {subject_of(conversation)}"
    yield f"Plan: {account.plan or 'unknown'}, MRR: {money(account.mrr)}"
    yield f"Sentiment: {assessment.sentiment}, category: {_in_words(assessment.category)}, score {assessment.standing}"
    yield from (f"- {line}" for line in _reasons(assessment))


def _note_lines(assessment: Assessment, priority: Priority) -> Iterator[str]:
    yield f"Escalated as {priority} by Escalator."
    yield f"Sentiment: {assessment.sentiment}, category: {_in_words(assessment.category)}, score {assessment.standing}"
    yield from (f"- {line}" for line in _reasons(assessment))


def _reasons(assessment: Assessment) -> Iterator[str]:
    """Each signal with its words. A sentence that several found is quoted at the first."""
    if not assessment.signals:
        yield "chosen by hand, no signal"
    quoted = {""}
    for signal in assessment.signals:
        quote = "" if signal.quote in quoted else f": “{signal.quote}”"
        quoted.add(signal.quote)
        yield f"{_said_of(signal)}{quote}"


def _said_of(signal: Signal) -> str:
    """The reason for somebody who does not know what signals there are: the words that weigh most are no quotation, and named only where
    they tell something. Nor do signs without a letter.
    """
    said = [] if signal.detail == UNTOLD else signal.detail.split(", ")
    if signal.kind == "wording":
        telling = ", ".join(filter(tells, said))
        return "sounds like an escalation" + (f", by words such as {telling}" if telling else "")
    return _in_words(signal.kind) + (f" ({signal.detail})" if any(map(str.isalnum, signal.detail)) else "")


def _in_words(name: str) -> str:
    return name.replace("_", " ")


def _last_words(conversation: Conversation) -> Iterator[str]:
    messages = [part.text for part in conversation.customer_messages if part.text]
    if messages:
        yield ""
        yield "The customer's last message"
        yield one_line(messages[-1], EXCERPT)
